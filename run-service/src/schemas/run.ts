import { z } from 'zod';
import { chosenId, shownInstant, shownTime, time } from './fields.ts';
import { pageFields } from './page.ts';

const runStatus = z.enum(['success', 'partial', 'failed', 'held']);

/** One thing a run changed. */
export const runChangeSchema = z.strictObject({
  action: z.string(),
  eventId: z.string().optional(),
  remoteId: z.string().optional(),
  resourceId: z.string().optional(),
  fields: z.array(z.string()).readonly().optional(),
  reason: z.string().optional(),
  start: shownTime.optional(),
  end: shownTime.optional(),
});

const lines = z.array(z.string()).readonly();

/** A run in an answer. */
export const runSchema = z
  .strictObject({
    id: z.string(),
    flow: z.string(),
    trigger: z.string(),
    status: runStatus,
    resourceId: z.string().optional(),
    bindingId: z.string().optional(),
    feedId: z.string().optional(),
    systemId: z.string().optional(),
    importId: z.string().optional(),
    revertible: z.boolean().meta({ description: '`:revert` takes back what it did.' }),
    revertedBy: z.string().optional().meta({ description: 'The run that did so.' }),
    reverts: z.string().optional().meta({ description: 'The run that this one took back.' }),
    startedAt: shownInstant,
    finishedAt: shownInstant,
    counts: z.strictObject({
      seen: z.int(),
      added: z.int(),
      changed: z.int(),
      missing: z.int(),
      released: z.int(),
      setAside: z.int(),
      conflicts: z.int(),
    }),
    changes: z.array(runChangeSchema).readonly(),
    warnings: lines,
    errors: lines,
    setAside: z
      .array(z.strictObject({ raw: z.string(), reason: z.string() }))
      .readonly()
      .optional()
      .meta({ description: 'What of a feed could not be read, with its text; the first of them.' }),
    timingsMs: z.strictObject({ fetch: z.number(), parse: z.number(), plan: z.number(), commit: z.number() }),
  })
  .meta({ id: 'Run' });

/** Which runs are asked for. */
export const runsQuery = z.strictObject({
  status: runStatus.optional(),
  flow: z.string().min(1).max(64).optional(),
  resourceId: chosenId.optional(),
  from: time.optional(),
  to: time.optional(),
  ...pageFields,
});
