import { afterEach, describe, expect, it } from 'vitest';
import { EDITS, expectArrival } from './checklist-edits.ts';
import { calendarId, Loft } from './loft.ts';

let loft: Loft;

afterEach(async () => {
  await loft.close();
});

const QUARTER_HOUR = 900;
const DAY = 86_400;
/** Never within a test. */
const NEVER = '0 0 29 2 *';
const RENEWALS_ONLY = {
  'safety-pull': NEVER,
  audit: NEVER,
  sweep: NEVER,
  'poll-bookings': NEVER,
  'poll-feeds': NEVER,
};

describe('when the sync tokens expire before an edit is read', () => {
  it.each(EDITS)('$edit arrives once', async (edit) => {
    loft = await Loft.open();
    await expectArrival(loft, edit, { after: () => loft.studio.google.expireSyncTokens() });
  });

  it('the whole calendar is read instead, which staff can see', async () => {
    loft = await Loft.open();
    const { id } = await loft.book(1, 15);
    await loft.settle();
    loft.studio.google.expireSyncTokens();
    await loft.moveOnCalendar(id, 18);
    await loft.settle();
    const [run] = await loft.runs('pull-calendar');
    expect(run).toMatchObject({
      bindingId: 'bay-1-google',
      trigger: 'push',
      status: 'success',
      warnings: ['the sync token had expired; the whole calendar was read'],
    });
  });

  it('an event deleted meanwhile is noticed all the same, and one that nobody touched is not written', async () => {
    loft = await Loft.open();
    const [deleted, kept] = [await loft.book(1, 15), await loft.book(1, 17)];
    await loft.settle();
    loft.studio.google.setPushMode({ mode: 'drop' });
    await loft.deleteOnCalendar(deleted.id);
    loft.studio.google.expireSyncTokens();
    loft.studio.google.resetRequestCounts();
    await loft.settle(QUARTER_HOUR + 60);
    expect(await loft.appointment(deleted.id)).toMatchObject({ status: 'cancelled' });
    expect(await loft.appointment(kept.id)).toMatchObject({ status: 'confirmed', version: 1 });
    const { 'events.insert': inserts, 'events.patch': patches } = loft.studio.google.requestCounts();
    expect([inserts, patches]).toEqual([undefined, undefined]);
    await loft.expectAgreement();
  });

  it('an event whose deletion the calendar has forgotten is put back', async () => {
    loft = await Loft.open();
    const { id } = await loft.book(1, 15);
    await loft.settle();
    loft.studio.google.setPushMode({ mode: 'drop' });
    await loft.deleteOnCalendar(id);
    loft.studio.google.purgeTombstones();
    await loft.settle(QUARTER_HOUR + 60);
    expect(await loft.appointment(id)).toMatchObject({ status: 'confirmed', version: 1 });
    await loft.expectAgreement();
  });
});

describe('when a channel has expired', () => {
  it.each(EDITS)('$edit arrives once', async (edit) => {
    loft = await Loft.open();
    const before = () => loft.studio.google.expireChannels();
    await expectArrival(loft, edit, { before, settlesWithin: QUARTER_HOUR + 60 });
  });

  it('it is replaced after the second edit that it did not tell of, and the third is told of again', async () => {
    loft = await Loft.open();
    const { id } = await loft.book(1, 15);
    await loft.settle();
    loft.studio.google.expireChannels();
    for (const [hour, start] of [
      [17, '13:00'],
      [18, '14:00'],
    ] as const) {
      expect(channelsOfBay1()).toBe(0);
      await loft.moveOnCalendar(id, hour);
      await loft.settle(QUARTER_HOUR + 60);
      expect(await loft.appointment(id)).toMatchObject({ start: `2027-06-07T${start}:00-04:00` });
    }
    expect(loft.log.of('push.missed')).toHaveLength(2);
    expect(channelsOfBay1()).toBe(1);
    await loft.moveOnCalendar(id, 20);
    await loft.settle(5);
    expect(await loft.appointment(id)).toMatchObject({ start: '2027-06-07T16:00:00-04:00' });
    await loft.settle();
    await loft.expectAgreement();
  });

  it('it is replaced after the second deletion that it did not tell of', async () => {
    loft = await Loft.open();
    const booked = [await loft.book(1, 15), await loft.book(1, 17)];
    await loft.settle();
    loft.studio.google.expireChannels();
    for (const { id } of booked) {
      await loft.deleteOnCalendar(id);
      await loft.settle(2 * QUARTER_HOUR + 60);
      expect(await loft.appointment(id)).toMatchObject({ status: 'cancelled' });
    }
    expect(loft.log.of('push.missed')).toHaveLength(2);
    expect(channelsOfBay1()).toBe(1);
    await loft.expectAgreement();
  });

  it('and pushes were missed, the calendar is read every three minutes for a day', async () => {
    loft = await Loft.open({ crons: { sweep: NEVER, 'poll-bookings': NEVER, 'poll-feeds': NEVER } });
    const { id } = await loft.book(1, 15);
    await loft.settle();
    loft.studio.google.setPushMode({ mode: 'drop' });
    for (const hour of [17, 18]) {
      await loft.moveOnCalendar(id, hour);
      await loft.settle(QUARTER_HOUR + 60);
    }
    await loft.moveOnCalendar(id, 19);
    await loft.settle(200);
    expect(await loft.appointment(id)).toMatchObject({ start: '2027-06-07T15:00:00-04:00' });
    await loft.settle(DAY + QUARTER_HOUR);
    loft.studio.google.resetRequestCounts();
    await loft.settle(QUARTER_HOUR);
    expect(loft.studio.google.requestCounts()['events.list']).toBe(2);
    await loft.expectAgreement();
  });
});

it('a deletion that a safety pull sees before its push is no missed push', async () => {
  loft = await Loft.open();
  for (const hour of [15, 17]) {
    const { id } = await loft.book(1, hour);
    await loft.settle();
    loft.studio.google.setPushMode({ mode: 'delay', ms: 5000 });
    await loft.deleteOnCalendar(id);
    await loft.sandbox('POST', '/schedules/safety-pull');
    await loft.settle(QUARTER_HOUR + 60);
  }
  expect(loft.log.of('push.missed')).toEqual([]);
  await loft.expectAgreement();
});

describe('a channel that Google opened without our hearing of it', () => {
  it('is ignored, and the one that we know of tells of edits', async () => {
    loft = await Loft.open();
    const { id } = await loft.book(1, 15);
    await loft.settle();
    loft.studio.faults.add({ target: 'google', match: `POST ${watchPath()}`, dropResponse: true, times: 2 });
    await loft.api('POST', '/v1/bindings/bay-1-google:pause');
    await loft.api('POST', '/v1/bindings/bay-1-google:resume');
    await loft.settle();
    expect(channelsOfBay1()).toBe(3);
    await loft.moveOnCalendar(id, 18);
    await loft.settle();
    expect(await loft.appointment(id)).toMatchObject({ start: '2027-06-07T14:00:00-04:00', version: 2 });
    expect(loft.log.of('push.retired-channel').length).toBeGreaterThanOrEqual(2);
    await loft.expectAgreement();
  });
});

describe('over thirty days', () => {
  it('channels are renewed in time, so that pushes alone keep edits arriving within seconds', async () => {
    loft = await Loft.open({ crons: RENEWALS_ONLY });
    const { id } = await loft.book(1, 15, 'Lesson', '2027-07-20');
    await loft.settle();
    for (let day = 1; day <= 30; day++) {
      await loft.settle(DAY);
      expect(channelsOfBay1()).toBe(1);
      await loft.edit(id, { summary: `Lesson of day ${day}` });
      await loft.settle(10);
      expect(await loft.appointment(id)).toMatchObject({ title: `Lesson of day ${day}` });
    }
    expect(loft.log.of('channel.renewed').length).toBeGreaterThanOrEqual(2 * 5);
    await loft.expectAgreement();
  });

  it('a channel that cannot be renewed for a day is renewed once it can', async () => {
    loft = await Loft.open({ crons: RENEWALS_ONLY });
    const { id } = await loft.book(1, 15, 'Lesson', '2027-07-20');
    await loft.settle(5 * DAY);
    loft.studio.faults.add({ target: 'google', match: `POST ${watchPath()}`, status: 503 });
    await loft.settle(DAY);
    loft.studio.faults.clear();
    await loft.settle(4 * 3600);
    await loft.settle(DAY);
    await loft.edit(id, { summary: 'Lesson with coach' });
    await loft.settle(10);
    expect(await loft.appointment(id)).toMatchObject({ title: 'Lesson with coach' });
    await loft.expectAgreement();
  });
});

describe('a channel that cannot be renewed', () => {
  it('is reported each hour once it has little of its life left, until it is renewed', async () => {
    loft = await Loft.open({ crons: RENEWALS_ONLY });
    await loft.settle(5 * DAY);
    loft.studio.faults.add({ target: 'google', match: `POST ${watchPath()}`, status: 503 });
    await loft.settle(DAY);
    expect(loft.log.of('channel.near-expiry')).toEqual([]);
    await loft.settle(DAY - 3600);
    const reported = loft.log.of('channel.near-expiry');
    expect(reported.length).toBeGreaterThanOrEqual(12);
    expect(reported[0]).toMatchObject({ severity: 'ERROR', tenant: 'loft', calendar: calendarId(1) });
    loft.studio.faults.clear();
    await loft.settle(2 * 3600);
    loft.log.clear();
    await loft.settle(DAY);
    expect(loft.log.of('channel.near-expiry')).toEqual([]);
  });
});

function channelsOfBay1(): number {
  return loft.studio.google.channels().filter((channel) => channel.calendarId === calendarId(1)).length;
}

function watchPath(): string {
  return `/calendar/v3/calendars/${encodeURIComponent(calendarId(1))}/events/watch`;
}
