import { describe, expect, it } from 'vitest';
import { expandRule } from './expand-rule.ts';
import { readRule } from './recurrence-rule.ts';
import { NotReadable } from './set-aside.ts';

const ms = (time: string) => Date.parse(`${time}Z`);
const WINDOW = { from: ms('2027-01-01T00:00:00'), to: ms('2028-01-01T00:00:00') - 1 };
const times = (rule: string, start: string, range = WINDOW) =>
  expandRule(readRule(rule), ms(start), range).walls.map((wall) => new Date(wall).toISOString().slice(0, 16));

describe('a recurrence rule', () => {
  it('gives its times within the range, whatever the order of its parts', () => {
    const expected = ['2027-01-05T10:00', '2027-01-19T10:00', '2027-02-02T10:00'];
    expect(times('INTERVAL=2;FREQ=WEEKLY', '2027-01-05T10:00:00').slice(0, 3)).toEqual(expected);
    expect(times('freq=weekly;interval=2', '2027-01-05T10:00:00').slice(0, 3)).toEqual(expected);
  });

  it('counts from its start, also before the range', () => {
    expect(times('FREQ=DAILY;COUNT=3', '2026-12-30T10:00:00')).toEqual(['2027-01-01T10:00']);
    expect(times('FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;COUNT=3', '2016-02-29T10:00:00')).toEqual([]);
    expect(
      times('FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;COUNT=3', '2016-02-29T10:00:00', {
        from: ms('2024-01-01T00:00:00'),
        to: ms('2030-01-01T00:00:00'),
      }),
    ).toEqual(['2024-02-29T10:00']);
  });

  it('omits days that a month does not have', () => {
    expect(times('FREQ=MONTHLY', '2027-01-31T10:00:00').slice(0, 2)).toEqual(['2027-01-31T10:00', '2027-03-31T10:00']);
  });

  it.each([
    ['FREQ=SECONDLY', 'rule-too-frequent'],
    ['FREQ=MINUTELY;INTERVAL=60', 'rule-too-frequent'],
    ['FREQ=HOURLY;BYMINUTE=0,30', 'rule-too-frequent'],
    ['FREQ=DAILY;BYHOUR=1,2,3,4,5;BYMINUTE=1,2,3,4,5', 'rule-too-frequent'],
    [`FREQ=YEARLY;BYYEARDAY=${'1,'.repeat(999)}1;BYHOUR=1,2`, 'rule-too-frequent'],
    ['FREQ=YEARLY;BYWEEKNO=1;BYYEARDAY=1', 'bad-rule'],
    ['FREQ=FORTNIGHTLY', 'bad-rule'],
    ['FREQ=constructor', 'bad-rule'],
    ['COUNT=3', 'bad-rule'],
    ['', 'bad-rule'],
    ['FREQ=DAILY;INTERVAL=0', 'bad-rule'],
    ['FREQ=DAILY;INTERVAL=-1', 'bad-rule'],
    ['FREQ=DAILY;COUNT=many', 'bad-rule'],
    ['FREQ=WEEKLY;BYDAY=XX', 'bad-rule'],
  ])('is refused when it is %s', (rule, reason) => {
    expect(() => times(rule, '2027-01-05T10:00:00')).toThrow(new NotReadable(reason as 'bad-rule'));
  });

  it('costs nothing when it is over, or not yet there', () => {
    const over = expandRule(readRule('FREQ=WEEKLY;COUNT=10'), ms('2015-01-05T10:00:00'), WINDOW);
    expect(over).toEqual({ walls: [], effort: 0, truncated: false });
    const until = expandRule(readRule('FREQ=WEEKLY'), ms('2015-01-05T10:00:00'), WINDOW, ms('2026-01-01T00:00:00'));
    expect(until).toEqual({ walls: [], effort: 0, truncated: false });
    const future = expandRule(readRule('FREQ=WEEKLY'), ms('2030-01-05T10:00:00'), WINDOW);
    expect(future).toEqual({ walls: [], effort: 0, truncated: false });
  });

  it('costs the days it is looked through, twentyfold when it is an odd one, and the times it gives', () => {
    const expand = (rule: string) => expandRule(readRule(rule), ms('2020-01-05T10:00:00'), WINDOW);
    const [weekly, odd] = [expand('FREQ=WEEKLY'), expand('FREQ=WEEKLY;BYMONTHDAY=13')];
    expect(weekly.effort).toBeCloseTo(365 + weekly.walls.length);
    expect(odd.effort).toBeCloseTo(7300 + odd.walls.length);
  });

  it('is followed for as many periods as are worth it, and says when there are more', () => {
    const hourly = expandRule(readRule('FREQ=HOURLY'), WINDOW.from, { ...WINDOW, to: ms('2029-01-01T00:00:00') });
    expect(hourly).toMatchObject({ truncated: true });
    expect(hourly.walls.length).toBeGreaterThan(8_000);
    const odd = expandRule(readRule('FREQ=DAILY;BYMONTHDAY=13'), WINDOW.from, {
      ...WINDOW,
      to: ms('2031-01-01T00:00:00'),
    });
    expect(odd).toMatchObject({ truncated: true });
    expect(odd.walls).toHaveLength(33);
    const old = expandRule(readRule('FREQ=DAILY;COUNT=100000'), ms('1900-01-01T00:00:00'), WINDOW);
    expect(old).toEqual({ walls: [], effort: 0, truncated: true });
  });

  it('may find nothing for ever', () => {
    expect(times('FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30', '2027-01-01T10:00:00')).toEqual([]);
  });
});
