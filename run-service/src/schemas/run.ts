import { z } from 'zod';
import { chosenId, shownInstant, time } from './fields.ts';
import { pageFields } from './page.ts';

const runStatus = z.enum(['success', 'partial', 'failed', 'held']);

const changeSchema = z.strictObject({
  action: z.string(),
  eventId: z.string().optional(),
  remoteId: z.string().optional(),
  resourceId: z.string().optional(),
  fields: z.array(z.string()).readonly().optional(),
  reason: z.string().optional(),
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
    changes: z.array(changeSchema).readonly(),
    warnings: lines,
    errors: lines,
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
