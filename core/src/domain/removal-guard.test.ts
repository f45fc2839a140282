import { describe, expect, it } from 'vitest';
import { instantOf } from './interval.ts';
import { countRemovals, isBulkLoss, isBulkRemoval } from './removal-guard.ts';

const NOW = Date.parse('2027-05-01T10:00:00Z');
const MINUTE = 60_000;

describe('a removal is bulk', () => {
  it.each([
    [5, 0, false],
    [6, 0, true],
    [5, 5, false],
    [6, 6, true],
    [6, 29, true],
    [6, 30, false],
    [7, 30, true],
    [20, 100, false],
    [21, 100, true],
    [30, 40, true],
    [200, 1_000, false],
    [201, 1_000, true],
  ])('when %i of %i future events vanish: %s', (count, future, bulk) => {
    expect(isBulkRemoval([{ at: instantOf(NOW), count, future }])).toBe(bulk);
  });

  it('never when nothing vanished', () => {
    expect(isBulkRemoval(undefined)).toBe(false);
  });
});

describe('vanished events', () => {
  it('are not counted when there are none', () => {
    expect(countRemovals(undefined, 0, 40, NOW)).toBeUndefined();
  });

  it('begin a count with what was on the calendar before', () => {
    expect(countRemovals(undefined, 3, 40, NOW)).toEqual([{ at: '2027-05-01T10:00:00Z', count: 3, future: 40 }]);
  });

  it('count together when they come within a minute, against the most events there were', () => {
    const first = countRemovals(undefined, 3, 40, NOW);
    const second = countRemovals(first, 2, 41, NOW + MINUTE - 1);
    expect(second).toEqual([{ at: '2027-05-01T10:00:00Z', count: 5, future: 41 }]);
  });

  it('count together over any twenty minutes, whenever those begin', () => {
    const first = countRemovals(undefined, 2, 20, NOW);
    const second = countRemovals(first, 4, 18, NOW + 19 * MINUTE);
    expect(isBulkRemoval(second)).toBe(true);
    const third = countRemovals(countRemovals(first, 3, 18, NOW + 19 * MINUTE), 3, 15, NOW + 30 * MINUTE);
    expect(third?.map(({ count }) => count)).toEqual([3, 3]);
    expect(isBulkRemoval(third)).toBe(true);
  });

  it('are forgotten after twenty minutes', () => {
    const first = countRemovals(undefined, 4, 40, NOW);
    expect(countRemovals(first, 4, 36, NOW + 20 * MINUTE)).toEqual([
      { at: '2027-05-01T10:20:00Z', count: 4, future: 36 },
    ]);
    expect(countRemovals(first, 0, 36, NOW + 20 * MINUTE)).toBeUndefined();
  });

  it('stay counted while a pull that finds nothing comes between', () => {
    const first = countRemovals(undefined, 4, 40, NOW);
    const quiet = countRemovals(first, 0, 0, NOW + MINUTE);
    expect(quiet).toEqual(first);
    expect(isBulkRemoval(countRemovals(quiet, 2, 20, NOW + 2 * MINUTE))).toBe(false);
    expect(
      isBulkRemoval(
        countRemovals(
          first?.map((one) => ({ ...one, future: 20 })),
          2,
          16,
          NOW + 2 * MINUTE,
        ),
      ),
    ).toBe(true);
  });

  it('become bulk although no single pull saw many', () => {
    let removals = countRemovals(undefined, 1, 20, NOW);
    const verdicts = [isBulkRemoval(removals)];
    for (let pull = 1; pull < 6; pull++) {
      removals = countRemovals(removals, 1, 20 - pull, NOW + pull * MINUTE);
      verdicts.push(isBulkRemoval(removals));
    }
    expect(verdicts).toEqual([false, false, false, false, false, true]);
  });

  it('leave what was counted before as it was', () => {
    const first = Object.freeze([Object.freeze({ at: '2027-05-01T10:00:00Z', count: 1, future: 10 })]);
    countRemovals(first, 1, 9, NOW + 1);
    expect(first).toEqual([{ at: '2027-05-01T10:00:00Z', count: 1, future: 10 }]);
  });
});

describe('lost bookings', () => {
  it.each([
    [1, 1, false],
    [2, 2, true],
    [5, 5, true],
    [5, 6, false],
    [6, 29, true],
    [6, 30, false],
    [303, 303, true],
    [0, 0, false],
  ])('%i of %i to come are bulk: %s', (count, future, isBulk) => {
    expect(isBulkLoss(count, future)).toBe(isBulk);
  });
});
