import { type FeedTime, readTime } from './feed-time.ts';
import type { FramedCalendar } from './frame-feed.ts';
import { nameOfVtimezone } from './vtimezone.ts';
import { UTC, type Zone } from './zone.ts';
import type { ZonesOfFeed } from './zones-of-feed.ts';

/** Names that one calendar is asked for at most; any other means nothing. */
const MOST_NAMES = 1_000;

/**
 * Reads the times of a calendar, each in the zone it is meant in; never in the process's own. A TZID is looked up as an
 * IANA name, a path that ends in one, or a Windows name; then among the calendar's own VTIMEZONEs; then as an offset. A
 * time without TZID, or with one that means nothing, is in the calendar's X-WR-TIMEZONE, or else in the resource's zone.
 */
export class TimesOfCalendar {
  readonly #text: string;
  readonly #calendar: FramedCalendar;
  readonly #default: Zone;
  readonly #feed: ZonesOfFeed;
  readonly #zones = new Map<string, Zone>();
  /** Lines of plain dates: a feed names each of its days many times. */
  readonly #dates = new Map<string, FeedTime>();
  /** VTIMEZONEs by their names. */
  #described: Map<string, string> | undefined;

  /** `text` is the feed's. */
  constructor(text: string, calendar: FramedCalendar, resourceZone: Zone, feed: ZonesOfFeed) {
    this.#text = text;
    this.#calendar = calendar;
    this.#feed = feed;
    this.#default = (calendar.timeZone === '' ? undefined : feed.called(calendar.timeZone)) ?? resourceZone;
  }

  /** Reads a time from a line without its name, as `readTime` does. */
  read(line: string): FeedTime | undefined {
    const known = this.#dates.get(line);
    if (known !== undefined) return known;
    const time = readTime(line);
    if (time?.type === 'date') this.#dates.set(line, time);
    return time;
  }

  /** The zone in which a time is written. */
  zoneOf(time: FeedTime): Zone {
    if (time.type === 'instant') return UTC;
    return time.type === 'date' || time.tzid === undefined ? this.#default : this.#zoneCalled(time.tzid);
  }

  /** The date of a date, or the instant of any other time. */
  momentOf(time: FeedTime, zone = this.zoneOf(time)): string {
    if (time.type === 'date') return time.date;
    return time.type === 'instant' ? time.instant : zone.instantAt(time.wall);
  }

  #zoneCalled(tzid: string): Zone {
    const known = this.#zones.get(tzid);
    if (known !== undefined) return known;
    if (this.#zones.size === MOST_NAMES) return this.#default;
    const zone = this.#lookUp(tzid);
    this.#zones.set(tzid, zone);
    return zone;
  }

  #lookUp(tzid: string): Zone {
    return this.#feed.called(tzid) ?? this.#ownZone(tzid) ?? this.#feed.atOffset(tzid) ?? this.#default;
  }

  #ownZone(tzid: string): Zone | undefined {
    this.#described ??= this.#namesOfVtimezones();
    const text = this.#described.get(tzid);
    return text === undefined ? undefined : this.#feed.describedBy(text);
  }

  #namesOfVtimezones(): Map<string, string> {
    const texts = this.#calendar.timeZones.map(({ from, to }) => this.#text.slice(from, to));
    return new Map(texts.map((text) => [nameOfVtimezone(text), text]));
  }
}
