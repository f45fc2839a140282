import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { InvalidInput } from './errors.ts';
import {
  addDays,
  instantOf,
  isDate,
  isInstant,
  monthsOf,
  msOf,
  overlaps,
  sameInterval,
  toInstant,
  toTimestamp,
} from './interval.ts';

const two = (n: number) => String(n).padStart(2, '0');
const four = (n: number) => String(n).padStart(4, '0');

/** Seconds of every moment from the year 0001 to 9998: room for any offset. */
const seconds = fc.integer({ min: -62_135_596_800, max: 253_370_764_800 });
const offset = fc.record({
  sign: fc.constantFrom('+', '-'),
  hours: fc.integer({ min: 0, max: 23 }),
  minutes: fc.integer({ min: 0, max: 59 }),
});
const fraction = fc.stringMatching(/^(\.\d{1,12})?$/);

/** Looks like RFC 3339; about half name no real time. */
const plausible = fc
  .tuple(
    fc.constantFrom(0, 1, 1900, 1970, 2000, 2027, 2028, 9999),
    fc.integer({ min: 0, max: 13 }),
    fc.constantFrom(0, 1, 15, 28, 29, 30, 31, 32),
    fc.constantFrom(0, 1, 12, 23, 24, 25),
    fc.constantFrom(0, 30, 59, 60),
    fc.constantFrom(0, 30, 59, 60, 61),
    fraction,
    fc.constantFrom('Z', 'z', '+00:00', '-00:00', '+05:30', '-11:00', '+23:59', '+24:00', '-03:60'),
    fc.constantFrom('T', 't'),
  )
  .map(
    ([y, mo, d, h, mi, s, f, zone, t]) =>
      `${four(y)}-${two(mo)}-${two(d)}${t}${two(h)}:${two(mi)}:${two(s)}${f}${zone}`,
  );

/** What Temporal makes of a time, in the canonical form; null for none, a leap second, or a year of five digits. */
function byTemporal(value: string): string | null {
  if (value.slice(17, 19) === '60') return null;
  try {
    const ms = Temporal.Instant.from(value.toUpperCase().replace(/\.\d+/, '')).epochMilliseconds;
    const instant = new Date(ms).toISOString();
    return instant.length === 24 ? `${instant.slice(0, 19)}Z` : null;
  } catch {
    return null;
  }
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

function lengthOf(year: number, month: number): number {
  return month === 2 ? (isLeap(year) ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** The day after, counted on fingers. */
function nextDay(date: string): string {
  const [year, month, day] = date.split('-').map(Number) as [number, number, number];
  if (day < lengthOf(year, month)) return `${four(year)}-${two(month)}-${two(day + 1)}`;
  return month < 12 ? `${four(year)}-${two(month + 1)}-01` : `${four(year + 1)}-01-01`;
}

const date = fc
  .tuple(fc.integer({ min: 1, max: 9000 }), fc.integer({ min: 1, max: 12 }), fc.nat())
  .map(([year, month, day]) => `${four(year)}-${two(month)}-${two((day % lengthOf(year, month)) + 1)}`);

describe('toInstant', () => {
  it('finds the same moment behind every offset, and cuts fractions', () => {
    fc.assert(
      fc.property(seconds, offset, fraction, (moment, { sign, hours, minutes }, digits) => {
        const shift = (sign === '+' ? 1 : -1) * (hours * 3600 + minutes * 60);
        const local = new Date((moment + shift) * 1000).toISOString().slice(0, 19);
        const expected = `${new Date(moment * 1000).toISOString().slice(0, 19)}Z`;
        expect(toInstant(`${local}${digits}${sign}${two(hours)}:${two(minutes)}`)).toBe(expected);
      }),
    );
  });

  it('takes what names a real time and refuses everything else', () => {
    fc.assert(
      fc.property(plausible, (value) => {
        const expected = byTemporal(value);
        if (expected === null) expect(() => toInstant(value)).toThrow(InvalidInput);
        else expect(toInstant(value)).toBe(expected);
      }),
      { numRuns: 2_000 },
    );
  });

  it('refuses any other text with InvalidInput, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(() => toInstant(text)).toThrow(InvalidInput);
      }),
    );
  });

  it.each([
    ['a day that does not exist', '2027-02-31T10:00:00Z'],
    ['29 February of a common year', '2027-02-29T10:00:00+01:00'],
    ['hour 24', '2027-05-01T24:00:00Z'],
    ['a leap second', '2016-12-31T23:59:60Z'],
    ['no offset', '2027-05-01T10:00:00'],
    ['a date', '2027-05-01'],
    ['an offset of a whole day', '2027-05-01T10:00:00+24:00'],
    ['a moment before the year 0000', '0000-01-01T00:00:00+01:00'],
    ['a moment after the year 9999', '9999-12-31T23:59:59-01:00'],
    ['a blank instead of the T', '2027-05-01 10:00:00Z'],
    ['a line break behind', '2027-05-01T10:00:00Z\n'],
    ['a point without digits', '2027-05-01T10:00:00.Z'],
  ])('refuses %s', (_, value) => {
    expect(() => toInstant(value)).toThrow(InvalidInput);
  });

  it('quotes no more than the beginning of what it refuses', () => {
    expect(() => toInstant('x'.repeat(1_000))).toThrow(/^"x{40}" /);
  });
});

describe('toTimestamp', () => {
  /** A moment with any fraction of its second, written at any offset. */
  const writtenAt = (moments: fc.Arbitrary<number>) =>
    fc.tuple(moments, offset, fc.stringMatching(/^\d{0,12}$/)).map(([moment, { sign, hours, minutes }, digits]) => {
      const shift = (sign === '+' ? 1 : -1) * (hours * 3600 + minutes * 60);
      const local = new Date((moment + shift) * 1000).toISOString().slice(0, 19);
      const value = `${local}${digits && `.${digits}`}${sign}${two(hours)}:${two(minutes)}`;
      return { value, second: moment, microsecond: Number(digits.padEnd(6, '0').slice(0, 6)) };
    });
  const written = writtenAt(seconds);

  it('keeps microseconds, six digits always, and cuts what is finer', () => {
    fc.assert(
      fc.property(written, ({ value, second, microsecond }) => {
        const whole = new Date(second * 1000).toISOString().slice(0, 19);
        expect(toTimestamp(value)).toBe(`${whole}.${String(microsecond).padStart(6, '0')}Z`);
      }),
    );
  });

  it('orders as a text as the moments do, however many digits each was written with', () => {
    const near = seconds.chain((second) => {
      const close = writtenAt(fc.constantFrom(second, second + 1));
      return fc.tuple(close, close);
    });
    fc.assert(
      fc.property(fc.oneof(fc.tuple(written, written), near), ([a, b]) => {
        const isEarlier = a.second === b.second ? a.microsecond < b.microsecond : a.second < b.second;
        expect(toTimestamp(a.value) < toTimestamp(b.value)).toBe(isEarlier);
      }),
    );
  });

  it('is its own timestamp', () => {
    fc.assert(
      fc.property(written, ({ value }) => {
        expect(toTimestamp(toTimestamp(value))).toBe(toTimestamp(value));
      }),
    );
  });

  it('takes what toInstant takes and refuses everything else', () => {
    fc.assert(
      fc.property(plausible, (value) => {
        const expected = byTemporal(value);
        if (expected === null) expect(() => toTimestamp(value)).toThrow(InvalidInput);
        else expect(toTimestamp(value).slice(0, 19)).toBe(expected.slice(0, 19));
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    ['2027-06-01T10:00:00Z', '2027-06-01T10:00:00.000000Z'],
    ['2027-06-01T10:00:00.5+02:00', '2027-06-01T08:00:00.500000Z'],
    ['2027-06-01t10:00:00.123456789z', '2027-06-01T10:00:00.123456Z'],
    ['2027-12-31T23:59:59.999999999-01:00', '2028-01-01T00:59:59.999999Z'],
  ])('makes of %s %s', (value, expected) => {
    expect(toTimestamp(value)).toBe(expected);
  });

  it('refuses a date', () => {
    expect(() => toTimestamp('2027-06-01')).toThrow(InvalidInput);
  });
});

describe('isInstant', () => {
  it('is true of what toInstant makes, and of nothing that it would change', () => {
    fc.assert(
      fc.property(plausible, (value) => {
        const expected = byTemporal(value);
        expect(isInstant(value)).toBe(expected === value);
        if (expected !== null) expect(isInstant(expected)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('an instant as a text', () => {
  it('orders as the moments do', () => {
    fc.assert(
      fc.property(seconds, seconds, (a, b) => {
        expect(instantOf(a * 1000) < instantOf(b * 1000)).toBe(a < b);
      }),
    );
  });

  it('leads back to its milliseconds, cut to the second', () => {
    fc.assert(
      fc.property(seconds, fc.integer({ min: 0, max: 999 }), (moment, ms) => {
        expect(msOf(instantOf(moment * 1000 + ms))).toBe(moment * 1000);
      }),
    );
  });

  it('leads back to its milliseconds, cut to the millisecond, when it is a timestamp', () => {
    fc.assert(
      fc.property(seconds, fc.nat(999_999), (moment, micros) => {
        const digits = String(micros).padStart(6, '0');
        const timestamp = `${new Date(moment * 1000).toISOString().slice(0, 19)}.${digits}Z`;
        expect(msOf(timestamp)).toBe(moment * 1000 + Math.floor(micros / 1000));
      }),
    );
  });
});

describe('isDate', () => {
  it('knows every day there is, and no other', () => {
    const years = [0, 1, 4, 100, 400, 1900, 1999, 2000, 2024, 2027, 2100, 9999];
    for (const year of years) {
      for (let month = 0; month <= 13; month++) {
        for (let day = 0; day <= 32; day++) {
          const exists = month >= 1 && month <= 12 && day >= 1 && day <= lengthOf(year, month);
          const value = `${four(year)}-${two(month)}-${two(day)}`;
          expect([value, isDate(value)]).toEqual([value, exists]);
        }
      }
    }
  });

  it.each(['', '2027-5-1', '20270501', '2027-05-01T00:00:00Z', ' 2027-05-01', '2027-05-01\n', '+002027-05-01'])(
    'refuses %j',
    (value) => {
      expect(isDate(value)).toBe(false);
    },
  );
});

describe('addDays', () => {
  it('counts calendar days one by one, over leap days and the clock changes of any zone', () => {
    fc.assert(
      fc.property(date, fc.integer({ min: 0, max: 800 }), (start, days) => {
        let expected = start;
        for (let day = 0; day < days; day++) expected = nextDay(expected);
        expect(addDays(start, days)).toBe(expected);
        expect(addDays(expected, -days)).toBe(start);
      }),
    );
  });

  it.each([
    ['2028-02-28', 1, '2028-02-29'],
    ['2027-02-28', 1, '2027-03-01'],
    ['2027-12-31', 1, '2028-01-01'],
    ['2027-03-14', 1, '2027-03-15'],
    ['2027-04-04', -1, '2027-04-03'],
    ['2027-05-01', 0, '2027-05-01'],
  ])('%s and %i days make %s', (start, days, expected) => {
    expect(addDays(start, days)).toBe(expected);
  });
});

describe('overlaps', () => {
  const hours = fc
    .tuple(fc.nat(20), fc.integer({ min: 1, max: 20 }))
    .map(([from, length]) => ({ from, to: from + length }));
  const asInterval = ({ from, to }: { from: number; to: number }) => ({
    start: instantOf(from * 3_600_000),
    end: instantOf(to * 3_600_000),
  });

  it('is true exactly when some hour lies in both, the last one excluded', () => {
    fc.assert(
      fc.property(hours, hours, (a, b) => {
        const shared = Array.from({ length: 41 }, (_, hour) => hour).some(
          (hour) => hour >= a.from && hour < a.to && hour >= b.from && hour < b.to,
        );
        expect(overlaps(asInterval(a), asInterval(b))).toBe(shared);
        expect(overlaps(asInterval(b), asInterval(a))).toBe(shared);
      }),
    );
  });

  it('lets a guest arrive on the day another leaves', () => {
    const first = { start: '2027-05-01', end: '2027-05-04' };
    expect(overlaps(first, { start: '2027-05-04', end: '2027-05-06' })).toBe(false);
    expect(overlaps(first, { start: '2027-05-03', end: '2027-05-06' })).toBe(true);
  });
});

describe('sameInterval', () => {
  it('compares both ends', () => {
    const stay = { start: '2027-05-01', end: '2027-05-04' };
    expect(sameInterval(stay, { ...stay })).toBe(true);
    expect(sameInterval(stay, { ...stay, start: '2027-05-02' })).toBe(false);
    expect(sameInterval(stay, { ...stay, end: '2027-05-05' })).toBe(false);
  });
});

describe('monthsOf', () => {
  /** The month of every day from `first` to `last`, both included, each month once. */
  function walk(first: string, last: string): string[] {
    const months = new Set<string>();
    for (let day = first; day <= last; day = nextDay(day)) months.add(day.slice(0, 7));
    return [...months];
  }

  it('names the months of all nights of a stay, and not that of the check-out day', () => {
    fc.assert(
      fc.property(date, fc.integer({ min: 1, max: 800 }), (start, nights) => {
        const end = addDays(start, nights);
        expect(monthsOf({ start, end })).toEqual(walk(start, addDays(end, -1)));
      }),
    );
  });

  it('names the UTC months of all seconds of a time, and not that of its end', () => {
    fc.assert(
      fc.property(date, fc.nat(86_399), fc.integer({ min: 1, max: 800 * 86_400 }), (day, second, length) => {
        const startMs = msOf(day) + second * 1000;
        const interval = { start: instantOf(startMs), end: instantOf(startMs + length * 1000) };
        const lastSecond = instantOf(startMs + length * 1000 - 1000);
        expect(monthsOf(interval)).toEqual(walk(day, lastSecond.slice(0, 10)));
      }),
    );
  });

  it.each([
    ['2027-05-31', '2027-06-01', ['2027-05']],
    ['2027-05-31', '2027-06-02', ['2027-05', '2027-06']],
    ['2027-12-31T23:59:59Z', '2028-01-01T00:00:00Z', ['2027-12']],
    ['2027-12-31T23:59:59Z', '2028-01-01T00:00:01Z', ['2027-12', '2028-01']],
    ['2027-01-01T00:00:00Z', '2027-04-01T00:00:00Z', ['2027-01', '2027-02', '2027-03']],
  ])('from %s to %s', (start, end, months) => {
    expect(monthsOf({ start, end })).toEqual(months);
  });
});
