import { type LedgerEvent, shownStatus } from '@dovetail/core/domain/event.ts';
import type { Standing } from '@dovetail/core/ledger/read-standing.ts';
import type { z } from 'zod';
import type { eventSchema } from '../schemas/event.ts';

/** A ledger event as the API shows it, with how it stands among its neighbours where that was asked for. */
export function presentEvent(event: LedgerEvent, standing: Standing = {}): z.input<typeof eventSchema> {
  return {
    id: event.id,
    resourceId: event.resourceId,
    kind: event.kind,
    start: event.start,
    end: event.end,
    status: shownStatus(event),
    source: event.source,
    platform: event.platform,
    title: event.title,
    reservationCode: event.reservationCode,
    guest: event.guest,
    price: event.price,
    currency: event.currency,
    checkInTime: event.checkInTime,
    checkOutTime: event.checkOutTime,
    causeEventId: event.causeEventIds?.[0],
    echoOf: event.echoOf,
    until: event.until,
    firstSeenAt: event.firstSeenAt,
    lastSeenAt: event.lastSeenAt,
    updatedAt: event.updatedAt,
    ...standing,
  };
}
