import { describe, expect, it } from 'vitest';
import type { RelationRule, Resource } from '../domain/resource.ts';
import { childOf, family, resource } from './family-for-tests.ts';
import { countOf, familyOf, lineageOf, upwardsFrom } from './relation-graph.ts';

/** Reads what is asked for, round by round, until nothing is missing. */
function readAll(
  ask: (known: ReadonlyMap<string, Resource>) => ReadonlySet<string>,
  stored: ReadonlyMap<string, Resource>,
): { readonly read: string[]; readonly rounds: number } {
  const known = new Map<string, Resource>();
  const asked = new Set<string>();
  for (let rounds = 0; ; rounds++) {
    const missing = [...ask(known)].filter((id) => !asked.has(id));
    if (missing.length === 0) return { read: [...asked].sort(), rounds };
    for (const id of missing) {
      asked.add(id);
      const found = stored.get(id);
      if (found) known.set(id, found);
    }
  }
}

const readFamily = (id: string, stored: ReadonlyMap<string, Resource>) =>
  readAll((known) => familyOf([id], known), stored);
const ids = (resources: readonly Resource[] | undefined) => resources?.map(({ id }) => id);

function hotel(rooms: number, rule?: RelationRule) {
  const room = (_: unknown, index: number) => resource(`room-${index}`, { relations: [childOf('hotel', rule)] });
  return family(resource('hotel'), ...Array.from({ length: rooms }, room));
}

describe('the family of a change', () => {
  it('is the room and the hotel when one room is enough to take the hotel', () => {
    expect(readFamily('room-7', hotel(200))).toEqual({ read: ['hotel', 'room-7'], rounds: 2 });
  });

  it('is the room alone when its time does not count for the hotel', () => {
    expect(readFamily('room-7', hotel(200, { up: 'never' })).read).toEqual(['room-7']);
  });

  it.each(['all', { atLeast: 2 }] as const)('is every room when they count together: %o', (up) => {
    expect(readFamily('room-1', hotel(3, { up })).read).toEqual(['hotel', 'room-0', 'room-1', 'room-2']);
  });

  it('is every room when the hotel itself changes', () => {
    expect(readFamily('hotel', hotel(3)).read).toHaveLength(4);
  });

  it('reaches all the way up and down and one step aside, in one round for each level', () => {
    const estate = family(
      resource('estate'),
      resource('house', { relations: [childOf('estate')] }),
      resource('room', { relations: [childOf('house')] }),
      resource('bed', { relations: [childOf('room')] }),
      resource('cot', { relations: [childOf('bed')] }),
      resource('pool', { relations: [{ type: 'adjacent', resourceId: 'room' }] }),
      resource('bar', { relations: [{ type: 'dependent', resourceId: 'pool' }] }),
      resource('garden', { relations: [childOf('estate')] }),
    );
    expect(readFamily('room', estate)).toEqual({
      read: ['bed', 'cot', 'estate', 'house', 'pool', 'room'],
      rounds: 3,
    });
  });

  it('does not look below a child that inherits nothing', () => {
    const stored = family(
      resource('house'),
      resource('room', { relations: [childOf('house', { down: 'never' })] }),
      resource('bed', { relations: [childOf('room')] }),
    );
    expect(readFamily('house', stored).read).toEqual(['house', 'room']);
  });

  it('is complete although some of it is gone', () => {
    const gone = new Map([['room', { ...resource('room', { relations: [childOf('house')] }), relatedFrom: ['bed'] }]]);
    expect(readFamily('room', gone).read).toEqual(['bed', 'house', 'room']);
  });
});

describe('the lineage of a resource', () => {
  it('is everything above and below it and what it names, whatever the rules say', () => {
    const never: RelationRule = { up: 'never', down: 'never' };
    const stored = family(
      resource('estate'),
      resource('house', { relations: [childOf('estate', never)] }),
      resource('room', { relations: [childOf('house', never), { type: 'adjacent', resourceId: 'pool' }] }),
      resource('bed', { relations: [childOf('room', never)] }),
      resource('pool', { relations: [childOf('club')] }),
      resource('club'),
      resource('sol', { relations: [childOf('house')] }),
    );
    const { read } = readAll((known) => lineageOf('room', known), stored);
    expect(read).toEqual(['bed', 'estate', 'house', 'pool', 'room']);
  });
});

describe('children that count together', () => {
  it.each([
    ['all', 3],
    [{ atLeast: 2 }, 2],
    [{ atLeast: 9 }, 9],
  ] as const)('take their parent when so many are taken: %o', (up, least) => {
    const stored = hotel(3, { up });
    const count = countOf(stored.get('hotel')!, stored);
    expect([ids(count?.children), count?.least]).toEqual([['room-0', 'room-1', 'room-2'], least]);
  });

  it('are those that state it, not those that never count', () => {
    const stored = family(
      resource('hotel'),
      resource('a', { relations: [childOf('hotel', { up: 'all' })] }),
      resource('b', { relations: [childOf('hotel', { up: 'all' })] }),
      resource('shed', { relations: [childOf('hotel', { up: 'never' })] }),
      resource('pool', { relations: [{ type: 'adjacent', resourceId: 'hotel' }] }),
    );
    expect(countOf(stored.get('hotel')!, stored)).toMatchObject({ least: 2 });
  });

  it('are none where each counts by itself or none does', () => {
    for (const stored of [hotel(2), hotel(2, { up: 'never' }), hotel(0)]) {
      expect(countOf(stored.get('hotel')!, stored)).toBeNull();
    }
  });
});

describe('a resource and its ancestors', () => {
  const together: RelationRule = { up: { atLeast: 2 } };

  it('come each after those below it', () => {
    const stored = family(
      resource('estate'),
      resource('house', { relations: [childOf('estate', together)] }),
      resource('floor', { relations: [childOf('house'), childOf('estate', together)] }),
      resource('room', { relations: [childOf('estate', together), childOf('floor', together)] }),
    );
    const all = ids(upwardsFrom(['estate', 'house', 'room'], stored)) ?? [];
    expect(all).toHaveLength(4);
    expect([all.indexOf('room') < all.indexOf('floor'), all.indexOf('house') < all.indexOf('estate')]).toEqual([
      true,
      true,
    ]);
  });
});
