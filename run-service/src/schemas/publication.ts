import { USUAL_WINDOW } from '@dovetail/core/domain/publication.ts';
import { z } from 'zod';
import { platform } from './feed.ts';
import { chosenId, shortText, shownInstant, shownTime } from './fields.ts';
import { pageFields } from './page.ts';

/** Whom a publication is for. */
const publicationPlatform = z.enum([...platform.options, 'google', 'outlook', 'apple']).meta({
  description: 'Whom it is for: what came from there is left out, and it is told in words and times it understands.',
});

const resourceIds = z
  .array(chosenId)
  .min(1)
  .max(50)
  .refine((ids) => new Set(ids).size === ids.length, 'names a resource twice');

const tag = shortText;
const visibility = z.enum(['details', 'busy-only']);
const shows = z.enum(['busy', 'free']);
const window = z.strictObject({
  daysBack: z.int().min(0).max(30).default(USUAL_WINDOW.daysBack),
  monthsAhead: z.int().min(1).max(24).default(USUAL_WINDOW.monthsAhead),
});

const selection = {
  resourceIds: resourceIds.optional(),
  tag: tag.optional().meta({ description: 'Instead of ids: every resource that carries it, from now on.' }),
  wholeTenant: z.literal(true).optional().meta({ description: 'Instead of ids: everything. Takes the role admin.' }),
};

const selects = (draft: { readonly [Way in keyof typeof selection]?: unknown }) =>
  [draft.resourceIds, draft.tag, draft.wholeTenant].filter((way) => way !== undefined).length;

/** What is to be published, and for whom. */
export const publicationDraftSchema = z
  .strictObject({
    ...selection,
    platform: publicationPlatform.default('generic'),
    visibility: visibility
      .default('busy-only')
      .meta({ description: '`details` shows titles; calendar programs only.' }),
    shows: shows.default('busy').meta({ description: '`free` shows the time that is left instead.' }),
    name: shortText.optional().meta({ description: "Of the calendar. Absent: its resources' names." }),
    window: window.default(USUAL_WINDOW),
  })
  .refine((draft) => selects(draft) === 1, {
    path: ['resourceIds'],
    error: 'is needed, or else a tag or wholeTenant: one of the three',
  });

/** What of a publication can be changed; its address stays. */
export const publicationChangeSchema = z
  .strictObject({
    ...selection,
    platform: publicationPlatform.optional(),
    visibility: visibility.optional(),
    shows: shows.optional(),
    name: shortText.nullable().optional().meta({ description: "Null: its resources' names." }),
    window: window.optional(),
  })
  .refine((change) => selects(change) <= 1, {
    path: ['resourceIds'],
    error: 'cannot be changed together with a tag or wholeTenant: one of the three',
  });

/** How an address is replaced. */
export const rotationSchema = z
  .strictObject({
    graceHours: z.int().min(0).max(720).default(168).meta({
      description: 'For so long the address before still works. 0 ends it at once, as after a leak.',
    }),
  })
  .default({ graceHours: 168 });

const fields = {
  id: z.string(),
  resourceIds: z.array(z.string()).readonly().optional(),
  tag: z.string().optional(),
  wholeTenant: z.literal(true).optional(),
  platform: publicationPlatform,
  visibility,
  shows,
  name: z.string().optional(),
  window: z.strictObject({ daysBack: z.int(), monthsAhead: z.int() }),
  previousValidUntil: shownInstant.optional().meta({ description: 'Until then the address before still works.' }),
  lastCollectedAt: shownInstant
    .optional()
    .meta({ description: 'To ten minutes; absent while nobody has collected it.' }),
  createdAt: shownInstant,
  updatedAt: shownInstant,
};

/** A publication in an answer. */
export const publicationSchema = z.strictObject(fields).meta({ id: 'Publication' });

/** A publication with its address, which nobody can tell again. */
export const addressedPublicationSchema = z
  .strictObject({
    ...fields,
    url: z.string().meta({ description: 'Told this once. Whoever has it can read the publication.' }),
  })
  .meta({ id: 'AddressedPublication' });

/** Which publications to list. */
export const publicationsQuery = z.strictObject({
  resourceId: chosenId.optional().meta({ description: 'Those that show this resource.' }),
  platform: publicationPlatform.optional(),
  ...pageFields,
});

/** What the readers of a publication do not know yet. */
export const exposureSchema = z
  .strictObject({
    publicationId: z.string(),
    platform: publicationPlatform,
    lastCollectedAt: shownInstant.optional(),
    upToDate: z.boolean(),
    uncollected: z
      .array(
        z.strictObject({
          eventId: z.string(),
          resourceId: z.string(),
          start: shownTime,
          end: shownTime,
          believes: z.enum(['free', 'taken']).meta({
            description: '`free`: it is taken and the platform may still sell it. `taken`: it is free again.',
          }),
        }),
      )
      .readonly(),
    more: z.boolean().meta({ description: 'There are more than are listed.' }),
  })
  .meta({ id: 'Exposure' });
