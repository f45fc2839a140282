import { type Interval, overlaps } from '@dovetail/core/domain/interval.ts';
import type { FeedShown } from './feed-desk.ts';
import { distinct, isOurs, keptReadings, mayBe, nameOf, type Reading, weigh } from './feed-reading.ts';
import type { Held } from './listing.ts';
import { hasNight, nightsOf, nightsOfAll } from './nights.ts';

const HOUR_MS = 3_600_000;
/** What absence is worth, by the rules that staff are told of (docs, decision 12). */
const FREED_AFTER_MS = 6 * HOUR_MS;
const SUSPECT_FREED_AFTER_MS = 24 * HOUR_MS;
/** Between the moment at which a feed answers and the one at which that is weighed. */
const SLACK_MS = 10 * 60_000;
/** Clocks of two processes are off by some seconds. */
const CLOCKS_MS = 15_000;
/** What vanished longer ago is no part of what a feed is measured by. */
const REMEMBERED_MS = 60 * HOUR_MS;

interface Omitted {
  /** When the first answer without it was asked for. */
  readonly since: number;
  /** What it was shown as. */
  readonly as: Held;
  /** That answer showed the same elsewhere, or shorter: from then on it was for whoever else held the night. */
  readonly isMoved?: boolean;
  /** By some reading a suspicion was over with the answer of then, and it has been missed anew since. */
  readonly anewAt?: number;
}

/**
 * What one feed truly showed, answer by answer, and which nights may, must or must not be let go of by that. It knows the
 * answers that were taken up and nothing of how they were read. Where UIDs change, what is the same stay cannot be known:
 * then it asks for what is certain either way.
 */
export class FeedEvidence {
  /** The last answer that was taken up. */
  last: FeedShown | undefined;
  readonly #omitted = new Map<string, Omitted>();
  /** One where the last answer was beyond doubt; else what may be the feed's state by any reading since. */
  #readings: readonly Reading[] = [{ baseline: [] }];
  /** Since when it has been suspect by every reading. */
  #suspectSince: number | undefined;
  /** The first of the latest answers that were all beyond doubt. */
  #clearSince = Number.NEGATIVE_INFINITY;
  /** When the feed may have become suspect, by some reading, since an answer was beyond all doubt. */
  #mayBeSuspectSince: number[] = [];
  /** When the first of the latest doubtful answers came. */
  #doubtedSince: number | undefined;
  #seen: { readonly held: Held; readonly at: number }[] = [];

  /** Why a night that is let go of must not be; undefined when it may. `now` is that of the commit. */
  faultOfLetting(night: string, answer: FeedShown, today: string, now: number): string | undefined {
    const { entries } = answer;
    if (!entries) return 'its feed showed the calendar of somebody else';
    const shown = entries.filter(({ isCalledOff }) => !isCalledOff);
    const at = shown.find((held) => hasNight(held, night));
    if (at) return isOurs(at) ? `its feed shows ${at.id} there` : undefined;
    const as = this.#shownAs(night);
    if (!as || !isOurs(as) || this.#omitted.get(night)?.isMoved) return undefined;
    if (entries.some((entry) => mayBe(entry, as))) return undefined;
    // Its time was taken, or it is the same stay under another id.
    if (shown.some((held) => overlaps(held, as))) return undefined;
    if (as.start <= today) return `${as.id} has begun, and is never missed`;
    const isOver = (held: Interval) => this.#isOver(held, now);
    const certain = this.#readings.map((reading) => ({
      ...reading,
      baseline: reading.baseline.filter((held) => !this.#cameInDoubt(held, now)),
    }));
    const isSuspect = [...this.#readings, ...certain].every(
      (reading) => weigh(entries, today, reading, isOver).isSuspect,
    );
    const { since = answer.at, anewAt = since }: Partial<Omitted> = this.#omitted.get(night) ?? {};
    const goesAt = [since + SUSPECT_FREED_AFTER_MS, ...(isSuspect ? [] : [anewAt + FREED_AFTER_MS])];
    if (now >= Math.min(...goesAt) - CLOCKS_MS) return undefined;
    const hours = ((now - since) / HOUR_MS).toFixed(1);
    return `its feed has not shown ${as.id} for ${hours} h only${isSuspect ? ', and is suspect' : ''}`;
  }

  /** Why a night must not be let go of when staff say that what the feed does not show is gone. */
  faultOfAccepting(night: string): string | undefined {
    const at = this.shown().find((held) => hasNight(held, night));
    return at && `staff said that of what its feed does not show, and it shows ${at.id} there`;
  }

  /** An answer was taken up: it is what the feed shows from now on. */
  take(answer: FeedShown, today: string, now: number): void {
    const { entries } = answer;
    if (!entries) {
      this.#clearSince = now;
      return;
    }
    const isOver = (held: Interval) => this.#isOver(held, now);
    const weighed = this.#readings.map((reading) => weigh(entries, today, reading, isOver));
    const own = entries.filter(({ isCalledOff }) => !isCalledOff);
    const isSuspect = weighed.every((weight) => weight.isSuspect);
    const isSuspectBySome = weighed.some((weight) => weight.isSuspect);
    // Only where what is shown again is certainly the same: else the feed may be suspect still.
    const isBeyondDoubt = !isSuspectBySome && this.#isBeyondDoubt(own, today, now);
    this.#noteDoubt(own, { isSuspectBySome, isBeyondDoubt, today, now });
    this.#doubtedSince = isBeyondDoubt ? undefined : (this.#doubtedSince ?? now);
    const { at } = answer;
    const suspectSince = this.#suspectSince;
    if (!isSuspect && suspectSince !== undefined) {
      this.#missAnew({ suspectSince, at, isCertain: isBeyondDoubt && this.#hasReturned(own, suspectSince) });
    }
    this.#suspectSince = isSuspect ? (this.#suspectSince ?? now) : undefined;
    const anew = { baseline: own.filter(({ start }) => start > today) };
    const kept = isBeyondDoubt ? [] : keptReadings(this.#readings, weighed, isOver, now);
    this.#readings = distinct(isSuspect ? kept : [...kept, anew]);
    for (const held of this.last?.entries ?? []) {
      for (const night of nightsOf(held)) {
        if (held.isCalledOff || this.#omitted.has(night)) continue;
        const isMoved = own.some(({ id }) => id === held.id);
        this.#omitted.set(night, { since: at, as: held, isMoved });
      }
    }
    for (const night of nightsOfAll(own)) this.#omitted.delete(night);
    this.#seen = this.#seen.filter(({ at }) => now - at < REMEMBERED_MS);
    for (const held of own) this.#seen.push({ held, at: now });
    this.last = answer;
  }

  /** Staff said that what it does not show is gone. */
  accept(now: number): void {
    this.#suspectSince = undefined;
    this.#readings = [{ baseline: this.last?.entries ?? [] }];
    this.#clearSince = now;
  }

  /** What the last answer shows of its platform's own, as far as it is still to be slept in. */
  shown(): readonly Held[] {
    return (this.last?.entries ?? []).filter((held) => !held.isCalledOff && isOurs(held));
  }

  /** Whether a night that it still holds should have been let go of by now, as is certain from what it showed. */
  isOverdue(night: string, today: string): boolean {
    if (!this.last?.entries) return false;
    const there = this.last.entries.filter((held) => hasNight(held, night));
    const omitted = this.#omitted.get(night);
    if (there.length > 0) {
      // As it was called off it must have been shown before: without a UID, other dates are another stay.
      return there.every((held) => held.isCalledOff && omitted && nameOf(held) === nameOf(omitted.as));
    }
    if (!omitted || omitted.as.start <= today) return false;
    return this.last.at - Math.max(omitted.since, this.#clearSince) >= FREED_AFTER_MS + SLACK_MS;
  }

  /** Whether the last answer was of something to come, which another platform's calendar would be held against. */
  holdsToCome(today: string): boolean {
    return this.shown().some(({ start }) => start > today);
  }

  #shownAs(night: string): Held | undefined {
    const there = this.last?.entries?.find((held) => !held.isCalledOff && hasNight(held, night));
    return there ?? this.#omitted.get(night)?.as;
  }

  /**
   * By some reading the feed was suspect from when doubt began, for a day at the most: then what came meanwhile does not
   * speak for what it showed before.
   */
  #cameInDoubt(came: Held, now: number): boolean {
    const since = this.#doubtedSince;
    if (since === undefined || now - since < SUSPECT_FREED_AFTER_MS - CLOCKS_MS) return false;
    return !this.#seen.some(({ at, held }) => at < since && nameOf(held) === nameOf(came));
  }

  #isOver(held: Interval, now: number): boolean {
    const since = this.#omitted.get(held.start)?.since;
    return since !== undefined && now - since >= SUSPECT_FREED_AFTER_MS;
  }

  /**
   * What was missed under a suspicion that is over is missed from now on; for no more than a day in all, unless it is certain
   * that it is over and that something came back.
   */
  #missAnew(over: { readonly suspectSince: number; readonly at: number; readonly isCertain: boolean }): void {
    const { suspectSince, at, isCertain } = over;
    for (const [night, omitted] of this.#omitted) {
      // What has been missed for a day is gone by that, and was what the suspicion ended with.
      const isGone = at - omitted.since >= SUSPECT_FREED_AFTER_MS - SLACK_MS;
      if (omitted.since < suspectSince - SLACK_MS || isGone) continue;
      this.#omitted.set(night, { ...omitted, anewAt: at, ...(isCertain && { since: at }) });
    }
  }

  /** Whether something that was lost under a suspicion is certainly shown again. */
  #hasReturned(shown: readonly Held[], suspectSince: number): boolean {
    return shown.some((held) => {
      const omitted = this.#omitted.get(held.start);
      return omitted && nameOf(omitted.as) === nameOf(held) && omitted.since >= suspectSince - SLACK_MS;
    });
  }

  /**
   * What came while a feed is suspect does not speak for it, and what came before does. A suspicion may begin while an
   * earlier one is in doubt still: so it is over only where what the feed shows ends it, whenever it began. What is missed
   * meanwhile is missed from the answer on that ends it: until then staff are told that the feed may be wrong.
   */
  #noteDoubt(
    own: readonly Held[],
    about: {
      readonly isSuspectBySome: boolean;
      readonly isBeyondDoubt: boolean;
      readonly today: string;
      readonly now: number;
    },
  ): void {
    const { isSuspectBySome, isBeyondDoubt, today, now } = about;
    const begun = this.#mayBeSuspectSince;
    const isNews = begun.length === 0 || !isSame(own, this.last?.entries ?? []);
    if (isNews && (isSuspectBySome || !this.#showsStill(own, today, now))) begun.push(now);
    if (begun.length > 0 || !isBeyondDoubt) this.#clearSince = now;
    // That lost stays have begun is noticed with the next news, or when the day is over after which the rest is let go of.
    const isWeighed = isNews || begun.every((before) => now - before >= SUSPECT_FREED_AFTER_MS + SLACK_MS);
    const isOver = isWeighed && isBeyondDoubt && begun.every((before) => this.#showsStill(own, today, before));
    if (isOver) this.#mayBeSuspectSince = [];
  }

  #isBeyondDoubt(shown: readonly Held[], today: string, now: number): boolean {
    // What came while there was doubt does not speak against it.
    return this.#showsStill(shown, today, this.#doubtedSince ?? now);
  }

  /** Whether it shows half of what it showed before then, at the least, by any reading of what it shows. */
  #showsStill(shown: readonly Held[], today: string, before: number): boolean {
    if (shown.length === 0) return false;
    const recent = this.#seen.filter(({ at, held }) => at < before && held.start > today);
    const known = new Map(recent.map(({ held }) => [nameOf(held), held]));
    const there = new Set(shown.map(nameOf));
    const survivors = [...known.keys()].filter((key) => there.has(key)).length;
    return survivors >= known.size / 2;
  }
}

function isSame(shown: readonly Held[], last: readonly Held[]): boolean {
  const stands = ({ isCalledOff }: Held) => !isCalledOff;
  return JSON.stringify(shown) === JSON.stringify(last.filter(stands));
}
