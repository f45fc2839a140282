import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InvalidInput } from '../domain/errors.ts';
import { readFeed } from './read-feed.ts';

const ROOM = { kind: 'nightly', timeZone: 'America/Bogota' } as const;
const BAY = { kind: 'timed', timeZone: 'America/New_York' } as const;

function calendar(...events: string[][]): string {
  const lines = events.flatMap((event) => ['BEGIN:VEVENT', ...event, 'END:VEVENT']);
  return ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Test//EN', ...lines, 'END:VCALENDAR', ''].join('\r\n');
}

const NIGHTS = ['DTSTART;VALUE=DATE:20270310', 'DTEND;VALUE=DATE:20270314'];
const only = (feed: string, resource: typeof ROOM | typeof BAY = ROOM) => {
  const reading = readFeed(feed, resource);
  expect(reading.setAside).toEqual([]);
  expect(reading.entries).toHaveLength(1);
  return reading.entries[0]!;
};
const reasons = (feed: string, resource: typeof ROOM | typeof BAY = ROOM) => {
  const reading = readFeed(feed, resource);
  expect(reading.entries).toEqual([]);
  return reading.setAside.map(({ reason }) => reason);
};

describe.each([
  { processZone: 'UTC', offset: 0 },
  { processZone: 'Pacific/Auckland', offset: -780 },
  { processZone: 'America/Los_Angeles', offset: 480 },
])('the times of a feed, read by a process in $processZone', ({ processZone, offset }) => {
  const before = process.env['TZ'];
  beforeEach(() => {
    process.env['TZ'] = processZone;
    expect(new Date('2027-01-10T00:00:00Z').getTimezoneOffset()).toBe(offset);
  });
  afterEach(() => {
    if (before === undefined) delete process.env['TZ'];
    else process.env['TZ'] = before;
  });

  it('keeps dates as dates on a nightly resource', () => {
    expect(only(calendar(['UID:a', ...NIGHTS]))).toMatchObject({ start: '2027-03-10', end: '2027-03-14' });
  });

  it('begins dates at local midnight on a timed resource, also where summer time begins', () => {
    expect(only(calendar(['UID:a', ...NIGHTS]), BAY)).toMatchObject({
      start: '2027-03-10T05:00:00Z',
      end: '2027-03-14T05:00:00Z',
    });
    const change = calendar(['UID:a', 'DTSTART;VALUE=DATE:20270314', 'DTEND;VALUE=DATE:20270315']);
    expect(only(change, BAY)).toMatchObject({ start: '2027-03-14T05:00:00Z', end: '2027-03-15T04:00:00Z' });
  });

  it('takes UTC times as they are on a timed resource', () => {
    const feed = calendar(['UID:a', 'DTSTART:20270310T100000Z', 'DTEND:20270310T113000Z']);
    expect(only(feed, BAY)).toMatchObject({ start: '2027-03-10T10:00:00Z', end: '2027-03-10T11:30:00Z' });
  });

  it('covers the nights between the local dates of times on a nightly resource', () => {
    // 15:00 and 11:00 in Bogota, five hours behind UTC.
    const stay = calendar(['UID:a', 'DTSTART:20270310T200000Z', 'DTEND:20270314T160000Z']);
    expect(only(stay)).toMatchObject({ start: '2027-03-10', end: '2027-03-14' });
    // 21:00 on the 9th, although it is the 10th in UTC.
    const late = calendar(['UID:a', 'DTSTART:20270310T020000Z', 'DTEND:20270310T160000Z']);
    expect(only(late)).toMatchObject({ start: '2027-03-09', end: '2027-03-10' });
  });

  it('means times without a zone in the zone of the resource', () => {
    const feed = calendar(['UID:a', 'DTSTART:20270710T100000', 'DTEND:20270710T110000']);
    expect(only(feed, BAY)).toMatchObject({ start: '2027-07-10T14:00:00Z', end: '2027-07-10T15:00:00Z' });
  });

  it.each(['Europe/Berlin', '"Europe/Berlin"', 'W. Europe Standard Time'])('reads times in the zone %s', (tzid) => {
    const feed = calendar(['UID:a', `DTSTART;TZID=${tzid}:20270710T100000`, `DTEND;TZID=${tzid}:20270710T110000`]);
    expect(only(feed, BAY)).toMatchObject({ start: '2027-07-10T08:00:00Z', end: '2027-07-10T09:00:00Z' });
  });

  it("sets an event aside rather than read an unknown zone as the process's own", () => {
    const feed = calendar(['UID:a', 'DTSTART;TZID=Mars/Base:20270710T100000', 'DTEND:20270710T110000Z']);
    expect(reasons(feed, BAY)).toEqual(['unknown-time-zone']);
  });

  it('adds a duration in days of the zone', () => {
    const nights = calendar(['UID:a', 'DTSTART;VALUE=DATE:20270313', 'DURATION:P4D']);
    expect(only(nights)).toMatchObject({ start: '2027-03-13', end: '2027-03-17' });
    const dayOfChange = calendar(['UID:a', 'DTSTART;TZID=America/New_York:20270313T120000', 'DURATION:P1D']);
    expect(only(dayOfChange, BAY)).toMatchObject({ start: '2027-03-13T17:00:00Z', end: '2027-03-14T16:00:00Z' });
    const elsewhere = calendar(['UID:a', 'DTSTART;TZID=Europe/Berlin:20270327T120000', 'DURATION:P1D']);
    expect(only(elsewhere, BAY)).toMatchObject({ start: '2027-03-27T11:00:00Z', end: '2027-03-28T10:00:00Z' });
  });

  it('takes a date alone for that day', () => {
    expect(only(calendar(['UID:a', 'DTSTART;VALUE=DATE:20270228']))).toMatchObject({ end: '2027-03-01' });
  });
});

describe('the events of a feed', () => {
  it('are all there when a UID comes twice', () => {
    const feed = calendar(['UID:a', ...NIGHTS], ['UID:a', 'DTSTART;VALUE=DATE:20270401', 'DTEND;VALUE=DATE:20270402']);
    expect(readFeed(feed, ROOM).entries.map(({ uid, start }) => [uid, start])).toEqual([
      ['a', '2027-03-10'],
      ['a', '2027-04-01'],
    ]);
  });

  it.each(['constructor', '__proto__', 'vcalendar', 'version', 'type', 'method', 'prodid'])(
    'are read when a UID is %s',
    (uid) => {
      const feed = calendar([`UID:${uid}`, 'KEYS:x', ...NIGHTS], ['UID:b', ...NIGHTS]);
      expect(readFeed(feed, ROOM).entries.map((entry) => entry.uid)).toEqual([uid, 'b']);
      expect(Object.keys({ a: 1 })).toEqual(['a']);
    },
  );

  it('are read without a UID, under the same name each time', () => {
    const feed = calendar([...NIGHTS, 'SUMMARY:Reserved']);
    expect(only(feed).uid).toMatch(/^[0-9a-v]{20,}$/);
    expect(only(feed).uid).toBe(only(feed).uid);
  });

  it('are read with line feeds only, with carriage returns only, and behind a byte order mark', () => {
    for (const lineEnd of ['\n', '\r']) {
      expect(only(calendar(['UID:a', ...NIGHTS]).replaceAll('\r\n', lineEnd)).uid).toBe('a');
    }
    const bytes = Buffer.from(`\uFEFF${calendar(['UID:ä', ...NIGHTS])}`);
    expect(readFeed(bytes, ROOM).entries[0]?.uid).toBe('ä');
  });

  it('are read beside components of other kinds and with alarms inside', () => {
    const alarm = ['BEGIN:VALARM', 'TRIGGER:-P1D', 'DESCRIPTION:Wake up', 'DTSTART:20200101T000000Z', 'END:VALARM'];
    const feed = calendar([...alarm, 'UID:a', ...NIGHTS]).replace(
      'BEGIN:VEVENT',
      'BEGIN:VTODO\r\nUID:a\r\nSUMMARY:Clean\r\nEND:VTODO\r\nBEGIN:VEVENT',
    );
    expect(only(feed)).toMatchObject({ uid: 'a', start: '2027-03-10', title: 'Reserved' });
  });

  it('hold no time when they are cancelled or marked as free', () => {
    const feed = calendar(
      ['UID:a', ...NIGHTS, 'STATUS:CANCELLED'],
      ['UID:b', ...NIGHTS, 'TRANSP:TRANSPARENT'],
      ['UID:c', ...NIGHTS, 'STATUS:CONFIRMED', 'TRANSP:OPAQUE'],
    );
    const { entries, free } = readFeed(feed, ROOM);
    expect(entries.map(({ uid }) => uid)).toEqual(['c']);
    expect(free.map(({ entry, reason }) => [entry.uid, reason])).toEqual([
      ['a', 'cancelled'],
      ['b', 'transparent'],
    ]);
  });

  it.each([
    ['cut-off', [...NIGHTS], (feed: string) => feed.replace('END:VEVENT\r\n', '')],
    ['no-start', ['DTEND;VALUE=DATE:20270314']],
    ['bad-time', ['DTSTART;VALUE=DATE:20270231', 'DTEND;VALUE=DATE:20270314']],
    ['bad-time', ['DTSTART;VALUE=DATE:20271301', 'DTEND;VALUE=DATE:20280314']],
    ['bad-time', ['DTSTART:20270310T2500', 'DTEND:20270314T100000Z']],
    ['bad-time', ['DTSTART:tomorrow', 'DTEND;VALUE=DATE:20270314']],
    ['end-not-after-start', ['DTSTART;VALUE=DATE:20270314', 'DTEND;VALUE=DATE:20270310']],
    ['end-not-after-start', ['DTSTART;VALUE=DATE:20270314', 'DTEND;VALUE=DATE:20270314']],
    ['end-not-after-start', ['DTSTART:20270314T100000Z']],
    ['covers-no-night', ['DTSTART:20270314T150000Z', 'DTEND:20270314T160000Z']],
    ['recurring', [...NIGHTS, 'RRULE:FREQ=WEEKLY']],
    ['unreadable', [...NIGHTS, 'DTSTART;VALUE=DATE:20270311']],
    ['unreadable', ['DTSTART;VALUE=DATE:20270310', 'DURATION:four days']],
  ])('are set aside alone, with their text, as %s', (reason, lines, damage = (feed: string) => feed) => {
    const feed = damage(calendar(['UID:odd', ...lines], ['UID:fine', ...NIGHTS]));
    const { entries, setAside } = readFeed(feed, ROOM);
    expect(entries.map(({ uid }) => uid)).toEqual(['fine']);
    expect(setAside.map((each) => each.reason)).toEqual([reason]);
    expect(setAside[0]?.raw).toContain('UID:odd\n');
  });
});

describe('what an entry of a feed is', () => {
  const described = (...lines: string[]) => only(calendar(['UID:a', ...NIGHTS, ...lines]));

  it.each([
    ['Reserved', 'reservation'],
    ['Reserved - Guest', 'reservation'],
    ['Sample Guest (101)', 'reservation'],
    ['Airbnb (Not available)', 'block'],
    ['CLOSED - Not available', 'block'],
    ['Blocked', 'block'],
    ['BLOCKED', 'block'],
  ])('is told by its summary: %s', (summary, kind) => {
    expect(described(`SUMMARY:${summary}`)).toMatchObject({ kind, title: summary });
  });

  it('includes the code and the phone digits that Airbnb folds into its description', () => {
    const entry = described(
      'SUMMARY:Reserved',
      'DESCRIPTION:Reservation URL: https://www.airbnb.com/hosting/reservations/de',
      ' tails/HMTEST0001\\nPhone Number (Last 4 Digits): 0101',
    );
    expect(entry).toMatchObject({ reservationCode: 'HMTEST0001', phoneLast4: '0101' });
  });

  it('is read from summaries with a language, repeated ones and escaped ones', () => {
    expect(described('SUMMARY;LANGUAGE=en-us: BOOKED').title).toBe('BOOKED');
    expect(described('SUMMARY:First', 'SUMMARY:Second').title).toBe('First');
    expect(described('SUMMARY:One\\, two\\nthree').title).toBe('One, two three');
  });
});

describe('the document of a feed', () => {
  it('says who made it', () => {
    const feed = calendar().replace('PRODID:', 'PRODID;X-RICAL-TZSOURCE=TZINFO:');
    expect(readFeed(feed, ROOM)).toEqual({ entries: [], free: [], setAside: [], prodId: '-//Test//EN' });
  });

  it('may be two documents in a row', () => {
    const feed = calendar(['UID:a', ...NIGHTS]) + calendar(['UID:b', ...NIGHTS]);
    expect(readFeed(feed, ROOM).entries.map(({ uid }) => uid)).toEqual(['a', 'b']);
  });

  it('may have events behind its end', () => {
    const stray = ['BEGIN:VEVENT', 'UID:b', ...NIGHTS, 'END:VEVENT', ''].join('\r\n');
    expect(readFeed(calendar(['UID:a', ...NIGHTS]) + stray, ROOM).entries.map(({ uid }) => uid)).toEqual(['a', 'b']);
  });

  it.each([
    ['is empty', ''],
    ['is an HTML page', '<!doctype html><title>Sign in</title>'],
    ['is JSON', '{"error":"Too many requests"}'],
    ['breaks off within an event', calendar(['UID:a', ...NIGHTS]).slice(0, 90)],
    ['breaks off between events', calendar(['UID:a', ...NIGHTS]).replace('END:VCALENDAR', '')],
    ['is a second document that breaks off', `${calendar()}BEGIN:VCALENDAR\r\nVERSION:2.0\r\n`],
    ['is in UTF-16', Buffer.from(calendar(['UID:a', ...NIGHTS]), 'utf16le')],
  ])('is refused as a whole when it %s', (_case, feed) => {
    expect(() => readFeed(feed, ROOM)).toThrow(InvalidInput);
  });

  it('is read whole when it holds thousands of events', () => {
    const events = Array.from({ length: 3_000 }, (_, index) => [`UID:${index}`, ...NIGHTS]);
    expect(readFeed(calendar(...events), ROOM).entries).toHaveLength(3_000);
  });
});
