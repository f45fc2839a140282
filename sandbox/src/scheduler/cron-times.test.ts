import { describe, expect, it } from 'vitest';
import { parseCron } from './cron-times.ts';

function after(cron: string, timeZone: string, instant: string): string {
  return new Date(parseCron(cron, timeZone).after(Date.parse(instant))).toISOString();
}

describe('cron times', () => {
  it.each([
    ['*/2 * * * *', '2027-05-01T12:00:00.000Z', '2027-05-01T12:02:00.000Z'],
    ['*/2 * * * *', '2027-05-01T12:01:59.999Z', '2027-05-01T12:02:00.000Z'],
    ['7 * * * *', '2027-05-01T12:30:00.000Z', '2027-05-01T13:07:00.000Z'],
    ['0 0 1 1 *', '2027-05-01T12:30:00.000Z', '2028-01-01T00:00:00.000Z'],
  ])('of %s after %s is %s', (cron, instant, expected) => {
    expect(after(cron, 'UTC', instant)).toBe(expected);
  });

  it('are told in their zone, summer and winter', () => {
    expect(after('30 3 * * *', 'America/New_York', '2027-03-13T12:00:00Z')).toBe('2027-03-14T07:30:00.000Z');
    expect(after('30 3 * * *', 'America/New_York', '2027-11-07T12:00:00Z')).toBe('2027-11-08T08:30:00.000Z');
  });

  it('are found backward too, the instant itself included', () => {
    const times = parseCron('*/5 * * * *', 'UTC');
    const noon = Date.parse('2027-05-01T12:00:00Z');
    expect(times.upTo(noon)).toBe(noon);
    expect(times.upTo(noon - 1)).toBe(noon - 300_000);
  });

  it.each(['* * * *', '*/2 * * * * *', 'every minute of the day', '61 * * * *'])('refuse %s', (cron) => {
    expect(() => parseCron(cron, 'UTC')).toThrow(RangeError);
  });

  it('refuse an unknown zone', () => {
    expect(() => parseCron('* * * * *', 'America/Nowhere')).toThrow(RangeError);
  });
});
