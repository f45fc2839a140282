import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays, type Interval, instantOf, overlaps } from '../domain/interval.ts';
import type { RelationRule, Resource } from '../domain/resource.ts';
import { affectedWindows, childWindow, deriveCounted, withEdges } from './derive-counted.ts';
import type { CausingEvent } from './derive-events.ts';
import { childOf, family, resource, stay } from './family-for-tests.ts';
import { translateInterval } from './translate-interval.ts';

const YEAR: Interval = { start: '2027-01-01', end: '2028-01-01' };

function hotel(up: RelationRule['up'], ...rooms: readonly string[]) {
  const children = rooms.map((id) => resource(id, { relations: [childOf('hotel', { up: up ?? 'all' })] }));
  return family(resource('hotel'), ...children);
}

const on = (resourceId: string, from: number, to: number, part: Partial<CausingEvent> = {}) =>
  stay(`${resourceId}-${from}-${to}`, resourceId, { start: day(from), end: day(to), ...part });
const day = (offset: number) => addDays('2027-05-01', offset);

function counted(resources: ReadonlyMap<string, Resource>, events: readonly CausingEvent[], window = YEAR) {
  return deriveCounted(resources.get('hotel')!, events, resources, window);
}
const shown = (...given: Parameters<typeof counted>) => counted(...given).map(({ start, end }) => [start, end]);

describe('a parent is taken', () => {
  const pair = hotel('all', 'a', 'b');

  it('while all of its children are', () => {
    expect(shown(pair, [on('a', 0, 5), on('b', 3, 9)])).toEqual([[day(3), day(5)]]);
    expect(shown(pair, [on('a', 0, 5)])).toEqual([]);
    expect(shown(pair, [on('a', 0, 3), on('b', 3, 9)])).toEqual([]);
  });

  it('while at least so many are, in one stretch however they take turns', () => {
    const three = hotel({ atLeast: 2 }, 'a', 'b', 'c');
    expect(shown(three, [on('a', 0, 4), on('b', 2, 6), on('c', 4, 8), on('a', 6, 7)])).toEqual([[day(2), day(7)]]);
    expect(shown(three, [on('a', 0, 2), on('b', 0, 2), on('b', 2, 4), on('c', 2, 4)])).toEqual([[day(0), day(4)]]);
  });

  it('by no child twice, however many of its events overlap', () => {
    expect(shown(hotel({ atLeast: 2 }, 'a', 'b'), [on('a', 0, 4), on('a', 2, 6)])).toEqual([]);
  });

  it('never when more are asked for than there are', () => {
    expect(shown(hotel({ atLeast: 3 }, 'a', 'b'), [on('a', 0, 4), on('b', 0, 4)])).toEqual([]);
  });

  it('by what came up to a child, not by what came down to it or from beside it', () => {
    const from = (rule: string) => ({ source: { type: 'inheritance', id: rule, externalUid: 'x' } }) as const;
    for (const [rule, counts] of [
      ['up', true],
      ['count', true],
      ['down', false],
      ['adjacent', false],
    ] as const) {
      expect(shown(pair, [on('a', 0, 4), on('b', 0, 4, from(rule))])).toEqual(counts ? [[day(0), day(4)]] : []);
    }
  });

  it('by no event that holds no time, is shown by another, or stands elsewhere', () => {
    for (const part of [{ status: 'released' }, { mergedInto: 'x' }, { resourceId: 'shed' }] as const) {
      expect(shown(pair, [on('a', 0, 4), on('b', 0, 4, part)])).toEqual([]);
    }
  });

  it('in its own kind of time', () => {
    const mixed = family(
      resource('hotel', { kind: 'timed' }),
      resource('a', { relations: [childOf('hotel', { up: 'all' })] }),
      resource('b', { kind: 'timed', relations: [childOf('hotel', { up: 'all' })] }),
    );
    const lesson = stay('l', 'b', { start: '2027-05-01T19:00:00Z', end: '2027-05-01T21:00:00Z' });
    const window = { start: '2027-05-01T00:00:00Z', end: '2027-05-09T00:00:00Z' };
    expect(shown(mixed, [on('a', 0, 1), lesson], window)).toEqual([['2027-05-01T20:00:00Z', '2027-05-01T21:00:00Z']]);
  });

  it('within the window alone', () => {
    const events = [on('a', 0, 9), on('b', 0, 9)];
    expect(shown(pair, events, { start: day(2), end: day(4) })).toEqual([[day(2), day(4)]]);
  });
});

describe('the event that several children cause', () => {
  const resources = hotel({ atLeast: 2 }, 'a', 'b', 'c');

  it('names every cause, those behind derived time among them, and no guest', () => {
    const up = { source: { type: 'inheritance', id: 'up', externalUid: 'x' }, causeEventIds: ['bed-1'] } as const;
    const guest = { name: 'Rosa Lima' };
    const [found] = counted(resources, [on('a', 0, 4, { guest }), on('b', 2, 6, up), on('c', 3, 5), on('c', 8, 9)]);
    expect(found).toMatchObject({ causeEventIds: ['a-0-4', 'bed-1', 'c-3-5'], kind: 'block', resourceId: 'hotel' });
    expect(found?.title).toBe('At least 2 of 3 parts are taken');
    expect(found?.source).toEqual({ type: 'inheritance', id: 'count', externalUid: `hotel~${day(2)}` });
    expect(JSON.stringify(found)).not.toContain('Rosa');
  });

  it('keeps its id while it begins on the same day', () => {
    const id = (end: number) => counted(resources, [on('a', 0, end), on('b', 0, 9)])[0]?.id;
    expect(id(4)).toBe(id(6));
    const later = counted(resources, [on('a', 1, 4), on('b', 0, 9)])[0]?.id;
    expect(later).not.toBe(id(4));
  });

  it('ranks as the lowest of its causes and is as sure as the least sure', () => {
    const [found] = counted(resources, [on('a', 0, 4, { priority: 1 }), on('b', 0, 4, { status: 'missing' })]);
    expect(found).toMatchObject({ priority: 3, status: 'missing' });
    expect(counted(resources, [on('a', 0, 4), on('b', 0, 4)])[0]?.status).toBe('active');
  });

  it('tells when every part is taken', () => {
    expect(counted(hotel('all', 'a', 'b'), [on('a', 0, 4), on('b', 0, 4)])[0]?.title).toBe('Every part is taken');
  });
});

describe('the windows around a change', () => {
  const interval = (from: number, to: number): Interval => ({ start: day(from), end: day(to) });

  it('reach around what they touch and leave out what they do not', () => {
    const stretches = [interval(0, 2), interval(4, 6), interval(8, 9)];
    expect(affectedWindows([interval(2, 4)], stretches)).toEqual([interval(0, 6)]);
    expect(affectedWindows([interval(5, 7)], stretches)).toEqual([interval(4, 7)]);
    expect(affectedWindows([interval(10, 11), interval(1, 2)], stretches)).toEqual([interval(0, 2), interval(10, 11)]);
    expect(affectedWindows([], stretches)).toEqual([]);
  });

  it('stay within the years of four digits', () => {
    expect(withEdges({ start: '9999-12-30', end: '9999-12-31' }).end).toBe('9999-12-31');
    expect(withEdges({ start: '0000-01-01', end: '0000-01-02' }).start).toBe('0000-01-01');
    const last = { start: '9999-12-31T00:00:00Z', end: '9999-12-31T23:59:59Z' };
    expect(withEdges(last).end).toBe(last.end);
  });

  it('are found with the edges of what changed', () => {
    expect(withEdges(interval(2, 4))).toEqual(interval(1, 5));
    expect(withEdges({ start: '2027-05-01T00:00:00Z', end: '2027-05-01T01:00:00Z' })).toEqual({
      start: '2027-04-30T23:59:59Z',
      end: '2027-05-01T01:00:01Z',
    });
  });
});

const ROOMS = ['a', 'b', 'c', 'd'];
const event = fc
  .tuple(fc.constantFrom(...ROOMS), fc.nat(20), fc.integer({ min: 1, max: 6 }))
  .map(([room, from, nights]) => on(room, from, from + nights));
const events = fc.uniqueArray(event, { maxLength: 14, selector: ({ id }) => id });
const threshold = fc.constantFrom<'all' | { readonly atLeast: number }>(
  'all',
  { atLeast: 2 },
  { atLeast: 3 },
  { atLeast: 4 },
);

/** The days on which at least so many rooms are taken, counted day by day. */
function takenDays(standing: readonly CausingEvent[], least: number): string[] {
  const isTaken = (date: string, room: string) =>
    standing.some(({ resourceId, start, end }) => resourceId === room && start <= date && date < end);
  const days = Array.from({ length: 30 }, (_, offset) => day(offset));
  return days.filter((date) => ROOMS.filter((room) => isTaken(date, room)).length >= least);
}

it('the hours between a check-out and the next check-in are looked for among the nights around them', () => {
  const parent = resource('hall', { kind: 'timed' });
  const midday = { start: '2027-05-03T17:00:00Z', end: '2027-05-03T18:00:00Z' };
  const { start, end } = childWindow(midday, parent, resource('room'));
  expect(start <= '2027-05-02' && end >= '2027-05-04').toBe(true);
});

describe('for any stays', () => {
  const daysOf = (intervals: readonly Interval[]) =>
    intervals.flatMap(({ start, end }) => {
      const days: string[] = [];
      for (let date = start; date < end; date = addDays(date, 1)) days.push(date);
      return days;
    });

  it('the parent is taken on just the days on which enough rooms are, in stretches that do not touch', () => {
    fc.assert(
      fc.property(events, threshold, (standing, up) => {
        const found = counted(hotel(up, ...ROOMS), standing);
        expect(daysOf(found)).toEqual(takenDays(standing, up === 'all' ? 4 : up.atLeast));
        for (const [index, { start }] of found.entries()) expect(found[index - 1]?.end === start).toBe(false);
        for (const { causeEventIds, ...stretch } of found) {
          const sharing = standing.filter(({ start, end }) => start < stretch.end && stretch.start < end);
          expect(causeEventIds).toEqual(sharing.map(({ id }) => id).sort());
        }
      }),
    );
  });

  it('looking only at the windows around a change comes to the same as looking at everything', () => {
    fc.assert(
      fc.property(events, event, threshold, (others, changed, up) => {
        const resources = hotel(up, ...ROOMS);
        const without = others.filter(({ id }) => id !== changed.id);
        const both = [without, [...without, changed]];
        for (const [before = [], after = []] of [both, both.toReversed()]) {
          const old = counted(resources, before);
          const windows = affectedWindows(
            [changed],
            old.filter((one) => overlaps(one, withEdges(changed))),
          );
          const outside = old.filter((one) => !windows.some((window) => overlaps(one, window)));
          const inside = windows.flatMap((window) => {
            const near = after.filter((one) => overlaps(one, window));
            return counted(resources, near, window);
          });
          const found = [...outside, ...inside].sort((a, b) => (a.start < b.start ? -1 : 1));
          expect(found).toEqual(counted(resources, after));
        }
      }),
    );
  });

  it('the time of a child that bears on a window is found where childWindow says', () => {
    const timed = resource('bay', { kind: 'timed', timeZone: 'America/New_York' });
    const nightly = resource('room', { timeZone: 'America/New_York' });
    // Around the day on which summer time begins there.
    const hour = (offset: number) => instantOf(Date.parse('2027-03-08T00:00:00Z') + offset * 3_600_000);
    const instants = fc
      .tuple(fc.nat(14 * 24), fc.integer({ min: 1, max: 12 }))
      .map(([from, hours]) => ({ start: hour(from), end: hour(from + hours) }));
    const dates = fc
      .tuple(fc.nat(14), fc.integer({ min: 1, max: 6 }))
      .map(([from, nights]) => ({ start: addDays('2027-03-08', from), end: addDays('2027-03-08', from + nights) }));
    const shares = (a: Interval | null, b: Interval) => a !== null && overlaps(a, b);
    const isFound = (time: Interval, window: Interval, parent: Resource, child: Resource) =>
      !shares(translateInterval(time, child, parent), window) || shares(childWindow(window, parent, child), time);
    fc.assert(
      fc.property(instants, dates, (hours, nights) => {
        expect(isFound(hours, nights, nightly, timed)).toBe(true);
        expect(isFound(nights, hours, timed, nightly)).toBe(true);
      }),
    );
  });
});
