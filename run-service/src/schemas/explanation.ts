import { z } from 'zod';
import { conflictSchema } from './conflict.ts';
import { eventSchema } from './event.ts';
import { shownInstant } from './fields.ts';
import { proposalSchema } from './proposal.ts';
import { runSchema } from './run.ts';

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

/** Why a ledger entry is there, in an answer. */
export const explanationSchema = z
  .strictObject({
    event: eventSchema,
    holdsTime: z.boolean(),
    source: z.strictObject({
      type: z.string(),
      id: z.string(),
      externalUid: z.string(),
      name: z
        .string()
        .optional()
        .meta({ description: 'The kind of booking system, the platform of the feed, or the calendar of the binding.' }),
    }),
    booking: z
      .strictObject({ status: z.string(), version: z.number().optional(), updatedAt: z.string().optional() })
      .optional()
      .meta({ description: 'What the booking system last said.' }),
    rule: z.string().optional().meta({ description: 'By which rule it is inherited, when it is.' }),
    parentEventId: z.string().optional().meta({ description: 'The first of its causes.' }),
    causes: z.array(eventSchema).readonly().meta({ description: 'The events of related resources it follows from.' }),
    shownBy: z.string().optional().meta({ description: 'The event that shows the same booking from another source.' }),
    overriddenBy: z.string().optional().meta({ description: 'The event that goes before it.' }),
    staffReleasedAt: shownInstant.optional().meta({ description: 'When staff freed its time.' }),
    conflicts: z.array(conflictSchema).readonly(),
    mappings: z.array(mappingSchema).readonly(),
    proposals: z.array(proposalSchema).readonly(),
    runs: z
      .array(runSchema)
      .readonly()
      .meta({ description: "The run that last changed it, then the resource's latest." }),
  })
  .meta({ id: 'Explanation' });
