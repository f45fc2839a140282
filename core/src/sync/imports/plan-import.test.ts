import { describe, expect, it } from 'vitest';
import type { EventState } from '../../ledger/commit-changes.ts';
import { conflictsWithin } from './plan-import.ts';

const NOW = '2027-05-01T08:00:00Z';

function state(id: string, from: number, to: number, kind: EventState['kind'] = 'reservation'): EventState {
  const at = (hour: number) =>
    `2027-05-${String(10 + Math.floor(hour / 24)).padStart(2, '0')}T${two(hour % 24)}:00:00Z`;
  const source = { type: 'import', id: 'bay-1', externalUid: id } as const;
  const times = { start: at(from), end: at(to), lastSeenAt: NOW };
  return { id, resourceId: 'bay-1', kind, status: 'active', source, priority: 4, title: id, ...times };
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

/** The ids of the two of each conflict. */
function found(...parts: readonly (readonly EventState[])[]): string[] {
  const within = conflictsWithin(NOW);
  return parts.flatMap((part) => within(part)).map(({ eventIds }) => eventIds.join(' '));
}

describe('the conflicts within a file', () => {
  it('are between what shares time, also where it is handed in apart', () => {
    expect(found([state('a', 1, 3), state('b', 2, 4), state('c', 3, 5)])).toEqual(['a b', 'b c']);
    expect(found([state('a', 1, 3)], [state('b', 2, 4)], [state('c', 3, 5)])).toEqual(['a b', 'b c']);
  });

  it('are never between blocks, which hide none', () => {
    const blocks = Array.from({ length: 40 }, (_, index) => state(`z${index}`, 2, 9, 'block'));
    expect(found([state('a', 1, 3), ...blocks]).length).toBe(40);
    expect(found([state('a', 1, 8), ...blocks, state('b', 2, 4)])).toContain('a b');
  });

  it('are those of a long stay with all that it meets, also where many others are there at once', () => {
    const crowd = Array.from({ length: 100 }, (_, index) => state(`m${index}`, 2, 3));
    const later = Array.from({ length: 50 }, (_, index) => state(`n${index}`, 4 + index, 5 + index));
    const all = found([state('long', 1, 100), ...crowd, ...later]);
    expect(all.filter((pair) => /^long n/.test(pair))).toHaveLength(50);
    expect(all.length).toBeLessThan(100 * 20 + 50);
  });
});
