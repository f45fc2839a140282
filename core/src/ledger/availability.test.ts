import { describe, expect, it } from 'vitest';
import type { BookingRules } from '../domain/resource.ts';
import type { PageLine } from '../store/pages.ts';
import { type BookableResource, freeNights, freeSlots, freeTime, searchedTime } from './availability.ts';
import { standingLines } from './busy-time.ts';

const NOW = '2027-06-01T12:00:00Z';
const MORNING = { start: '2027-06-07T12:00:00Z', end: '2027-06-07T18:00:00Z' };

/** A bay that is open from 9 to 13 on its clocks, which is 13:00 to 17:00. */
function bay(bookingRules: BookingRules = {}): BookableResource {
  const openingHours = [{ weekday: 1, opens: '09:00', closes: '13:00' }] as const;
  return { kind: 'timed', timeZone: 'America/New_York', openingHours, bookingRules };
}

function room(bookingRules: BookingRules = {}): BookableResource {
  return { kind: 'nightly', timeZone: 'America/Bogota', openingHours: [], bookingRules };
}

function line(start: string, end: string, part: Partial<PageLine> = {}): PageLine {
  const id = `${start}~${end}`;
  return { id, start, end, kind: 'reservation', status: 'active', priority: 3, source: 'feed:bnb', ...part };
}

const hour = (from: string, to: string, part: Partial<PageLine> = {}) =>
  line(`2027-06-07T${from}:00Z`, `2027-06-07T${to}:00Z`, part);
const stay = (from: number, to: number) => line(`2027-06-${two(from)}`, `2027-06-${two(to)}`);
const two = (day: number) => String(day).padStart(2, '0');

function slots(resource: BookableResource, lines: readonly PageLine[], minutes = 60, now = NOW): string[] {
  return freeSlots(resource, lines, { window: MORNING, now, minutes }).map(({ start }) => start.slice(11, 16));
}

function nights(resource: BookableResource, lines: readonly PageLine[], now = NOW, asked = 1): string[] {
  const window = { start: '2027-06-10', end: '2027-06-20' };
  const searched = searchedTime(resource, window, asked);
  const found = freeNights(resource, lines, { window, now, searched, nights: asked });
  return found.map(({ start, end }) => `${start.slice(8)}-${end.slice(8)}`);
}

describe('free slots', () => {
  it('lie around what is taken, to the minute', () => {
    expect(slots(bay(), [hour('14:00', '15:00')])).toEqual(['13:00', '15:00', '15:30', '16:00']);
    expect(slots(bay(), [hour('14:00', '14:01')])).toEqual(['13:00', '14:30', '15:00', '15:30', '16:00']);
    expect(slots(bay(), [hour('12:00', '18:00')])).toEqual([]);
  });

  it('keep the buffers of both bookings, but may begin when the doors open', () => {
    const both = bay({ bufferBeforeMinutes: 10, bufferAfterMinutes: 20 });
    expect(slots(both, [hour('15:00', '15:30')]), 'clearing up and setting up do not overlap').toEqual([
      '13:00',
      '13:30',
      '16:00',
    ]);
  });

  it('keep from what is closed only what the booking itself needs', () => {
    const both = bay({ bufferBeforeMinutes: 30, bufferAfterMinutes: 20, stepMinutes: 10 });
    const free = slots(both, [hour('15:00', '15:10', { kind: 'block' })]);
    expect(free.filter((start) => start < '15:00').at(-1)).toBe('13:40');
    expect(free.find((start) => start > '15:00')).toBe('15:40');
  });

  it('begin after the notice, and end within the days ahead', () => {
    const now = '2027-06-07T13:10:00Z';
    expect(slots(bay(), [], 60, now)).toEqual(['13:30', '14:00', '14:30', '15:00', '15:30', '16:00']);
    expect(slots(bay({ minNoticeMinutes: 120 }), [], 60, now)).toEqual(['15:30', '16:00']);
    expect(slots(bay({ maxDaysAhead: 1 }), [], 60, '2027-06-06T15:00:00Z')).toEqual(['13:00', '13:30', '14:00']);
    expect(slots(bay(), [], 60, '2027-06-08T00:00:00Z'), 'nothing is free that is over').toEqual([]);
  });

  it('of what is missing, inherited or overridden are none', () => {
    for (const part of [
      { status: 'missing' },
      { kind: 'block', source: 'inheritance:down' },
      { overriddenBy: 'other' },
      { mergedInto: 'other' },
    ] as const) {
      expect(slots(bay(), [hour('13:00', '16:00', part)])).toEqual(['16:00']);
    }
  });

  it('are where a hold has lapsed, from that very second on', () => {
    const held = [{ lines: [hour('13:00', '16:00', { until: '2027-06-01T12:00:00Z' })] }];
    expect(slots(bay(), standingLines(held, '2027-06-01T11:59:59Z'))).toEqual(['16:00']);
    expect(slots(bay(), standingLines(held, '2027-06-01T12:00:00Z'))).toHaveLength(7);
  });
});

describe('free time', () => {
  it('is what is open and not kept from bookings', () => {
    expect(freeTime(bay({ bufferAfterMinutes: 15 }), [hour('14:00', '15:00')], { window: MORNING, now: NOW })).toEqual([
      { start: '2027-06-07T13:00:00Z', end: '2027-06-07T13:45:00Z' },
      { start: '2027-06-07T15:15:00Z', end: '2027-06-07T17:00:00Z' },
    ]);
  });
});

describe('free nights', () => {
  it('may begin on the day that another stay ends, and end on the day that one begins', () => {
    expect(nights(room(), [stay(12, 14), stay(15, 16)])).toEqual(['10-12', '14-15', '16-20']);
  });

  it('are none in gaps that are too short for the least stay, or for the nights that are asked for', () => {
    const taken = [stay(12, 14), stay(15, 16)];
    expect(nights(room({ minNights: 2 }), taken)).toEqual(['10-12', '16-20']);
    expect(nights(room(), taken, NOW, 3)).toEqual(['10-12', '16-20']);
    expect(nights(room({ minNights: 4 }), [stay(7, 8), ...taken]), 'from the 8th to the 12th').toEqual([
      '10-12',
      '16-20',
    ]);
    expect(nights(room({ minNights: 4 }), [stay(8, 9), ...taken])).toEqual(['16-20']);
  });

  it('begin today where the resource is, or after its notice', () => {
    const late = '2027-06-12T04:00:00Z';
    expect(nights(room(), [], late), 'it is still the 11th in Bogota').toEqual(['11-20']);
    expect(nights(room({ minNoticeMinutes: 120 }), [], late)).toEqual(['12-20']);
    expect(nights(room({ maxDaysAhead: 4 }), [], late)).toEqual(['11-15']);
    expect(nights(room(), [], '2027-07-01T12:00:00Z')).toEqual([]);
  });

  it('are not free beyond what is known', () => {
    const window = { start: '2027-06-10', end: '2027-06-12' };
    const search = { window, now: NOW, searched: window };
    expect(freeNights(room({ minNights: 3 }), [], search)).toEqual([]);
  });
});
