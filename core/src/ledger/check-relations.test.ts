import { describe, expect, it } from 'vitest';
import type { Relation, RelationRule } from '../domain/resource.ts';
import { findCycle, relationErrors } from './check-relations.ts';
import { childOf, family, resource } from './family-for-tests.ts';

/** A chain of parents from the top down, `a` above `b` above `c` and so on. */
function chain(...names: readonly string[]) {
  return names.map((id, index) =>
    resource(id, { relations: index === 0 ? [] : [childOf(names[index - 1] as string)] }),
  );
}

const paths = (id: string, relations: readonly Relation[], ...stored: readonly ReturnType<typeof resource>[]) =>
  relationErrors({ id, relations }, family(...stored)).map(({ path }) => path);

describe('relations are refused', () => {
  it('that lead nowhere or to the resource itself, of whatever type', () => {
    const types = ['parent', 'adjacent', 'dependent'] as const;
    const to = (resourceId: string) => types.map((type) => ({ type, resourceId }));
    expect(paths('x', to('gone'))).toHaveLength(3);
    expect(paths('x', to('x'), resource('x'))).toHaveLength(3);
  });

  it('that name the same resource twice', () => {
    const relations = [childOf('a'), { type: 'adjacent', resourceId: 'a' } as const];
    expect(paths('x', relations, resource('a'))).toEqual(['relations.1.resourceId']);
  });

  it('that make a resource the parent of its parent, on however long a way', () => {
    const stored = chain('a', 'b', 'c');
    for (const below of ['b', 'c']) {
      expect(paths('a', [childOf(below)], ...stored)).toEqual(['relations.0.resourceId']);
    }
    const [error] = relationErrors({ id: 'a', relations: [childOf('c')] }, family(...stored));
    expect(error?.detail).toContain('a → c → b → a');
  });

  it('that make a chain of more than five, counted from its top to its bottom', () => {
    const stored = [...chain('a', 'b', 'c'), ...chain('x', 'y', 'z')];
    expect(paths('x', [childOf('b')], ...stored)).toEqual([]);
    expect(paths('x', [childOf('c')], ...stored)).toEqual(['relations.0.resourceId']);
    expect(paths('new', [childOf('e')], ...chain('a', 'b', 'c', 'd', 'e'))).toEqual(['relations.0.resourceId']);
    expect(paths('new', [childOf('d')], ...chain('a', 'b', 'c', 'd', 'e'))).toEqual([]);
  });

  it.each<[string, RelationRule | undefined, RelationRule | undefined, boolean]>([
    ['all beside at least two', { up: 'all' }, { up: { atLeast: 2 } }, true],
    ['at least three beside at least two', { up: { atLeast: 3 } }, { up: { atLeast: 2 } }, true],
    ['all beside one that states nothing', { up: 'all' }, undefined, true],
    ['the same', { up: { atLeast: 2 } }, { up: { atLeast: 2 } }, false],
    ['at least one beside one that states nothing', { up: { atLeast: 1 } }, undefined, false],
    ['anything beside one that never counts', { up: 'all' }, { up: 'never' }, false],
    ['never beside anything', { up: 'never' }, { up: { atLeast: 2 } }, false],
    ['more than there are children', { up: { atLeast: 9 } }, { up: { atLeast: 9 } }, false],
  ])('that state of the way up: %s', (_case, up, other, refused) => {
    const stored = [resource('a'), resource('sibling', { relations: [childOf('a', other)] })];
    expect(paths('x', [childOf('a', up)], ...stored)).toEqual(refused ? ['relations.0.rule.up'] : []);
  });
});

it('a resource may change what it stated of the way up itself', () => {
  const stored = [resource('a'), resource('x', { relations: [childOf('a', { up: 'all' })] })];
  expect(paths('x', [childOf('a')], ...stored)).toEqual([]);
});

it('neighbours may name each other, and a resource may have several parents', () => {
  const stored = [resource('a', { relations: [{ type: 'adjacent', resourceId: 'x' }] }), ...chain('p', 'q')];
  const relations = [{ type: 'adjacent', resourceId: 'a' } as const, childOf('p'), childOf('q')];
  expect(paths('x', relations, ...stored)).toEqual([]);
});

it('a cycle is found though another way leads nowhere', () => {
  const stored = family(
    resource('a'),
    resource('b', { relations: [childOf('gone'), childOf('a')] }),
    resource('c', { relations: [childOf('b')] }),
  );
  expect(findCycle('a', 'c', stored)).toEqual(['a', 'c', 'b', 'a']);
  expect(findCycle('x', 'c', stored)).toBeNull();
});
