import type { Effort } from './expand-rule.ts';
import { readVtimezone } from './vtimezone.ts';
import { type Zone, zoneOf } from './zone.ts';
import { ianaNameOf, offsetNameOf } from './zone-name.ts';

/** VTIMEZONEs read of one feed at most: each costs milliseconds, and a resource stands in one place. */
const MOST_READ = 20;
/** What their rules may cost together. */
const MOST_EFFORT = 1_000_000;
/** Names looked up for one feed at most; there are some 600 zones, and one nobody knows takes long to look for. */
const MOST_NAMES = 1_000;

/** The zones of a feed, each found once, however many VCALENDARs name or describe it. */
export class ZonesOfFeed {
  readonly #named = new Map<string, Zone | undefined>();
  readonly #offsets = new Map<string, Zone | undefined>();
  /** By the text of the VTIMEZONE. */
  readonly #described = new Map<string, Zone | undefined>();
  readonly #zones = new Map<string, Zone>();
  readonly #budget: Effort = { effort: MOST_EFFORT };

  /** The zone that `ianaNameOf` finds; undefined for any other name. */
  called(name: string): Zone | undefined {
    return this.#once(this.#named, name, MOST_NAMES, () => this.#zoneOf(ianaNameOf(name)));
  }

  /** The zone that `offsetNameOf` finds; undefined for any other name. */
  atOffset(name: string): Zone | undefined {
    return this.#once(this.#offsets, name, MOST_NAMES, () => this.#zoneOf(offsetNameOf(name)));
  }

  /** The zone that a VTIMEZONE describes, if it can be read. */
  describedBy(vtimezone: string): Zone | undefined {
    return this.#once(this.#described, vtimezone, MOST_READ, () => readVtimezone(vtimezone, this.#budget));
  }

  /** Zones remember the days they were asked for, so one is made for all names it goes by. */
  #zoneOf(name: string | undefined): Zone | undefined {
    if (name === undefined) return undefined;
    const zone = this.#zones.get(name) ?? zoneOf(name);
    this.#zones.set(name, zone);
    return zone;
  }

  #once(known: Map<string, Zone | undefined>, key: string, most: number, find: () => Zone | undefined) {
    if (known.has(key)) return known.get(key);
    if (known.size === most) return undefined;
    const zone = find();
    known.set(key, zone);
    return zone;
  }
}
