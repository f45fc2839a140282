import { describe, expect, it } from 'vitest';
import { FeedEvidence } from './feed-evidence.ts';
import type { Held } from './listing.ts';

const TODAY = '2027-06-01';
const FROM = Date.parse('2027-06-01T12:00:00Z');
const HOUR_MS = 3_600_000;

function stay(id: string, first: number, last: number): Held {
  const on = (day: number) => `2027-06-${String(day).padStart(2, '0')}`;
  return { id, kind: 'stay', start: on(first), end: on(last) };
}

/** What a feed showed, each with the hour at which it did. */
function shown(...answers: readonly (readonly [hour: number, ...entries: Held[]])[]): FeedEvidence {
  const evidence = new FeedEvidence();
  for (const [hour, ...entries] of answers) {
    const at = FROM + hour * HOUR_MS;
    evidence.take({ feedId: 'f', at, entries }, TODAY, at);
  }
  return evidence;
}

/** Why a night must not be let go of at that hour, by a feed that shows these then. */
function faultAt(evidence: FeedEvidence, hour: number, day: number, ...entries: Held[]): string | undefined {
  const at = FROM + hour * HOUR_MS;
  return evidence.faultOfLetting(`2027-06-${day}`, { feedId: 'f', at, entries }, TODAY, at);
}

const [FIRST, SECOND] = [stay('a', 13, 18), stay('b', 12, 17)];

describe('what a feed showed', () => {
  it('is let go of a day after a feed has emptied, and not before', () => {
    const evidence = shown([0, FIRST], [1]);
    expect(faultAt(evidence, 24, 13)).toContain('and is suspect');
    expect(faultAt(evidence, 25, 13)).toBeUndefined();
  });

  it('makes a feed suspect for no longer than what it lost, if it came when the feed was suspect by some reading', () => {
    // The second may be the first, moved: then the feed came back, and emptied once more.
    const evidence = shown([0, FIRST], [1], [5, SECOND], [7]);
    expect(faultAt(evidence, 24, 12)).toContain('and is suspect');
    expect(faultAt(evidence, 26, 12)).toBeUndefined();
  });

  it('may go at any time where what was there had been moved before, whoever held it since', () => {
    const evidence = shown([0, SECOND], [1, stay('b', 12, 14)], [3]);
    expect(faultAt(evidence, 4, 15)).toBeUndefined();
    expect(faultAt(evidence, 4, 13)).toContain('has not shown b');
  });

  it('is not overdue where the feed has not shown it for hours only, and lost with it all that it last showed', () => {
    const [other, third] = [stay('b', 5, 9), stay('c', 21, 24)];
    const evidence = shown([0, FIRST, other, third], [1, FIRST], [2], [3, other, third], [9, other, third]);
    expect(evidence.isOverdue('2027-06-13', TODAY)).toBe(false);
    const again = shown([0, FIRST, other, third], [2, other, third], [9, other, third]);
    expect(again.isOverdue('2027-06-13', TODAY)).toBe(true);
  });

  it('is not overdue where lost stays have begun since, before a day is over', () => {
    const [tomorrow, soon, other, third] = [stay('t', 2, 4), stay('d', 8, 10), stay('b', 20, 22), stay('c', 24, 26)];
    const evidence = shown([0, tomorrow, FIRST, soon, other, third], [1, other, third]);
    const isOverdueAt = (hour: number) => {
      const at = FROM + hour * HOUR_MS;
      evidence.take({ feedId: 'f', at, entries: [other, third] }, '2027-06-02', at);
      return evidence.isOverdue('2027-06-13', '2027-06-02');
    };
    expect([13, 20, 25, 26, 33].map(isOverdueAt)).toEqual([false, false, false, false, true]);
  });

  it('is not overdue for as long as its feed may be suspect for it, though it came when that was in doubt', () => {
    const [moved, other] = [stay('a', 15, 20), stay('c', 21, 24)];
    const later = [66, 67, 71, 74].map((hour) => [hour, other] as const);
    const evidence = shown([0, FIRST], [1, moved], [30, moved], [59, moved], [60], [62, other], ...later);
    expect(evidence.isOverdue('2027-06-15', TODAY)).toBe(false);
  });

  it('is not overdue where its feed emptied when an earlier doubt was not over, until that is a day ago', () => {
    const [later, other] = [stay('b', 15, 20), stay('c', 12, 16)];
    const quiet = Array.from({ length: 13 }, (_, index) => [4 + index * 2] as const);
    // What it showed first is forgotten after sixty hours, and what it lost then is not.
    const after = Array.from({ length: 8 }, (_, index) => [52 + index * 3, other] as const);
    const evidence = shown([0, FIRST], [1], [2], ...quiet, [40, later], [48, later], [50], ...after);
    expect(evidence.isOverdue('2027-06-18', TODAY)).toBe(false);
  });

  it('may go six hours after what had been lost with it came back, though it was all that a doubtful answer showed', () => {
    const [other, third] = [stay('b', 5, 9), stay('c', 21, 24)];
    // It counts with what was lost only where it is known for no echo: that answer is suspect, or the last that is not.
    const imported: Held = { ...stay('d', 24, 26), kind: 'import' };
    const evidence = shown([0, FIRST, other, third, imported], [1, FIRST], [2]);
    expect(faultAt(evidence, 25, 13)).toContain('and is suspect');
    const [back, at] = [[other, third, imported], FROM + 4 * HOUR_MS];
    evidence.take({ feedId: 'f', at, entries: back }, TODAY, at);
    expect(faultAt(evidence, 9, 13, ...back)).toContain('has not shown a for 7.0 h only');
    expect(faultAt(evidence, 10, 13, ...back)).toBeUndefined();
    expect(faultAt(evidence, 10, 13)).toContain('and is suspect');
  });

  it('is overdue six hours after the answer that ended a doubt, not after the last one that was in doubt', () => {
    const closed = (id: string, first: number): Held => ({ ...stay(id, first, first + 2), kind: 'import' });
    const imported = closed('b', 5);
    // It may know those for echoes whose causes are gone: then it has lost the stay alone, and is not suspect.
    const without = [imported, closed('c', 20), closed('d', 24)];
    const all = [FIRST, ...without];
    const answers = [
      [0, ...all],
      [1, ...all],
      [2, imported],
      [3, ...without],
      [8.5, ...without],
    ] as const;
    expect(shown(...answers).isOverdue('2027-06-13', TODAY)).toBe(false);
    expect(shown(...answers, [9.5, ...without]).isOverdue('2027-06-13', TODAY)).toBe(true);
  });

  it('makes a feed suspect again that was beyond doubt meanwhile', () => {
    const evidence = shown([0, FIRST], [1], [5, FIRST], [6, FIRST, SECOND], [7]);
    expect(faultAt(evidence, 26, 12)).toContain('and is suspect');
    expect(faultAt(evidence, 31, 12)).toBeUndefined();
  });
});
