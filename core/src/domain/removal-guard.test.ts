import { describe, expect, it } from 'vitest';
import { instantOf } from './interval.ts';
import { countRemovals, isBulkRemoval } from './removal-guard.ts';

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
    expect(isBulkRemoval({ since: instantOf(NOW), count, future })).toBe(bulk);
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
    expect(countRemovals(undefined, 3, 40, NOW)).toEqual({ since: '2027-05-01T10:00:00Z', count: 3, future: 40 });
  });

  it('count together over ten minutes, against the most events there were', () => {
    const first = countRemovals(undefined, 3, 40, NOW);
    const second = countRemovals(first, 2, 37, NOW + 5 * MINUTE);
    expect(second).toEqual({ since: '2027-05-01T10:00:00Z', count: 5, future: 40 });
    const third = countRemovals(second, 4, 41, NOW + 10 * MINUTE - 1);
    expect(third).toEqual({ since: '2027-05-01T10:00:00Z', count: 9, future: 41 });
  });

  it('are forgotten after ten minutes', () => {
    const first = countRemovals(undefined, 4, 40, NOW);
    expect(countRemovals(first, 4, 36, NOW + 10 * MINUTE)).toEqual({
      since: '2027-05-01T10:10:00Z',
      count: 4,
      future: 36,
    });
    expect(countRemovals(first, 0, 36, NOW + 10 * MINUTE)).toBeUndefined();
  });

  it('stay counted while a pull that finds nothing comes between', () => {
    const first = countRemovals(undefined, 4, 40, NOW);
    const quiet = countRemovals(first, 0, 0, NOW + MINUTE);
    expect(quiet).toEqual(first);
    expect(countRemovals(quiet, 2, 36, NOW + 2 * MINUTE)?.count).toBe(6);
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
    const first = Object.freeze({ since: '2027-05-01T10:00:00Z', count: 1, future: 10 });
    countRemovals(first, 1, 9, NOW + MINUTE);
    expect(first.count).toBe(1);
  });
});
