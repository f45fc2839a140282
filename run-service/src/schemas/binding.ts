import { z } from 'zod';
import { chosenId, flag, shownInstant } from './fields.ts';

const direction = z.enum(['mirror', 'two-way']).meta({
  description: '`two-way` takes edits made on the calendar back to their source; `mirror` puts the event back.',
});
const visibility = z.enum(['details', 'busy-only']);
const busyIn = z.boolean().meta({
  description:
    "The calendar's own events, those that are not ours, block the resource while they show their time as busy. Of their details at most the title is copied.",
});
const onCancel = z.enum(['delete', 'keep']).meta({ description: "What becomes of a cancelled booking's event." });

/** A binding in an answer. */
export const bindingSchema = z
  .strictObject({
    id: z.string(),
    resourceId: z.string(),
    provider: z.literal('google'),
    calendarId: z.string(),
    bookingSystemId: z.string().optional(),
    direction,
    busyIn,
    visibility,
    onCancel,
    state: z.enum(['active', 'paused', 'needs-access', 'removing']),
    stateReason: z.string().optional(),
    channelExpiresAt: shownInstant.optional(),
    lastPushAt: shownInstant.optional(),
    lastPullAt: shownInstant.optional(),
    lastAuditAt: shownInstant.optional(),
    missedPushes: z.int(),
    removalsHeldAt: shownInstant.optional().meta({
      description:
        "Many events vanished at once, ours or, with `busyIn`, the calendar's own, and wait for `:accept` or `:restore`. Until then they hold their time.",
    }),
    createdAt: shownInstant,
    updatedAt: shownInstant,
  })
  .meta({ id: 'Binding' });

/** What binds a calendar. */
export const bindingDraftSchema = z.strictObject({
  id: chosenId.optional(),
  resourceId: chosenId,
  calendarId: z.string().trim().min(1).max(256),
  provider: z.literal('google').default('google'),
  direction: direction.default('two-way'),
  busyIn: busyIn.default(false),
  visibility: visibility.default('details'),
  onCancel: onCancel.default('delete'),
});

/** What can be changed of a binding. */
export const bindingChangeSchema = z.strictObject({ busyIn });

/** How a binding ends. */
export const unbindQuery = z.strictObject({
  events: z.enum(['keep', 'remove']).meta({
    description:
      'What becomes of our events on the calendar. Its own events block the resource no more in either case.',
  }),
});

/** How an audit goes about it. */
export const auditQuery = z.strictObject({ dryRun: flag.default(false) });

/** What an audit found, and how much of it is being put right. */
export const auditResultSchema = z
  .strictObject({
    runId: z.string().optional(),
    findings: z
      .array(
        z.strictObject({
          type: z.enum([
            ...(['missing', 'differs', 'surplus', 'stranger', 'unmapped', 'held', 'parked', 'detached'] as const),
            ...(['block-missing', 'block-differs', 'block-surplus'] as const),
          ]),
          eventId: z.string().optional(),
          remoteId: z.string().optional(),
          fields: z.array(z.string()).readonly().optional(),
          healable: z.boolean(),
        }),
      )
      .readonly(),
    healed: z.int(),
  })
  .meta({ id: 'AuditResult' });

/** The answer to a decision about held removals. */
export const decidedSchema = z.strictObject({
  count: z.int().meta({ description: 'How many held removals were decided.' }),
});
