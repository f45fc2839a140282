import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as functions from '@dovetail/functions/index.ts';
import { afterAll, beforeAll, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** A folder with the bundles and nothing else: no node_modules anywhere above it. */
let elsewhere: string;

beforeAll(() => {
  execFileSync(process.execPath, [join(root, 'scripts/bundle.mjs')]);
  elsewhere = mkdtempSync(join(tmpdir(), 'dovetail-bundle-'));
  cpSync(join(root, 'dist'), elsewhere, { recursive: true });
});
afterAll(() => rmSync(elsewhere, { recursive: true }));

it('the bundled functions load without credentials or libraries and export every trigger', () => {
  const script = `console.log(JSON.stringify(Object.keys(await import('${elsewhere}/functions/index.mjs'))))`;
  const printed = execFileSync(process.execPath, ['--input-type=module', '-e', script], { env: {}, encoding: 'utf8' });
  expect(JSON.parse(printed)).toEqual(Object.keys(functions).sort());
});

it('the bundled service ends with one line naming the variables it lacks', () => {
  const { status, stderr } = spawnSync(process.execPath, [join(elsewhere, 'run-service/index.mjs')], {
    env: {},
    encoding: 'utf8',
  });
  expect(status).toBe(1);
  expect(JSON.parse(stderr)).toMatchObject({ severity: 'CRITICAL', message: 'service.not-started' });
  expect(stderr).toContain('GOOGLE_CLOUD_PROJECT, DOVETAIL_REGION, DOVETAIL_PUBLIC_URL, DOVETAIL_INVOKER');
});
