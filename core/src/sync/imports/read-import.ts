import { InvalidInput } from '../../domain/errors.ts';
import type { EventKind, Platform, RawEntry } from '../../domain/event.ts';
import type { FeedEntry } from '../../domain/feed.ts';
import { DEFAULT_FEED_LIMITS } from '../../domain/feed-limits.ts';
import { eventIdOf } from '../../domain/identity.ts';
import type { ImportContent, ImportEntry, ImportOptions } from '../../domain/import.ts';
import { addDays } from '../../domain/interval.ts';
import type { Resource } from '../../domain/resource.ts';
import { type FramedFeed, frameFeed } from '../../ical/frame-feed.ts';
import { type FeedReading, readFeed } from '../../ical/read-feed.ts';
import type { SeriesWindow } from '../../ical/read-series.ts';
import { seriesTexts } from '../../ical/series-texts.ts';
import { eventText } from '../../ledger/event-text.ts';

/** A file that was handed in. Its name is nobody's business: it says nothing that can be relied on. */
export interface ImportFile {
  readonly bytes: Uint8Array;
  /** As the caller declared it. */
  readonly charset?: string;
}

/** What a file says, before it is compared with the ledger. */
export type ImportReading = Pick<
  ImportContent,
  'entries' | 'calledOff' | 'unreadable' | 'series' | 'setAside' | 'warnings'
> & {
  /** VEVENTs in the file. */
  readonly seen: number;
  readonly setAsideCount: number;
  readonly platform: Platform | undefined;
};

interface ReadInput {
  readonly resource: Pick<Resource, 'kind' | 'timeZone'>;
  readonly setId: string;
  readonly options: ImportOptions;
  /** The resource's local date. */
  readonly today: string;
}

/** More is cut into several files by whoever has them: a preview of it could not be looked through anyway. */
const MOST_ENTRIES = 10_000;
const MOST_SERIES = 200;
/** Set-asides whose text is kept; all are counted. */
const MOST_KEPT = 100;
/** From here on where a file seems to come from is believed. */
const LEAST_CONFIDENCE = 0.5;

/** The dates between which series are expanded. */
export function importWindow(today: string): SeriesWindow {
  const { daysBack, daysAhead } = DEFAULT_FEED_LIMITS;
  return { from: addDays(today, -daysBack), to: addDays(today, daysAhead) };
}

/**
 * Reads a file for a resource. What ended more than a month ago is left out. Pure.
 * @throws InvalidInput, with a reason for people, when it is no calendar or holds too much; one odd event is only set
 * aside.
 */
export function readImport(file: ImportFile, input: ReadInput): ImportReading {
  const framed = frame(file);
  refuseMoreThan(MOST_ENTRIES, framed.events.length, 'events');
  const window = importWindow(input.today);
  const reading = readFeed(framed, input.resource, {
    window,
    ...(input.options.platform !== undefined && { platform: input.options.platform }),
  });
  refuseMoreThan(MOST_ENTRIES, reading.entries.length, 'events, with the occurrences of its series,');
  const current = reading.entries.filter(({ end }) => end > window.from);
  const series = input.options.recurring === 'keep' ? keptSeries(framed, reading) : [];
  refuseMoreThan(MOST_SERIES, series.length, 'series to keep');
  const kept = series.map(({ uid, text }) => ({ uid, text: text() }));
  return {
    entries: nameEntries(input.setId, current, input.options.kind),
    calledOff: reading.free.map(({ entry: { uid, recurrenceId, raw } }) => ({
      uid,
      recurrenceId,
      raw: eventText(raw),
    })),
    unreadable: reading.setAside.flatMap(({ uid }) => uid ?? []),
    series: kept,
    setAside: reading.setAside.slice(0, MOST_KEPT).map(({ raw, reason }) => ({ raw, reason })),
    warnings: warningsOf(reading, current.length, window),
    seen: reading.vevents,
    setAsideCount: reading.setAside.length,
    platform: input.options.platform ?? believed(reading),
  };
}

function frame({ bytes, charset }: ImportFile): FramedFeed {
  try {
    return frameFeed(bytes, charset);
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    throw new InvalidInput(error.message, { cause: error, paths: ['file'] });
  }
}

function refuseMoreThan(most: number, count: number, what: string): void {
  if (count <= most) return;
  const message = `the file holds ${count} ${what}; at most ${most} are imported at once, so cut it into several files`;
  throw new InvalidInput(message, { paths: ['file'] });
}

/**
 * The entries, each with the id of its event: derived from its UID, and from its start where the file repeats the UID.
 * Of entries that are the same in UID and time one is left.
 */
export function nameEntries(setId: string, entries: readonly FeedEntry[], kind?: EventKind): ImportEntry[] {
  const named: ImportEntry[] = [];
  const textOf = textsKept();
  for (const group of Map.groupBy(entries, ({ uid, recurrenceId }) => JSON.stringify([uid, recurrenceId])).values()) {
    const distinct = [...new Map(group.map((entry) => [`${entry.start} ${entry.end}`, entry])).values()];
    const starts = new Set<string>();
    for (const { edge: _, ...entry } of distinct) {
      const at = starts.has(entry.start) ? `${entry.start} ${entry.end}` : entry.start;
      starts.add(entry.start);
      const source = { type: 'import', id: setId, externalUid: entry.uid } as const;
      const eventId = eventIdOf(source, entry.recurrenceId, distinct.length === 1 ? '' : at);
      named.push({ ...entry, eventId, kind: kind ?? entry.kind, raw: textOf(entry.raw) });
    }
  }
  return named;
}

/** Keeps each text once, however many occurrences of a series have it. */
function textsKept(): (vevent: string) => RawEntry {
  const texts = new Map<string, RawEntry>();
  return (vevent) => {
    const text = texts.get(vevent) ?? eventText(vevent);
    texts.set(vevent, text);
    return text;
  };
}

/** Series that hold time as a whole and were understood. */
function keptSeries(framed: FramedFeed, { free, setAside }: FeedReading) {
  const without = new Set([
    ...free.filter(({ entry }) => entry.recurrenceId === '').map(({ entry }) => entry.uid),
    ...setAside.filter(({ partly }) => !partly).map(({ uid }) => uid),
  ]);
  return seriesTexts(framed).filter(({ uid }) => !without.has(uid));
}

function believed({ guess }: FeedReading): Platform | undefined {
  return guess.platform !== 'generic' && guess.confidence >= LEAST_CONFIDENCE ? guess.platform : undefined;
}

function warningsOf({ entries, vevents, recurring }: FeedReading, current: number, window: SeriesWindow): string[] {
  const past = entries.length - current;
  return [
    ...(vevents === 0 ? ['the calendar holds no events'] : []),
    ...(past > 0 ? [`left out, as they ended before ${window.from}: ${past}`] : []),
    ...(recurring ? [`series are expanded from ${window.from} until ${window.to}`] : []),
  ];
}
