import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays, instantOf, msOf } from '../domain/interval.ts';
import type { BookingRules } from '../domain/resource.ts';
import type { PageLine } from '../store/pages.ts';
import { type BookableResource, freeSlots, nightsOf, searchedTime } from './availability.ts';
import { brokenRules, inTheWay, nearestFree } from './booking-rules.ts';

const NOW = '2027-06-01T12:00:00Z';

/** Open from 9 to 13 on Mondays, which is 13:00 to 17:00, and from 18 to 1 on Saturdays. */
function bay(bookingRules: BookingRules = {}): BookableResource {
  const openingHours = [
    { weekday: 1, opens: '09:00', closes: '13:00' },
    { weekday: 6, opens: '18:00', closes: '01:00' },
  ] as const;
  return { kind: 'timed', timeZone: 'America/New_York', openingHours, bookingRules };
}

function room(bookingRules: BookingRules = {}): BookableResource {
  return { kind: 'nightly', timeZone: 'America/Bogota', openingHours: [], bookingRules };
}

const monday = (from: string, to: string) => ({ start: `2027-06-07T${from}:00Z`, end: `2027-06-07T${to}:00Z` });
const nights = (from: number, to: number) => ({ start: addDays('2027-06-01', from), end: addDays('2027-06-01', to) });
const line = ({ start, end }: { start: string; end: string }, part: Partial<PageLine> = {}): PageLine => ({
  ...{ id: `${start}~${end}`, start, end, kind: 'reservation', status: 'active', priority: 3, source: 'feed:bnb' },
  ...part,
});

describe('a booking', () => {
  it.each([
    ['within opening hours', bay(), monday('13:00', '17:00'), []],
    ['that begins too early', bay(), monday('12:45', '14:00'), ['start']],
    ['that ends too late', bay(), monday('16:30', '17:15'), ['start']],
    ['across midnight', bay(), { start: '2027-06-06T03:00:00Z', end: '2027-06-06T05:00:00Z' }, []],
    ['across hours that are closed', bay(), { start: '2027-06-06T04:00:00Z', end: '2027-06-07T14:00:00Z' }, ['start']],
    ['at any time without hours', { ...bay(), openingHours: [] }, monday('02:00', '03:00'), []],
    ['on a step', bay({ stepMinutes: 20 }), monday('13:40', '14:00'), []],
    ['off its step', bay({ stepMinutes: 20 }), monday('13:30', '14:00'), ['start']],
    ['that is too short', bay({ minMinutes: 60 }), monday('13:00', '13:30'), ['end']],
    ['that is as short as may be', bay({ minMinutes: 60, maxMinutes: 60 }), monday('13:00', '14:00'), []],
    ['that is too long', bay({ maxMinutes: 60 }), monday('13:00', '14:01'), ['end']],
    ['in the past', bay(), { start: '2027-05-31T13:00:00Z', end: '2027-05-31T14:00:00Z' }, ['start']],
    ['without notice', bay({ minNoticeMinutes: 9000 }), monday('13:00', '14:00'), ['start']],
    ['with notice', bay({ minNoticeMinutes: 8640 }), monday('13:00', '14:00'), []],
    ['too far ahead', bay({ maxDaysAhead: 6 }), monday('13:00', '14:00'), ['end']],
    ['of a night', room(), nights(4, 5), []],
    ['of too few nights', room({ minNights: 2 }), nights(4, 5), ['end']],
    ['of too many nights', room({ maxNights: 2 }), nights(4, 7), ['end']],
    ['of tonight', room(), nights(0, 1), []],
    ['of last night', room(), nights(-1, 1), ['start']],
  ] as const)('%s breaks what it breaks', (_case, resource, interval, paths) => {
    expect(brokenRules(resource, interval, NOW).map(({ path }) => path)).toEqual(paths);
  });

  it('says in words which rule it breaks', () => {
    const broken = brokenRules(
      bay({ minNoticeMinutes: 90, minMinutes: 60 }),
      monday('13:00', '13:30'),
      '2027-06-07T12:00:00Z',
    );
    expect(broken).toEqual([
      { path: 'start', detail: 'is less than 90 minutes ahead' },
      { path: 'end', detail: 'makes it shorter than 60 minutes' },
    ]);
  });
});

describe('what is in the way', () => {
  const both = bay({ bufferBeforeMinutes: 10, bufferAfterMinutes: 20 });
  const taken = [line(monday('14:00', '15:00')), line(monday('16:00', '16:30'), { kind: 'block' })];

  it('is what the booking meets', () => {
    expect(inTheWay(both, taken, monday('13:30', '14:01'), false)).toEqual([taken[0]]);
    expect(inTheWay(both, taken, monday('15:00', '16:00'), false)).toEqual([]);
  });

  it('is also what it comes too near to, where buffers count', () => {
    expect(inTheWay(both, taken, monday('15:00', '15:30'), true)).toEqual([taken[0]]);
    expect(inTheWay(both, taken, monday('15:30', '15:41'), true)).toEqual([taken[1]]);
    expect(inTheWay(both, taken, monday('15:30', '15:40'), true)).toEqual([]);
  });
});

describe('the nearest free times', () => {
  const window = { start: '2027-06-05T00:00:00Z', end: '2027-06-16T00:00:00Z' };

  it('are as long, before and after, the nearer first', () => {
    const taken = [line(monday('14:30', '15:00'))];
    expect(nearestFree(bay(), taken, monday('14:30', '15:30'), { window, now: NOW })).toEqual([
      monday('15:00', '16:00'),
      monday('13:30', '14:30'),
    ]);
  });

  it('lie on other days where that day is full, and nowhere when all is', () => {
    const full = [line(monday('12:00', '18:00'))];
    expect(nearestFree(bay(), full, monday('13:00', '14:00'), { window, now: NOW })).toEqual([
      { start: '2027-06-06T04:00:00Z', end: '2027-06-06T05:00:00Z' },
      { start: '2027-06-12T22:00:00Z', end: '2027-06-12T23:00:00Z' },
    ]);
    expect(nearestFree(bay(), [line(window)], monday('13:00', '14:00'), { window, now: NOW })).toEqual([]);
    expect(nearestFree(bay({ maxMinutes: 30 }), [], monday('13:00', '14:00'), { window, now: NOW })).toEqual([]);
  });

  it('are slots that are free, and none lies nearer', () => {
    const booked = fc.array(fc.tuple(fc.integer({ min: -4, max: 30 }), fc.integer({ min: 1, max: 4 })), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(booked, fc.integer({ min: 0, max: 24 }), (taken, wantedAt) => {
        const at = (quarters: number) => instantOf(msOf('2027-06-07T13:00:00Z') + quarters * 900_000);
        const lines = taken.map(([from, many]) => line({ start: at(from), end: at(from + many) }));
        const always = { ...bay({ stepMinutes: 15 }), openingHours: [] };
        const wanted = { start: at(wantedAt), end: at(wantedAt + 2) };
        const search = { window: { start: at(-10), end: at(40) }, now: NOW };
        const slots = freeSlots(always, lines, { ...search, minutes: 30 });
        const found = nearestFree(always, lines, wanted, search);
        const before = slots.filter(({ start }) => start < wanted.start).at(-1);
        const after = slots.filter(({ start }) => start > wanted.start)[0];
        expect(new Set(found)).toEqual(new Set([before, after].filter((slot) => slot !== undefined)));
      }),
    );
  });

  it('are stays that are free, and none lies nearer', () => {
    const booked = fc.array(fc.tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 4 })), {
      maxLength: 8,
    });
    const stay = fc.tuple(fc.integer({ min: 5, max: 20 }), fc.integer({ min: 1, max: 5 }));
    fc.assert(
      fc.property(booked, stay, (taken, [first, many]) => {
        const lines = taken.map(([from, length]) => line(nights(from, from + length)));
        const wanted = nights(first, first + many);
        const all = { ...nights(0, 40) };
        const found = nearestFree(room(), lines, wanted, { window: all, now: NOW });
        const fits = (from: number) =>
          from >= 0 && from + many <= 40 && inTheWay(room(), lines, nights(from, from + many), false).length === 0;
        const days = Array.from({ length: 40 }, (_, from) => from).filter(fits);
        const [before, after] = [days.findLast((from) => from < first), days.find((from) => from > first)];
        expect(found.map(({ start }) => start).sort()).toEqual(
          [before, after].filter((from) => from !== undefined).map((from) => nights(from, from + 1).start),
        );
        expect(found.every((place) => nightsOf(place) === many)).toBe(true);
      }),
    );
  });

  it('are searched for where buffers of neighbours may reach', () => {
    expect(searchedTime(bay({ bufferBeforeMinutes: 10, bufferAfterMinutes: 20 }), monday('13:00', '14:00'))).toEqual(
      monday('12:30', '14:30'),
    );
  });
});
