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
 * edited the same field, either's does. A drag to where somebody else is, or might be meanwhile, may be refused.
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

  /** What is wrong with how the booking ended up; `told` is null for cancelled. */
  faultsOf(told: Told | null, others: readonly ExpectedBooking[]): string[] {
    if (this.#ended) return told ? [`booking ${this.id} came back to life`] : [];
    const { system, calendar } = this.#cancelled;
    if (!told) return system || calendar ? [] : [`booking ${this.id} was cancelled by nobody`];
    if (system) return [`booking ${this.id} was cancelled and lives`];
    const mayBeRefused = others.some((other) => other !== this && !other.#ended && this.#mayMeet(other));
    if (calendar && Object.keys(this.#said.system).length === 0 && !mayBeRefused) {
      return [`booking ${this.id} was deleted on its calendar and lives`];
    }
    return FIELDS.filter((field) => !this.#allowed(field, mayBeRefused).includes(told[field])).map(
      (field) =>
        `booking ${this.id} has ${field} ${told[field]}, not ${this.#allowed(field, mayBeRefused).join(' or ')}`,
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

  #allowed(field: keyof Told, mayBeRefused: boolean): (string | number)[] {
    const { system, calendar } = this.#said;
    const [bySystem, byCalendar] = [system[field], calendar[field]];
    // What is written on an event whose booking changes bays may go with the event; what was read before stands.
    const mayBeLost = mayBeRefused || system.bay !== undefined;
    const written = mayBeLost ? this.#written.map((told) => told[field]) : [byCalendar];
    const values = [bySystem, ...written].filter((value) => value !== undefined);
    if (bySystem === undefined && (byCalendar === undefined || mayBeLost)) values.push(this.#agreed[field]);
    return values;
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
