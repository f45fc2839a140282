import { describe, expect, it } from 'vitest';
import { frameFeed } from './frame-feed.ts';
import { readFeed } from './read-feed.ts';
import { semanticHash } from './semantic-hash.ts';

const event = (uid: string, ...lines: string[]) => [
  'BEGIN:VEVENT',
  'DTSTAMP:20270105T061500Z',
  `UID:${uid}`,
  'DTSTART;VALUE=DATE:20270310',
  'DTEND;VALUE=DATE:20270314',
  ...lines,
  'END:VEVENT',
];
const feed = (...events: readonly string[][]) =>
  ['BEGIN:VCALENDAR', 'PRODID:-//Test//EN', ...events.flat(), 'END:VCALENDAR', ''].join('\r\n');
const hashOf = (text: string) => semanticHash(text).hash;

const FEED = feed(event('a'), event('b', 'SUMMARY:Reserved', 'LAST-MODIFIED:20270101T000000Z', 'SEQUENCE:1'));

describe('the semantic hash of a feed', () => {
  it.each([
    ['DTSTAMP', FEED.replaceAll('DTSTAMP:20270105', 'DTSTAMP:20270106')],
    ['LAST-MODIFIED', FEED.replace('LAST-MODIFIED:20270101', 'LAST-MODIFIED:20270102')],
    ['SEQUENCE', FEED.replace('SEQUENCE:1', 'SEQUENCE:2')],
    ['a new CREATED', FEED.replace('SEQUENCE:1', 'CREATED:20270101T000000Z')],
    ['the order of events', feed(event('b', 'SUMMARY:Reserved'), event('a'))],
  ])('is the same whatever %s is', (_what, other) => {
    expect(other).not.toBe(FEED);
    expect(hashOf(other)).toBe(hashOf(FEED));
  });

  it.each([
    ['a time', FEED.replace('20270314', '20270315')],
    ['a summary', FEED.replace('Reserved', 'Blocked')],
    ['an event more', feed(event('a'), event('b', 'SUMMARY:Reserved'), event('b', 'SUMMARY:Reserved'))],
    ['an event less', feed(event('a'))],
    ['an event that is cut off', FEED.replace('END:VEVENT\r\n', '')],
    ['a line in an alarm', FEED.replace('SUMMARY:Reserved', 'BEGIN:VALARM\r\nEND:VALARM\r\nSUMMARY:Reserved')],
    ['the maker', FEED.replace('-//Test//EN', '-//Other//EN')],
    ['the zone of the calendar', FEED.replace('PRODID', 'X-WR-TIMEZONE:Europe/Berlin\r\nPRODID')],
    ['the method', FEED.replace('PRODID', 'METHOD:CANCEL\r\nPRODID')],
    ['the description of a zone', FEED.replace('PRODID', 'BEGIN:VTIMEZONE\r\nEND:VTIMEZONE\r\nPRODID')],
  ])('is another when %s changes', (_what, other) => {
    expect(hashOf(other)).not.toBe(hashOf(FEED));
  });

  it('is the same for bytes, for text, for the framed feed and in its reading', () => {
    const { hash } = semanticHash(FEED);
    expect(hash).toMatch(/^[\w-]{43}$/);
    expect(semanticHash(Buffer.from(FEED)).hash).toBe(hash);
    const framed = frameFeed(FEED);
    const room = { kind: 'nightly', timeZone: 'America/Bogota' } as const;
    expect(readFeed(FEED, room).semanticHash).toBe(hash);
    expect(semanticHash(framed).hash).toBe(hash);
    expect(readFeed(framed, room).semanticHash).toBe(hash);
  });

  it.each([
    ['RRULE:FREQ=DAILY', true],
    ['RDATE;VALUE=DATE:20270401', true],
    ['EXDATE;VALUE=DATE:20270401', false],
    ['SUMMARY:RRULE:FREQ=DAILY', false],
  ])('says whether there are series: %s', (line, recurring) => {
    expect(semanticHash(feed(event('a', line)))).toMatchObject({ recurring });
  });
});
