import { createHash } from 'node:crypto';
import { addDays, type Interval, overlaps } from '@dovetail/core/domain/interval.ts';
import icalJs from 'ical.js';
import { type BodyEntry, calendarBody, type Maker } from '../feeds/calendar-body.ts';

/** How a platform names what it imported when it shows it again. */
export type UidHabit = 'by-range' | 'anew' | 'dates';

export interface ListingOptions {
  readonly platform: Exclude<Maker, 'nobody'>;
  readonly uids: UidHabit;
  /** So many imports later it shows what it imported. */
  readonly lag: number;
}

const CLOSURES = {
  airbnb: 'Airbnb (Not available)',
  'booking.com': 'CLOSED - Not available',
  vrbo: 'Blocked',
} as const;

/**
 * A listing on a platform that subscribes to a calendar of ours and shows everything it imported as closures beside its
 * own stays, as Airbnb, Booking.com and Vrbo do (docs/provider-quirks.md). It refuses what they refuse: what is not
 * served as text/calendar, what is not one whole calendar, times of day, UIDs that come twice; it then keeps what it had.
 */
export class Listing {
  readonly platform: Exclude<Maker, 'nobody'>;
  readonly #options: ListingOptions;
  readonly #stays = new Map<string, BodyEntry>();
  /** The latest import last; what is shown is `lag` imports old. */
  #imports: (readonly Interval[])[] = [];
  #exports = 0;
  #etag: string | undefined;

  constructor(options: ListingOptions) {
    this.platform = options.platform;
    this.#options = options;
  }

  /** A guest books; the platform itself refuses nights that it knows to be taken. */
  sell(code: string, nights: Interval): void {
    if (this.taken().some((time) => overlaps(time, nights)))
      throw new Error(`${this.platform} has these nights closed`);
    this.#stays.set(code, this.#stay(code, nights));
  }

  cancel(code: string): void {
    if (!this.#stays.delete(code)) throw new Error(`${this.platform} has no stay ${code}`);
  }

  /** The nights it shows as taken, its own and those it imported. */
  taken(): Interval[] {
    return [...this.#stays.values()].map(({ start, end = '' }) => ({ start, end })).concat(this.#closures());
  }

  /** Comes for the calendar, as its server would; a 304 is an import of what it has. */
  async import(url: string): Promise<void> {
    const response = await fetch(url, {
      headers: {
        'user-agent': `${this.platform} calendar import`,
        ...(this.#etag !== undefined && { 'if-none-match': this.#etag }),
      },
    });
    if (response.status === 304) {
      await response.body?.cancel();
      this.#imports.push(this.#imports.at(-1) ?? []);
    } else {
      this.#imports.push(readImport(response, await response.text()));
      this.#etag = response.headers.get('etag') ?? undefined;
    }
    this.#imports = this.#imports.slice(-1 - this.#options.lag);
  }

  /** Its own calendar, as it serves it now. */
  export(nowMs: number): string {
    this.#exports++;
    const closures = this.#closures().map(
      (nights): BodyEntry => ({ uid: this.#uidOf(nights), ...nights, summary: CLOSURES[this.platform] }),
    );
    return calendarBody([...this.#stays.values(), ...closures], this.platform, nowMs);
  }

  #closures(): readonly Interval[] {
    return this.#imports.length > this.#options.lag ? (this.#imports[0] ?? []) : [];
  }

  #stay(code: string, nights: Interval): BodyEntry {
    switch (this.platform) {
      case 'airbnb':
        return { uid: `1418fb94e984-${hex(code)}@airbnb.com`, ...nights, code };
      case 'booking.com':
        return { uid: `${hex(code)}@booking.com`, ...nights, summary: 'CLOSED - Not available' };
      case 'vrbo':
        return { uid: hex(code), ...nights, summary: 'Reserved - Alex' };
    }
  }

  #uidOf({ start, end }: Interval): string {
    const host = { airbnb: '@airbnb.com', 'booking.com': '@booking.com', vrbo: '' }[this.platform];
    switch (this.#options.uids) {
      case 'by-range':
        return `7f662ec65913-${hex(`${start} ${end}`)}${host}`;
      case 'anew':
        return `${hex(`${start} ${this.#exports}`)}${host}`;
      case 'dates': {
        const [from, to] = [start.replaceAll('-', ''), end.replaceAll('-', '')];
        return `${from}-${from.slice(4)}-${from.slice(0, 4)}-${to.slice(4)}-${from.slice(4)}${to}`;
      }
    }
  }
}

function readImport(response: Response, text: string): Interval[] {
  if (response.status !== 200) throw new Error(`the calendar was answered ${response.status}`);
  if (!response.headers.get('content-type')?.startsWith('text/calendar')) throw new Error('that is no calendar');
  const calendar = new icalJs.Component(icalJs.parse(text));
  if (calendar.name !== 'vcalendar') throw new Error('that is not one calendar');
  const events = calendar.getAllSubcomponents('vevent').map((event) => new icalJs.Event(event));
  if (new Set(events.map(({ uid }) => uid)).size < events.length) throw new Error('a UID comes twice');
  return events.map(({ startDate, endDate }) => {
    if (!startDate.isDate || !endDate.isDate) throw new Error('times of day mean nothing here');
    const [start, end] = [startDate.toString(), endDate.toString()];
    if (end < addDays(start, 1)) throw new Error('a stay without a night');
    return { start, end };
  });
}

function hex(seed: string): string {
  return createHash('sha256').update(seed).digest('hex').slice(0, 32);
}
