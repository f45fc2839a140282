import { describe, expect, it } from 'vitest';
import { ID_PATTERN } from './resource.ts';

describe('an id that a caller may choose', () => {
  it.each(['a', '7', 'bay-1', 'simmer-highs', 'a--b', 'a'.repeat(64)])('can be %s', (id) => {
    expect(ID_PATTERN.test(id)).toBe(true);
  });

  it.each(['', '-a', 'a-', 'Bay', 'a b', 'a/b', 'a.b', 'a~b', 'a_b', '..', 'a\n', 'ä', 'a'.repeat(65)])(
    'cannot be %j',
    (id) => {
      expect(ID_PATTERN.test(id)).toBe(false);
    },
  );
});
