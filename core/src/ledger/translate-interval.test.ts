import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { addDays, type Interval, instantOf, overlaps } from '../domain/interval.ts';
import { type TimeKeeping, translateInterval } from './translate-interval.ts';

const BAY: TimeKeeping = { kind: 'timed', timeZone: 'America/New_York' };
const ROOM: TimeKeeping = { kind: 'nightly', timeZone: 'America/Bogota', checkInTime: '14:00', checkOutTime: '10:00' };

const nights = (start: string, end: string): Interval => ({ start, end });
const hours = (start: string, end: string): Interval => ({ start: `${start}:00Z`, end: `${end}:00Z` });

describe('nights on a timed resource', () => {
  it('last from check-in to check-out in the zone that is slept in', () => {
    const taken = translateInterval(nights('2027-05-01', '2027-05-03'), ROOM, BAY);
    expect(taken).toEqual(hours('2027-05-01T19:00', '2027-05-03T15:00'));
  });

  it('last from 15:00 to 11:00 where no times are stated', () => {
    const room: TimeKeeping = { kind: 'nightly', timeZone: 'UTC' };
    const taken = translateInterval(nights('2027-05-01', '2027-05-02'), room, BAY);
    expect(taken).toEqual(hours('2027-05-01T15:00', '2027-05-02T11:00'));
  });

  it('are an hour shorter when summer time begins, and an hour longer when it ends', () => {
    const room: TimeKeeping = { kind: 'nightly', timeZone: 'Europe/Berlin' };
    const spring = translateInterval(nights('2027-03-27', '2027-03-28'), room, BAY);
    expect(spring).toEqual(hours('2027-03-27T14:00', '2027-03-28T09:00'));
    const autumn = translateInterval(nights('2027-10-30', '2027-10-31'), room, BAY);
    expect(autumn).toEqual(hours('2027-10-30T13:00', '2027-10-31T10:00'));
  });

  it('begin an hour later when their check-in falls into the hour that is skipped', () => {
    const room: TimeKeeping = { kind: 'nightly', timeZone: 'Europe/Berlin', checkInTime: '02:30' };
    const taken = translateInterval(nights('2027-03-28', '2027-03-29'), room, BAY);
    expect(taken?.start).toBe('2027-03-28T01:30:00Z');
  });

  it('end with the year 9999', () => {
    const taken = translateInterval(nights('9999-12-30', '9999-12-31'), { ...ROOM, checkOutTime: '20:00' }, BAY);
    expect(taken?.end).toBe('9999-12-31T23:59:59Z');
  });
});

describe('hours on a nightly resource', () => {
  it.each([
    ['all of a night', '2027-05-01T19:00', '2027-05-02T15:00', '2027-05-01', '2027-05-02'],
    ['its first minute', '2027-05-01T18:00', '2027-05-01T19:01', '2027-05-01', '2027-05-02'],
    ['its last minute', '2027-05-02T14:59', '2027-05-02T16:00', '2027-05-01', '2027-05-02'],
    ['the last of one and the first of another', '2027-05-02T14:59', '2027-05-02T19:01', '2027-05-01', '2027-05-03'],
    ['several', '2027-05-01T18:00', '2027-05-04T03:00', '2027-05-01', '2027-05-04'],
  ])('take the nights they share time with: %s', (_case, start, end, from, to) => {
    expect(translateInterval(hours(start, end), BAY, ROOM)).toEqual(nights(from, to));
  });

  it('take none between check-out and check-in', () => {
    expect(translateInterval(hours('2027-05-02T15:00', '2027-05-02T19:00'), BAY, ROOM)).toBeNull();
  });

  it('stay within the years of four digits', () => {
    expect(translateInterval(hours('9999-12-31T22:00', '9999-12-31T23:59'), BAY, ROOM)).toBeNull();
    expect(translateInterval(hours('9999-12-30T22:00', '9999-12-31T23:59'), BAY, ROOM)).toEqual(
      nights('9999-12-30', '9999-12-31'),
    );
    expect(translateInterval(hours('0000-01-01T00:00', '0000-01-02T00:00'), BAY, ROOM)?.start).toBe('0000-01-01');
  });
});

it('between resources of one kind nothing changes', () => {
  const stay = nights('2027-05-01', '2027-05-03');
  expect(translateInterval(stay, ROOM, { ...ROOM, timeZone: 'Asia/Tokyo' })).toBe(stay);
  const lesson = hours('2027-05-01T10:00', '2027-05-01T11:00');
  expect(translateInterval(lesson, BAY, { ...BAY, timeZone: 'Asia/Tokyo' })).toBe(lesson);
});

describe('in every zone and on every day', () => {
  const zone = fc.constantFrom('America/New_York', 'Europe/London', 'Australia/Lord_Howe', 'Africa/Casablanca', 'UTC');
  const timeOfDay = fc
    .tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom('00', '30', '59'))
    .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${minute}`);
  const room = fc
    .record({ timeZone: zone, checkInTime: timeOfDay, checkOutTime: timeOfDay })
    .map((times): TimeKeeping => ({ kind: 'nightly', ...times }));
  const START = Date.parse('2027-01-01T00:00:00Z');
  const minutes = (most: number) => fc.integer({ min: 1, max: most });
  const interval = fc.tuple(minutes(366 * 24 * 60), minutes(4 * 24 * 60)).map(([from, length]) => ({
    start: instantOf(START + from * 60_000),
    end: instantOf(START + (from + length) * 60_000),
  }));

  /** A night as the clock on the wall tells it. */
  function nightOf(date: string, { timeZone, checkInTime, checkOutTime }: TimeKeeping): Interval {
    const at = (day: string, time = '') =>
      Temporal.PlainDateTime.from(`${day}T${time}`).toZonedDateTime(timeZone).epochMilliseconds;
    return { start: instantOf(at(date, checkInTime)), end: instantOf(at(addDays(date, 1), checkOutTime)) };
  }

  it('an interval takes exactly the nights that share time with it', () => {
    fc.assert(
      fc.property(interval, room, (taken, resource) => {
        const days = Array.from({ length: 9 }, (_, day) => addDays(taken.start.slice(0, 10), day - 3));
        const expected = days.filter((date) => overlaps(nightOf(date, resource), taken));
        const found = translateInterval(taken, BAY, resource);
        expect(days.filter((date) => found && found.start <= date && date < found.end)).toEqual(expected);
      }),
    );
  });

  it('a night and an interval share time on the one resource just when they do on the other', () => {
    fc.assert(
      fc.property(interval, fc.integer({ min: -3, max: 6 }), room, (taken, offset, resource) => {
        const start = addDays(taken.start.slice(0, 10), offset);
        const night = nights(start, addDays(start, 1));
        const asHours = translateInterval(night, resource, BAY);
        const asNights = translateInterval(taken, BAY, resource);
        expect(asNights !== null && overlaps(asNights, night)).toBe(asHours !== null && overlaps(asHours, taken));
      }),
    );
  });
});
