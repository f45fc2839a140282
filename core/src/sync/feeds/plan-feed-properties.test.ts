import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FeedEntry, FeedSuspicion } from '../../domain/feed.ts';
import { DEFAULT_FEED_LIMITS } from '../../domain/feed-limits.ts';
import { addDays, type Interval, instantOf, overlaps } from '../../domain/interval.ts';
import { heldBy, type KnownEntry } from '../../domain/known-entry.ts';
import { type FeedPlan, planFeed, type ShownFeed } from './plan-feed.ts';

const HOUR_MS = 3_600_000;
const START = Date.parse('2027-06-01T00:00:00Z');
const RUNS = { numRuns: 300 };

/** One read: how long after the last, and what the feed shows; null for an answer that says nothing changed. */
interface Step {
  readonly hours: number;
  readonly shown: ShownFeed | null;
}

interface State {
  readonly now: number;
  readonly known: readonly KnownEntry[];
  readonly suspicion: FeedSuspicion | undefined;
}

const entries = fc.record({
  uid: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
  recurrenceId: fc.constant(''),
  kind: fc.constantFrom('reservation', 'reservation', 'block'),
  title: fc.constantFrom('Reserved', 'Reserved - A'),
  code: fc.constantFrom(undefined, undefined, 'HM1', 'HM2'),
  from: fc.integer({ min: -6, max: 20 }),
  nights: fc.integer({ min: 1, max: 5 }),
});

const shown: fc.Arbitrary<ShownFeed> = fc.record({
  entries: fc.array(entries.map(toEntry), { maxLength: 7 }),
  cancelled: fc.array(entries.map(toEntry), { maxLength: 1 }),
  unreadable: fc.uniqueArray(fc.constantFrom('a', 'b'), { maxLength: 1 }).map((uids) => new Set(uids)),
});

/** Mostly, a feed shows what it showed before with a little changed: that is where identity is at stake. */
const histories: fc.Arbitrary<Step[]> = fc
  .array(
    fc.record({
      hours: fc.constantFrom(0, 1, 3, 6, 7, 13, 25),
      shown: fc.option(shown, { freq: 4 }),
      keep: fc.array(fc.boolean(), { minLength: 7, maxLength: 7 }),
    }),
    { minLength: 2, maxLength: 8 },
  )
  .map((steps) => {
    let before: readonly FeedEntry[] = [];
    return steps.map(({ hours, shown: next, keep }, index) => {
      if (!next || index === 0) {
        before = next?.entries ?? before;
        return { hours, shown: index === 0 ? (next ?? { entries: [], cancelled: [], unreadable: new Set() }) : next };
      }
      const kept = before.filter((_, position) => keep[position]);
      before = [...kept, ...next.entries.slice(0, 2)];
      return { hours, shown: { ...next, entries: before } };
    });
  });

function toEntry({
  from,
  nights,
  code,
  ...rest
}: {
  readonly uid: string;
  readonly recurrenceId: string;
  readonly kind: 'reservation' | 'block';
  readonly title: string;
  readonly code: string | undefined;
  readonly from: number;
  readonly nights: number;
}): FeedEntry {
  const start = addDays('2027-06-03', from);
  const interval = { start, end: addDays(start, nights) };
  return { ...rest, ...interval, raw: `UID:${rest.uid}`, ...(code !== undefined && { reservationCode: code }) };
}

const todayOf = (now: number) => instantOf(now).slice(0, 10);

function plan({ now, known, suspicion }: State, feed: ShownFeed | null): FeedPlan {
  const today = todayOf(now);
  return planFeed({
    feedId: 'feed',
    platform: 'generic',
    resourceKind: 'nightly',
    limits: DEFAULT_FEED_LIMITS,
    today,
    begunUntil: today,
    known,
    suspicion,
    shown: feed ?? 'unchanged',
    now,
  });
}

/** Walks through a history and hands each read to `check`. */
function walk(history: readonly Step[], check: (state: State, step: Step, planned: FeedPlan) => void): State {
  let state: State = { now: START, known: [], suspicion: undefined };
  for (const step of history) {
    state = { ...state, now: state.now + step.hours * HOUR_MS };
    const planned = plan(state, step.shown);
    check(state, step, planned);
    state = { now: state.now, known: planned.entries, suspicion: planned.suspicion };
  }
  return state;
}

const byId = (known: readonly KnownEntry[]) => [...known].sort((a, b) => (a.eventId < b.eventId ? -1 : 1));
const rangeOf = ({ uid, start, end }: FeedEntry | KnownEntry) => `${uid} ${start} ${end}`;
const fits = (entry: FeedEntry, known: KnownEntry) =>
  rangeOf(entry) === rangeOf(known) && (entry.reservationCode ?? known.reservationCode) === known.reservationCode;

describe('for any history of a feed', () => {
  it('everything it shows is held, each under an event of its own', () => {
    fc.assert(
      fc.property(histories, (history) => {
        walk(history, (_, step, planned) => {
          expect(new Set(planned.entries.map(({ eventId }) => eventId)).size).toBe(planned.entries.length);
          if (!step.shown) return;
          const present = planned.entries.filter(({ state }) => state === 'present');
          for (const entry of step.shown.entries) {
            const found = present.filter((known) => fits(entry, known));
            expect(found.length).toBeGreaterThanOrEqual(1);
            expect(heldBy(found[0]!).end).toBe(entry.end);
          }
        });
      }),
      RUNS,
    );
  });

  it('the order of its entries does not matter', () => {
    fc.assert(
      fc.property(histories, fc.integer(), (history, seed) => {
        walk(history, (state, step, planned) => {
          if (!step.shown) return;
          const mixed = [...step.shown.entries].sort((a, b) => order(rangeOf(a), seed) - order(rangeOf(b), seed));
          const again = plan(state, { ...step.shown, entries: mixed.reverse() });
          expect({ ...again, entries: byId(again.entries) }).toEqual({ ...planned, entries: byId(planned.entries) });
        });
      }),
      RUNS,
    );
  });

  it('the same read again changes nothing, and neither does an unchanged one before a release is due', () => {
    fc.assert(
      fc.property(histories, (history) => {
        walk(history, (state, step, planned) => {
          const after = { now: state.now, known: planned.entries, suspicion: planned.suspicion };
          const again = plan(after, step.shown);
          expect(again.changes).toEqual([]);
          expect(byId(again.entries)).toEqual(byId(planned.entries));
          expect(again.suspicion).toEqual(planned.suspicion);
          const due =
            planned.nextReleaseAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(planned.nextReleaseAt);
          const later = { ...after, now: Math.min(due - 1000, state.now + 2 * HOUR_MS) };
          if (todayOf(later.now) !== todayOf(state.now)) return;
          expect(plan(later, null).changes).toEqual([]);
        });
      }),
      RUNS,
    );
  });

  it('nothing is released but on evidence', () => {
    fc.assert(
      fc.property(histories, (history) => {
        // Reads that did not show an event, since it was last shown.
        const absences = new Map<string, number[]>();
        let lastShown = new Set<string>();
        walk(history, (state, step, planned) => {
          const present = new Set(planned.entries.filter((one) => one.state === 'present').map((one) => one.eventId));
          for (const { eventId } of state.known) {
            if (present.has(eventId)) absences.delete(eventId);
            else absences.set(eventId, [...(absences.get(eventId) ?? []), state.now]);
          }
          const taken: Interval[] = planned.changes
            .filter(({ entry, known }) => entry && known.kind === 'reservation')
            .map(({ known }) => heldBy(known));
          for (const { action, known } of planned.changes) {
            if (action !== 'released') continue;
            const isCalledOff = step.shown?.cancelled.some(({ uid }) => uid === known.uid) ?? false;
            if (isCalledOff) continue;
            expect(known.start > todayOf(state.now)).toBe(true);
            if (taken.some((interval) => overlaps(interval, heldBy(known)))) continue;
            const missed = absences.get(known.eventId) ?? [];
            expect(missed.length).toBeGreaterThanOrEqual(2);
            const showsNothing = step.shown?.entries.length === 0 && step.shown.unreadable.size === 0;
            const isMass = showsNothing && lastShown.has(known.eventId);
            expect(state.now - missed[0]!).toBeGreaterThanOrEqual((isMass ? 24 : 6) * HOUR_MS);
          }
          if (present.size > 0) lastShown = present;
        });
      }),
      RUNS,
    );
  });

  it('stays that have begun are neither missed nor released, unless they are called off', () => {
    fc.assert(
      fc.property(histories, (history) => {
        walk(history, (state, step, planned) => {
          for (const { action, known } of planned.changes) {
            if (known.start > todayOf(state.now)) continue;
            const isCalledOff = step.shown?.cancelled.some(({ uid }) => uid === known.uid) ?? false;
            expect(action === 'missing' || (action === 'released' && !isCalledOff)).toBe(false);
          }
        });
      }),
      RUNS,
    );
  });

  it('no event passes from one reservation code to another', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const codes = new Map<string, string>();
        walk(history, (_, __, planned) => {
          const remembered = new Set(planned.entries.map(({ eventId }) => eventId));
          for (const eventId of codes.keys()) if (!remembered.has(eventId)) codes.delete(eventId);
          for (const { eventId, reservationCode: code } of planned.entries) {
            if (code === undefined) continue;
            expect(codes.get(eventId) ?? code).toBe(code);
            codes.set(eventId, code);
          }
        });
      }),
      RUNS,
    );
  });

  it('what an event is told to be follows from what is remembered of it', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const ledger = new Map<string, { readonly status: string; readonly held: Interval }>();
        walk(history, (_, __, planned) => {
          for (const { action, known } of planned.changes) {
            const status = action === 'missing' || action === 'released' ? action : 'present';
            ledger.set(known.eventId, { status, held: heldBy(known) });
          }
          for (const known of planned.entries) {
            expect(ledger.get(known.eventId)).toEqual({ status: known.state, held: heldBy(known) });
          }
        });
      }),
      RUNS,
    );
  });
});

/** A number that is anything but the order of what it is given. */
function order(text: string, seed: number): number {
  let value = seed | 0;
  for (const char of text) value = Math.imul(value ^ char.charCodeAt(0), 0x9e3779b1);
  return value;
}
