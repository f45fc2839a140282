import { describe, expect, it } from 'vitest';
import type { KnownEntry } from '../../domain/known-entry.ts';
import { matchEntries, type ReadEntry } from './plan-feed-matches.ts';

const COUNT = 1_000;
const end = (index: number) => new Date(Date.UTC(2027, 5, 1 + index)).toISOString().slice(0, 10);
const entry = (uid: string, index: number, code?: string): ReadEntry => ({
  ...{ uid, recurrenceId: '', start: '2027-05-01', end: end(index), kind: 'block', title: uid, raw: '', look: uid },
  ...(code !== undefined && { reservationCode: code }),
});
const known = (uid: string, index: number, code?: string): KnownEntry => ({
  ...{ eventId: `event-${uid}`, uid, recurrenceId: '', start: '2027-05-01', end: end(index), kind: 'block' },
  ...{ look: uid, state: 'present' },
  ...(code !== undefined && { reservationCode: code }),
});
const paired = (entries: readonly ReadEntry[], among: readonly KnownEntry[]) =>
  matchEntries(entries, among, new Set(), new Set()).matches.map((match) => [match.entry.uid, match.known?.uid]);

describe('entries that begin alike', () => {
  it('are known again by looks that are read a few times, however many there are', () => {
    let reads = 0;
    const counted = Array.from({ length: COUNT }, (_, index) => {
      const one = known(`old ${index}`, index);
      return Object.defineProperty(one, 'look', {
        get: () => {
          reads++;
          return one.uid;
        },
      });
    });
    const entries = Array.from({ length: COUNT }, (_, index) => entry(`new ${index}`, COUNT + index));
    expect(paired(entries, counted).every(([, uid]) => uid !== undefined)).toBe(true);
    expect(reads).toBeLessThan(20 * COUNT);
  });

  it('are paired with what looks the same, else with the first, but never with another code', () => {
    const among = [known('a', 1), known('b', 2, 'B'), { ...known('c', 3), look: 'z' }];
    expect(paired([entry('z', 11)], among)).toEqual([['z', 'c']]);
    expect(paired([entry('y', 11)], among)).toEqual([['y', 'a']]);
    expect(paired([entry('y', 11, 'Y')], among.slice(1))).toEqual([['y', 'c']]);
    expect(paired([entry('y', 11, 'Y')], among.slice(1, 2))).toEqual([['y', undefined]]);
    expect(paired([entry('x', 11), entry('y', 12)], among.slice(0, 2))).toEqual([
      ['x', 'a'],
      ['y', 'b'],
    ]);
  });
});
