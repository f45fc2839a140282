import { status as Code } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type CloudTasksRig,
  QUEUE,
  START,
  startCloudTasksRig,
  type TaskMessage,
  timestamp,
} from './cloud-tasks-rig.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NAME = `${QUEUE}/tasks/event-1_7`;
/** Keeps a task from running. */
const LATER = { scheduleTime: timestamp(START + 10 * DAY) };

let rig: CloudTasksRig;
let billed: number;

beforeEach(async () => {
  billed = 0;
  rig = await startCloudTasksRig({}, { meter: { onCreate: () => billed++ } });
});

afterEach(() => rig.close());

function seconds(time: TaskMessage['scheduleTime']): number {
  return Number(time?.seconds);
}

describe('creating a task', () => {
  it('answers with the task as it stands, without its body', async () => {
    const task = await rig.create({ name: NAME, ...LATER }, { body: Buffer.from('secret') });
    expect(task).toMatchObject({
      name: NAME,
      httpRequest: { url: `${rig.worker.url}/run`, httpMethod: 'POST' },
      dispatchCount: 0,
      view: 'BASIC',
    });
    expect(seconds(task.scheduleTime)).toBe((START + 10 * DAY) / 1_000);
    expect(seconds(task.dispatchDeadline)).toBe(600);
    expect(task.httpRequest?.body?.length).toBe(0);
  });

  it('schedules it for now when it names no time or one that is past', async () => {
    await rig.client.pauseQueue({ name: QUEUE });
    const unset = await rig.create();
    const past = await rig.create({ scheduleTime: timestamp(START - DAY) });
    for (const task of [unset, past]) expect(seconds(task.scheduleTime)).toBeGreaterThanOrEqual(START / 1_000);
  });

  it('gives it a name of its own when it has none', async () => {
    const first = await rig.create(LATER);
    const second = await rig.create(LATER);
    expect(first.name).toMatch(new RegExp(`^${QUEUE}/tasks/\\d+$`));
    expect(second.name).not.toBe(first.name);
  });

  it('is billed once for each task made, and for no other', async () => {
    await rig.create({ name: NAME, ...LATER });
    await expect(rig.create({ name: NAME, ...LATER })).rejects.toThrow();
    expect(billed).toBe(1);
  });

  it('refuses a name that a living task has', async () => {
    await rig.create({ name: NAME, ...LATER });
    await expect(rig.create({ name: NAME })).rejects.toMatchObject({ code: Code.ALREADY_EXISTS });
  });

  it.each(['has run', 'was deleted', 'was purged'])('refuses the name of a task that %s, for hours', async (how) => {
    await rig.create({ name: NAME, ...(how === 'has run' ? {} : LATER) });
    await rig.quiet();
    if (how === 'was deleted') await rig.client.deleteTask({ name: NAME });
    if (how === 'was purged') await rig.client.purgeQueue({ name: QUEUE });
    await expect(rig.client.getTask({ name: NAME })).rejects.toMatchObject({ code: Code.NOT_FOUND });
    await rig.clock.advance(3.9 * HOUR);
    await expect(rig.create({ name: NAME })).rejects.toMatchObject({ code: Code.ALREADY_EXISTS });
    await rig.clock.advance(0.2 * HOUR);
    expect(await rig.create({ name: NAME })).toMatchObject({ name: NAME });
  });

  it('refuses a queue that does not exist', async () => {
    const parent = `${QUEUE}-other`;
    const task = { httpRequest: { url: rig.worker.url } };
    await expect(rig.client.createTask({ parent, task })).rejects.toMatchObject({ code: Code.NOT_FOUND });
  });

  it('takes a task thirty days ahead, of one megabyte, with a long name and the longest deadline', async () => {
    await rig.create({ scheduleTime: timestamp(START + 30 * DAY) });
    await rig.create(LATER, { body: Buffer.alloc(1_000_000) });
    await rig.create({ ...LATER, name: `${QUEUE}/tasks/${'x'.repeat(500)}`, dispatchDeadline: { seconds: 1_800 } });
    expect(rig.simulator.control.pending('work')).toHaveLength(3);
  });

  it.each<[string, TaskMessage]>([
    ['a name of another queue', { name: `${QUEUE}-other/tasks/a` }],
    ['a name with other characters', { name: `${QUEUE}/tasks/a.b` }],
    ['a name that is too long', { name: `${QUEUE}/tasks/${'x'.repeat(501)}` }],
    ['a bare name', { name: 'event-1_7' }],
    ['a time too far ahead', { scheduleTime: timestamp(START + 30 * DAY + HOUR) }],
    ['a deadline too short', { dispatchDeadline: { seconds: 14 } }],
    ['a deadline too long', { dispatchDeadline: { seconds: 1_801 } }],
    ['no target', { httpRequest: null }],
    ['no URL', { httpRequest: {} }],
    ['a URL without http', { httpRequest: { url: 'ftp://worker.test/' } }],
    ['a URL that is none', { httpRequest: { url: 'http://' } }],
    ['a URL that is too long', { httpRequest: { url: `http://worker.test/${'x'.repeat(2_100)}` } }],
    ['a body too large', { httpRequest: { url: 'http://worker.test/', body: Buffer.alloc(1_100_000) } }],
    ['headers too large', { httpRequest: { url: 'http://worker.test/', headers: { a: 'x'.repeat(90_000) } } }],
    ['a GET with a body', { httpRequest: { url: 'http://worker.test/', httpMethod: 'GET', body: Buffer.from('x') } }],
    ['a token of nobody', { httpRequest: { url: 'http://worker.test/', oidcToken: {} } }],
  ])('refuses %s', async (_what, task) => {
    await expect(rig.create(task)).rejects.toMatchObject({ code: Code.INVALID_ARGUMENT });
    expect(billed).toBe(0);
  });

  it('says what it does not simulate', async () => {
    const oauthToken = { serviceAccountEmail: 'someone@demo.iam.gserviceaccount.com' };
    await expect(rig.create({}, { oauthToken })).rejects.toMatchObject({ code: Code.UNIMPLEMENTED });
    await expect(rig.client.listQueues({ parent: 'projects/demo/locations/local' })).rejects.toMatchObject({
      code: Code.UNIMPLEMENTED,
    });
  });
});

describe('looking at tasks', () => {
  it('shows one, with its body only on request', async () => {
    await rig.create({ name: NAME, ...LATER }, { body: Buffer.from('hello') });
    const [basic] = await rig.client.getTask({ name: NAME });
    const [full] = await rig.client.getTask({ name: NAME, responseView: 'FULL' });
    expect(basic.httpRequest?.body?.length).toBe(0);
    expect(Buffer.from(full.httpRequest?.body ?? '').toString()).toBe('hello');
  });

  it('shows what the last attempt came to', async () => {
    rig.worker.answer = () => ({ status: 429, headers: { 'retry-after': '3600' } });
    await rig.create({ name: NAME });
    await rig.quiet();
    const [task] = await rig.client.getTask({ name: NAME });
    expect(task).toMatchObject({
      dispatchCount: 1,
      responseCount: 1,
      lastAttempt: { responseStatus: { code: Code.RESOURCE_EXHAUSTED } },
    });
    expect(seconds(task.firstAttempt?.dispatchTime)).toBeGreaterThanOrEqual(START / 1_000);
  });

  it('lists them page by page', async () => {
    for (const id of ['c', 'a', 'b']) await rig.create({ name: `${QUEUE}/tasks/${id}`, ...LATER });
    const [first, , page] = await rig.client.listTasks({ parent: QUEUE, pageSize: 2 }, { autoPaginate: false });
    expect(first.map((task) => task.name?.at(-1))).toEqual(['a', 'b']);
    const { nextPageToken: pageToken = '' } = page as { nextPageToken?: string };
    const [rest] = await rig.client.listTasks({ parent: QUEUE, pageSize: 2, pageToken }, { autoPaginate: false });
    expect(rest.map((task) => task.name?.at(-1))).toEqual(['c']);
    const [all] = await rig.client.listTasks({ parent: QUEUE });
    expect(all).toHaveLength(3);
  });

  it('knows no task that was never there', async () => {
    await expect(rig.client.getTask({ name: NAME })).rejects.toMatchObject({ code: Code.NOT_FOUND });
    await expect(rig.client.deleteTask({ name: NAME })).rejects.toMatchObject({ code: Code.NOT_FOUND });
  });
});

describe('the queue', () => {
  it('shows its limits, defaults where nothing was said', async () => {
    const [queue] = await rig.client.getQueue({ name: QUEUE });
    expect(queue).toMatchObject({
      name: QUEUE,
      state: 'RUNNING',
      rateLimits: { maxDispatchesPerSecond: 500, maxBurstSize: 100, maxConcurrentDispatches: 1_000 },
      retryConfig: { maxAttempts: 100, maxDoublings: 16, minBackoff: { nanos: 100_000_000 } },
    });
    expect(Number(queue.retryConfig?.maxBackoff?.seconds)).toBe(3_600);
  });

  it('keeps tasks while it is paused and runs them once resumed', async () => {
    const [paused] = await rig.client.pauseQueue({ name: QUEUE });
    expect(paused.state).toBe('PAUSED');
    await rig.create();
    await rig.clock.advance(HOUR);
    expect(rig.worker.requests).toEqual([]);
    const [resumed] = await rig.client.resumeQueue({ name: QUEUE });
    expect(resumed.state).toBe('RUNNING');
    await rig.quiet();
    expect(rig.worker.requests).toHaveLength(1);
  });

  it('forgets its tasks when it is purged', async () => {
    await rig.create(LATER);
    const [queue] = await rig.client.purgeQueue({ name: QUEUE });
    expect(seconds(queue.purgeTime)).toBeGreaterThanOrEqual(START / 1_000);
    expect(rig.simulator.control.pending()).toEqual([]);
  });

  it('never runs a task that was deleted before its time', async () => {
    await rig.create({ name: NAME, scheduleTime: timestamp(START + HOUR) });
    await rig.client.deleteTask({ name: NAME });
    await rig.clock.advance(DAY);
    expect(rig.worker.requests).toEqual([]);
  });
});

describe('a configuration that Cloud Tasks refuses', () => {
  it.each([
    { rateLimits: { maxDispatchesPerSecond: 501 } },
    { rateLimits: { maxConcurrentDispatches: 5_001 } },
    { retryConfig: { minBackoffMs: 10_000, maxBackoffMs: 1_000 } },
    { retryConfig: { maxAttempts: -2 } },
  ])('does not start: %o', async (queue) => {
    await expect(startCloudTasksRig(queue)).rejects.toThrow(RangeError);
  });
});
