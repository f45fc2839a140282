import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { addDuration, UTC, zoneOf } from './zone.ts';

const instants = fc
  .integer({ min: Date.UTC(2000, 0, 1) / 1000, max: Date.UTC(2037, 0, 1) / 1000 })
  .map((seconds) => `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`);
const zones = fc.constantFrom(
  'America/New_York',
  'Europe/Berlin',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'America/Sao_Paulo',
  'Pacific/Apia',
  'Africa/Casablanca',
  '+05:30',
);

describe('a zone', () => {
  it('shows what Temporal says clocks show, and when', () => {
    fc.assert(
      fc.property(zones, fc.array(instants, { maxLength: 20 }), (name, times) => {
        const zone = zoneOf(name);
        for (const time of times) {
          const wall = Temporal.Instant.from(time).toZonedDateTimeISO(name).toPlainDateTime();
          expect(zone.wallAt(time)).toBe(wall.toString());
          const instant = wall.toZonedDateTime(name).toInstant().toString();
          expect(zone.instantAt(wall.toString())).toBe(instant);
        }
      }),
    );
  });

  it('reckons a time that clocks skip as if they had not, and takes the first of two', () => {
    const zone = zoneOf('America/New_York');
    expect(zone.instantAt('2027-03-14T02:30:00')).toBe('2027-03-14T07:30:00Z');
    expect(zone.instantAt('2027-11-07T01:30:00')).toBe('2027-11-07T05:30:00Z');
  });

  it('knows a day that was left out, and days that begin at one', () => {
    expect(zoneOf('Pacific/Apia').instantAt('2011-12-30T12:00:00')).toBe('2011-12-30T22:00:00Z');
    expect(zoneOf('America/Sao_Paulo').instantAt('2018-11-04T00:00:00')).toBe('2018-11-04T03:00:00Z');
  });

  it('ends with the year 9999', () => {
    expect(zoneOf('America/New_York').instantAt('9999-12-31T23:00:00')).toBe('9999-12-31T23:59:59Z');
    expect(zoneOf('Pacific/Auckland').wallAt('9999-12-31T23:59:59Z').slice(0, 10)).toBe('9999-12-31');
  });

  it('begins with the year 0000', () => {
    expect(zoneOf('Pacific/Auckland').instantAt('0000-01-01T00:00:00')).toBe('0000-01-01T00:00:00Z');
    expect(zoneOf('America/New_York').wallAt('0000-01-01T00:00:00Z')).toBe('0000-01-01T00:00:00');
  });

  it('is refused under a name that is none', () => {
    expect(() => zoneOf('Mars/Base')).toThrow(RangeError);
  });
});

describe('a duration', () => {
  const newYork = zoneOf('America/New_York');

  it.each([
    ['2027-03-13', 'P4D', '2027-03-17'],
    ['2027-03-13', 'P1W', '2027-03-20'],
    ['2027-03-13', 'PT48H', '2027-03-15'],
    ['9999-12-30', 'P9D', '9999-12-31'],
    ['9999-12-30', 'P1DT72H', '9999-12-31'],
    ['2027-03-10', '-P3000Y', '0000-01-01'],
  ])('moves the date %s by %s', (start, duration, end) => {
    expect(addDuration(start, duration, UTC)).toBe(end);
  });

  it.each([
    ['2027-03-13T17:00:00Z', 'P1D', '2027-03-14T16:00:00Z'],
    ['2027-03-13T17:00:00Z', 'PT24H', '2027-03-14T17:00:00Z'],
    ['2027-03-13T17:00:00Z', 'P1DT1H', '2027-03-14T17:00:00Z'],
    ['2027-03-13T17:00:00Z', '-PT1H', '2027-03-13T16:00:00Z'],
    ['9999-12-31T17:00:00Z', 'P9D', '9999-12-31T23:59:59Z'],
  ])('moves %s by %s, where a day is what clocks make of it', (start, duration, end) => {
    expect(addDuration(start, duration, newYork)).toBe(end);
  });

  it('is refused when it is none', () => {
    expect(() => addDuration('2027-03-13', 'four days', UTC)).toThrow(RangeError);
  });
});
