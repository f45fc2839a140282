import { type Interval, overlaps } from '@dovetail/core/domain/interval.ts';
import type { Held } from './listing.ts';

/** Fewer than this may vanish together by chance. */
const FEW = 4;

/** One way to take the doubtful answers of a feed. */
export interface Reading {
  /** What the last answer that was not suspect showed of the future. */
  readonly baseline: readonly Held[];
  readonly suspectSince?: number;
}

/** What an answer means by one reading. */
export interface Weight {
  /** Certainly: much of what the feed showed by that reading is gone by any. */
  readonly isSuspect: boolean;
  /** It may be: so much is not shown as it was. */
  readonly mayBeSuspect: boolean;
  readonly lost: ReadonlySet<Held>;
}

/** Tells what was gone for so long that its feed is no more measured by it. */
type IsOver = (held: Interval) => boolean;

/** Measures what a feed shows by what it showed by one reading. Pure. */
export function weigh(
  entries: readonly Held[],
  today: string,
  { baseline, suspectSince }: Reading,
  isOver: IsOver,
): Weight {
  const shown = entries.filter(({ isCalledOff }) => !isCalledOff);
  const before = baseline.filter(({ start }) => start > today);
  const gone = before.filter(
    (held) =>
      isOurs(held) &&
      !entries.some((entry) => mayBe(entry, held)) &&
      !shown.some((one) => overlaps(one, held) || one.start === held.start || one.end === held.end),
  );
  const lost = new Set(gone);
  const left = gone.filter((held) => !isOver(held));
  const isTooMuch = (missed: number, survivors: number) => {
    if (missed === 0 || shown.length === 0) return missed > 0;
    return (suspectSince !== undefined || survivors + missed >= FEW) && survivors < (survivors + missed) / 2;
  };
  const isSuspect = isTooMuch(left.length, before.length - gone.length);
  const there = new Set(shown.map(nameOf));
  const same = before.filter((held) => there.has(nameOf(held)));
  const others = before.filter((held) => !there.has(nameOf(held)) && !isOver(held));
  return { isSuspect, mayBeSuspect: isSuspect || isTooMuch(others.length, same.length), lost };
}

/**
 * The readings by which the feed may be suspect with an answer: one that is in doubt need not have been taken for all that
 * there is. Measured by that alone, a feed that shows again what it showed before seems suspect still. Pure.
 */
export function keptReadings(
  readings: readonly Reading[],
  weighed: readonly Weight[],
  isOver: IsOver,
  now: number,
): Reading[] {
  return weighed.flatMap(({ mayBeSuspect, lost }, index) => {
    const { baseline, suspectSince = now } = readings[index] as Reading;
    const left = baseline.filter((held) => !lost.has(held) || !isOver(held));
    return mayBeSuspect ? [{ baseline: left, suspectSince }] : [];
  });
}

/** Of those that measure by the same, the last. */
export function distinct(readings: readonly Reading[]): Reading[] {
  return [...new Map(readings.map((reading) => [JSON.stringify(reading.baseline), reading])).values()];
}

/** Tells apart what is certainly the same from what may be. */
export function nameOf({ id, start, end }: Held): string {
  return `${id} ${start} ${end}`;
}

/** Where entries have no ids, one that was called off on the same dates may be the same. */
export function mayBe(entry: Held, held: Held): boolean {
  const hasItsDates = entry.start === held.start && entry.end === held.end;
  return entry.id === held.id || (entry.isCalledOff === true && hasItsDates);
}

/** The platform's own: what it imported may be known for an echo, and what its rules close moves by itself. */
export function isOurs({ kind }: Held): boolean {
  return kind === 'stay' || kind === 'closure';
}
