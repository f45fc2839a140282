import { addDays } from '@dovetail/core/domain/interval.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BodyEntry } from '../feeds/calendar-body.ts';
import { Casa, TWICE_A_DAY } from './casa.ts';

let casa: Casa;

beforeEach(async () => {
  casa = await Casa.open();
});
afterEach(() => casa.close());

/** Three closures side by side, in the words Booking.com has for all of them. */
const CLOSURES = [0, 3, 5].map((from, index) => ({
  start: addDays('2027-06-20', from),
  end: addDays('2027-06-20', [3, 5, 9][index] ?? 0),
  summary: 'CLOSED - Not available',
}));
const named = (uids: string): BodyEntry[] =>
  CLOSURES.map((closure, index) => ({ ...closure, uid: `${uids}-${index}@booking.com` }));
const active = async () => (await casa.events('sol')).filter(({ status }) => status === 'active');

describe('entries whose UIDs are new with every fetch', () => {
  it('stay the same events, and nothing is written', async () => {
    await casa.shows('casa-bookingcom', named('first'), 'booking.com');
    await casa.read('casa-bookingcom');
    const before = await active();
    expect(before).toHaveLength(3);
    const runs = await casa.runs();
    for (let poll = 0; poll < 12; poll++) {
      await casa.shows('casa-bookingcom', named(`poll-${poll}`), 'booking.com');
      await casa.read('casa-bookingcom');
    }
    expect(await active()).toEqual(before);
    expect(await casa.runs()).toEqual(runs);
  });

  it('side by side and worded alike keep their events over fifty polls, in whatever order they come', async () => {
    await casa.shows('casa-bookingcom', named('first'), 'booking.com');
    await casa.read('casa-bookingcom');
    const before = await active();
    for (let poll = 0; poll < 50; poll++) {
      const mixed = named(poll % 3 === 0 ? 'first' : `poll-${poll}`);
      if (poll % 2 === 0) mixed.reverse();
      await casa.shows('casa-bookingcom', mixed, 'booking.com');
      await casa.read('casa-bookingcom');
    }
    expect(await active()).toEqual(before);
  });
});

describe('a stay that is extended', () => {
  const stay = { uid: 'stay-1', start: '2027-07-10', end: '2027-07-14', summary: 'Reserved - Robin' };

  it('under a new UID is one event that grew, not a cancellation and another stay', async () => {
    await casa.shows('casa-vrbo', [stay], 'vrbo');
    await casa.read('casa-vrbo');
    const known = (await casa.events('mar')).find(({ start }) => start === '2027-07-10');
    await casa.shows('casa-vrbo', [{ ...stay, uid: 'stay-2', end: '2027-07-18' }], 'vrbo');
    const { lastRun } = await casa.read('casa-vrbo');
    const now = (await casa.events('mar')).filter(({ start }) => start === '2027-07-10');
    expect(now).toMatchObject([
      { id: known?.id, end: '2027-07-18', status: 'active', source: { externalUid: 'stay-2' } },
    ]);
    expect(await casa.run(lastRun?.id ?? '')).toMatchObject({ counts: { added: 0, changed: 1, missing: 0 } });
  });

  it('while another begins where it ended keeps both apart', async () => {
    const next = { uid: 'stay-9', start: '2027-07-14', end: '2027-07-16', summary: 'Reserved - Alex' };
    await casa.shows('casa-vrbo', [stay, next], 'vrbo');
    await casa.read('casa-vrbo');
    const [first, second] = (await casa.events('mar')).filter(({ start }) => start >= '2027-07-10');
    const later = { ...next, uid: 'stay-8', end: '2027-07-17' };
    await casa.shows('casa-vrbo', [later, { ...stay, uid: 'stay-7' }], 'vrbo');
    await casa.read('casa-vrbo');
    const now = (await casa.events('mar')).filter(({ start }) => start >= '2027-07-10');
    expect(now.map(({ id, end, title }) => [id, end, title])).toEqual([
      [first?.id, '2027-07-14', 'Reserved - Robin'],
      [second?.id, '2027-07-17', 'Reserved - Alex'],
    ]);
  });
});

describe('thirty days of Airbnb’s moving edge', () => {
  const stay = { uid: '1418fb94e984-1@airbnb.com', start: '2027-08-10', end: '2027-08-12', code: 'HMKAYA0009' };
  const edge = (day: number): BodyEntry => ({
    uid: `7f662ec65913-${day}@airbnb.com`,
    start: addDays('2027-06-01', 270 + day),
    end: addDays('2027-06-01', 365 + day),
    summary: 'Airbnb (Not available)',
  });

  it('make no new block, and write nothing but the edge', async () => {
    await casa.close();
    casa = await Casa.open({ crons: TWICE_A_DAY });
    await casa.shows('casa-airbnb', [stay, edge(0)]);
    await casa.passHours(26);
    const before = (await casa.lines('kaya')).filter(({ start }) => start >= '2027-07-01');
    expect(before).toHaveLength(2);
    const writes = async () =>
      (await casa.runs())
        .filter(({ status }) => status !== 'failed')
        .reduce((sum, { counts }) => sum + counts.changed, 0);
    const written = await writes();
    for (let day = 1; day <= 30; day++) {
      await casa.shows('casa-airbnb', [stay, edge(day)]);
      await casa.passHours(24);
    }
    const after = (await casa.lines('kaya')).filter(({ start }) => start >= '2027-07-01');
    expect(after.map(({ id }) => id)).toEqual(before.map(({ id }) => id));
    expect(after[0]).toEqual(before[0]);
    expect((await writes()) - written).toBeLessThanOrEqual(4);
    expect((await casa.feed('casa-airbnb')).status).toBe('healthy');
  });
});
