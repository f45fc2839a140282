import { describe, expect, it } from 'vitest';
import { nameOfVtimezone, readVtimezone } from './vtimezone.ts';
import { zoneOf } from './zone.ts';

const observance = (kind: 'STANDARD' | 'DAYLIGHT', ...lines: string[]) => [`BEGIN:${kind}`, ...lines, `END:${kind}`];
const vtimezone = (...lines: string[]) => ['BEGIN:VTIMEZONE', 'TZID:Ours', ...lines, 'END:VTIMEZONE', ''].join('\r\n');

const NEW_YORK = vtimezone(
  ...observance(
    'DAYLIGHT',
    'TZOFFSETFROM:-0500',
    'TZOFFSETTO:-0400',
    'DTSTART:20070311T020000',
    'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU',
  ),
  ...observance(
    'STANDARD',
    'TZOFFSETFROM:-0400',
    'TZOFFSETTO:-0500',
    'DTSTART:20071104T020000',
    'RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU',
  ),
);

describe('a VTIMEZONE', () => {
  it('has a name', () => {
    expect(nameOfVtimezone(NEW_YORK)).toBe('Ours');
    expect(nameOfVtimezone(NEW_YORK.replace('TZID:Ours', 'tzid:"Ours"'))).toBe('Ours');
    expect(nameOfVtimezone(NEW_YORK.replace('TZID:Ours', 'X-NAME:Ours'))).toBe('');
  });

  it('shows what clocks show, hour by hour around every change', () => {
    const [described, real] = [readVtimezone(NEW_YORK)!, zoneOf('America/New_York')];
    for (const day of ['2027-03-14', '2027-07-01', '2027-11-07', '2028-03-12', '2028-11-05', '2029-01-01']) {
      for (let hour = 0; hour < 24; hour++) {
        const wall = `${day}T${String(hour).padStart(2, '0')}:30:00`;
        expect(described.instantAt(wall)).toBe(real.instantAt(wall));
        expect(described.wallAt(`${wall}Z`)).toBe(real.wallAt(`${wall}Z`));
      }
    }
  });

  it('has rules that end, in UTC, and dates of its own', () => {
    const zone = readVtimezone(
      vtimezone(
        ...observance(
          'DAYLIGHT',
          'TZOFFSETFROM:+0100',
          'TZOFFSETTO:+0200',
          'DTSTART:20200329T020000',
          'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU;UNTIL=20210328T010000Z',
        ),
        ...observance(
          'STANDARD',
          'TZOFFSETFROM:+0200',
          'TZOFFSETTO:+0100',
          'DTSTART:20201025T030000',
          'RDATE:20211031T030000,20250101T000000',
        ),
      ),
    )!;
    expect(zone.instantAt('2019-01-01T12:00:00')).toBe('2019-01-01T11:00:00Z');
    expect(zone.instantAt('2020-07-01T12:00:00')).toBe('2020-07-01T10:00:00Z');
    expect(zone.instantAt('2021-01-01T12:00:00')).toBe('2021-01-01T11:00:00Z');
    expect(zone.instantAt('2021-07-01T12:00:00')).toBe('2021-07-01T10:00:00Z');
    expect(zone.instantAt('2022-07-01T12:00:00')).toBe('2022-07-01T11:00:00Z');
  });

  it('may have one offset for ever, with seconds', () => {
    const lines = observance('STANDARD', 'DTSTART:16010101T000000', 'TZOFFSETFROM:-045615', 'TZOFFSETTO:-045615');
    expect(readVtimezone(vtimezone(...lines))!.instantAt('2027-01-01T00:00:00')).toBe('2027-01-01T04:56:15Z');
  });

  it('is read by what of it can be', () => {
    const damaged = NEW_YORK.replace('BYDAY=2SU', 'BYDAY=XX');
    expect(readVtimezone(damaged)!.instantAt('2027-07-01T12:00:00')).toBe('2027-07-01T17:00:00Z');
  });

  it('is not read when its rules take too long, or not to the end with what may still be spent', () => {
    const rules = Array.from({ length: 100 }, (_, month) => `RRULE:FREQ=YEARLY;BYMONTH=${(month % 12) + 1}`);
    const lines = ['DTSTART:19700101T000000', 'TZOFFSETFROM:+0100', 'TZOFFSETTO:+0200'];
    expect(readVtimezone(vtimezone(...observance('DAYLIGHT', ...lines, ...rules)))).toBeUndefined();
    expect(readVtimezone(NEW_YORK, { effort: 100_000 })).toBeDefined();
    expect(readVtimezone(NEW_YORK, { effort: 30_000 })).toBeUndefined();
  });

  it('is read by what has an end, whatever begins before it', () => {
    const open = Array<string>(3_000).fill('BEGIN:DAYLIGHT');
    const daylight = observance('DAYLIGHT', 'DTSTART:19700101T000000', 'TZOFFSETFROM:+0100', 'TZOFFSETTO:+0200');
    const zone = readVtimezone(vtimezone(...open, ...daylight, 'BEGIN:STANDARD'))!;
    expect(zone.wallAt('2027-01-01T00:00:00Z')).toBe('2027-01-01T02:00:00');
  });

  it('shows what clocks show where one change follows another within the hours that both skip', () => {
    const change = (at: string, from: string, to: string) =>
      observance('STANDARD', `DTSTART:${at}`, `TZOFFSETFROM:${from}`, `TZOFFSETTO:${to}`);
    const zone = readVtimezone(
      vtimezone(...change('20270101T000000', '+0000', '+0500'), ...change('20270101T010000', '+0500', '+0400')),
    )!;
    expect(zone.wallAt('2026-12-31T19:59:00Z')).toBe('2026-12-31T19:59:00');
    expect(zone.wallAt('2026-12-31T20:00:00Z')).toBe('2027-01-01T00:00:00');
    expect(zone.instantAt('2027-01-01T00:59:00')).toBe('2027-01-01T00:59:00Z');
    expect(zone.instantAt('2027-01-01T01:00:00')).toBe('2026-12-31T21:00:00Z');
  });

  it('is read in time however many empty lines it has', () => {
    const before = process.threadCpuUsage();
    expect(readVtimezone(NEW_YORK.replace('TZOFFSETFROM', `${'\n'.repeat(60_000)}TZOFFSETFROM`))).toBeDefined();
    expect(process.threadCpuUsage(before).user).toBeLessThan(1_000_000);
  });

  it.each([
    ['says nothing', vtimezone()],
    ['has no offsets', vtimezone(...observance('STANDARD', 'DTSTART:20070311T020000'))],
    ['has no start', vtimezone(...observance('STANDARD', 'TZOFFSETFROM:-0500', 'TZOFFSETTO:-0400'))],
    ['changes its clocks every day', NEW_YORK.replaceAll('FREQ=YEARLY', 'FREQ=DAILY')],
    ['is longer than any should be', NEW_YORK + ' '.repeat(70_000)],
  ])('is none when it %s', (_case, text) => {
    expect(readVtimezone(text)).toBeUndefined();
  });
});
