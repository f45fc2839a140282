import type { LedgerEvent } from '@dovetail/core/domain/event.ts';
import type { z } from 'zod';
import type { blockSchema } from '../schemas/block.ts';

/** A staff block as the API shows it. */
export function presentBlock(event: LedgerEvent): z.input<typeof blockSchema> {
  return {
    id: event.source.externalUid,
    eventId: event.id,
    resourceId: event.resourceId,
    start: event.start,
    end: event.end,
    title: event.title,
    kind: event.kind === 'maintenance' ? 'maintenance' : 'block',
    createdAt: event.firstSeenAt,
    updatedAt: event.updatedAt,
  };
}
