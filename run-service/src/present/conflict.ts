import type { Conflict } from '@dovetail/core/domain/conflict.ts';
import type { z } from 'zod';
import type { conflictSchema } from '../schemas/conflict.ts';

/** A conflict as the API shows it. */
export function presentConflict(conflict: Conflict): z.input<typeof conflictSchema> {
  const { id, resourceId, type, eventIds, start, end, status, winnerEventId, resolvedBy, reason } = conflict;
  const { createdAt, updatedAt } = conflict;
  return {
    ...{ id, resourceId, type, eventIds: [...eventIds], start, end, status, winnerEventId, resolvedBy, reason },
    ...{ createdAt, updatedAt },
  };
}
