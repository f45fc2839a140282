import { describe, expect, it } from 'vitest';
import { type Role, roleIncludes } from './tenant.ts';

const DESCENDING: readonly Role[] = ['admin', 'manager', 'staff', 'guest'];

describe('a role', () => {
  const rows = DESCENDING.flatMap((role, rank) =>
    DESCENDING.map((needed, neededRank) => [role, rank <= neededRank ? 'may' : 'may not', needed] as const),
  );

  it.each(rows)('of %s %s do what needs %s', (role, verdict, needed) => {
    expect(roleIncludes(role, needed)).toBe(verdict === 'may');
  });
});
