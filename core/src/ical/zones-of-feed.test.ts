import { describe, expect, it } from 'vitest';
import { readFeed } from './read-feed.ts';
import { ZonesOfFeed } from './zones-of-feed.ts';

const STANDARD = [
  'BEGIN:STANDARD',
  'DTSTART:19700101T000000',
  'TZOFFSETFROM:+0200',
  'TZOFFSETTO:+0300',
  'RRULE:FREQ=YEARLY',
  'END:STANDARD',
];
const vtimezone = (name: string, standard = STANDARD) =>
  ['BEGIN:VTIMEZONE', `TZID:${name}`, ...standard, 'END:VTIMEZONE'].join('\r\n');

describe('the zones of a feed', () => {
  it('are each made once, whatever they are called', () => {
    const zones = new ZonesOfFeed();
    expect(zones.called('Europe/Berlin')).toBeDefined();
    expect(zones.called('W. Europe Standard Time')).toBe(zones.called('Europe/Berlin'));
    expect(zones.atOffset('(UTC+05:30) Somewhere')).toBe(zones.atOffset('GMT+0530'));
    expect(zones.describedBy(vtimezone('Ours'))).toBe(zones.describedBy(vtimezone('Ours')));
  });

  it('are looked up a thousand times at most', () => {
    const zones = new ZonesOfFeed();
    for (let name = 0; name < 999; name++) expect(zones.called(`Nowhere ${name}`)).toBeUndefined();
    const berlin = zones.called('Europe/Berlin');
    expect(berlin).toBeDefined();
    expect(zones.called('Europe/Paris')).toBeUndefined();
    expect(zones.called('Europe/Berlin')).toBe(berlin);
  });

  it('are read as long as that does not take too long', () => {
    const zones = new ZonesOfFeed();
    const read = Array.from({ length: 30 }, (_, name) => zones.describedBy(vtimezone(`${name}`)));
    expect(read.map((zone) => zone !== undefined)).toEqual(read.map((_, index) => index < 20));
    const costly = Array.from({ length: 15 }, () => STANDARD).flat();
    const others = new ZonesOfFeed();
    const some = Array.from({ length: 5 }, (_, name) => others.describedBy(vtimezone(`${name}`, costly)));
    expect(some.map((zone) => zone !== undefined)).toEqual([true, true, false, false, false]);
  });

  it('are the same for all its calendars', () => {
    const calendar = (zone: string) =>
      [
        'BEGIN:VCALENDAR',
        `X-WR-TIMEZONE:${zone}`,
        'BEGIN:VEVENT',
        'DTSTART:20270501T100000',
        'DTEND:20270501T110000',
        'END:VEVENT',
        'END:VCALENDAR',
        '',
      ].join('\r\n');
    const names = Array.from({ length: 1_000 }, (_, name) => `Nowhere ${name}`);
    const feed = [...names, 'Asia/Tokyo'].map(calendar).join('');
    const { entries } = readFeed(feed, { kind: 'timed', timeZone: 'America/Bogota' });
    expect(entries).toHaveLength(1_001);
    // No zone is looked for beyond a thousand names: it is read as one that nobody knows.
    expect(new Set(entries.map(({ start }) => start))).toEqual(new Set(['2027-05-01T15:00:00Z']));
  });
});
