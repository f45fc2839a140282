import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BookingOrder, isNewer } from './booking.ts';

const version = fc.nat(3);
/** All within one second, as when an app saves a booking twice. */
const updatedAt = fc.nat(3).map((step) => `2027-05-01T10:00:00.00000${step}Z`);

/** A system numbers all its states or dates all of them; many do both. */
const systems: Readonly<Record<string, fc.Arbitrary<BookingOrder>>> = {
  'versions alone': fc.record({ version }),
  'times alone': fc.record({ updatedAt }),
  'versions and times': fc.record({ version, updatedAt }),
  'when they were read': fc.record({ readAt: updatedAt }),
};

describe.each(Object.entries(systems))('states ordered by %s', (_, state) => {
  it('are never newer than themselves, so a redelivery changes nothing', () => {
    fc.assert(
      fc.property(state, (a) => {
        expect(isNewer(a, { ...a })).toBe(false);
      }),
    );
  });

  it('are never newer than each other both ways', () => {
    fc.assert(
      fc.property(state, state, (a, b) => {
        expect(isNewer(a, b) && isNewer(b, a)).toBe(false);
      }),
    );
  });

  it('are newer than whatever a state is newer than that they are newer than', () => {
    fc.assert(
      fc.property(state, state, state, (a, b, c) => {
        if (isNewer(a, b) && isNewer(b, c)) expect(isNewer(a, c)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it('end in the same state in whatever order they arrive', () => {
    fc.assert(
      fc.property(fc.array(state, { minLength: 1 }), (arrived) => {
        const kept = arrived.reduce((known, candidate) => (isNewer(candidate, known) ? candidate : known));
        expect(rankOf(kept)).toBe(Math.max(...arrived.map(rankOf)));
      }),
    );
  });
});

/** Where a state stands in its system's own order. */
function rankOf(state: BookingOrder): number {
  return state.version ?? Number((state.updatedAt ?? state.readAt)?.slice(20, 26));
}

describe('a state of a booking is newer', () => {
  const EARLY = '2027-05-01T10:00:00.250000Z';
  const LATE = '2027-05-01T10:00:00.250001Z';

  it.each<[string, BookingOrder, BookingOrder, boolean]>([
    ['by a higher version', { version: 2 }, { version: 1 }, true],
    ['not by the same version', { version: 2 }, { version: 2 }, false],
    ['by number, not by digits', { version: 10 }, { version: 9 }, true],
    ['than version 0', { version: 1 }, { version: 0 }, true],
    ['by a later time', { updatedAt: LATE }, { updatedAt: EARLY }, true],
    ['not at the same time', { updatedAt: EARLY }, { updatedAt: EARLY }, false],
    ['by version though its time is earlier', { version: 2, updatedAt: EARLY }, { version: 1, updatedAt: LATE }, true],
    ['not by time when the version says no', { version: 1, updatedAt: LATE }, { version: 2, updatedAt: EARLY }, false],
    ['by time where only one has a version', { version: 1, updatedAt: LATE }, { updatedAt: EARLY }, true],
    ['not when they share no measure', { version: 2 }, { updatedAt: EARLY }, false],
    ['not without any measure', {}, {}, false],
  ])('%s', (_, candidate, known, expected) => {
    expect(isNewer(candidate, known)).toBe(expected);
  });
});
