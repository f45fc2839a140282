import { describe, expect, it } from 'vitest';
import { frameFeed } from './frame-feed.ts';
import { readFeed } from './read-feed.ts';
import { seriesTexts } from './series-texts.ts';

const zone = (name: string, ...more: readonly string[]) => [
  'BEGIN:VTIMEZONE',
  `TZID:${name}`,
  'BEGIN:STANDARD',
  'DTSTART:19700101T000000',
  'TZOFFSETFROM:+0300',
  'TZOFFSETTO:+0300',
  ...more,
  'END:STANDARD',
  'END:VTIMEZONE',
];
const series = (uid: string, tzid: string) => [
  'BEGIN:VEVENT',
  `UID:${uid}`,
  `DTSTART;TZID=${tzid}:20270501T100000`,
  'DURATION:PT1H',
  'RRULE:FREQ=DAILY;COUNT=2',
  'END:VEVENT',
];
const calendar = (...lines: readonly string[]) => ['BEGIN:VCALENDAR', ...lines, 'END:VCALENDAR', ''].join('\r\n');
const BAY = { kind: 'timed', timeZone: 'America/Bogota' } as const;
const startsIn = (text: string) =>
  readFeed(text, BAY, { window: { from: '2027-04-01', to: '2027-06-01' } }).entries.map(({ start }) => start);

describe('the series of a feed', () => {
  it('are each a calendar of its own with the zones of theirs', () => {
    const framed = frameFeed(
      calendar(...zone('Ours'), ...zone('Theirs'), ...series('a', 'Ours'), ...series('b', 'Ours')),
    );
    const texts = seriesTexts(framed).map(({ text }) => text());
    expect(texts.map(startsIn)).toEqual([0, 1].map(() => ['2027-05-01T07:00:00Z', '2027-05-02T07:00:00Z']));
    expect(texts[0]).toContain('TZID:Theirs');
  });

  it('have no more than the zones they name where a calendar has many', () => {
    const zones = Array.from({ length: 1_000 }, (_, index) => zone(`Zone ${index}`)).flat();
    const names = ['Zone 7', '"Zone 8"', 'Zo\r\n ne 9', '(UTC+03:00) Ours'];
    const those = names.flatMap((name, index) => series(`${index}`, name));
    const texts = seriesTexts(frameFeed(calendar(...zones, ...zone('(UTC+03:00) Ours'), ...those)));
    expect(texts).toHaveLength(4);
    for (const { text } of texts) {
      expect(text().length).toBeLessThan(500);
      expect(startsIn(text())).toEqual(['2027-05-01T07:00:00Z', '2027-05-02T07:00:00Z']);
    }
  });
});
