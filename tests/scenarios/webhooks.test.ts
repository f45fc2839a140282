import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Receiver } from '../webhooks/receiver.ts';
import { Casa } from './casa.ts';
import { at, Loft } from './loft.ts';

interface ShownDelivery {
  readonly id: string;
  readonly type: string;
  readonly status: string;
  readonly attempts: number;
  readonly lastStatus?: number;
}

let receiver: Receiver;
beforeEach(async () => {
  receiver = await Receiver.open();
});
afterEach(async () => {
  expect(receiver.refused).toEqual([]);
  await receiver.close();
});

const HOUR = 3600;
/** Days pass in a second this way: nothing comes by itself but tasks. */
const TASKS_ONLY = {
  ...{
    sweep: '30 0 1 1 *',
    'safety-pull': '31 0 1 1 *',
    'poll-bookings': '32 0 1 1 *',
    'renew-channels': '33 0 1 1 *',
  },
  ...{ audit: '34 0 1 1 *', 'extend-pages': '35 0 1 1 *', 'poll-feeds': '36 0 1 1 *' },
};

describe("the Loft's till, told of bookings and conflicts", () => {
  let loft: Loft;
  beforeEach(async () => {
    loft = await Loft.open({ crons: TASKS_ONLY });
    const body = { id: 'till', url: receiver.url, types: ['booking.*', 'conflict.*'] };
    receiver.secret = (await loft.api<{ readonly secret: string }>('POST', '/v1/webhooks', body)).secret;
  });
  afterEach(() => loft.close());

  const deliveries = async () =>
    (await loft.api<{ readonly items: readonly ShownDelivery[] }>('GET', '/v1/webhooks/till/deliveries')).items;
  const webhook = () =>
    loft.api<{ readonly status: string; readonly statusReason?: string }>('GET', '/v1/webhooks/till');

  it('hears of a booking from its first hour to its last, each time with ids and times alone', async () => {
    const booked = await loft.book(1, 15, 'Lesson with Adele');
    await loft.settle();
    await loft.change(booked.id, { start: at(17), end: at(18) });
    await loft.settle();
    await loft.cancel(booked.id);
    await loft.settle();
    expect(receiver.types()).toEqual(['booking.created', 'booking.updated', 'booking.cancelled']);
    const [created, updated, cancelled] = receiver.taken().map(({ data }) => data);
    expect(created).toMatchObject({ bookingId: booked.id, resourceId: 'bay-1', status: 'active' });
    expect(Date.parse(String(updated?.['start']))).toBe(Date.parse(at(17)));
    expect(cancelled).toMatchObject({ eventId: created?.['eventId'], status: 'cancelled' });
    const revisions = [created, updated, cancelled].map((data) => Number(data?.['revision']));
    expect(revisions).toEqual(revisions.toSorted((a, b) => a - b));
    expect(JSON.stringify(receiver.requests)).not.toContain('Adele');
    expect(loft.log.text()).not.toContain(receiver.url);
    expect((await deliveries()).map(({ status, attempts }) => [status, attempts])).toEqual(
      Array(3).fill(['delivered', 1]),
    );
  });

  it('gets what it missed once it is back, each under the id it had', async () => {
    receiver.answerNext({ status: 500 }, { status: 503, headers: { 'retry-after': '3600' } });
    await loft.book(1, 15);
    await loft.settle(60);
    expect(receiver.requests.map(({ status }) => status)).toEqual([500, 503]);
    await loft.settle(0.9 * HOUR);
    expect(receiver.types()).toEqual([]);
    await loft.settle(0.2 * HOUR);
    expect(receiver.types()).toEqual(['booking.created']);
    expect(new Set(receiver.requests.map(({ id }) => id)).size).toBe(1);
    expect(await deliveries()).toMatchObject([{ status: 'delivered', attempts: 3, lastStatus: 204 }]);
  });

  it('gives its signing key up without missing a thing', async () => {
    const rotate = async (graceHours: number) => {
      const path = '/v1/webhooks/till:rotate-secret';
      return (await loft.api<{ readonly secret: string }>('POST', path, { graceHours })).secret;
    };
    const bookAt = async (hour: number) => {
      await loft.book(1, hour);
      await loft.settle(1);
    };
    const first = receiver.secret;
    const second = await rotate(2);
    await bookAt(15);
    receiver.secret = second;
    await loft.settle(1.5 * HOUR);
    await bookAt(16);
    await loft.settle(HOUR);
    await bookAt(17);
    const third = await rotate(2);
    const fourth = await rotate(2);
    receiver.secret = fourth;
    await bookAt(18);
    const signed = (secret: string) => receiver.requests.map(({ isSignedWith }) => isSignedWith(secret));
    expect(signed(first)).toEqual([true, true, false, false]);
    expect(signed(second)).toEqual([true, true, true, false]);
    expect(signed(third)).toEqual([false, false, false, true]);
    expect(signed(fourth)).toEqual([false, false, false, true]);
  });

  it('that answers 410 hears no more until staff enable it, and can then have the lost one replayed', async () => {
    receiver.answerNext({ status: 503, headers: { 'retry-after': '600' } }, { status: 410 });
    await loft.book(1, 15);
    await loft.settle();
    await loft.book(2, 15);
    await loft.settle();
    expect(await webhook()).toMatchObject({ status: 'disabled', statusReason: expect.stringContaining('410') });
    expect(loft.log.of('webhook.disabled')).toMatchObject([{ severity: 'ALERT', webhook: 'till' }]);
    await loft.book(1, 17);
    await loft.settle(HOUR);
    expect(receiver.requests).toHaveLength(2);
    await loft.api('POST', '/v1/webhooks/till:enable');
    await loft.book(1, 19);
    await loft.settle();
    expect(receiver.types()).toEqual(['booking.created']);
    const [, lost] = (await deliveries()).filter(({ status }) => status === 'failed');
    await loft.api('POST', `/v1/webhooks/till/deliveries/${lost?.id}:replay`);
    await loft.settle();
    expect(receiver.requests.at(-1)?.id).toBe(receiver.requests[0]?.id);
    expect(receiver.types()).toEqual(['booking.created', 'booking.created']);
  });

  it('that takes nothing for five days is disabled, and staff are told once', async () => {
    receiver.answerAlways({ status: 500 });
    for (let day = 0; day < 7; day++) {
      await loft.book(1, 10 + day);
      await loft.settle(24 * HOUR);
    }
    expect(await webhook()).toMatchObject({
      status: 'disabled',
      statusReason: expect.stringContaining('no delivery has succeeded'),
    });
    expect(loft.log.of('webhook.disabled')).toHaveLength(1);
    const asked = receiver.requests.length;
    receiver.answerAlways(undefined);
    await loft.book(1, 18);
    await loft.settle(24 * HOUR);
    expect(receiver.requests).toHaveLength(asked);
    expect((await deliveries()).every(({ status }) => status === 'failed')).toBe(true);
  });

  it('hears of an imported file that takes booked time, and of its revert', async () => {
    await loft.book(1, 15);
    await loft.settle();
    const start = new Date(at(15)).toISOString().replaceAll(/[-:]|\.000/g, '');
    const end = new Date(at(16)).toISOString().replaceAll(/[-:]|\.000/g, '');
    const file = [
      'BEGIN:VCALENDAR',
      'BEGIN:VEVENT',
      'UID:x',
      `DTSTART:${start}`,
      `DTEND:${end}`,
      'END:VEVENT',
      'END:VCALENDAR',
      '',
    ];
    const response = await fetch(`${loft.studio.url}/v1/imports?resourceId=bay-1`, {
      method: 'POST',
      headers: { authorization: 'Bearer loft-admin-key', 'content-type': 'text/calendar' },
      body: file.join('\r\n'),
    });
    const preview = (await response.json()) as { readonly id: string; readonly conflicts: readonly unknown[] };
    expect(preview.conflicts).toHaveLength(1);
    const run = await loft.api<{ readonly id: string }>('POST', `/v1/imports/${preview.id}:commit`);
    await loft.settle();
    expect(loft.events(1)).toHaveLength(2);
    await loft.api('POST', `/v1/runs/${run.id}:revert`);
    await loft.settle();
    expect(loft.events(1)).toHaveLength(1);
    // A conflict that a rule settles at once waits for nobody.
    expect(receiver.types()).toEqual(['booking.created', 'booking.created', 'booking.cancelled']);
  });
});

describe('the apartment, whose feeds fall suspect', () => {
  let casa: Casa;
  beforeEach(async () => {
    casa = await Casa.open();
    const body = { id: 'pager', url: receiver.url, types: ['feed.*'] };
    receiver.secret = (await casa.api<{ readonly secret: string }>('POST', '/v1/webhooks', body)).secret;
  });
  afterEach(() => casa.close());

  it('is told so, and when they are well again', async () => {
    const body = casa.body('casa-airbnb');
    await casa.shows('casa-airbnb', []);
    await casa.read('casa-airbnb');
    await casa.put('casa-airbnb', '<!doctype html>');
    await casa.read('casa-airbnb');
    await casa.put('casa-airbnb', body);
    await casa.read('casa-airbnb');
    await casa.read('casa-airbnb');
    expect(receiver.types()).toEqual(['feed.suspect', 'feed.failing', 'feed.healthy']);
    expect(receiver.taken()[0]?.data).toMatchObject({
      ...{ feedId: 'casa-airbnb', resourceId: 'kaya', platform: 'airbnb', status: 'suspect' },
      ...{ previousStatus: 'healthy', reason: 'emptied' },
    });
  });
});
