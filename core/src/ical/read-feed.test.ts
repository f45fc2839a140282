import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { frameFeed } from './frame-feed.ts';
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

  const TEN = ['UID:a', 'DTSTART;TZID=Ours:20270710T100000', 'DTEND;TZID=Ours:20270710T110000'];
  const inZone = (tzid: string, head = '') =>
    only(calendar(TEN.map((line) => line.replace('Ours', tzid))).replace('BEGIN:VEVENT', `${head}BEGIN:VEVENT`), BAY);

  it.each([
    'Europe/Berlin',
    '"Europe/Berlin"',
    'W. Europe Standard Time',
    '/freeassociation.sourceforge.net/Europe/Berlin',
    '"(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna"',
  ])('reads times in the zone %s', (tzid) => {
    expect(inZone(tzid)).toMatchObject({ start: '2027-07-10T08:00:00Z', end: '2027-07-10T09:00:00Z' });
  });

  const VTIMEZONE = [
    'BEGIN:VTIMEZONE',
    'TZID:Customized Time Zone',
    'BEGIN:STANDARD',
    'DTSTART:16010101T000000',
    'TZOFFSETFROM:+0330',
    'TZOFFSETTO:+0330',
    'END:STANDARD',
    'END:VTIMEZONE',
    '',
  ].join('\r\n');

  it("reads a zone nobody knows by the calendar's own description of it, wherever that stands", () => {
    expect(inZone('Customized Time Zone', VTIMEZONE)).toMatchObject({ start: '2027-07-10T06:30:00Z' });
    const feed = calendar(TEN.map((line) => line.replace('Ours', 'Customized Time Zone')));
    const behind = feed.replace('END:VCALENDAR', `${VTIMEZONE}END:VCALENDAR`);
    expect(only(behind, BAY)).toMatchObject({ start: '2027-07-10T06:30:00Z' });
  });

  it("reads a zone that nothing describes as the calendar's, or else as the resource's", () => {
    expect(inZone('Mars/Base', 'X-WR-TIMEZONE:Europe/Berlin\r\n').start).toBe('2027-07-10T08:00:00Z');
    expect(inZone('Mars/Base', 'X-WR-TIMEZONE:Mars/Base\r\n').start).toBe('2027-07-10T14:00:00Z');
    expect(inZone('Customized Time Zone').start).toBe('2027-07-10T14:00:00Z');
    expect(inZone('(UTC+03:30) Somewhere').start).toBe('2027-07-10T06:30:00Z');
  });

  it('means times without a zone in the zone of the calendar, if it states one', () => {
    const feed = calendar(['UID:a', 'DTSTART:20270710T100000', 'DTEND:20270710T110000']);
    const start = (zone: string) => only(feed.replace('VERSION', `X-WR-TIMEZONE:${zone}\r\nVERSION`), BAY).start;
    expect(start('Europe/Berlin')).toBe('2027-07-10T08:00:00Z');
    expect(start('W. Europe Standard Time')).toBe('2027-07-10T08:00:00Z');
    expect(start('nowhere')).toBe('2027-07-10T14:00:00Z');
  });

  it('adds a duration in days of the zone', () => {
    const nights = calendar(['UID:a', 'DTSTART;VALUE=DATE:20270313', 'DURATION:P4D']);
    expect(only(nights)).toMatchObject({ start: '2027-03-13', end: '2027-03-17' });
    const dayOfChange = calendar(['UID:a', 'DTSTART;TZID=America/New_York:20270313T120000', 'DURATION:P1D']);
    expect(only(dayOfChange, BAY)).toMatchObject({ start: '2027-03-13T17:00:00Z', end: '2027-03-14T16:00:00Z' });
    const elsewhere = calendar(['UID:a', 'DTSTART;TZID=Europe/Berlin:20270327T120000', 'DURATION:P1D']);
    expect(only(elsewhere, BAY)).toMatchObject({ start: '2027-03-27T11:00:00Z', end: '2027-03-28T10:00:00Z' });
  });

  it.each([
    ['alone', []],
    ['that ends when it begins', ['DTEND;VALUE=DATE:20270228']],
    ['that takes no time', ['DURATION:P0D']],
  ])('takes a date %s for that day', (_case, lines) => {
    expect(only(calendar(['UID:a', 'DTSTART;VALUE=DATE:20270228', ...lines]))).toMatchObject({ end: '2027-03-01' });
  });

  it('reads an end in the year 9999', () => {
    const dates = calendar(['UID:a', 'DTSTART;VALUE=DATE:20270310', 'DTEND;VALUE=DATE:99991231']);
    expect(only(dates)).toMatchObject({ start: '2027-03-10', end: '9999-12-31' });
    expect(only(dates, BAY)).toMatchObject({ end: '9999-12-31T05:00:00Z' });
    const times = calendar(['UID:a', 'DTSTART:20270310T100000', 'DTEND:99991231T235959']);
    expect(only(times, BAY)).toMatchObject({ end: '9999-12-31T23:59:59Z' });
    expect(only(times)).toMatchObject({ start: '2027-03-10', end: '9999-12-31' });
  });
});

describe('the events of a feed', () => {
  it('have times of four-digit years, also where a zone or an offset would carry them out of these', () => {
    const first = calendar(['UID:a', 'DTSTART;TZID=Etc/GMT+12:00000101T000000Z', 'DURATION:P3D']);
    expect(only(first)).toMatchObject({ start: '0000-01-01', end: '0000-01-03' });
    const before = readFeed(calendar(['UID:a', 'DTSTART:00000101T000000+0100', 'DURATION:P3D']), BAY);
    expect(before.setAside).toMatchObject([{ uid: 'a', reason: 'bad-time' }]);
  });

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

  it('are read in lower case, folded anywhere, and with a name for each parameter in quotes', () => {
    const feed = calendar(['UID:a', 'DTSTART;VALUE="DATE":20270310', 'DTEND;VALUE=DATE:20270314', 'SUMMARY:Reserved']);
    const expected = { uid: 'a', start: '2027-03-10', end: '2027-03-14', title: 'Reserved' };
    expect(only(feed)).toMatchObject(expected);
    expect(only(feed.replace('DTSTART', 'dtstart').replace('SUMMARY', 'Summary'))).toMatchObject(expected);
    for (let at = feed.indexOf('UID:') + 1; at < feed.indexOf('END:VEVENT') - 2; at++) {
      if (/[\r\n]/.test(feed[at - 1]! + feed[at]!)) continue;
      expect(only(`${feed.slice(0, at)}\r\n ${feed.slice(at)}`)).toMatchObject(expected);
    }
  });

  it('have a UID of bounded length and a title that is one line of bounded length', () => {
    const [uid, title] = ['u'.repeat(100_000), `A\u0007\\n b\u0000 ${'t'.repeat(100_000)}`];
    const entry = only(calendar([`UID:${uid}`, ...NIGHTS, `SUMMARY:${title}`]));
    expect(entry.uid).toMatch(/^[0-9a-v]{52}$/);
    expect(entry.uid).not.toBe(only(calendar([`UID:${uid}v`, ...NIGHTS])).uid);
    expect(entry.title).toMatch(/^A b t{296}$/);
  });

  it('say when they were last changed, where that is an instant', () => {
    expect(only(calendar(['UID:a', ...NIGHTS, 'LAST-MODIFIED:20270105T061500Z'])).modifiedAt).toBe(
      '2027-01-05T06:15:00Z',
    );
    expect(only(calendar(['UID:a', ...NIGHTS, 'LAST-MODIFIED:recently']))).not.toHaveProperty('modifiedAt');
  });

  it('are read beside components of other kinds and with alarms inside', () => {
    const alarm = ['BEGIN:VALARM', 'TRIGGER:-P1D', 'DESCRIPTION:Wake up', 'DTSTART:20200101T000000Z', 'END:VALARM'];
    const feed = calendar([...alarm, 'UID:a', ...NIGHTS]).replace(
      'BEGIN:VEVENT',
      'BEGIN:VTODO\r\nUID:a\r\nSUMMARY:Clean\r\nEND:VTODO\r\nBEGIN:VEVENT',
    );
    expect(only(feed)).toMatchObject({ uid: 'a', start: '2027-03-10', title: 'Reserved' });
  });

  it('are not confused by an alarm beside an END that ends nothing', () => {
    const alarm = ['END:VALARM', 'BEGIN:VALARM', 'DTSTART:20200101T000000Z', 'STATUS:CANCELLED', 'END:VALARM'];
    expect(only(calendar(['UID:a', ...alarm, ...NIGHTS]))).toMatchObject({ start: '2027-03-10', end: '2027-03-14' });
  });

  it('hold no time when they are cancelled or marked as free', () => {
    const feed = calendar(
      ['UID:a', ...NIGHTS, 'STATUS:CANCELLED'],
      ['UID:b', ...NIGHTS, 'TRANSP:TRANSPARENT'],
      ['UID:c', ...NIGHTS, 'STATUS:CONFIRMED', 'TRANSP:OPAQUE'],
    );
    const { entries, free, vevents, eventsRead } = readFeed(feed, ROOM);
    expect(entries.map(({ uid }) => uid)).toEqual(['c']);
    expect(free.map(({ entry, reason }) => [entry.uid, reason])).toEqual([
      ['a', 'cancelled'],
      ['b', 'transparent'],
    ]);
    expect({ vevents, eventsRead }).toEqual({ vevents: 3, eventsRead: 1 });
  });

  it('hold no time when their whole calendar calls them off', () => {
    const feed = calendar(['UID:a', ...NIGHTS]).replace('VERSION', 'METHOD:CANCEL\r\nVERSION');
    expect(readFeed(feed, ROOM).free).toMatchObject([{ entry: { uid: 'a' }, reason: 'cancelled' }]);
  });

  it('are read when they say the same time twice', () => {
    expect(only(calendar(['UID:a', ...NIGHTS, ...NIGHTS]))).toMatchObject({ start: '2027-03-10', end: '2027-03-14' });
  });

  it.each([
    ['cut-off', [...NIGHTS], (feed: string) => feed.replace('END:VEVENT\r\n', '')],
    ['no-start', ['DTEND;VALUE=DATE:20270314']],
    ['bad-time', ['DTSTART;VALUE=DATE:20270231', 'DTEND;VALUE=DATE:20270314']],
    ['bad-time', ['DTSTART;VALUE=DATE:20271301', 'DTEND;VALUE=DATE:20280314']],
    ['bad-time', ['DTSTART:20270310T2500', 'DTEND:20270314T100000Z']],
    ['bad-time', ['DTSTART:tomorrow', 'DTEND;VALUE=DATE:20270314']],
    ['bad-time', ['DTSTART;VALUE=DATE:20270310', 'DTEND:None']],
    ['bad-time', ['DTSTART;VALUE=DATE:20270310', 'DURATION:four days']],
    ['bad-time', [...NIGHTS, 'RECURRENCE-ID:soon']],
    ['contradictory-times', [...NIGHTS, 'DTSTART;VALUE=DATE:20270311']],
    ['end-before-start', ['DTSTART;VALUE=DATE:20270314', 'DTEND;VALUE=DATE:20270310']],
    ['end-before-start', ['DTSTART;VALUE=DATE:20270314', 'DURATION:-P1D']],
    ['takes-no-time', ['DTSTART:20270314T100000Z']],
    ['takes-no-time', ['DTSTART:20270314T100000Z', 'DTEND:20270314T100000Z']],
    ['covers-no-night', ['DTSTART:20270314T150000Z', 'DTEND:20270314T160000Z']],
    ['recurring', [...NIGHTS, 'RRULE:FREQ=WEEKLY']],
  ])('are set aside alone, with their text, as %s', (reason, lines, damage = (feed: string) => feed) => {
    const feed = damage(calendar(['UID:odd', ...lines], ['UID:fine', ...NIGHTS]));
    const { entries, setAside } = readFeed(feed, ROOM);
    expect(entries.map(({ uid }) => uid)).toEqual(['fine']);
    expect(setAside).toMatchObject([{ reason, uid: 'odd' }]);
    expect(setAside[0]?.raw).toContain('UID:odd\n');
  });

  it('are set aside with no more of their text than staff will read', () => {
    const feed = calendar(['UID:odd', `SUMMARY:${'x'.repeat(100_000)}`]);
    expect(readFeed(feed, ROOM).setAside[0]?.raw).toHaveLength(8_192);
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
  it('says who made it, and is empty when it is', () => {
    const feed = calendar().replace('PRODID:', 'PRODID;X-RICAL-TZSOURCE=TZINFO:');
    expect(readFeed(feed, ROOM)).toMatchObject({
      entries: [],
      free: [],
      setAside: [],
      prodId: '-//Test//EN',
      vevents: 0,
    });
  });

  it('may be framed before it is read', () => {
    const feed = calendar(['UID:a', ...NIGHTS]);
    expect(readFeed(frameFeed(feed), ROOM)).toEqual(readFeed(feed, ROOM));
  });

  it('is decoded by the charset of its answer', () => {
    const bytes = Buffer.from(calendar(['UID:a', ...NIGHTS, 'SUMMARY:Reserved - Zoë']), 'latin1');
    expect(readFeed(bytes, ROOM, { charset: 'iso-8859-1' }).entries[0]?.title).toBe('Reserved - Zoë');
  });

  it('is read whole when it holds thousands of events', () => {
    const events = Array.from({ length: 3_000 }, (_, index) => [`UID:${index}`, ...NIGHTS]);
    expect(readFeed(calendar(...events), ROOM).entries).toHaveLength(3_000);
  });
});
