import type { FeedEntry } from '../domain/feed.ts';
import { type EventLines, readEventLines } from './event-lines.ts';
import { type FeedResource, type ResourceTime, toResourceTime } from './event-span.ts';
import type { FeedReading, FreeEntry } from './feed-reading.ts';
import { type FeedTime, readTime } from './feed-time.ts';
import type { FramedCalendar, FramedEvent, FramedFeed } from './frame-feed.ts';
import { keepText } from './keep-text.ts';
import { mergeOccurrences } from './merge-occurrences.ts';
import type { PlatformRules } from './platforms/platform-rules.ts';
import { parameterIn, valueIn } from './property.ts';
import { type EventReader, readEvent, uidOf } from './read-event.ts';
import type { ReadOptions } from './read-feed.ts';
import { isSeries, type Occurrence, readSeries, type SeriesBudget, type SeriesWindow } from './read-series.ts';
import { SemanticHasher, semanticHash } from './semantic-hash.ts';
import { NotReadable, type SetAside, type SetAsideReason } from './set-aside.ts';
import { TimesOfCalendar } from './times-of-calendar.ts';
import { zoneOf } from './zone.ts';
import { ZonesOfFeed } from './zones-of-feed.ts';

/** An event that stands in for one occurrence of a series, and its place among entries or free ones. */
interface Override {
  readonly time: FeedTime;
  readonly free: boolean;
  readonly index: number;
}

/** The most that is kept of an event's text where nothing else is, in bytes. */
const MOST_BYTES = 8_192;

/** Collects what the events of one feed are. Series wait for the end, when all that overrides them is known. */
export class ReadingOfFeed {
  readonly #framed: FramedFeed;
  readonly #resource: ResourceTime;
  readonly #rules: PlatformRules;
  readonly #window: SeriesWindow | undefined;
  readonly #mergesOverlaps: boolean;
  /** A year of a weekly event has 52 occurrences, and ten such events are busy. */
  readonly #budget: SeriesBudget = { occurrences: 10_000, effort: 1_000_000 };
  readonly #hasher: SemanticHasher | undefined;
  readonly #readers = new Map<FramedCalendar, EventReader>();
  readonly #zones = new ZonesOfFeed();
  readonly #entries: FeedEntry[] = [];
  readonly #free: FreeEntry[] = [];
  readonly #setAside: SetAside[] = [];
  readonly #overrides = new Map<string, Override[]>();
  readonly #replaced = new Map<string, ReadonlySet<string>>();
  readonly #series: { readonly event: FramedEvent; readonly lines: EventLines }[] = [];
  #eventsRead = 0;
  /** The latest DTSTAMP, its first eight digits. */
  #madeOn = '';
  #lastStamp = '';

  constructor(framed: FramedFeed, resource: FeedResource, rules: PlatformRules, options: ReadOptions) {
    this.#framed = framed;
    this.#hasher = framed.memo.semanticHash === undefined ? new SemanticHasher(framed) : undefined;
    this.#resource = { kind: resource.kind, zone: zoneOf(resource.timeZone), midnights: new Map() };
    this.#rules = rules;
    this.#window = options.window;
    this.#mergesOverlaps = options.mergesOverlaps ?? false;
  }

  take(event: FramedEvent): void {
    this.#hasher?.begin();
    const lines = readEventLines(this.#framed.text, event, this.#hasher);
    this.#hasher?.end(event);
    if (this.#rules.markEdges !== undefined && lines.stamp !== undefined) this.#takeStamp(lines.stamp);
    try {
      if (!event.whole) throw new NotReadable('cut-off');
      if (isSeries(lines)) this.#series.push({ event, lines });
      else this.#takeSingle(event, lines);
    } catch (error) {
      this.#putAside(lines, reasonOf(error));
    }
  }

  finish(): Pick<FeedReading, 'entries' | 'free' | 'setAside' | 'eventsRead' | 'recurring' | 'semanticHash'> {
    for (const { event, lines } of this.#series) {
      try {
        this.#takeSeries(event, lines);
      } catch (error) {
        this.#putAside(lines, reasonOf(error));
      }
    }
    const { hash, recurring } = this.#hasher?.finish() ?? semanticHash(this.#framed);
    return {
      entries: this.#withEdges(),
      free: this.#free,
      setAside: this.#setAside,
      eventsRead: this.#eventsRead,
      recurring,
      semanticHash: hash,
    };
  }

  #takeStamp(line: string): void {
    // A platform stamps all events alike.
    if (line === this.#lastStamp) return;
    this.#lastStamp = line;
    const date = valueIn(line)?.slice(0, 8) ?? '';
    if (date > this.#madeOn) this.#madeOn = date;
  }

  #withEdges(): readonly FeedEntry[] {
    const made = readTime(`:${this.#madeOn}`);
    if (made?.type !== 'date') return this.#entries;
    return this.#rules.markEdges?.(this.#entries, made.date) ?? this.#entries;
  }

  #takeSingle(event: FramedEvent, lines: EventLines): void {
    const reader = this.#readerOf(event.calendar);
    const { entry, freeBecause } = readEvent(lines, reader);
    const named =
      lines.recurrenceId === undefined ? entry : this.#takeOverride(event, lines, entry, freeBecause !== undefined);
    if (freeBecause !== undefined) this.#free.push({ entry: named, reason: freeBecause });
    else {
      this.#entries.push(named);
      this.#eventsRead++;
    }
  }

  /** Remembers which occurrence the event stands in for. */
  #takeOverride(event: FramedEvent, lines: EventLines, entry: FeedEntry, free: boolean): FeedEntry {
    const line = lines.recurrenceId ?? '';
    const time = readTime(line);
    if (time === undefined) throw new NotReadable('bad-time');
    const override = { time, free, index: (free ? this.#free : this.#entries).length };
    const uid = uidOf(lines);
    const others = this.#overrides.get(uid);
    if (others === undefined) this.#overrides.set(uid, [override]);
    else others.push(override);
    if (parameterIn(line, 'RANGE')?.toUpperCase() === 'THISANDFUTURE') {
      this.#putAside(lines, 'this-and-future', true);
    }
    return { ...entry, recurrenceId: this.#readerOf(event.calendar).times.momentOf(time) };
  }

  #takeSeries(event: FramedEvent, lines: EventLines): void {
    const reader = this.#readerOf(event.calendar);
    const { entry, span, freeBecause } = readEvent(lines, reader);
    if (freeBecause !== undefined) {
      this.#free.push({ entry, reason: freeBecause });
      return;
    }
    if (this.#window === undefined) throw new NotReadable('recurring');
    const { occurrences, truncated, keyOf } = readSeries(lines, span, reader.times, this.#window, this.#budget);
    if (truncated && occurrences.length === 0) throw new NotReadable('too-many-occurrences');
    const replaced = this.#replacedIn(uidOf(lines), keyOf);
    const own = occurrences.filter(({ key }) => !replaced.has(key)).flatMap((each) => this.#inResourceTime(each));
    for (const { key, start, end } of this.#mergesOverlaps ? mergeOccurrences(own, this.#window.from) : own) {
      this.#entries.push({ ...entry, recurrenceId: key, start, end });
    }
    this.#eventsRead++;
    if (truncated) this.#putAside(lines, 'too-many-occurrences', true);
  }

  #inResourceTime(occurrence: Occurrence): Occurrence[] {
    try {
      return [{ key: occurrence.key, ...toResourceTime(occurrence, this.#resource) }];
    } catch (error) {
      // An RDATE may give one occurrence an end that leaves it no time; the others stand.
      if (!(error instanceof NotReadable)) throw error;
      return [];
    }
  }

  /**
   * The keys of the occurrences that others stand in for; these get the key for their recurrence id. Where a UID names
   * several series, the first decides which occurrences are meant.
   */
  #replacedIn(uid: string, keyOf: (time: FeedTime) => string): ReadonlySet<string> {
    const known = this.#replaced.get(uid);
    if (known !== undefined) return known;
    const keys = new Set<string>();
    for (const { time, free, index } of this.#overrides.get(uid) ?? []) {
      const recurrenceId = keyOf(time);
      keys.add(recurrenceId);
      const [entry, freed] = [this.#entries[index], this.#free[index]];
      if (free && freed) this.#free[index] = { ...freed, entry: { ...freed.entry, recurrenceId } };
      else if (!free && entry) this.#entries[index] = { ...entry, recurrenceId };
    }
    this.#replaced.set(uid, keys);
    return keys;
  }

  #readerOf(calendar: FramedCalendar): EventReader {
    const known = this.#readers.get(calendar);
    if (known !== undefined) return known;
    const times = new TimesOfCalendar(this.#framed.text, calendar, this.#resource.zone, this.#zones);
    const reader = { calendar, times, resource: this.#resource, rules: this.#rules };
    this.#readers.set(calendar, reader);
    return reader;
  }

  #putAside(lines: EventLines, reason: SetAsideReason, partly = false): void {
    const uid = uidOf(lines);
    this.#setAside.push({
      raw: keepText(lines.raw, MOST_BYTES).text,
      reason,
      ...(uid !== '' && { uid }),
      ...(partly && { partly }),
    });
  }
}

/** One event's failure is its own: ours are `NotReadable`; Temporal throws RangeErrors for times beyond its reach. */
function reasonOf(error: unknown): SetAsideReason {
  if (error instanceof NotReadable) return error.reason;
  if (error instanceof RangeError) return 'unreadable';
  throw error;
}
