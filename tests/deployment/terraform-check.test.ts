import { spawnSync } from 'node:child_process';
import { expect, inject, it } from 'vitest';
import { ROOT } from '../e2e/service-process.ts';

const { terraform, offline } = inject('terraformCheck');
const TEN_MINUTES = 600_000;

/** How a program ended, and what it printed. */
function run(program: string, args: readonly string[]): { readonly status: number | null; readonly printed: string } {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: ROOT, encoding: 'utf8' });
  return { status, printed: `${stdout}${stderr}` };
}

it.skipIf(terraform === null)('terraform/ is formatted', () => {
  expect(run(String(terraform), ['fmt', '-check', '-recursive', 'terraform'])).toMatchObject({ status: 0 });
});

it.skipIf(offline === null)(
  'terraform/ is valid, and its own tests pass',
  () => {
    const { status, printed } = run(String(offline), ['terraform']);
    expect(printed).toMatch(/Success! \d+ passed, 0 failed/);
    expect(status, printed).toBe(0);
  },
  TEN_MINUTES,
);
