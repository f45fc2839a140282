import { afterEach, describe, expect, it } from 'vitest';
import { readFeed } from './read-feed.ts';
import { writeCalendar } from './write-calendar.ts';

const STAMP = '2027-01-01T00:00:00Z';
const nights = (uid: string, title = 'Reserved') => ({ uid, title, start: '2027-03-10', end: '2027-03-14' });
const write = (events: Parameters<typeof writeCalendar>[0]['events'], name = 'Kaya') =>
  writeCalendar({ name, timeZone: 'America/Bogota', stampAt: STAMP, events });

describe('writeCalendar', () => {
  const before = process.env['TZ'];
  afterEach(() => {
    if (before === undefined) delete process.env['TZ'];
    else process.env['TZ'] = before;
  });

  it.each(['UTC', 'Pacific/Auckland', 'America/Los_Angeles'])('writes dates and instants the same in %s', (zone) => {
    process.env['TZ'] = zone;
    const text = write([
      nights('a'),
      { uid: 'b', title: 'Lesson', start: '2027-07-10T14:00:00Z', end: '2027-07-10T15:00:00Z' },
    ]);
    expect(text).toContain('DTSTART;VALUE=DATE:20270310\r\nDTEND;VALUE=DATE:20270314\r\n');
    expect(text).toContain('DTSTART:20270710T140000Z\r\nDTEND:20270710T150000Z\r\n');
    expect(text.match(/DTSTAMP:20270101T000000Z\r\n/g)).toHaveLength(2);
  });

  it('is one complete document of CRLF lines, of 75 octets at most, without a METHOD', () => {
    const text = write([nights('a', `A long title: ${'ñandú '.repeat(40)}`)]);
    expect(text.startsWith('BEGIN:VCALENDAR\r\n')).toBe(true);
    expect(text.endsWith('END:VCALENDAR\r\n')).toBe(true);
    expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    expect(Math.max(...text.split('\r\n').map((line) => Buffer.byteLength(line)))).toBeLessThanOrEqual(75);
    expect(text).not.toContain('METHOD');
  });

  it('is the same bytes for the same calendar', () => {
    expect(write([nights('a')])).toBe(write([nights('a')]));
  });

  it.each(['\r\nBEGIN:VEVENT', '\nX-EVIL:1', '\rX', '\u0000\u0007', '\u2028X', '\ud800'])(
    'lets no text break out of its line: %j',
    (text) => {
      const written = write([nights(`uid${text}`, `title${text}`)], `name${text}`);
      expect(written.match(/^BEGIN:VEVENT/gm)).toHaveLength(1);
      expect(written).not.toMatch(/^X-EVIL/m);
      expect(written.replaceAll('\r\n', '')).not.toMatch(/[\p{Cc}\u2028]/u);
      expect(written.isWellFormed()).toBe(true);
      expect(readFeed(written, { kind: 'nightly', timeZone: 'America/Bogota' }).entries).toHaveLength(1);
    },
  );

  it('escapes what iCalendar gives a meaning', () => {
    const text = write([nights('a;b', 'One, two; three\\')], 'Kaya, upstairs; left');
    expect(text).toContain('SUMMARY:One\\, two\\; three\\\\\r\n');
    expect(text).toContain('X-WR-CALNAME:Kaya\\, upstairs\\; left\r\n');
    expect(text).toContain('UID:a\\;b\r\n');
  });

  it('is read back as it was written', () => {
    const { entries, setAside } = readFeed(write([nights('a'), nights('b', 'Blocked')]), {
      kind: 'nightly',
      timeZone: 'America/Bogota',
    });
    expect(setAside).toEqual([]);
    expect(entries).toMatchObject([
      { uid: 'a', recurrenceId: '', kind: 'reservation', title: 'Reserved', start: '2027-03-10', end: '2027-03-14' },
      { uid: 'b', recurrenceId: '', kind: 'block', title: 'Blocked', start: '2027-03-10', end: '2027-03-14' },
    ]);
  });

  it('is a complete document when there is nothing to tell', () => {
    expect(readFeed(write([]), { kind: 'nightly', timeZone: 'America/Bogota' }).entries).toEqual([]);
  });
});
