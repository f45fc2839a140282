import { z } from 'zod';
import { conflictSchema } from './conflict.ts';
import { eventSchema } from './event.ts';
import { shownInstant } from './fields.ts';
import { proposalSchema } from './proposal.ts';
import { runChangeSchema, runSchema } from './run.ts';

const mappingSchema = z
  .strictObject({
    bindingId: z.string(),
    calendarId: z.string().optional(),
    state: z.enum(['stated', 'live', 'deleting', 'gone', 'detached']),
    remoteId: z.string().optional(),
    waiting: z
      .array(z.enum(['to-calendar', 'from-calendar']))
      .readonly()
      .meta({ description: 'The directions in which work is still to be done.' }),
    attempts: z.int(),
    nextAttemptAt: shownInstant.optional(),
    parked: z.string().optional().meta({ description: 'Why nothing more is tried until a person replays it.' }),
    heldAt: shownInstant.optional(),
    updatedAt: shownInstant.optional(),
  })
  .meta({ id: 'MappingState', description: 'How an event stands on one bound calendar.' });

/** An event with where it comes from, and what its source said. */
const telling = {
  event: eventSchema,
  source: z.strictObject({
    type: z.string(),
    id: z.string(),
    externalUid: z.string(),
    name: z
      .string()
      .optional()
      .meta({ description: 'The kind of booking system, the platform of the feed, or the calendar of the binding.' }),
    url: z.string().optional().meta({ description: 'The address of the feed, masked, unless it was deleted.' }),
  }),
  raw: z
    .strictObject({
      text: z.string(),
      cutFrom: z
        .int()
        .optional()
        .meta({ description: 'How many characters there were, where `text` is only their beginning.' }),
    })
    .optional()
    .meta({ description: 'The VEVENT of the feed or the imported file, as it stood when the event last changed.' }),
  booking: z
    .strictObject({
      status: z.string(),
      version: z.number().optional(),
      updatedAt: z.string().optional(),
      readAt: z.string().optional().meta({ description: 'When it was read, of systems that say neither.' }),
    })
    .optional()
    .meta({ description: 'What the booking system last said.' }),
  run: runSchema
    .pick({ id: true, flow: true, trigger: true, status: true, startedAt: true, finishedAt: true })
    .extend({ change: runChangeSchema.optional().meta({ description: 'What it did to the event.' }) })
    .optional()
    .meta({ description: 'The run that last changed it; runs are kept for 90 days.' }),
};

/** Why a ledger entry is there, in an answer. */
export const explanationSchema = z
  .strictObject({
    ...telling,
    holdsTime: z.boolean(),
    rule: z.string().optional().meta({ description: 'By which rule it is inherited, when it is.' }),
    parentEventId: z.string().optional().meta({ description: 'The first of its causes.' }),
    causes: z.array(eventSchema).readonly().meta({ description: 'The events of related resources it follows from.' }),
    shownBy: z.string().optional().meta({ description: 'The event that shows the same booking from another source.' }),
    otherSources: z
      .array(z.strictObject(telling))
      .readonly()
      .meta({ description: 'The same booking as other sources tell of it: first the event that shows it.' }),
    overriddenBy: z.string().optional().meta({ description: 'The event that goes before it.' }),
    staffReleasedAt: shownInstant.optional().meta({ description: 'When staff freed its time.' }),
    conflicts: z.array(conflictSchema).readonly(),
    mappings: z.array(mappingSchema).readonly(),
    proposals: z.array(proposalSchema).readonly(),
    runs: z.array(runSchema).readonly().meta({
      description:
        "The run of its source that last changed it, then the resource's latest and what new settings changed about it.",
    }),
  })
  .meta({ id: 'Explanation' });
