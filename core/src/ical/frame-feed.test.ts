import { describe, expect, it } from 'vitest';
import { InvalidInput } from '../domain/errors.ts';
import { frameFeed } from './frame-feed.ts';

const FEED = [
  'BEGIN:VCALENDAR',
  'PRODID:-//Test//EN',
  'METHOD:publish',
  'X-WR-TIMEZONE:Europe/Berlin',
  'BEGIN:VTIMEZONE',
  'TZID:Berlin',
  'END:VTIMEZONE',
  'BEGIN:VEVENT',
  'UID:a',
  'BEGIN:VALARM',
  'END:VALARM',
  'END:VEVENT',
  'BEGIN:VTODO',
  'UID:b',
  'END:VTODO',
  'BEGIN:VEVENT',
  'UID:c',
  'END:VEVENT',
  'END:VCALENDAR',
  '',
].join('\r\n');

const uids = (feed: string | Uint8Array) => {
  const { text, events } = frameFeed(feed);
  return events.map(({ from, to, whole }) => {
    const uid = /^UID:(.*?)\r?$/im.exec(text.slice(from, to))?.[1];
    return whole ? uid : `${uid} cut off`;
  });
};

describe('a feed cut into its events', () => {
  it('has each event from its BEGIN to its END, beside components of other kinds and with alarms inside', () => {
    const { text, events } = frameFeed(FEED);
    expect(events.map(({ from, to }) => text.slice(from, to))).toEqual([
      'BEGIN:VEVENT\r\nUID:a\r\nBEGIN:VALARM\r\nEND:VALARM\r\nEND:VEVENT\r\n',
      'BEGIN:VEVENT\r\nUID:c\r\nEND:VEVENT\r\n',
    ]);
  });

  it('knows what their calendar says of all of them', () => {
    const { text, events } = frameFeed(FEED);
    const { timeZones, ...calendar } = events[0]!.calendar;
    expect(calendar).toEqual({ prodId: '-//Test//EN', method: 'PUBLISH', timeZone: 'Europe/Berlin' });
    expect(timeZones.map(({ from, to }) => text.slice(from, to))).toEqual([
      'BEGIN:VTIMEZONE\r\nTZID:Berlin\r\nEND:VTIMEZONE\r\n',
    ]);
  });

  it.each([
    ['line feeds', '\n'],
    ['carriage returns', '\r'],
    ['two carriage returns and a line feed', '\r\r\n'],
  ])('reads lines that end with %s', (_name, lineEnd) => {
    expect(uids(FEED.replaceAll('\r\n', lineEnd))).toEqual(['a', 'c']);
  });

  it('reads lines that end in different ways', () => {
    let index = 0;
    expect(uids(FEED.replaceAll('\r\n', () => ['\n', '\r', '\r\n', '\r\r\n'][index++ % 4]!))).toEqual(['a', 'c']);
  });

  it('reads lower-case keywords, folded ones and ones with blanks', () => {
    expect(uids(FEED.toLowerCase())).toEqual(['a', 'c']);
    expect(uids(FEED.replaceAll('BEGIN:VEVENT', 'BEGIN:VE\r\n VENT'))).toEqual(['a', 'c']);
    expect(uids(FEED.replaceAll('END:VEVENT', 'END: VEVENT  '))).toEqual(['a', 'c']);
  });

  it('begins wherever the calendar does', () => {
    expect(uids(`\uFEFF \r\n\r\n  ${FEED}`)).toEqual(['a', 'c']);
    expect(uids(`Notice: undefined variable\r\n${FEED}`)).toEqual(['a', 'c']);
  });

  it('reads several calendars, each with what it says', () => {
    const second = FEED.replace('PRODID:-//Test//EN', 'PRODID:-//Other//EN');
    expect(uids(`${FEED}\uFEFF${second}`)).toEqual(['a', 'c', 'a', 'c']);
    expect(frameFeed(`${FEED}\uFEFF${second}`).events.map(({ calendar }) => calendar.prodId)).toEqual([
      '-//Test//EN',
      '-//Test//EN',
      '-//Other//EN',
      '-//Other//EN',
    ]);
  });

  it('loses no event to an END that ends nothing, or is missing', () => {
    expect(uids(FEED.replace('BEGIN:VTODO', 'END:VEVENT\r\nBEGIN:VTODO'))).toEqual(['a', 'c']);
    expect(uids(FEED.replace('END:VEVENT\r\n', ''))).toEqual(['a cut off', 'c']);
    expect(uids(FEED.replace('END:VALARM\r\n', ''))).toEqual(['a', 'c']);
    expect(uids(FEED.replace('END:VTODO\r\n', ''))).toEqual(['a', 'c']);
    expect(uids(FEED.replace('END:VEVENT\r\nEND:VCALENDAR', 'END:VCALENDAR'))).toEqual(['a', 'c cut off']);
  });

  it('reads a line of twenty thousand folds, wherever it stands, in no time', () => {
    const folds = 'a\r\n '.repeat(20_000);
    const before = process.threadCpuUsage();
    frameFeed(FEED.replace('BEGIN:VEVENT', `X-LONG:${folds}\r\nBEGIN:VEVENT`));
    expect(process.threadCpuUsage(before).user).toBeLessThan(1_000_000);
  });

  it('finds events outside of any calendar', () => {
    expect(uids(`${FEED}BEGIN:VEVENT\r\nUID:d\r\nEND:VEVENT\r\n`)).toEqual(['a', 'c', 'd']);
  });

  it.each([
    ['is empty', '', 'is empty'],
    ['is blank', ' \r\n\t', 'is empty'],
    ['is an HTML page', '<!doctype html><title>Sign in</title>', 'web page'],
    ['is XML', '<?xml version="1.0"?><error/>', 'XML'],
    ['is JSON', '{"error":"Too many requests"}', 'JSON'],
    ['is some other text', 'Too many requests', 'no BEGIN:VCALENDAR'],
    ['breaks off within an event', FEED.slice(0, 200), 'breaks off'],
    ['breaks off between events', FEED.replace('END:VCALENDAR', ''), 'breaks off'],
    ['is a second calendar that breaks off', `${FEED}BEGIN:VCALENDAR\r\nVERSION:2.0\r\n`, 'breaks off'],
  ])('is refused when it %s, and says so', (_case, feed, reason) => {
    expect(() => frameFeed(feed)).toThrow(InvalidInput);
    expect(() => frameFeed(feed)).toThrow(reason);
  });
});
