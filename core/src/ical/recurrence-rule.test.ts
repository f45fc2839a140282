import { describe, expect, it } from 'vitest';
import { expandRule } from './expand-rule.ts';
import { readRule } from './recurrence-rule.ts';
import { NotReadable } from './set-aside.ts';

const ms = (time: string) => Date.parse(`${time}Z`);
const WINDOW = { from: ms('2027-01-01T00:00:00'), to: ms('2028-01-01T00:00:00') - 1 };
/** What a rule gives, and what that cost. */
function expand(rule: string, start: string, range = WINDOW, until?: number) {
  const budget = { effort: 0 };
  const expansion = expandRule(readRule(rule), ms(start), range, budget, until);
  return { ...expansion, effort: 0 - budget.effort };
}
const times = (rule: string, start: string, range = WINDOW) =>
  expand(rule, start, range).walls.map((wall) => new Date(wall).toISOString().slice(0, 16));

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
    ['RSCALE=ETHIOPIC;FREQ=YEARLY', 'bad-rule'],
    ['FREQ=MONTHLY;SKIP=FORWARD', 'bad-rule'],
    ['FREQ=MONTHLY;BYWEEKNO=53', 'bad-rule'],
  ])('is refused when it is %s', (rule, reason) => {
    expect(() => times(rule, '2027-01-05T10:00:00')).toThrow(new NotReadable(reason as 'bad-rule'));
  });

  it('costs nothing when it is over, or not yet there', () => {
    const over = expand('FREQ=WEEKLY;COUNT=10', '2015-01-05T10:00:00');
    expect(over).toEqual({ walls: [], effort: 0, truncated: false });
    const until = expand('FREQ=WEEKLY', '2015-01-05T10:00:00', WINDOW, ms('2026-01-01T00:00:00'));
    expect(until).toEqual({ walls: [], effort: 0, truncated: false });
    const future = expand('FREQ=WEEKLY', '2030-01-05T10:00:00');
    expect(future).toEqual({ walls: [], effort: 0, truncated: false });
  });

  it('costs the days it is looked through, twentyfold when it is an odd one, and the times it gives', () => {
    const [weekly, odd] = ['FREQ=WEEKLY', 'FREQ=WEEKLY;BYMONTHDAY=13'].map((rule) =>
      expand(rule, '2020-01-05T10:00:00'),
    );
    expect(weekly?.effort).toBeCloseTo(365 + 52);
    expect(odd?.effort).toBeCloseTo(7300 + (odd?.walls.length ?? 0));
  });

  it('costs what was looked through also when it is refused then', () => {
    const budget = { effort: 1_000 };
    const rule = readRule('FREQ=WEEKLY;BYDAY=XX');
    expect(() => expandRule(rule, WINDOW.from, WINDOW, budget)).toThrow(new NotReadable('bad-rule'));
    expect(budget.effort).toBeLessThan(700);
  });

  it('may recur by another calendar, which costs all days since its start', () => {
    const { walls, effort } = expand('RSCALE=HEBREW;FREQ=YEARLY', '2013-09-05T00:00:00');
    expect(walls).toEqual([ms('2027-10-02T00:00:00')]);
    expect(effort).toBeGreaterThan(20_000);
    expect(expand('RSCALE=GREGORIAN;FREQ=YEARLY', '2013-02-10T00:00:00').walls).toEqual([ms('2027-02-10T00:00:00')]);
  });

  it('costs what it takes where it names its calendar, moves days or counts the days of a week', () => {
    const start = '2013-02-10T00:00:00';
    expect(expand('RSCALE=GREGORIAN;SKIP=OMIT;FREQ=DAILY', start)).toEqual(expand('FREQ=DAILY', start));
    expect(expand('RSCALE=GREGORIAN;SKIP=FORWARD;FREQ=MONTHLY', start).effort).toBeGreaterThan(20_000);
    expect(expand('FREQ=WEEKLY;BYDAY=1MO', start).effort).toBeGreaterThan(7_000);
  });

  it('is followed for as many periods as are worth it, and says when there are more', () => {
    const hourly = expand('FREQ=HOURLY', '2027-01-01T00:00:00', { ...WINDOW, to: ms('2029-01-01T00:00:00') });
    expect(hourly).toMatchObject({ truncated: true });
    expect(hourly.walls.length).toBeGreaterThan(8_000);
    const odd = expand('FREQ=DAILY;BYMONTHDAY=13', '2027-01-01T00:00:00', {
      ...WINDOW,
      to: ms('2031-01-01T00:00:00'),
    });
    expect(odd).toMatchObject({ truncated: true });
    expect(odd.walls).toHaveLength(33);
    const old = expand('FREQ=DAILY;COUNT=100000', '1900-01-01T00:00:00');
    expect(old).toEqual({ walls: [], effort: 0, truncated: true });
  });

  it('may find nothing for ever', () => {
    expect(times('FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30', '2027-01-01T10:00:00')).toEqual([]);
  });
});
