import { StudioClock } from '@dovetail/sandbox/studio-clock.ts';
import { afterEach, describe, expect, it } from 'vitest';
import { type CloudTasksRig, QUEUE, START, startCloudTasksRig, timestamp } from './cloud-tasks-rig.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NAME = `${QUEUE}/tasks/event-1_7`;

let rig: CloudTasksRig;

afterEach(() => rig.close());

describe('limits', () => {
  it('let no more tasks run at once than the queue allows', async () => {
    rig = await startCloudTasksRig(
      { rateLimits: { maxConcurrentDispatches: 2 } },
      { clock: new StudioClock(START, { patienceMs: 20 }) },
    );
    const held = Promise.withResolvers<void>();
    rig.worker.answer = async () => {
      await held.promise;
      return {};
    };
    for (let index = 0; index < 10; index++) await rig.create();
    await rig.clock.advance(MINUTE);
    expect(rig.simulator.control.pending().filter((task) => task.running)).toHaveLength(2);
    held.resolve();
    await rig.quiet();
    expect(rig.worker.requests).toHaveLength(10);
  });

  it('spread dispatches over time', async () => {
    rig = await startCloudTasksRig({ rateLimits: { maxDispatchesPerSecond: 0.1, maxBurstSize: 2 } });
    const at: number[] = [];
    rig.worker.answer = () => {
      at.push(rig.clock.now());
      return {};
    };
    for (let index = 0; index < 5; index++) await rig.create();
    expect(rig.clock.isSettled(5_000)).toBe(false);
    await rig.clock.advance(MINUTE);
    expect(at).toHaveLength(5);
    expect(at.slice(2).map((instant, index) => Math.round((instant - at[index + 1]!) / 1_000))).toEqual([10, 10, 10]);
  });

  it('tighten for the whole queue when the worker complains', async () => {
    rig = await startCloudTasksRig({
      rateLimits: { maxDispatchesPerSecond: 4, maxBurstSize: 1 },
      retryConfig: { minBackoffMs: HOUR },
    });
    let complains = true;
    rig.worker.answer = () => ({ status: complains ? 429 : 200 });
    await rig.create();
    await rig.quiet();
    complains = false;
    const at: number[] = [];
    rig.worker.answer = () => {
      at.push(rig.clock.now());
      return {};
    };
    for (let index = 0; index < 4; index++) await rig.create({ scheduleTime: timestamp(rig.clock.now() + 2_000) });
    await rig.clock.advance(8_000);
    const gaps = at.slice(1).map((instant, index) => instant - at[index]!);
    // Four a second have become two.
    for (const gap of gaps) expect(gap).toBeGreaterThan(400);
    expect(gaps).toHaveLength(3);
  });
});

describe('a snapshot', () => {
  it('carries tasks, names and counts over to the next start', async () => {
    const first = await startCloudTasksRig();
    await first.create({ name: `${QUEUE}/tasks/done` });
    await first.quiet();
    await first.create({ name: NAME, scheduleTime: timestamp(START + HOUR) }, { body: Buffer.from('later') });
    const snapshot: unknown = JSON.parse(JSON.stringify(first.simulator.control.snapshot()));
    await first.close();

    rig = await startCloudTasksRig({}, { snapshot });
    await expect(rig.create({ name: `${QUEUE}/tasks/done` })).rejects.toThrow(/ALREADY_EXISTS/);
    const [task] = await rig.client.getTask({ name: NAME, responseView: 'FULL' });
    expect(Buffer.from(task.httpRequest?.body ?? '').toString()).toBe('later');
    expect(rig.simulator.control.counts()['work']).toMatchObject({ created: 2, succeeded: 1 });
  });

  it('runs again what was running', async () => {
    const first = await startCloudTasksRig();
    first.worker.answer = () => 'never';
    await first.create({ name: NAME });
    while (first.worker.requests.length === 0) await new Promise(setImmediate);
    const snapshot = first.simulator.control.snapshot();
    first.worker.answer = () => ({});

    rig = await startCloudTasksRig({}, { snapshot });
    await rig.quiet();
    expect(first.worker.requests).toHaveLength(2);
    await first.close();
  });

  it('that is broken is refused', async () => {
    rig = await startCloudTasksRig();
    await expect(startCloudTasksRig({}, { snapshot: { queues: [{ name: QUEUE }] } })).rejects.toThrow();
  });
});

describe('closing', () => {
  it('stops everything that waits or runs', async () => {
    rig = await startCloudTasksRig();
    rig.worker.answer = () => 'never';
    await rig.create();
    await rig.create({ scheduleTime: timestamp(START + HOUR) });
    while (rig.worker.requests.length === 0) await new Promise(setImmediate);
    await rig.simulator.close();
    await rig.clock.advance(DAY);
    expect(rig.worker.requests).toHaveLength(1);
    expect(rig.clock.isSettled(DAY)).toBe(true);
  });
});
