import { addDays } from '@dovetail/core/domain/interval.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BodyEntry } from './calendar-body.ts';
import { FeedHistory } from './feed-history.ts';

let history: FeedHistory;
beforeEach(async () => {
  history = await FeedHistory.open();
});
afterEach(() => history.close());

const STAY: BodyEntry = { uid: 'a', start: '2027-06-10', end: '2027-06-14' };
const OTHER: BodyEntry = { uid: 'z', start: '2027-07-10', end: '2027-07-14' };

describe('a stay is the same event', () => {
  it.each<[string, BodyEntry, BodyEntry]>([
    ['moved elsewhere under its UID', STAY, { ...STAY, start: '2027-08-01', end: '2027-08-03' }],
    ['under a new UID, on the same nights', STAY, { ...STAY, uid: 'b' }],
    ['extended under a new UID', STAY, { ...STAY, uid: 'b', end: '2027-06-16' }],
    ['begun later under a new UID', STAY, { ...STAY, uid: 'b', start: '2027-06-12' }],
    [
      'moved elsewhere under a new UID, by its reservation code',
      { ...STAY, code: 'HMSTAY0001' },
      { uid: 'b', code: 'HMSTAY0001', start: '2027-08-01', end: '2027-08-03' },
    ],
    ['turned into a closure under its UID', STAY, { ...STAY, summary: 'Blocked' }],
  ])('%s', async (_case, before, after) => {
    const [known, other] = await history.shows([before, OTHER], 'airbnb').read();
    const now = await history.shows([after, OTHER], 'airbnb').read(1);
    expect(now).toHaveLength(2);
    const same = now.find(({ id }) => id === known?.id);
    expect(same).toMatchObject({ start: after.start, end: after.end, status: 'active' });
    expect(now.find(({ id }) => id === other?.id)).toEqual(other);
    const [, ...later] = await history.runs();
    const changes = later.flatMap((run) => run.changes);
    expect(changes.every(({ action, eventId }) => action === 'changed' && eventId === known?.id)).toBe(true);
  });
});

describe('a stay is another event', () => {
  it.each<[string, BodyEntry, BodyEntry]>([
    [
      'with another reservation code, on the same nights and under the same UID',
      { ...STAY, code: 'HMSTAY0001' },
      { ...STAY, code: 'HMSTAY0002' },
    ],
    ['of another kind under another UID, on the same nights', STAY, { ...STAY, uid: 'b', summary: 'Not available' }],
    ['under another UID with neither end in common', STAY, { uid: 'b', start: '2027-06-11', end: '2027-06-16' }],
  ])('%s', async (_case, before, after) => {
    const [known] = await history.shows([before, OTHER], 'airbnb').read();
    const now = await history.shows([after, OTHER], 'airbnb').read(1);
    expect(now).toHaveLength(3);
    expect(now.find(({ id }) => id === known?.id)?.status).not.toBe('active');
    expect(now.filter(({ start, status }) => start === after.start && status === 'active')).toHaveLength(1);
  });
});

it('exact matches are found before weaker ones, whatever stands first in the feed', async () => {
  // All begin on one day, so that any could be taken for any other by its start.
  const closures = [12, 14, 16, 18, 20, 22].map((day) => ({ start: '2027-06-10', end: `2027-06-${day}` }));
  const named = (uids: string) => closures.map((closure, index) => ({ ...closure, uid: `${uids}-${index}` }));
  const before = await history.shows(named('first')).read();
  expect(await history.shows(named('second').reverse()).read(1)).toEqual(before);
});

it('adjacent stays of the same words keep their events over fifty reads with new UIDs in any order', async () => {
  const stays = Array.from({ length: 6 }, (_, index) => ({
    start: addDays('2027-06-10', index * 3),
    end: addDays('2027-06-13', index * 3),
  }));
  const before = await history.shows(stays.map((stay, index) => ({ ...stay, uid: `first-${index}` }))).read();
  for (let poll = 0; poll < 50; poll++) {
    const mixed = stays.map((stay, index) => ({ ...stay, uid: `${poll}-${index}` }));
    if (poll % 2 === 1) mixed.reverse();
    expect(await history.shows(mixed).read(0.5)).toEqual(before);
  }
  expect((await history.runs()).map(({ counts }) => counts.added)).toEqual([6]);
});

it('UIDs that come twice name two events each, by their starts: what is left of a pair is not taken for the other', async () => {
  const pairs = ['a', 'b', 'c', 'd'].flatMap((uid, index) => [
    { uid, start: addDays('2027-06-10', index * 3), end: addDays('2027-06-11', index * 3) },
    { uid, start: addDays('2027-07-10', index * 3), end: addDays('2027-07-11', index * 3) },
  ]);
  const before = await history.shows(pairs).read();
  expect(new Set(before.map(({ id }) => id)).size).toBe(8);
  const left = pairs.filter(({ start }) => start > '2027-07-01').map((one) => ({ ...one, end: addDays(one.end, 1) }));
  const after = await history.shows(left).read(1);
  expect(after.map(({ id }) => id)).toEqual(before.map(({ id }) => id));
  expect(after.map(({ status }) => status)).toEqual([...Array(4).fill('missing'), ...Array(4).fill('active')]);
});

it('a stay told twice with the same UID and nights is one event', async () => {
  expect(await history.shows([STAY, STAY]).read()).toHaveLength(1);
});

it('DTSTAMP, SEQUENCE and LAST-MODIFIED are not content', async () => {
  const stamped = (at: string): BodyEntry => ({
    ...STAY,
    lines: [`LAST-MODIFIED:${at}`, `SEQUENCE:${at.slice(4, 8)}`],
  });
  await history.shows([stamped('20270601T060000Z')]).read();
  for (const at of ['20270601T070000Z', '20270602T080000Z']) {
    history.now += 3_600_000;
    const { writes } = await history.billed(() => history.shows([stamped(at)]).read());
    expect(writes).toBe(1);
  }
});

it('a changed title or guest changes the event, and nobody can read either from what is remembered', async () => {
  await history.close();
  history = await FeedHistory.open({ feed: { platform: 'vrbo' } });
  await history.shows([{ ...STAY, summary: 'Reserved - Robin' }, OTHER], 'vrbo').read();
  await history.shows([{ ...STAY, summary: 'Reserved - Robyn' }, OTHER], 'vrbo').read(1);
  const [event] = await history.events();
  expect(event).toMatchObject({ title: 'Reserved - Robyn', guest: { name: 'Robyn' }, revision: 2 });
  const { documents, store } = history.deps;
  const remembered = await store.feedEntries.get(documents, 'casa', 'feed', 1);
  expect(remembered.shards.flat()).toHaveLength(2);
  expect(JSON.stringify(remembered)).not.toMatch(/Rob[iy]n/);
});
