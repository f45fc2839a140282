import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectStudio } from '@dovetail/sandbox/checklist/studio-client.ts';
import { afterEach, describe, expect, it } from 'vitest';
import { eventually, freePort, Program, ROOT } from './service-process.ts';

const started: Program[] = [];

afterEach(async () => {
  await Promise.all(started.splice(0).map((program) => program.end('SIGKILL')));
});

async function start(environment: Record<string, string> = {}) {
  const ports = { PORT: String(await freePort()), SANDBOX_PORT: String(await freePort()), ...environment };
  const program = new Program('sandbox/src/main.ts', ports);
  started.push(program);
  const serviceUrl = `http://127.0.0.1:${ports.PORT}`;
  const sandboxUrl = `http://127.0.0.1:${ports.SANDBOX_PORT}`;
  return { program, ports, serviceUrl, client: connectStudio(serviceUrl, sandboxUrl) };
}

/** Processes and the checklist run in real time, and the machine may be busy. */
const PATIENCE = { timeout: 180_000 };

describe('npm start', PATIENCE, () => {
  it('prints where it is ready, answers, walks its checklist and ends cleanly when told to', async () => {
    const { program, ports, serviceUrl } = await start();
    await program.until(`ready ${serviceUrl}`);
    expect((await fetch(`${serviceUrl}/health`)).status).toBe(200);
    const checklist = new Program('sandbox/src/checklist.ts', ports);
    const exitCode = await checklist.exited();
    expect(checklist.printed).toMatch(/\n59 passed, 0 failed\n$/);
    expect(exitCode).toBe(0);
    expect(await program.end('SIGTERM')).toBe(0);
  });

  it('ends on SIGINT as well', async () => {
    const { program } = await start();
    await program.until('ready ');
    expect(await program.end('SIGINT')).toBe(0);
  });

  it('says in one sentence when a port is taken', async () => {
    const first = await start();
    await first.program.until('ready ');
    const second = await start({ PORT: first.ports.PORT });
    expect(await second.program.exited()).toBe(1);
    expect(second.program.printed).toBe(
      `Port ${first.ports.PORT} is taken by another program: stop it, or set PORT and SANDBOX_PORT to other ports.\n`,
    );
  });

  it.each([
    ['PORT', 'eighty'],
    ['SANDBOX_PORT', '70000'],
    ['STUDIO_CLOCK', 'tomorrow'],
  ])('says in one sentence when %s cannot be "%s"', async (variable, value) => {
    const { program } = await start({ [variable]: value });
    expect(await program.exited()).toBe(1);
    expect(program.printed).toMatch(new RegExp(`^${variable}.*\\n$`));
  });

  it('starts its clock where it is told to', async () => {
    const { program, client } = await start({ STUDIO_CLOCK: '2027-06-01T12:00:00Z' });
    await program.until('ready ');
    const { now } = (await (await client.sandbox('GET', '/clock')).json()) as { now: string };
    expect(now).toMatch(/^2027-06-01T12:00:/);
  });

  it('keeps bookings, events and their ties in DOVETAIL_DATA from one run to the next', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'dovetail-data-'));
    const calendar = 'loft-bay-1@sandbox/events';
    const slot = { start: '2027-06-07T15:00:00Z', end: '2027-06-07T16:00:00Z' };
    const titles = async (client: ReturnType<typeof connectStudio>) =>
      (await client.google<{ items: { summary: string }[] }>('GET', calendar)).items.map(({ summary }) => summary);
    const first = await start({ DOVETAIL_DATA: folder, STUDIO_CLOCK: '2027-06-01T12:00:00Z' });
    await first.program.until('ready ');
    const { id } = await first.client.uschedule('POST', '/appointments', {
      resource_id: '1',
      title: 'Lesson',
      ...slot,
    });
    await eventually(async () => (await titles(first.client)).length === 1);
    expect(await first.program.end('SIGTERM')).toBe(0);

    const second = await start({ ...first.ports, DOVETAIL_DATA: folder });
    await second.program.until('ready ');
    await second.client.uschedule('PATCH', `/appointments/${id}`, { title: 'Fitting' }, { 'if-match': '"1"' });
    await eventually(async () => (await titles(second.client))[0] === 'Fitting');
    expect(await titles(second.client)).toEqual(['Fitting']);
    expect(await second.program.end('SIGTERM')).toBe(0);
    rmSync(folder, { recursive: true });
  });

  const oldNode = ['/usr/bin/node', '/usr/local/bin/node'].find(
    (path) =>
      existsSync(path) && Number(/^v(\d+)/.exec(spawnSync(path, ['-v'], { encoding: 'utf8' }).stdout)?.[1]) < 24,
  );

  it.skipIf(oldNode === undefined)('refuses a Node older than 24 in one sentence', () => {
    const script = join(ROOT, 'scripts/require-node.mjs');
    const { status, stderr } = spawnSync(oldNode as string, [script], { encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^Dovetail needs Node 24 or newer and found .*\n$/);
  });
});
