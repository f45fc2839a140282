import { all, isSame, type Lines } from './checklist-lines.ts';
import { findFreeTime } from './free-time.ts';
import type { ApiCall, StudioClient } from './studio-client.ts';
import { openWebhookReceiver, type WebhookReceiver } from './webhook-receiver.ts';

const COURT = 'court-2';

/** Subscribes a program of its own to the bookings of `club`, books and cancels, and ends the subscription. */
export async function walkWebhooks(studio: StudioClient, lines: Lines): Promise<void> {
  const api = studio.apiOf('club-admin-key');
  const receiver = await openWebhookReceiver();
  try {
    const body = { url: receiver.url, types: ['booking.*'], description: 'checklist' };
    const { id, secret } = await api<{ id: string; secret: string }>('POST', '/v1/webhooks', body);
    receiver.verifyWith(secret);
    try {
      await tells(lines, api, receiver, await studio.today());
    } finally {
      await api('DELETE', `/v1/webhooks/${id}`);
    }
    await lines.check('webhooks: once it is removed, nobody knows it', async () =>
      isSame('the answer', (await studio.ask('club-admin-key', 'GET', `/v1/webhooks/${id}`)).status, 404),
    );
  } finally {
    await receiver.close();
  }
}

async function tells(lines: Lines, api: ApiCall, receiver: WebhookReceiver, today: string): Promise<void> {
  const hour = await findFreeTime({ resourceId: COURT, minutes: 60, today, daysAhead: 2 }, api);
  let bookingId = '';
  let isCancelled = false;
  const cancel = async () => {
    isCancelled = true;
    await api('POST', `/v1/bookings/${bookingId}:cancel`);
  };
  try {
    await lines.line(
      'webhooks: a program that subscribed is told of a booking, and the signature is right',
      async () => {
        const booking = await api<{ id: string }>('POST', '/v1/bookings', { resourceId: COURT, ...hour });
        bookingId = booking.id;
      },
      async () => isTold(receiver, bookingId, ['booking.created']),
    );
    await lines.line('webhooks: and of its cancellation', cancel, async () =>
      isTold(receiver, bookingId, ['booking.created', 'booking.cancelled']),
    );
  } finally {
    if (bookingId !== '' && !isCancelled) await cancel();
  }
}

/** Others may book at the same time: what it is told of them is not looked at. */
function isTold({ taken, refused }: WebhookReceiver, bookingId: string, types: readonly string[]) {
  const told = taken.filter(({ data }) => data.eventId === bookingId);
  return all(
    isSame('what was refused', refused, []),
    isSame(
      'what it was told',
      told.map(({ type }) => type),
      types,
    ),
    isSame('the resource', told[0]?.data.resourceId, COURT),
  );
}
