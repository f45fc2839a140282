import type { FramedCalendar } from './frame-feed.ts';
import { nameOfVtimezone, readVtimezone } from './vtimezone.ts';
import { type Zone, zoneOf } from './zone.ts';
import { ianaNameOf, offsetNameOf } from './zone-name.ts';

/** VTIMEZONEs read of one calendar at most: each costs milliseconds, and a resource stands in one place. */
const MOST_READ = 10;
/** Names looked up for one calendar at most; there are some 600 zones. */
const MOST_NAMES = 1_000;

/**
 * The zones in which the times of a calendar are meant; never the process's own. A TZID is looked up as an IANA name, a
 * path that ends in one, or a Windows name; then among the calendar's own VTIMEZONEs; then as an offset. A time without
 * TZID, or with one that means nothing, is in the calendar's X-WR-TIMEZONE, or else in the resource's zone.
 */
export class ZonesOfCalendar {
  readonly #text: string;
  readonly #calendar: FramedCalendar;
  readonly #default: Zone;
  readonly #found = new Map<string, Zone>();
  #read = 0;

  /** `resourceZone` is an IANA name; `text` is the feed's. */
  constructor(text: string, calendar: FramedCalendar, resourceZone: string) {
    this.#text = text;
    this.#calendar = calendar;
    this.#default = zoneOf(ianaNameOf(calendar.timeZone) ?? resourceZone);
  }

  /** The zone of a TZID, or of a time that has none. */
  find(tzid: string | undefined): Zone {
    if (tzid === undefined) return this.#default;
    const known = this.#found.get(tzid);
    if (known !== undefined) return known;
    if (this.#found.size === MOST_NAMES) return this.#default;
    const zone = this.#lookUp(tzid);
    this.#found.set(tzid, zone);
    return zone;
  }

  #lookUp(tzid: string): Zone {
    const iana = ianaNameOf(tzid);
    if (iana !== undefined) return zoneOf(iana);
    const offset = offsetNameOf(tzid);
    return this.#ownZone(tzid) ?? (offset === undefined ? this.#default : zoneOf(offset));
  }

  #ownZone(tzid: string): Zone | undefined {
    for (const { from, to } of this.#calendar.timeZones) {
      const text = this.#text.slice(from, to);
      if (this.#read < MOST_READ && nameOfVtimezone(text) === tzid) {
        this.#read++;
        return readVtimezone(text);
      }
    }
    return undefined;
  }
}
