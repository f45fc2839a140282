import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as functions from '@dovetail/functions/index.ts';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ROOT } from './service-process.ts';

/** A folder with the bundles and nothing else: no node_modules anywhere above it. */
let elsewhere: string;

beforeAll(() => {
  elsewhere = mkdtempSync(join(tmpdir(), 'dovetail-bundle-'));
  bundle(elsewhere, {});
});
afterAll(() => rmSync(elsewhere, { recursive: true }));

function bundle(folder: string, environment: Record<string, string>): void {
  const env = { ...process.env, ...environment };
  execFileSync(process.execPath, [join(ROOT, 'scripts/bundle.mjs'), folder], { env });
}

const zipped = () => unzipSync(readFileSync(join(elsewhere, 'functions.zip')));
const json = (bytes: Uint8Array | undefined) => JSON.parse(Buffer.from(bytes ?? []).toString());

it('the bundled functions load without credentials or libraries and export every trigger', () => {
  const script = `console.log(JSON.stringify(Object.keys(await import('${elsewhere}/functions/index.mjs'))))`;
  const printed = execFileSync(process.execPath, ['--input-type=module', '-e', script], { env: {}, encoding: 'utf8' });
  expect(JSON.parse(printed)).toEqual(Object.keys(functions).sort());
});

it('the bundled functions do not load what answering their first task does not need', () => {
  const script = `await import('${elsewhere}/functions/index.mjs'); console.log(process.moduleLoadList.join(' '))`;
  const printed = execFileSync(process.execPath, ['--input-type=module', '-e', script], { env: {}, encoding: 'utf8' });
  expect(printed).toContain('NativeModule http ');
  expect(printed).not.toContain('undici');
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

it('the bundled service ends when it is told to, even while it waits for its secrets', async () => {
  // Takes connections, and never says a word.
  const secretManager = createServer().listen(0, '127.0.0.1');
  await once(secretManager, 'listening');
  const { port } = secretManager.address() as AddressInfo;
  const nobody = '127.0.0.1:9';
  const endpoints = { secretManager: `127.0.0.1:${port}`, cloudTasks: nobody, googleCalendar: `http://${nobody}` };
  const env = {
    GOOGLE_CLOUD_PROJECT: 'demo',
    DOVETAIL_REGION: 'local',
    DOVETAIL_PUBLIC_URL: 'https://dovetail.test',
    DOVETAIL_INVOKER: 'invoker@demo.iam.gserviceaccount.com',
    DOVETAIL_ENDPOINTS: JSON.stringify(endpoints),
    FIRESTORE_EMULATOR_HOST: nobody,
    METADATA_SERVER_DETECTION: 'none',
  };
  const asked = once(secretManager, 'connection');
  const child = spawn(process.execPath, [join(elsewhere, 'run-service/index.mjs')], { env, stdio: 'ignore' });
  try {
    await asked;
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  } finally {
    child.kill('SIGKILL');
    secretManager.close();
  }
});

it('the zip of the functions holds what their buildpack looks for, and no source map', () => {
  const { 'index.mjs': code, 'package.json': manifest, ...others } = zipped();
  expect(Object.keys(others)).toEqual(['package-lock.json']);
  expect(Buffer.compare(code ?? Buffer.of(), readFileSync(join(elsewhere, 'functions/index.mjs')))).toBe(0);
  const { version, devDependencies } = json(readFileSync(join(ROOT, 'package.json')));
  const framework = '@google-cloud/functions-framework';
  expect(json(manifest)).toMatchObject({
    version,
    type: 'module',
    main: 'index.mjs',
    engines: { node: readFileSync(join(ROOT, '.nvmrc'), 'utf8').trim() },
    dependencies: { [framework]: devDependencies[framework] },
  });
});

it('the lock in the zip names every package that is to be installed, as ours does', () => {
  const { packages } = json(zipped()['package-lock.json']);
  const { packages: ours } = json(readFileSync(join(ROOT, 'package-lock.json')));
  const listed = Object.entries<{ version: string; dependencies?: Record<string, string> }>(packages);
  expect(listed.length).toBeGreaterThan(50);
  for (const [place, { version, dependencies = {} }] of listed.filter(([name]) => name !== '')) {
    expect([place, version]).toEqual([place, ours[place].version]);
    expect(packages[place]).not.toHaveProperty('dev');
    const found = Object.keys(dependencies).filter((name) =>
      [...ancestors(place), ''].some((folder) => `${folder}node_modules/${name}` in packages),
    );
    expect([place, found]).toEqual([place, Object.keys(dependencies)]);
  }
});

function ancestors(place: string): string[] {
  const parts = place.split('/node_modules/');
  return parts.map((_, index) => `${parts.slice(0, parts.length - index).join('/node_modules/')}/`);
}

it('the same sources give the same zip, in any zone and on any day', () => {
  const digest = (folder: string) =>
    createHash('sha256')
      .update(readFileSync(join(folder, 'functions.zip')))
      .digest('hex');
  const again = mkdtempSync(join(tmpdir(), 'dovetail-bundle-'));
  try {
    bundle(again, { TZ: 'Pacific/Auckland' });
    expect(digest(again)).toBe(digest(elsewhere));
  } finally {
    rmSync(again, { recursive: true });
  }
});
