import { z } from 'zod';
import { conflictSchema } from './conflict.ts';
import { platform } from './feed.ts';
import { chosenId, shownInstant, shownTime } from './fields.ts';

const kind = z.enum(['reservation', 'block', 'maintenance']);
const recurring = z.enum(['expand', 'keep']);

/** A flag as forms and queries send it. */
const flag = z.enum(['true', 'false']).transform((value) => value === 'true');

/** What is asked for with a file, as fields of its form or in the query. */
export const importDraftSchema = z.strictObject({
  resourceId: chosenId.meta({ description: 'The resource whose time it takes.' }),
  set: chosenId.optional().meta({
    description:
      'Tells files that have nothing to do with each other apart. A file of one set brings its events up to date.',
  }),
  kind: kind.optional().meta({ description: 'What every entry is. Absent: what its wording says.' }),
  platform: platform.optional().meta({ description: 'Where the file comes from. Absent: what it looks like.' }),
  recurring: recurring.default('expand').meta({
    description:
      'Series become one event an occurrence, two years ahead. `keep`: the series are remembered, and further occurrences ' +
      'are added as time moves on.',
  }),
  replace: flag.optional().meta({
    description:
      '`true`: what earlier files of the set showed of the time to come, and this one does not, is cancelled.',
  }),
});

/** How a preview is committed. */
export const importCommitSchema = z
  .strictObject({
    force: z.boolean().default(false).meta({
      description:
        'Also if the ledger is no longer as it was when the file was previewed; never with more than 5,000 conflicts.',
    }),
  })
  .default({ force: false });

const changeSchema = z.strictObject({
  action: z
    .enum(['added', 'changed', 'back', 'cancelled'])
    .meta({ description: '`back`: it was cancelled or released before.' }),
  eventId: z.string(),
  kind: kind.optional(),
  title: z.string().optional(),
  start: shownTime.optional(),
  end: shownTime.optional(),
  fields: z.array(z.string()).readonly(),
});

/** A file that was read, and what committing it would do, or did. */
export const importSchema = z
  .strictObject({
    id: z.string(),
    resourceId: z.string(),
    set: z.string().optional(),
    kind: kind.optional(),
    platform: platform.optional(),
    recurring,
    replace: z.boolean(),
    status: z.enum(['preview', 'committing', 'committed']),
    counts: z.strictObject({
      seen: z.int().meta({ description: 'Entries in the file.' }),
      added: z.int(),
      changed: z.int(),
      same: z.int().meta({ description: 'In the ledger as the file has them.' }),
      cancelled: z.int(),
      conflicts: z.int().meta({
        description: 'At most 5,000 are looked for: a file with more says so in `warnings`, and is not committed.',
      }),
      setAside: z.int().meta({ description: 'Entries that cannot be read.' }),
    }),
    changes: z
      .array(changeSchema)
      .readonly()
      .meta({ description: 'The first 500; `counts` has them all. Empty once committed: its run tells them.' }),
    conflicts: z.array(conflictSchema).readonly().meta({
      description: 'As the ledger would judge them: those that are new, or other than they are. The first 500.',
    }),
    setAside: z.array(z.strictObject({ raw: z.string(), reason: z.string() })).readonly(),
    warnings: z.array(z.string()).readonly(),
    keptSeries: z.int().meta({ description: 'Series that will be remembered as rules.' }),
    createdAt: shownInstant,
    expiresAt: shownInstant.meta({ description: 'Until then the preview can be committed.' }),
    runId: z.string().optional().meta({ description: 'The run that committed it; it can be reverted.' }),
  })
  .meta({ id: 'Import' });
