import { addDays, type Interval, overlaps } from '@dovetail/core/domain/interval.ts';
import type { HousePlan, ListingName, Room } from './house-history.ts';

/** Something a platform holds nights for: a stay it sold, a closure of its host, or what it imported from us. */
export interface Held extends Interval {
  /** Whatever becomes of it, it is the same. */
  readonly id: string;
  readonly kind: 'stay' | 'closure' | 'import' | 'tail';
  /** The platform lists it as called off: it holds nothing. */
  readonly isCalledOff?: true;
}

/** Which room each platform sells; two of them sell the same one. */
export const ROOM_OF: Readonly<Record<ListingName, Room>> = {
  airbnb: 'kaya',
  booking: 'sol',
  vrbo: 'house',
  site: 'kaya',
  plain: 'sol',
};

/**
 * MotoPress exports no imports unless it is told to. Of a program that nobody knows we cannot leave out what came from
 * itself: showing that again, it would keep itself closed, and nobody could tell.
 */
const KEEPS_IMPORTS_TO_ITSELF: ReadonlySet<ListingName> = new Set(['site', 'plain']);

/** How far ahead Airbnb's calendar reaches, and how far its host takes bookings. */
const CALENDAR_DAYS = 365;
const BOOKING_DAYS = 330;

/** What a platform holds for one listing, by the edits that its guests and its host make. It never sells a night twice. */
export class Listing {
  readonly name: ListingName;
  readonly room: Room;
  readonly #plan: HousePlan;
  #own: readonly Held[] = [];
  #imports: readonly Interval[] = [];
  #count = 0;
  /** What it held, and until when. */
  readonly #past: { readonly until: number; readonly own: readonly Held[]; readonly imports: readonly Interval[] }[] =
    [];
  /** Grows when its host's software gives everything new ids. */
  idsEpoch = 0;
  /** Told of what it imports. */
  onImport: (nights: readonly Interval[]) => void = () => undefined;

  constructor(name: ListingName, plan: HousePlan) {
    this.name = name;
    this.room = ROOM_OF[name];
    this.#plan = plan;
  }

  /** What stands here: stays and closures of its own. */
  get own(): readonly Held[] {
    return this.#own.filter(({ isCalledOff }) => !isCalledOff);
  }

  /** @returns false when some of the nights are taken here. */
  add(kind: 'stay' | 'closure', nights: Interval, now: number): boolean {
    if (!this.#isFree(nights)) return false;
    this.#keepPast(now);
    this.#own = [...this.#own, { id: `${this.name}-${++this.#count}`, kind, ...nights }];
    return true;
  }

  /** @returns false when some of the nights are taken by another. */
  change(id: string, nights: Interval, now: number): boolean {
    const known = this.#own.find((held) => held.id === id);
    if (!known || nights.start >= nights.end || !this.#isFree(nights, id)) return false;
    if (known.start === nights.start && known.end === nights.end) return false;
    this.#keepPast(now);
    this.#own = this.#own.map((held) => (held.id === id ? { ...held, ...nights } : held));
    return true;
  }

  /** Gone without a word, or listed as called off from now on. */
  end(ids: ReadonlySet<string>, now: number, isTold = false): void {
    this.#keepPast(now);
    this.#own = this.#own.flatMap((held): Held[] => {
      if (!ids.has(held.id)) return [held];
      return isTold ? [{ ...held, isCalledOff: true }] : [];
    });
  }

  /** Takes what it was told to be taken as closed. */
  imports(nights: readonly Interval[], now: number): void {
    this.#keepPast(now);
    this.onImport(nights);
    this.#imports = nights;
  }

  /**
   * What its calendar lists. What it imported and has itself is listed once.
   * @param today where the room is.
   * @param at milliseconds since 1970; what it held then.
   */
  entries(today: string, at: number): Held[] {
    const { own, imports } = this.#past.find(({ until }) => at < until) ?? { own: this.#own, imports: this.#imports };
    const standing = own.filter(({ isCalledOff }) => !isCalledOff);
    const imported = KEEPS_IMPORTS_TO_ITSELF.has(this.name)
      ? []
      : imports.flatMap((nights) => leftOf(nights, standing));
    const all = [
      ...own,
      ...imported.map((nights): Held => ({ id: `import ${nights.start} ${nights.end}`, kind: 'import', ...nights })),
      ...this.#tail(today),
    ];
    const isKept = this.name === 'site' || this.name === 'vrbo';
    const current = isKept ? all : all.filter(({ end }) => end > today);
    return this.name === 'booking' && this.#plan.bookingIds === 'anew-when-changed' ? joined(current, today) : current;
  }

  #tail(today: string): Held[] {
    if (this.name !== 'airbnb' || !this.#plan.hasTail) return [];
    return [{ id: 'tail', kind: 'tail', start: addDays(today, BOOKING_DAYS), end: addDays(today, CALENDAR_DAYS) }];
  }

  #isFree(nights: Interval, butId?: string): boolean {
    return (
      !this.own.some((held) => held.id !== butId && overlaps(held, nights)) &&
      !this.#imports.some((imported) => overlaps(imported, nights))
    );
  }

  #keepPast(now: number): void {
    this.#past.push({ until: now, own: this.#own, imports: this.#imports });
  }
}

/** What is left of nights beside these. */
function leftOf(nights: Interval, taken: readonly Interval[]): Interval[] {
  let left: Interval[] = [nights];
  for (const { start, end } of taken) {
    left = left.flatMap((one) =>
      [
        { start: one.start, end: one.end < start ? one.end : start },
        { start: one.start > end ? one.start : end, end: one.end },
      ].filter((part) => part.start < part.end),
    );
  }
  return left;
}

/**
 * As Booking.com is seen to list at times: neighbours in one, and of what is in progress the rest. What it imported stays
 * apart from its own: nobody could tell the two apart again.
 */
function joined(all: readonly Held[], today: string): Held[] {
  const result: Held[] = [];
  for (const one of [...all].sort((a, b) => (a.start < b.start ? -1 : 1))) {
    const last = result.at(-1);
    const held = one.start < today ? { ...one, start: today } : one;
    if (last && last.end === held.start && (last.kind === 'import') === (held.kind === 'import')) {
      result[result.length - 1] = { ...last, id: `${last.id} and ${held.id}`, end: held.end };
    } else result.push(held);
  }
  return result;
}
