import type { LedgerEvent } from '@dovetail/core/domain/event.ts';
import { addDays } from '@dovetail/core/domain/interval.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BUSY, blocks, change, expectBlocks, hour, LOBBY, openBusy, put, remove, starts } from './busy-calendar.ts';
import { at, FIRST_DAY, type Loft } from './loft.ts';

let loft: Loft;

beforeEach(async () => {
  loft = await openBusy();
});
afterEach(async () => {
  await loft.close();
});

const ZONE = { timeZone: 'America/New_York' };
const DAYS = [0, 1, 2, 3].map((day) => addDays(FIRST_DAY, day));

/** A series from 15 to 16 (UTC) on the test day. */
function series(...recurrence: string[]) {
  const { start, end } = hour(15);
  return { start: { ...start, ...ZONE }, end: { ...end, ...ZONE }, recurrence };
}

/** Four days, one after the other. */
async function putFourDays(): Promise<string> {
  const id = await put(loft, series('RRULE:FREQ=DAILY;COUNT=4'));
  await loft.settle();
  await expectBlocks(loft, ...DAYS.map((day): [string, string] => [at(15, day), at(16, day)]));
  return id;
}

/** The id of a date of a series, by its original start. */
function dateId(id: string, day = FIRST_DAY): string {
  return `${id}_${at(15, day).replaceAll(/[-:]/g, '')}`;
}

describe("a series of a calendar's owner", () => {
  it('blocks on each of its dates, also where one is moved, renamed or shown as free', async () => {
    const id = await putFourDays();
    await change(loft, dateId(id, DAYS[1]), hour(20, DAYS[1]));
    await change(loft, dateId(id, DAYS[2]), { summary: 'Surgery' });
    await change(loft, dateId(id, DAYS[3]), { transparency: 'transparent' });
    await loft.settle();
    await expectBlocks(
      loft,
      [at(15), at(16), 'Dentist'],
      [at(20, DAYS[1]), at(21, DAYS[1]), 'Dentist'],
      [at(15, DAYS[2]), at(16, DAYS[2]), 'Surgery'],
    );
  });

  it('frees a date that is called off, and takes it again when it is back', async () => {
    const id = await putFourDays();
    await remove(loft, dateId(id, DAYS[1]));
    await loft.settle();
    expect(await starts(loft)).toEqual([at(15), at(15, DAYS[2]), at(15, DAYS[3])]);
    await change(loft, dateId(id, DAYS[1]), { status: 'confirmed' });
    await loft.settle();
    expect(await starts(loft)).toHaveLength(4);
    expect(loft.alerts()).toEqual([]);
  });

  it('keeps a date that was moved when another is, and follows one that is moved twice', async () => {
    const id = await putFourDays();
    const [, block] = await blocks(loft);
    await change(loft, dateId(id, DAYS[1]), hour(20, DAYS[1]));
    await loft.settle();
    await change(loft, dateId(id, DAYS[1]), hour(22, '2027-06-20'));
    await change(loft, dateId(id, DAYS[0]), hour(12));
    await loft.settle();
    expect(await starts(loft)).toEqual([at(12), at(15, DAYS[2]), at(15, DAYS[3]), at(22, '2027-06-20')]);
    expect((await blocks(loft)).at(-1)?.id).toBe(block?.id);
  });

  it('follows its rule: longer, shorter, on other days, at another time', async () => {
    const id = await putFourDays();
    await change(loft, id, { recurrence: ['RRULE:FREQ=DAILY;COUNT=2'] });
    await loft.settle();
    expect(await starts(loft)).toEqual([at(15), at(15, DAYS[1])]);
    await change(loft, id, {
      recurrence: ['RRULE:FREQ=WEEKLY;COUNT=2', 'RDATE;TZID=America/New_York:20270609T110000'],
    });
    await loft.settle();
    expect(await starts(loft)).toEqual([at(15), at(15, '2027-06-09'), at(15, '2027-06-14')]);
    await change(loft, id, { ...series('RRULE:FREQ=WEEKLY;COUNT=2'), ...{ start: { dateTime: at(9), ...ZONE } } });
    await change(loft, id, { end: { dateTime: at(10), ...ZONE } });
    await loft.settle();
    await expectBlocks(loft, [at(9), at(10)], [at(9, '2027-06-14'), at(10, '2027-06-14')]);
  });

  it('recurs by the clock when clocks change', async () => {
    await put(loft, {
      start: { dateTime: '2027-10-31T10:00:00', ...ZONE },
      end: { dateTime: '2027-10-31T11:00:00', ...ZONE },
      recurrence: ['RRULE:FREQ=WEEKLY;COUNT=3', 'EXDATE;TZID=America/New_York:20271114T100000'],
    });
    await loft.settle();
    const path = '/v1/resources/bay-1/events?from=2027-10-01T00:00:00Z&to=2027-12-01T00:00:00Z';
    const { items } = await loft.api<{ items: { start: string }[] }>('GET', path);
    expect(items.map(({ start }) => start)).toEqual(['2027-10-31T14:00:00Z', '2027-11-07T15:00:00Z']);
  });

  it('goes whole when it is deleted, which is one removal however many dates it had', async () => {
    const id = await put(loft, series('RRULE:FREQ=DAILY;COUNT=60'));
    await loft.settle(60);
    expect(await blocks(loft)).toHaveLength(60);
    await remove(loft, id);
    await loft.settle(60);
    await expectBlocks(loft);
    expect(loft.alerts()).toEqual([]);
  });

  it('may become a single event, and a single event a series', async () => {
    const id = await putFourDays();
    await change(loft, id, { recurrence: null } as object);
    await loft.settle();
    await expectBlocks(loft, [at(15), at(16)]);
    await change(loft, id, { ...series('RRULE:FREQ=DAILY;COUNT=2') });
    await loft.settle();
    await expectBlocks(loft, [at(15), at(16)], [at(15, DAYS[1]), at(16, DAYS[1])]);
  });

  it('without an end blocks for two years, and further as time goes on', async () => {
    await loft.close();
    loft = await openBusy({ startAt: Date.parse('2027-06-07T23:55:00Z') });
    await put(loft, series('RRULE:FREQ=MONTHLY;BYMONTHDAY=6'));
    await loft.settle(60);
    const last = async () => {
      const path = '/v1/resources/bay-1/events?from=2029-01-01T00:00:00Z&to=2029-12-01T00:00:00Z';
      return (await loft.api<{ items: { start: string }[] }>('GET', path)).items.at(-1)?.start;
    };
    expect(await last()).toBe('2029-06-06T15:00:00Z');
    await loft.settle(300);
    await loft.api('POST', '/v1/bindings/bay-1-google:audit');
    await loft.settle(60);
    expect(await last()).toBe('2029-07-06T15:00:00Z');
    expect(await loft.audit(1)).toEqual([]);
  });

  it('is read whole in a few calls where there are many, all with their exceptions', async () => {
    for (let index = 0; index < 12; index++) {
      const day = addDays(FIRST_DAY, index);
      const { start, end } = hour(13, day);
      const times = { start: { ...start, ...ZONE }, end: { ...end, ...ZONE } };
      const id = await put(loft, { ...times, recurrence: ['RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=3'] });
      await remove(loft, `${id}_${at(13, addDays(day, 14)).replaceAll(/[-:]/g, '')}`);
    }
    await loft.settle(60);
    const before = await starts(loft);
    expect(before).toHaveLength(24);
    loft.studio.google.resetRequestCounts();
    loft.studio.google.expireSyncTokens();
    await loft.sandbox('POST', '/schedules/safety-pull');
    await loft.settle(60);
    expect(await starts(loft)).toEqual(before);
    expect(loft.studio.google.requestCounts()).not.toHaveProperty('events.instances');
    expect(await loft.audit(1)).toEqual([]);
  });

  it('blocks on the date alone to which its owner was asked', async () => {
    const asked = { recurringEventId: 'elsewhere', originalStartTime: { dateTime: at(15), ...ZONE } };
    const id = await put(loft, { ...hour(15), ...asked });
    await loft.settle();
    await expectBlocks(loft, [at(15), at(16)]);
    await change(loft, id, hour(17));
    await loft.settle();
    await expectBlocks(loft, [at(17), at(18)]);
    loft.studio.google.expireSyncTokens();
    await loft.sandbox('POST', '/schedules/safety-pull');
    await loft.settle();
    await expectBlocks(loft, [at(17), at(18)]);
    await remove(loft, id);
    await loft.settle();
    await expectBlocks(loft);
  });
});

describe('whole days', () => {
  it("block from midnight to midnight in the calendar's zone, not the bay's", async () => {
    loft.studio.google.createCalendar(BUSY, { timeZone: 'Europe/Berlin' });
    await put(loft, { start: { date: '2027-06-08' }, end: { date: '2027-06-10' } });
    await loft.settle();
    await expectBlocks(loft, ['2027-06-07T22:00:00Z', '2027-06-09T22:00:00Z']);
  });

  it('block for as long as a day is when clocks change, also in a series', async () => {
    const times = { start: { date: '2027-11-06' }, end: { date: '2027-11-07' } };
    await put(loft, { ...times, recurrence: ['RRULE:FREQ=DAILY;COUNT=2'] });
    await loft.settle();
    const path = '/v1/resources/bay-1/events?from=2027-11-01T00:00:00Z&to=2027-12-01T00:00:00Z';
    const { items } = await loft.api<{ items: { start: string; end: string }[] }>('GET', path);
    expect(items.map(({ start, end }) => [start, end])).toEqual([
      ['2027-11-06T04:00:00Z', '2027-11-07T04:00:00Z'],
      ['2027-11-07T04:00:00Z', '2027-11-08T05:00:00Z'],
    ]);
  });
});

describe('on a resource that is booked by the night', () => {
  const KAYA = 'kaya@sandbox';
  const casa = <T>(method: string, path: string, body?: unknown) => loft.api<T>(method, path, body, 'casa-admin-key');

  beforeEach(async () => {
    loft.studio.google.createCalendar(KAYA, { timeZone: 'America/Bogota' });
    const binding = { id: 'kaya-google', resourceId: 'kaya', calendarId: KAYA, busyIn: true };
    await casa('POST', '/v1/bindings', binding);
    await loft.settle(60);
  });

  async function nights(): Promise<string[]> {
    const path = '/v1/resources/kaya/events?from=2028-03-01&to=2028-05-01';
    const { items } = await casa<{ items: LedgerEvent[] }>('GET', path);
    const held = items.filter(({ source, status }) => source.type === 'binding' && status === 'active');
    return held.map(({ start, end }) => `${start} ${end}`);
  }

  it('whole days take their nights', async () => {
    await put(loft, { start: { date: '2028-03-10' }, end: { date: '2028-03-12' } }, KAYA);
    await loft.settle();
    expect(await nights()).toEqual(['2028-03-10 2028-03-12']);
  });

  it('hours take the nights they touch, and a cleaning between two stays takes none', async () => {
    const local = (from: string, to: string) => ({
      start: { dateTime: `${from}:00-05:00` },
      end: { dateTime: `${to}:00-05:00` },
    });
    await put(loft, local('2028-03-10T20:00', '2028-03-10T23:00'), KAYA);
    await put(loft, local('2028-03-14T11:30', '2028-03-14T14:30'), KAYA);
    await put(loft, local('2028-03-20T09:00', '2028-03-20T18:00'), KAYA);
    await loft.settle();
    expect(await nights()).toEqual(['2028-03-10 2028-03-11', '2028-03-19 2028-03-21']);
  });

  it('follow when check-in and check-out change', async () => {
    const times = { start: { dateTime: '2028-03-14T10:00:00-05:00' }, end: { dateTime: '2028-03-14T12:00:00-05:00' } };
    await put(loft, times, KAYA);
    await loft.settle();
    expect(await nights()).toEqual(['2028-03-13 2028-03-14']);
    await casa('PATCH', '/v1/resources/kaya', { checkOutTime: '09:00' });
    await loft.settle(20 * 60);
    expect(await nights()).toEqual([]);
  });
});

it('leaves the lobby’s own series alone, where they block nothing', async () => {
  await put(loft, series('RRULE:FREQ=DAILY;COUNT=4'), LOBBY);
  await loft.settle();
  expect(await blocks(loft)).toEqual([]);
});
