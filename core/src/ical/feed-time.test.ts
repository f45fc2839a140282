import { describe, expect, it } from 'vitest';
import { readTime } from './feed-time.ts';

const date = (value: string) => ({ type: 'date', date: value });
const instant = (value: string) => ({ type: 'instant', instant: value });
const local = (wall: string, tzid?: string) => ({ type: 'local', wall, tzid });

describe('a time in a feed', () => {
  it.each([
    [';VALUE=DATE:20270310', date('2027-03-10')],
    [';VALUE=DATE:20280229', date('2028-02-29')],
    [':20270310', date('2027-03-10')],
    [';value=date:20270310', date('2027-03-10')],
    [';VALUE=DATE;TZID=Europe/Berlin:20270310', date('2027-03-10')],
    [';VALUE=DATE:20270310T230000Z', date('2027-03-10')],
    [';VALUE=DATE-TIME:20270310', date('2027-03-10')],
    [';VALUE=DATE:99991231', date('9999-12-31')],
    [':2027-03-10', date('2027-03-10')],
  ])('is a date: %s', (line, expected) => {
    expect(readTime(line)).toEqual(expected);
  });

  it.each([
    [':20270310T101530Z', instant('2027-03-10T10:15:30Z')],
    [':20270310T101530z', instant('2027-03-10T10:15:30Z')],
    [': 20270310T101530Z ', instant('2027-03-10T10:15:30Z')],
    [':20270310T1015Z', instant('2027-03-10T10:15:00Z')],
    [':20270310T235960Z', instant('2027-03-10T23:59:59Z')],
    [':2027-03-10T10:15:30.123Z', instant('2027-03-10T10:15:30Z')],
    [':20270310T101530+0530', instant('2027-03-10T04:45:30Z')],
    [':2027-03-10T10:15:30-05:00', instant('2027-03-10T15:15:30Z')],
  ])('is an instant: %s', (line, expected) => {
    expect(readTime(line)).toEqual(expected);
  });

  it.each([
    [':20270310T101530', local('2027-03-10T10:15:30')],
    [':20270310T1015', local('2027-03-10T10:15:00')],
    [';TZID=Europe/Berlin:20270310T101530', local('2027-03-10T10:15:30', 'Europe/Berlin')],
    [';VALUE=DATE-TIME;TZID="Europe/Berlin":20270310T101530', local('2027-03-10T10:15:30', 'Europe/Berlin')],
    [';tzid=Europe/Berlin:20270310T101530', local('2027-03-10T10:15:30', 'Europe/Berlin')],
    [';TZID="(UTC+01:00) Berlin; Bern":20270310T101530', local('2027-03-10T10:15:30', '(UTC+01:00) Berlin; Bern')],
    [';TZID=(UTC+01:00) Berlin:20270310T101530', local('2027-03-10T10:15:30', '(UTC+01:00) Berlin')],
    [';TZID=tzone://Microsoft/Utc:20270310T101530', local('2027-03-10T10:15:30', 'tzone://Microsoft/Utc')],
    [';TZID="W. Europe Standard Time:20270310T101530', local('2027-03-10T10:15:30', 'W. Europe Standard Time')],
  ])('is a time of the clock: %s', (line, expected) => {
    expect(readTime(line)).toEqual(expected);
  });

  it('is looked for in a line of thousands of zones and a line separator in no time', () => {
    const before = process.threadCpuUsage();
    for (let line = 0; line < 5; line++) readTime(`${';TZID='.repeat(10_000)}\u2028:x`);
    expect(process.threadCpuUsage(before).user).toBeLessThan(1_000_000);
  });

  it.each([
    ':20271301',
    ';VALUE=DATE:20271301',
    ';VALUE=DATE:ab270310',
    ';VALUE=DATE:2027+110',
    ':20270010',
    ':20270231',
    ':20270229',
    ':20270100',
    ':20270310T2500Z',
    ':20270310T246000Z',
    ':20270310T10',
    ':2027031',
    ':tomorrow',
    ':',
    '',
    ';VALUE=DATE',
    ';TZID=Europe/Berlin:soon',
    ':20270310T101530Zulu',
  ])('is none: %s', (line) => {
    expect(readTime(line)).toBeUndefined();
  });
});
