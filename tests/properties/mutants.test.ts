import { MUTANTS as MUTANTS_OF } from '@dovetail/sandbox/simulation/families.ts';
import type { Mutant } from '@dovetail/sandbox/simulation/mutants/mutant.ts';
import { mutated } from '@dovetail/sandbox/simulation/source-copy.ts';
import { expect, it } from 'vitest';

const MUTANTS = Object.values(MUTANTS_OF).flat();

it.each(MUTANTS.map((mutant) => [mutant.name, mutant] as const))(
  'the mutant "%s" can still be made',
  async (_, mutant) => {
    expect(await mutated(mutant)).toContain(mutant.replace);
  },
);

it('has no two mutants of one name', () => {
  const names = MUTANTS.map(({ name }) => name);
  expect(names).toEqual([...new Set(names)]);
});

it.each([
  { times: 'is gone', find: 'this stands nowhere' },
  { times: 'stands twice', find: 'Instance' },
])('is told that a mutant is out of date whose text $times', async ({ find }) => {
  const stale: Mutant = { name: 'stale', harm: '', file: 'sandbox/src/simulation/instance.ts', find, replace: '' };
  await expect(mutated(stale)).rejects.toThrow('out of date');
});
