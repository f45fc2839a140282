import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { instantOf } from '../domain/interval.ts';
import { readVtimezone } from './vtimezone.ts';
import { writeVtimezone } from './write-vtimezone.ts';

const FROM = '2027-05-01T00:00:00Z';
const TO = '2029-06-01T00:00:00Z';

/** What clocks show in the zone at every third hour, by the zone's own rules and by what was written. */
function differences(timeZone: string): string[] {
  const written = readVtimezone(writeVtimezone(timeZone, FROM, TO));
  const found: string[] = [];
  for (let ms = Date.parse(FROM); ms < Date.parse(TO); ms += 3 * 3_600_000) {
    const clocks = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timeZone).toPlainDateTime();
    const shown = written?.wallAt(instantOf(ms));
    if (shown !== clocks.toString({ smallestUnit: 'second' })) found.push(`${instantOf(ms)}: ${shown}, not ${clocks}`);
  }
  return found;
}

describe('a VTIMEZONE', () => {
  it.each([
    'America/New_York',
    'Europe/Madrid',
    'Europe/Dublin',
    'America/Santiago',
    'America/Bogota',
    'Asia/Kolkata',
    'Asia/Kathmandu',
    'Australia/Lord_Howe',
    'Pacific/Auckland',
    'Africa/Casablanca',
    'Africa/Cairo',
    'Asia/Gaza',
    'UTC',
  ])('says what clocks show in %s', (timeZone) => {
    expect(differences(timeZone).slice(0, 3)).toEqual([]);
  });

  it('tells yearly changes as the rule they follow', () => {
    const text = writeVtimezone('America/New_York', FROM, TO);
    expect(text).toContain('TZID:America/New_York');
    expect(text).toMatch(/BEGIN:DAYLIGHT\r\nDTSTART:20260308T020000\r\nTZOFFSETFROM:-0500\r\nTZOFFSETTO:-0400\r\n/);
    expect(text).toContain('RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU');
    expect(text).toContain('RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU');
    expect(writeVtimezone('Europe/Madrid', FROM, TO)).toContain('RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU');
  });

  it('lists changes that follow no simple rule', () => {
    const text = writeVtimezone('Asia/Gaza', FROM, TO);
    expect(text).toMatch(/TZOFFSETTO:\+0200\r\nRDATE:20271030T020000\r\nRDATE:20281028T020000\r\n/);
  });

  it('is one standard time where clocks never change', () => {
    expect(writeVtimezone('America/Bogota', FROM, TO).split('\r\n')).toEqual([
      'BEGIN:VTIMEZONE',
      'TZID:America/Bogota',
      'BEGIN:STANDARD',
      'DTSTART:19700101T000000',
      'TZOFFSETFROM:-0500',
      'TZOFFSETTO:-0500',
      'END:STANDARD',
      'END:VTIMEZONE',
    ]);
  });
});
