import type { Bay } from '../studio/loft-bays.ts';

/** What can be said of a booking, each by one side or the other. `time` is start and end as instants. */
export interface Told {
  readonly time: string;
  readonly bay: Bay;
  readonly title: string;
}

export type Side = 'system' | 'calendar';

const FIELDS = ['time', 'bay', 'title'] as const;

/**
 * What may become of one booking, worked out from the edits alone. Of each field the last word stands, whichever side said
 * it. Otherwise staff were told, in a proposal, and there is a reason: both sides edited the field; or somebody else is at
 * the place, or might have been meanwhile; or it changed bays in the booking system, and was dragged too or edited before
 * and after; or the event was deleted, and with it went what was written on it just before; or it was dragged before it was
 * known that it was written; or the booking system said so much afterwards that the change, asked for and not answered,
 * might have been made and taken back. Only that it was deleted on a calendar that its booking was about to leave may go
 * without a word.
 */
export class ExpectedBooking {
  readonly id: string;
  #agreed: Told;
  #said: Record<Side, Partial<Told>> = { system: {}, calendar: {} };
  #ended = false;
  /** Made since all sides agreed: until it is known that its event was written, the event's absence says nothing. */
  #isNew = true;
  /** Which side said the last word, by field. */
  readonly #last = new Map<keyof Told, Side>();
  #cancelled: Record<Side, boolean> = { system: false, calendar: false };
  /** Deleted by mistake, with so many others that staff are asked. */
  #regretted = false;
  #mayReturn = false;
  /** What the booking system had taken up from the calendar when something was said again, by field. */
  readonly #taken = new Map<keyof Told, Told[keyof Told]>();
  /** All that was ever written on its calendar since all sides agreed. */
  #written: Partial<Told>[] = [];
  /** All that the booking system said since. */
  #saidBySystem: Partial<Told>[] = [];
  /** How much the booking system said since a field was first written on its calendar. */
  readonly #saidAfter = new Map<keyof Told, number>();
  /** Every place it may have been at since all sides agreed. */
  #places: Pick<Told, 'time' | 'bay'>[];

  constructor(id: string, told: Told) {
    this.id = id;
    this.#agreed = told;
    this.#places = [told];
  }

  /** @param before what the booking system said until now. */
  says(side: Side, what: Partial<Told>, before: Told): void {
    for (const field of FIELDS.filter((said) => what[said] !== undefined)) {
      const isNews = before[field] !== this.#agreed[field] && before[field] !== this.#said.system[field];
      if (isNews && this.#written.some((told) => told[field] === before[field])) this.#taken.set(field, before[field]);
    }
    this.#said[side] = { ...this.#said[side], ...what };
    (side === 'calendar' ? this.#written : this.#saidBySystem).push(what);
    for (const field of FIELDS) {
      if (what[field] !== undefined) this.#last.set(field, side);
      const count = this.#saidAfter.get(field);
      if (side === 'system' && count !== undefined) this.#saidAfter.set(field, count + 1);
      if (side === 'calendar' && count === undefined && what[field] !== undefined) this.#saidAfter.set(field, 0);
    }
    const times = this.#valuesOf('time');
    const bays = this.#valuesOf('bay');
    this.#places.push(...times.flatMap((time) => bays.map((bay) => ({ time, bay }))));
  }

  /** Whether it may have been on a bay since all sides agreed. */
  mayHaveBeenOn(bay: Bay): boolean {
    return this.#places.some((place) => place.bay === bay);
  }

  cancels(side: Side): void {
    this.#cancelled[side] = true;
  }

  /** What was deleted on its calendar is to stand again, unless it went before there were enough for staff to be asked. */
  regretsIt(): void {
    this.#regretted = true;
  }

  /** Should it have been deleted, it may stand again. */
  mayReturn(): void {
    this.#mayReturn = true;
  }

  /** Whether it was cancelled all the same, by that mistake alone. */
  fellToMistake(told: Told | null): boolean {
    return !told && this.#regretted && !this.#cancelled.system && !this.#ended;
  }

  /**
   * What is wrong with how the booking ended up; `told` is null for cancelled.
   * @param isProposed staff were told, since all sides agreed, that something written on its calendar was refused.
   */
  faultsOf(told: Told | null, others: readonly ExpectedBooking[], isProposed: boolean): string[] {
    if (this.#ended) return told ? [`booking ${this.id} came back to life`] : [];
    const { system, calendar } = this.#cancelled;
    if (!told) return system || calendar ? [] : [`booking ${this.id} was cancelled by nobody`];
    if (system) return [`booking ${this.id} was cancelled and lives`];
    const mayMeet = others.some((other) => other !== this && !other.#ended && this.#mayMeet(other));
    const isContested = mayMeet || Object.keys(this.#said.system).length > 0;
    const mayLive = this.#mayReturn || this.#isNew || this.#leaves || (isProposed && isContested);
    if (calendar && !mayLive) {
      return [`booking ${this.id} was deleted on its calendar and lives`];
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
    this.#isNew = false;
    this.#agreed = told;
    this.#said = { system: {}, calendar: {} };
    this.#cancelled = { system: false, calendar: false };
    this.#places = [told];
    this.#written = [];
    this.#saidBySystem = [];
    this.#regretted = false;
    this.#mayReturn = false;
    this.#last.clear();
    this.#taken.clear();
    this.#saidAfter.clear();
  }

  #allowed<F extends keyof Told>(field: F, mayMeet: boolean, isProposed: boolean): readonly Told[F][] {
    const bySystem = this.#said.system[field] as Told[F] | undefined;
    const written = this.#written.map((told) => told[field]).filter((value) => value !== undefined) as Told[F][];
    const last = this.#last.get(field);
    const lastWord: Told[F] =
      last === undefined
        ? this.#agreed[field]
        : ((this.#said[last][field] as Told[F] | undefined) ?? this.#agreed[field]);
    // An edit on the calendar it left is to the one it came to like the booking system's own.
    const isLeft = this.#leaves && (this.#isDragged || written.length > 1);
    const mayBeTakenBack = (this.#saidAfter.get(field) ?? 0) > 1;
    const isContested = (bySystem !== undefined && written.length > 0) || isLeft || mayBeTakenBack;
    const wasDeleted = this.#cancelled.calendar;
    const isEarly = this.#isNew && this.#isDragged;
    // What was written just before an event was deleted is not in its tombstone, and the event may be put there again.
    const mayBeUnseen = wasDeleted && (this.#leaves || this.#mayReturn || this.#isNew);
    const mayDiffer = mayBeUnseen || (isProposed && (isContested || mayMeet || wasDeleted || isEarly));
    if (!mayDiffer) return [lastWord, ...this.#unnoticed(field, written)];
    return [lastWord, ...written, bySystem ?? this.#agreed[field]];
  }

  /** Changed and changed back before anybody looked, it was not changed: what the other side said may stand without a word. */
  #unnoticed<F extends keyof Told>(field: F, written: readonly Told[F][]): readonly Told[F][] {
    const said = this.#saidBySystem.map((told) => told[field]).filter((value) => value !== undefined) as Told[F][];
    const [bySystem, last] = [said.at(-1), written.at(-1)];
    if (bySystem === undefined || last === undefined) return [];
    // It seems to have taken up what was written before.
    const afterwards = written.slice(0, -1).includes(bySystem) ? [last] : [];
    if (this.#taken.has(field)) return this.#taken.get(field) === last ? [...afterwards, bySystem] : afterwards;
    // What its calendar may have shown meanwhile.
    const isBack = [this.#agreed[field], ...said.slice(0, -1)].includes(bySystem);
    const isUndone = [this.#agreed[field], ...said].includes(last);
    return [...(isBack ? written : afterwards), ...(isUndone ? [bySystem] : [])];
  }

  /** The booking system moved it to another bay. */
  get #leaves(): boolean {
    return this.#said.system.bay !== undefined;
  }

  get #isDragged(): boolean {
    return this.#written.some(({ bay }) => bay !== undefined);
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
