import { USCHEDULE_MARK } from '@dovetail/core/domain/booking-system-config.ts';
import type { Bay } from '@dovetail/sandbox/studio/loft-bays.ts';
import { LOCAL_WEBHOOK_SECRET } from '@dovetail/sandbox/studio/seed.ts';
import { Webhook } from 'standardwebhooks';
import { at, FIRST_DAY, type Loft, type ShownBooking } from './loft.ts';

/** Another app that sends its bookings to The Loft and cannot be asked or written to. */
export interface BookingApp {
  /** Sends a booking of one hour as it is now, signed. Answers with the status and how calendars should show it. */
  send(
    booking: BookingDraft,
    type?: 'booking.created' | 'booking.updated' | 'booking.cancelled',
  ): Promise<{ readonly status: number; readonly shown: ShownBooking }>;
}

interface BookingDraft {
  readonly id: string;
  readonly bay: Bay;
  readonly hour: number;
  readonly title?: string;
  /** What orders its states: a version, or when it was last changed. */
  readonly version?: number;
  readonly updatedAt?: string;
}

/** Configures the app at The Loft. */
export async function connectBookingApp(loft: Loft): Promise<BookingApp> {
  const { store, documents } = loft.studio.deps;
  const config = {
    id: 'front-desk',
    type: 'webhook',
    webhookSecret: 'uschedule-webhook',
    resourceIds: {},
    mark: USCHEDULE_MARK,
    priority: 1,
    createdAt: '2027-06-01T12:00:00Z',
  } as const;
  await documents.commit([store.bookingSystems.set('loft', config)]);
  return {
    async send({ id, bay, hour, version, updatedAt, title = 'Walk-in' }, type = 'booking.created') {
      const times = { start: at(hour), end: at(hour + 1) };
      const status = type === 'booking.cancelled' ? 'cancelled' : 'confirmed';
      const data = { id, resourceId: `bay-${bay}`, ...times, status, version, updatedAt, title };
      const body = JSON.stringify({ type, timestamp: `${FIRST_DAY}T00:00:00Z`, data });
      const answer = await fetch(`${loft.studio.url}/webhook/bookings/loft/front-desk`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...sign(body, `${id}-${version ?? updatedAt}`) },
        body,
      });
      return { status: answer.status, shown: { id, bay, ...times, title } };
    },
  };
}

/** The headers that sign a webhook's body with the studio's key. */
export function sign(body: string, id: string, key = LOCAL_WEBHOOK_SECRET): Record<string, string> {
  const now = new Date();
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
    'webhook-signature': new Webhook(key).sign(id, now, body),
  };
}
