import { msOf } from '@dovetail/core/domain/interval.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Loft } from './loft.ts';

const HOUR = 3600;

/** Days take a second this way. Nothing but the webhooks tells of bookings. */
const RARE = {
  sweep: '*/15 * * * *',
  'safety-pull': '10 */6 * * *',
  'poll-bookings': '20 0 1 1 *',
  'renew-channels': '30 */6 * * *',
  'poll-feeds': '0 0 * * *',
};

let loft: Loft;

afterEach(async () => {
  await loft.close();
});

describe('while one side is away for days', () => {
  beforeEach(async () => {
    loft = await Loft.open({ crons: RARE });
  });

  it.each([
    { answers: '503', fault: { status: 503 } },
    { answers: '429 with Retry-After', fault: { status: 429, retryAfterSeconds: 1800 } },
  ])('a calendar that answers $answers to every write gets them once it is back after 44 hours', async ({ fault }) => {
    const { id } = await loft.book(1, 15);
    await loft.settle();
    loft.studio.faults.add({ target: 'google', match: 'PATCH /calendar/v3/', ...fault });
    await loft.change(id, { title: 'Fitting' });
    await loft.settle(44 * HOUR);
    expect((await loft.deadLetters()).items).toEqual([]);
    loft.studio.faults.clear();
    await loft.settle(7 * HOUR);
    expect(loft.eventOf(id).event.summary).toBe('Fitting');
    expect(loft.alerts()).toEqual([]);
    await loft.expectAgreement();
  });

  it('a calendar that does not come back is left alone after three days, and staff are told once', async () => {
    const { id } = await loft.book(1, 15);
    await loft.settle();
    loft.studio.faults.add({ target: 'google', match: 'PATCH /calendar/v3/', status: 503 });
    await loft.change(id, { title: 'Fitting' });
    await loft.settle(72 * HOUR);
    expect((await loft.deadLetters()).items).toMatchObject([{ queue: 'reconcile-event' }]);
    expect(loft.alerts()).toHaveLength(1);
    loft.studio.google.resetRequestCounts();
    await loft.settle(24 * HOUR);
    expect(loft.studio.google.requestCounts()['events.patch']).toBeUndefined();
  });

  it('a booking that its system never lets us read is a dead letter after a day, and goes through when replayed', async () => {
    const match = 'GET /v1/appointments/';
    loft.studio.faults.add({ target: 'uschedule', match, status: 429, retryAfterSeconds: 1800 });
    const { id } = await loft.book(1, 15);
    await loft.settle(23 * HOUR);
    expect((await loft.deadLetters()).items).toEqual([]);
    await loft.settle(2 * HOUR);
    const [letter, ...others] = (await loft.deadLetters()).items;
    expect(letter).toMatchObject({ queue: 'accept-booking', reason: 'rate-limited' });
    expect(others).toEqual([]);
    loft.studio.faults.clear();
    await loft.api('POST', `/v1/dead-letters/${letter?.id}:replay`);
    await loft.settle();
    expect(loft.eventOf(id).bay).toBe(1);
    await loft.expectAgreement();
  });
});

describe('what a schedule does again leaves nothing to replay', () => {
  it('when calendars cannot be read for an hour: they are pulled as soon as they can be', async () => {
    loft = await Loft.open();
    const { id } = await loft.book(1, 15);
    await loft.settle();
    loft.studio.faults.add({ target: 'google', match: 'GET /calendar/v3/', status: 503 });
    await loft.moveOnCalendar(id, 18);
    await loft.settle(HOUR);
    loft.studio.faults.clear();
    await loft.settle(16 * 60);
    expect((await loft.deadLetters()).items).toEqual([]);
    expect(loft.alerts().map(({ action }) => action)).toContain('task.left-to-schedule');
    expect(await loft.appointment(id)).toMatchObject({ start: '2027-06-07T14:00:00-04:00' });
    await loft.expectAgreement();
  });

  it('when channels cannot be renewed for six hours: they are renewed once they can be', async () => {
    loft = await Loft.open({ crons: { ...RARE, 'renew-channels': '7 * * * *' } });
    const { store, documents, clock } = loft.studio.deps;
    const read = async () => (await store.bindings.get(documents, 'loft', 'bay-1-google'))!;
    const { channel, renewAt } = await read();
    loft.studio.faults.add({ target: 'google', match: 'POST /calendar/v3/', status: 503 });
    await loft.settle((msOf(renewAt!) - clock.now()) / 1000 + 6 * HOUR);
    expect((await read()).channel).toEqual(channel);
    loft.studio.faults.clear();
    await loft.settle(2 * HOUR);
    expect((await read()).channel).not.toEqual(channel);
    expect((await loft.deadLetters()).items).toEqual([]);
    await loft.expectAgreement();
  });
});
