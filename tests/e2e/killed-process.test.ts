import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Appointment, connectStudio, type StudioClient } from '@dovetail/sandbox/checklist/studio-client.ts';
import { type Listening, listen } from '@dovetail/sandbox/studio/listen.ts';
import { createSandboxApp } from '@dovetail/sandbox/studio/sandbox-app.ts';
import { type Simulators, startSimulators } from '@dovetail/sandbox/studio/simulators.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually, freePort, Program } from './service-process.ts';

const BAY_1 = 'loft-bay-1@sandbox';
const MAIN = 'sandbox/src/services-main.ts';

/** The services as a process of their own, on a store in a file; simulators and queue stay alive in this one. */
let simulators: Simulators;
let sandbox: Listening;
let folder: string;
let surroundings: string;
let services: Program;
let studio: StudioClient;
let kills: number;

beforeEach(async () => {
  kills = 0;
  folder = mkdtempSync(join(tmpdir(), 'dovetail-killed-'));
  simulators = await startSimulators(undefined, {});
  sandbox = await listen(createSandboxApp({ ...simulators, runSchedule: async () => 404 }), 0);
  const ports = { port: await freePort(), workersPort: await freePort() };
  const url = `http://127.0.0.1:${ports.port}`;
  simulators.webhookUrl.current = `${url}/webhook/uschedule/loft`;
  studio = connectStudio(url, sandbox.url);
  surroundings = JSON.stringify({
    ports,
    seed: true,
    sandboxUrl: sandbox.url,
    tasksPort: simulators.tasks.port,
    taskKeys: simulators.tasks.control.jwks,
    account: simulators.account,
    dataFolder: folder,
  });
  services = await start();
  await eventually(() => simulators.google.control.channels().length === 2);
});

afterEach(async () => {
  await services.end('SIGKILL');
  simulators.clock.close();
  await simulators.tasks.close();
  await sandbox.close();
  rmSync(folder, { recursive: true });
});

async function start(): Promise<Program> {
  const program = new Program(MAIN, { DOVETAIL_SURROUNDINGS: surroundings });
  await program.until('ready ');
  return program;
}

async function killAndRestart(): Promise<void> {
  kills++;
  await services.end('SIGKILL');
  services = await start();
}

/** Kills the services when a write of this kind has been carried out, before its answer is sent. `skip` are let pass. */
function killAfter(method: string, skip = 0): void {
  let left = skip;
  const stopListening = simulators.google.control.onWrite(async (write) => {
    if (write.method !== method || left-- > 0) return;
    stopListening();
    await killAndRestart();
  });
}

/** Kills the services when USchedule has changed an appointment: it then looks up where to announce that. */
function killAfterAppointmentChange(): void {
  const { webhookUrl } = simulators;
  const url = webhookUrl.current as string;
  Object.defineProperty(webhookUrl, 'current', {
    configurable: true,
    get() {
      Object.defineProperty(webhookUrl, 'current', { value: url });
      void killAndRestart();
      return url;
    },
  });
}

const events = () => simulators.google.control.events(BAY_1).filter(({ status }) => status !== 'cancelled');
const settled = async () => expect(await simulators.clock.settled(5_000, 60_000), 'came to rest').toBe(true);

async function book(): Promise<Appointment> {
  const start = new Date(Math.ceil(Date.now() / 3_600_000) * 3_600_000 + 48 * 3_600_000);
  return studio.uschedule('POST', '/appointments', {
    resource_id: '1',
    title: 'Lesson',
    start: start.toISOString(),
    end: new Date(start.getTime() + 3_600_000).toISOString(),
  });
}

async function change(id: string, part: Partial<Appointment>): Promise<void> {
  const { version } = await studio.uschedule('GET', `/appointments/${id}`);
  await studio.uschedule('PATCH', `/appointments/${id}`, part, { 'if-match': `"${version}"` });
}

async function findings(): Promise<unknown[]> {
  const path = '/v1/bindings/bay-1-google:audit?dryRun=true';
  return (await studio.api<{ findings: unknown[] }>('POST', path)).findings;
}

describe('services killed between a write and its record', { timeout: 120_000 }, () => {
  it('leave exactly one event of a new booking', async () => {
    killAfter('events.insert');
    const { id } = await book();
    await eventually(() => kills === 1);
    await settled();
    expect(events().map(({ extendedProperties }) => extendedProperties?.private?.uscheduleAppointmentId)).toEqual([id]);
    expect(await findings()).toEqual([]);
  });

  it('leave the event as the booking was changed to, and no edit to take back', async () => {
    const { id } = await book();
    await eventually(() => events().length === 1);
    await settled();
    killAfter('events.patch');
    await change(id, { title: 'Fitting' });
    await eventually(() => kills === 1);
    await settled();
    expect(events().map(({ summary }) => summary)).toEqual(['Fitting']);
    expect(await studio.uschedule('GET', `/appointments/${id}`)).toMatchObject({ title: 'Fitting', version: 2 });
    expect(await findings()).toEqual([]);
  });

  it('leave no event of a cancelled booking', async () => {
    const { id } = await book();
    await eventually(() => events().length === 1);
    await settled();
    killAfter('events.delete');
    await studio.uschedule('POST', `/appointments/${id}/cancel`, { reason: 'changed plans' });
    await eventually(() => kills === 1);
    await settled();
    expect(events()).toEqual([]);
    expect(await findings()).toEqual([]);
  });

  it.each([
    // The first patch is the drag itself; the second brings the stamp up to date, when all but its record is done.
    ['its event has been stamped', () => killAfter('events.patch', 1)],
    ['USchedule has changed it', killAfterAppointmentChange],
  ])('leave a booking whose event was dragged changed once, killed when %s', async (_when, kill) => {
    const { id } = await book();
    await eventually(() => events().length === 1);
    await settled();
    kill();
    const later = new Date(Math.ceil(Date.now() / 3_600_000) * 3_600_000 + 72 * 3_600_000).toISOString();
    const end = new Date(Date.parse(later) + 3_600_000).toISOString();
    const path = `${BAY_1}/events/${events()[0]?.id}`;
    await studio.google('PATCH', path, { start: { dateTime: later }, end: { dateTime: end } });
    await eventually(() => kills === 1);
    await settled();
    const appointment = await studio.uschedule('GET', `/appointments/${id}`);
    expect([Date.parse(appointment.start), appointment.version]).toEqual([Date.parse(later), 2]);
    expect(events().map(({ start }) => Date.parse(start?.dateTime ?? ''))).toEqual([Date.parse(later)]);
    expect(await findings()).toEqual([]);
  });
});
