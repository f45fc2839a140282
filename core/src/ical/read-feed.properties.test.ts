import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidInput } from '../domain/errors.ts';
import type { FeedEntry } from '../domain/feed.ts';
import { isDate, isInstant } from '../domain/interval.ts';
import { type FeedReading, readFeed } from './read-feed.ts';
import { semanticHash } from './semantic-hash.ts';

const RESOURCES = [
  { kind: 'nightly', timeZone: 'America/Bogota' },
  { kind: 'timed', timeZone: 'America/New_York' },
] as const;
const WINDOW = { from: '2027-01-01', to: '2028-01-01' };

const day = fc.integer({ min: 0, max: 400 }).map((days) => new Date(Date.UTC(2027, 0, 1 + days)).toISOString());
const time = fc.tuple(day, fc.integer({ min: 0, max: 23 })).chain(([date, hour]) => {
  const digits = date.slice(0, 10).replaceAll('-', '');
  const clock = `${digits}T${String(hour).padStart(2, '0')}0000`;
  return fc.constantFrom(`;VALUE=DATE:${digits}`, `:${clock}Z`, `:${clock}`, `;TZID="Europe/Berlin":${clock}`);
});
const word = fc.string({
  unit: fc.constantFrom('a', 'B', ' ', '\\,', '\\n', ':', ';', '"', 'é', '日', '🏠'),
  maxLength: 40,
});
const vevent = fc
  .record({
    uid: fc.constantFrom('a', 'b', 'c', 'constructor'),
    start: time,
    length: fc.constantFrom('DURATION:P3D', 'DURATION:PT90M', 'X-NONE:'),
    summary: word,
    rest: fc.subarray([
      'RRULE:FREQ=WEEKLY;COUNT=4',
      'EXDATE:20270310T100000Z',
      'STATUS:CANCELLED',
      'TRANSP:OPAQUE',
      'DTSTAMP:20270105T061500Z',
      'RECURRENCE-ID:20270310T100000Z',
      'BEGIN:VALARM\nDTSTART:20200101T000000Z\nEND:VALARM',
    ]),
  })
  .map(({ uid, start, length, summary, rest }) => [
    'BEGIN:VEVENT',
    `UID:${uid}`,
    `DTSTART${start}`,
    length,
    `SUMMARY:${summary}`,
    ...rest.flatMap((line) => line.split('\n')),
    'END:VEVENT',
  ]);
const feedLines = fc
  .array(vevent, { maxLength: 6 })
  .map((events) => ['BEGIN:VCALENDAR', 'PRODID:-//Test//EN', ...events.flat(), 'END:VCALENDAR']);

/** What a reading says, whatever its text looked like. */
function essence({ entries, free, setAside, semanticHash: _, ...reading }: FeedReading) {
  return {
    ...reading,
    entries: entries.map(withoutText),
    free: free.map(({ entry, reason }) => ({ entry: withoutText(entry), reason })),
    setAside: setAside.map(({ reason, uid, partly }) => ({ reason, uid, partly })),
  };
}

function withoutText({ raw: _, ...entry }: FeedEntry) {
  return entry;
}

/** What holds for every reading of anything. */
function expectSound(reading: FeedReading, kind: 'nightly' | 'timed') {
  const whole = reading.setAside.filter(({ partly }) => !partly);
  expect(reading.eventsRead + reading.free.length + whole.length).toBe(reading.vevents);
  for (const { start, end, title } of [...reading.entries, ...reading.free.map(({ entry }) => entry)]) {
    const isTime = kind === 'nightly' ? isDate : isInstant;
    expect([isTime(start), isTime(end), start < end]).toEqual([true, true, true]);
    expect(title).not.toMatch(/[\r\n\0]/);
  }
  for (const { raw } of reading.setAside) expect(raw.length).toBeLessThanOrEqual(8_192);
}

describe('a feed', () => {
  it('is read alike whatever its lines end with and wherever they are folded', () => {
    const lineEnds = fc.array(fc.constantFrom('\r\n', '\n', '\r', '\r\r\n'), { minLength: 1 });
    const folds = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 });
    fc.assert(
      fc.property(feedLines, lineEnds, folds, fc.constantFrom(' ', '\t'), (lines, ends, widths, blank) => {
        let index = 0;
        const end = () => ends[index++ % ends.length] ?? '\n';
        const folded = lines.map((line) => {
          const letters = [...line];
          const parts: string[] = [];
          while (letters.length > 0) parts.push(letters.splice(0, widths[index++ % widths.length]).join(''));
          return parts.join(`${end()}${blank}`) + end();
        });
        for (const resource of RESOURCES) {
          const plain = readFeed(lines.join('\n'), resource, { window: WINDOW });
          const odd = readFeed(Buffer.from(folded.join('')), resource, { window: WINDOW });
          expect(essence(odd)).toEqual(essence(plain));
          expectSound(plain, resource.kind);
        }
      }),
    );
  });

  it('hashes alike in any order, and otherwise when an event is gone', () => {
    fc.assert(
      fc.property(fc.array(vevent, { minLength: 1, maxLength: 6 }), fc.nat(), (events, seed) => {
        const feed = (list: readonly (readonly string[])[]) =>
          ['BEGIN:VCALENDAR', ...list.flat(), 'END:VCALENDAR'].join('\r\n');
        const at = seed % events.length;
        const turned = [...events.slice(at), ...events.slice(0, at)];
        expect(semanticHash(feed(turned))).toEqual(semanticHash(feed(events)));
        expect(semanticHash(feed(events.toSpliced(at, 1))).hash).not.toBe(semanticHash(feed(events)).hash);
      }),
    );
  });

  it('of any pieces is refused for a reason, or read whole', () => {
    const piece = fc.oneof(
      feedLines.map((lines) => lines.join('\r\n')),
      vevent.map((lines) => lines.join('\n')),
      fc.constantFrom(
        'BEGIN:VCALENDAR',
        'END:VCALENDAR',
        'BEGIN:VEVENT',
        'END:VEVENT',
        'begin:vtodo',
        'END:VTODO',
        'BEGIN:VTIMEZONE',
        'END:VTIMEZONE',
        'UID;X="a:b":__proto__',
        'DTSTART;VALUE=DATE:20271301',
        'DTSTART;TZID="Mars:20270310T100000',
        'DTEND:99991231T235959',
        'DURATION:P99999D',
        'DURATION:-PT5M',
        'RRULE:FREQ=DAILY;UNTIL=99991231',
        'RRULE:FREQ=HOURLY',
        'RDATE;VALUE=PERIOD:20270310T100000Z/PT1H,nonsense',
        'RECURRENCE-ID;RANGE=THISANDFUTURE:20270310T100000Z',
        ' folded',
        '\uFEFF',
        '\0',
        '',
      ),
      fc.string({ unit: 'binary', maxLength: 30 }),
    );
    const feeds = fc.tuple(fc.array(piece, { maxLength: 12 }), fc.constantFrom('\n', '\r\n', '\r'));
    fc.assert(
      fc.property(feeds, ([pieces, lineEnd]) => {
        for (const resource of RESOURCES) {
          try {
            expectSound(readFeed(pieces.join(lineEnd), resource, { window: WINDOW }), resource.kind);
          } catch (error) {
            if (!(error instanceof InvalidInput)) throw error;
            expect(error.message).not.toBe('');
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('of damaged bytes is refused for a reason, or read whole', () => {
    const damage = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(feedLines, damage, fc.option(fc.nat()), (lines, changes, cut) => {
        const bytes = Buffer.from(lines.join('\r\n'));
        for (const [at, value] of changes) bytes[at % bytes.length] = value;
        const feed = cut === null ? bytes : bytes.subarray(0, cut % bytes.length);
        try {
          expectSound(readFeed(feed, RESOURCES[1], { window: WINDOW }), 'timed');
        } catch (error) {
          if (!(error instanceof InvalidInput)) throw error;
        }
      }),
      { numRuns: 300 },
    );
  });
});
