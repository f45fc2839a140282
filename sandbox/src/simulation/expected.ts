import type { Bay } from './history.ts';

/** What can be said of a booking, each by one side or the other. `time` is start and end as instants. */
export interface Told {
  readonly time: string;
  readonly bay: Bay;
  readonly title: string;
}

export type Side = 'system' | 'calendar';

const FIELDS = ['time', 'bay', 'title'] as const;

/**
 * What may become of one booking, worked out from the edits alone. Where one side edited, its last word stands; where both
 * edited the same field, either's does. What was written on a calendar may also be refused: because somebody else is there,
 * or might be meanwhile; or because of an edit made there just before, which the booking system has by now. Then staff
 * are told, in a proposal. Only what is written on an event that is about to leave its calendar may go without a word.
 */
export class ExpectedBooking {
  readonly id: string;
  #agreed: Told;
  #said: Record<Side, Partial<Told>> = { system: {}, calendar: {} };
  #ended = false;
  #cancelled: Record<Side, boolean> = { system: false, calendar: false };
  /** All that was ever written on its calendar since all sides agreed. */
  #written: Partial<Told>[] = [];
  /** Every place it may have been at since all sides agreed. */
  #places: Pick<Told, 'time' | 'bay'>[];

  constructor(id: string, told: Told) {
    this.id = id;
    this.#agreed = told;
    this.#places = [told];
  }

  says(side: Side, what: Partial<Told>): void {
    this.#said[side] = { ...this.#said[side], ...what };
    if (side === 'calendar') this.#written.push(what);
    const times = this.#valuesOf('time');
    const bays = this.#valuesOf('bay');
    this.#places.push(...times.flatMap((time) => bays.map((bay) => ({ time, bay }))));
  }

  cancels(side: Side): void {
    this.#cancelled[side] = true;
  }

  /**
   * What is wrong with how the booking ended up; `told` is null for cancelled.
   * @param isProposed staff were told that something written on its calendar was refused, or it cannot be known.
   */
  faultsOf(told: Told | null, others: readonly ExpectedBooking[], isProposed: boolean): string[] {
    if (this.#ended) return told ? [`booking ${this.id} came back to life`] : [];
    const { system, calendar } = this.#cancelled;
    if (!told) return system || calendar ? [] : [`booking ${this.id} was cancelled by nobody`];
    if (system) return [`booking ${this.id} was cancelled and lives`];
    const mayMeet = others.some((other) => other !== this && !other.#ended && this.#mayMeet(other));
    const leaves = this.#said.system.bay !== undefined;
    if (calendar && !isProposed && !leaves) return [`booking ${this.id} was deleted on its calendar and lives`];
    if (calendar && !mayMeet && Object.keys(this.#said.system).length === 0 && this.#written.length === 0) {
      return [`booking ${this.id} was deleted on its calendar alone and lives`];
    }
    return FIELDS.filter((field) => !this.#allowed(field, mayMeet, isProposed).includes(told[field])).map(
      (field) =>
        `booking ${this.id} has ${field} ${told[field]}, not ${this.#allowed(field, mayMeet, isProposed).join(' or ')}`,
    );
  }

  /** All sides agree on this, null for cancelled: what was said before counts no more. */
  settle(told: Told | null): void {
    if (!told) this.#ended = true;
    if (!told) return;
    this.#agreed = told;
    this.#said = { system: {}, calendar: {} };
    this.#cancelled = { system: false, calendar: false };
    this.#places = [told];
    this.#written = [];
  }

  #allowed(field: keyof Told, mayMeet: boolean, isProposed: boolean): (string | number)[] {
    const bySystem = this.#said.system[field];
    const written = this.#written.map((told) => told[field]).filter((value) => value !== undefined);
    const leaves = this.#said.system.bay !== undefined || this.#cancelled.calendar;
    const mayBeRefused = isProposed && (mayMeet || written.length > 1);
    const isOpen = leaves || mayBeRefused;
    const values: (string | number)[] = isOpen ? written : written.slice(-1);
    if (bySystem !== undefined) return [bySystem, ...values];
    return written.length === 0 || isOpen ? [this.#agreed[field], ...values] : values;
  }

  #valuesOf<F extends keyof Told>(field: F): Told[F][] {
    const { system, calendar } = this.#said;
    return [this.#agreed[field], system[field], calendar[field]].filter((value) => value !== undefined) as Told[F][];
  }

  #mayMeet(other: ExpectedBooking): boolean {
    return this.#places.some((mine) => other.#places.some((its) => mine.bay === its.bay && meet(mine.time, its.time)));
  }
}

function meet(a: string, b: string): boolean {
  const [[aStart = '', aEnd = ''], [bStart = '', bEnd = '']] = [a.split('/'), b.split('/')];
  return aStart < bEnd && bStart < aEnd;
}
