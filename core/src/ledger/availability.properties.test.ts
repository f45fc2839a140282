import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { addDays, type Interval, instantOf, msOf } from '../domain/interval.ts';
import type { OpeningHours } from '../domain/resource.ts';
import type { PageLine } from '../store/pages.ts';
import { type BookableResource, freeNights, freeSlots, nightsOf, searchedTime } from './availability.ts';
import { busyTime } from './busy-time.ts';

/** Every time below is a multiple of this, as are the changes of clocks (Lord Howe's are of half an hour). */
const TICK = 15;
const TICK_MS = TICK * 60_000;
const DAYS = 2;

/** Days on which clocks change, and one on which they do not. */
const day = fc.constantFrom(
  ...['America/New_York 2027-03-13', 'America/New_York 2027-11-06', 'Europe/London 2027-10-30'],
  ...['Australia/Lord_Howe 2027-04-03', 'Australia/Lord_Howe 2027-10-02', 'America/Bogota 2027-06-01'],
  ...['Africa/Casablanca 2027-02-06', 'Asia/Kolkata 2027-03-13'],
);
const tick = fc.integer({ min: 0, max: 95 });
const hours: fc.Arbitrary<OpeningHours> = fc
  .tuple(fc.integer({ min: 1, max: 7 }), tick, fc.integer({ min: 1, max: 96 }))
  .filter(([, opens, closes]) => opens !== closes)
  .map(([weekday, opens, closes]) => ({ weekday, opens: clock(opens), closes: clock(closes) }) as OpeningHours);
const buffer = fc.constantFrom(0, 0, 15, 30, 60);

describe('free slots', () => {
  it('are those that a look at every quarter of an hour finds', () => {
    const scene = fc.record({
      day,
      openingHours: fc.array(hours, { maxLength: 8 }),
      bufferBeforeMinutes: buffer,
      bufferAfterMinutes: buffer,
      minutes: fc.constantFrom(15, 45, 60, 120),
      taken: fc.array(
        fc.record({ at: fc.integer({ min: -20, max: DAYS * 96 + 20 }), ticks: tick, isStay: fc.boolean() }),
        {
          maxLength: 6,
        },
      ),
      notice: fc.constantFrom(0, 0, 300),
    });
    fc.assert(
      fc.property(scene, ({ day: where, taken, minutes, notice, openingHours, ...buffers }) => {
        const [timeZone = '', date = ''] = where.split(' ');
        const from = Temporal.PlainDate.from(date).toZonedDateTime(timeZone).epochMilliseconds;
        const window = { start: instantOf(from), end: instantOf(from + DAYS * 96 * TICK_MS) };
        const bookingRules = { ...buffers, stepMinutes: TICK, minNoticeMinutes: notice };
        const resource: BookableResource = { kind: 'timed', timeZone, openingHours, bookingRules };
        const lines = taken.map(({ at, ticks, isStay }, index) =>
          line(index, isStay, instantOf(from + at * TICK_MS), instantOf(from + (at + ticks + 1) * TICK_MS)),
        );
        const now = window.start;
        expect(freeSlots(resource, lines, { window, now, minutes })).toEqual(
          slotsByLooking(resource, lines, window, msOf(now) + notice * 60_000, minutes),
        );
      }),
      { numRuns: 300 },
    );
  });
});

describe('free nights', () => {
  it('are those that a look at every night and every stay finds', () => {
    const scene = fc.record({
      taken: fc.array(fc.record({ at: fc.integer({ min: -6, max: 20 }), nights: fc.integer({ min: 1, max: 6 }) })),
      minNights: fc.integer({ min: 1, max: 5 }),
      nights: fc.integer({ min: 1, max: 4 }),
      today: fc.integer({ min: -8, max: 12 }),
    });
    fc.assert(
      fc.property(scene, ({ taken, minNights, nights, today }) => {
        const resource: BookableResource = {
          ...{ kind: 'nightly', timeZone: 'America/Bogota', openingHours: [], bookingRules: { minNights } },
        };
        const at = (days: number) => addDays('2027-05-10', days);
        const window = { start: at(0), end: at(14) };
        const lines = taken.map(({ at: first, nights: many }, index) => line(index, true, at(first), at(first + many)));
        const searched = searchedTime(resource, window, nights);
        const found = freeNights(resource, lines, { window, now: `${at(today)}T12:00:00Z`, searched, nights });
        const isFree = (date: string) =>
          date >= at(today) && lines.every(({ start, end }) => date < start || date >= end);
        const fits = (date: string) => {
          const least = Math.max(minNights, nights);
          for (let first = 1 - least; first <= 0; first++) {
            if (Array.from({ length: least }, (_, night) => addDays(date, first + night)).every(isFree)) return true;
          }
          return false;
        };
        const days = Array.from({ length: 14 }, (_, index) => at(index));
        expect(days.filter((date) => found.some(({ start, end }) => start <= date && date < end))).toEqual(
          days.filter(fits),
        );
        expect(
          found.every((stretch, index) => nightsOf(stretch) > 0 && stretch.start > (found[index - 1]?.end ?? '')),
        ).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

describe('busy time', () => {
  it('takes every moment that a line takes, in intervals that stand apart', () => {
    const lines = fc.array(fc.tuple(fc.integer({ min: -5, max: 30 }), fc.integer({ min: 1, max: 8 })));
    fc.assert(
      fc.property(lines, (taken) => {
        const at = (days: number) => addDays('2027-05-10', days);
        const standing = taken.map(([first, many], index) => line(index, true, at(first), at(first + many)));
        const busy = busyTime(standing, { start: at(0), end: at(20) });
        const covers = (intervals: readonly Interval[], date: string) =>
          intervals.some(({ start, end }) => start <= date && date < end);
        for (let index = -6; index < 40; index++) {
          expect(covers(busy, at(index))).toBe(index >= 0 && index < 20 && covers(standing, at(index)));
        }
        expect(busy.every(({ start }, index) => start > (busy[index - 1]?.end ?? ''))).toBe(true);
      }),
    );
  });
});

/** Walks the window tick by tick, and asks of each that a booking would take whether it may. */
function slotsByLooking(
  { timeZone, openingHours, bookingRules }: BookableResource,
  lines: readonly PageLine[],
  { start, end }: Interval,
  earliest: number,
  minutes: number,
): Interval[] {
  const { bufferBeforeMinutes: before = 0, bufferAfterMinutes: after = 0 } = bookingRules ?? {};
  const isTaken = (at: number) =>
    lines.some((one) => {
      const own = one.kind === 'reservation' ? { before, after } : { before: 0, after: 0 };
      return at >= msOf(one.start) - own.before * 60_000 && at < msOf(one.end) + own.after * 60_000;
    });
  const ticks = (from: number, to: number) =>
    Array.from({ length: (to - from) / TICK_MS }, (_, index) => from + index * TICK_MS);
  const open = new Set(
    ticks(msOf(start), msOf(end)).filter((at) => openingHours.length === 0 || isOpen(at, timeZone, openingHours)),
  );
  return ticks(msOf(start), msOf(end))
    .filter((from) => {
      const to = from + minutes * 60_000;
      if (from < earliest || to > msOf(end) || !ticks(from, to).every((at) => open.has(at))) return false;
      return !ticks(from - before * 60_000, to + after * 60_000).some(isTaken);
    })
    .map((from) => ({ start: instantOf(from), end: instantOf(from + minutes * 60_000) }));
}

function isOpen(at: number, timeZone: string, openingHours: readonly OpeningHours[]): boolean {
  const shown = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone);
  const time = shown.toPlainTime().toString().slice(0, 5);
  const yesterday = shown.dayOfWeek === 1 ? 7 : shown.dayOfWeek - 1;
  return openingHours.some(({ weekday, opens, closes }) => {
    if (opens < closes) return weekday === shown.dayOfWeek && opens <= time && time < closes;
    return (weekday === shown.dayOfWeek && time >= opens) || (weekday === yesterday && time < closes);
  });
}

function clock(ticks: number): string {
  const minutes = ticks * TICK;
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}

function line(index: number, isStay: boolean, start: string, end: string): PageLine {
  const kind = isStay ? 'reservation' : 'block';
  return { id: `e${index}`, start, end, kind, status: 'active', priority: 3, source: 'staff:api' };
}
