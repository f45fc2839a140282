import { StudioClock } from '@dovetail/sandbox/studio-clock.ts';
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import { afterEach, describe, expect, it } from 'vitest';
import { type CloudTasksRig, QUEUE, START, startCloudTasksRig, timestamp } from './cloud-tasks-rig.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NAME = `${QUEUE}/tasks/event-1_7`;
const INVOKER = 'invoker@demo.iam.gserviceaccount.com';

let rig: CloudTasksRig;

afterEach(() => rig.close());

function headersOf(index: number): Record<string, unknown> {
  const { headers } = rig.worker.requests[index] ?? {};
  return Object.fromEntries(
    Object.entries(headers ?? {})
      .filter(([name]) => name.startsWith('x-cloudtasks-'))
      .map(([name, value]) => [name.slice('x-cloudtasks-'.length), value]),
  );
}

describe('a delivery', () => {
  it('is a POST of exactly the body and headers of the task', async () => {
    rig = await startCloudTasksRig();
    const body = Buffer.from([0, 1, 2, 65, 66]);
    await rig.create(
      {},
      { url: `${rig.worker.url}/run?now=1`, body, headers: { 'Content-Type': 'text/x', 'X-Own': 'a' } },
    );
    await rig.quiet();
    expect(rig.worker.requests).toMatchObject([
      {
        method: 'POST',
        path: '/run?now=1',
        body: body.toString(),
        headers: { 'content-type': 'text/x', 'x-own': 'a', 'content-length': '5', 'user-agent': 'Google-Cloud-Tasks' },
      },
    ]);
  });

  it('tells queue, task, attempt and schedule time', async () => {
    rig = await startCloudTasksRig();
    await rig.create({ name: NAME, scheduleTime: timestamp(START + HOUR + 250) });
    await rig.clock.advance(2 * HOUR);
    expect(headersOf(0)).toEqual({
      queuename: 'work',
      taskname: 'event-1_7',
      taskretrycount: '0',
      taskexecutioncount: '0',
      tasketa: `${START / 1_000 + 3_600}.250000`,
    });
  });

  it('does not let the task’s creator write the service’s own headers', async () => {
    rig = await startCloudTasksRig();
    const headers = { 'User-Agent': 'me', Host: 'other.test', 'X-CloudTasks-TaskName': 'forged', 'X-Google-Foo': 'a' };
    await rig.create({ name: NAME }, { headers });
    await rig.quiet();
    const seen = rig.worker.requests[0]!.headers;
    expect(seen).toMatchObject({ 'user-agent': 'Google-Cloud-Tasks', 'x-cloudtasks-taskname': 'event-1_7' });
    expect(seen.host).toMatch(/^127\.0\.0\.1:/);
    expect(seen).not.toHaveProperty('x-google-foo');
  });

  it('carries an identity token that the published key verifies', async () => {
    rig = await startCloudTasksRig();
    const oidcToken = { serviceAccountEmail: INVOKER, audience: 'https://worker.example' };
    await rig.create({}, { oidcToken, headers: { Authorization: 'Basic other' } });
    await rig.quiet();
    const token = rig.worker.requests[0]!.headers.authorization!.replace('Bearer ', '');
    const keys = createLocalJWKSet(rig.simulator.control.jwks as JSONWebKeySet);
    const { payload } = await jwtVerify(token, keys, {
      audience: 'https://worker.example',
      issuer: 'https://accounts.google.com',
    });
    expect(payload).toMatchObject({ email: INVOKER, email_verified: true });
    await expect(jwtVerify(token, keys, { audience: 'https://other.example' })).rejects.toThrow();
  });

  it('has a token for the task’s URL when no audience is named, and none when none is asked for', async () => {
    rig = await startCloudTasksRig();
    await rig.create({ name: `${QUEUE}/tasks/with` }, { oidcToken: { serviceAccountEmail: INVOKER } });
    await rig.create({ name: `${QUEUE}/tasks/without` });
    await rig.quiet();
    const byTask = new Map(rig.worker.requests.map(({ headers }) => [headers['x-cloudtasks-taskname'], headers]));
    const claims = byTask.get('with')!.authorization!.split('.')[1]!;
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString()).aud).toBe(`${rig.worker.url}/run`);
    expect(byTask.get('without')).not.toHaveProperty('authorization');
  });
});

describe('a failed attempt', () => {
  it('is repeated after a growing backoff until it succeeds', async () => {
    const retryConfig = { minBackoffMs: 10_000, maxBackoffMs: 300_000, maxDoublings: 3 };
    rig = await startCloudTasksRig({ retryConfig });
    const at: number[] = [];
    rig.worker.answer = () => ({ status: at.push(rig.clock.now()) <= 7 ? 500 : 200 });
    await rig.create();
    await rig.clock.advance(DAY);
    const waits = at.slice(1).map((instant, index) => Math.round((instant - at[index]!) / 10_000) * 10);
    expect(waits).toEqual([10, 20, 40, 80, 160, 240, 300]);
    expect(rig.simulator.control.counts()['work']).toMatchObject({ dispatched: 8, failed: 7, succeeded: 1 });
  });

  it('is told of by the next: count, answered attempts, status', async () => {
    rig = await startCloudTasksRig({ retryConfig: { minBackoffMs: MINUTE } });
    const answers = [{ status: 400 }, { status: 500 }, 'hang up', { status: 200 }] as const;
    rig.worker.answer = () => answers[rig.worker.requests.length - 1]!;
    await rig.create({ name: NAME });
    await rig.clock.advance(DAY);
    expect([1, 2, 3].map(headersOf)).toMatchObject([
      { taskretrycount: '1', taskexecutioncount: '1', taskpreviousresponse: '400' },
      { taskretrycount: '2', taskexecutioncount: '1', taskpreviousresponse: '500' },
      { taskretrycount: '3', taskexecutioncount: '1', taskretryreason: expect.any(String) },
    ]);
    expect(headersOf(0)).not.toHaveProperty('taskpreviousresponse');
    expect(headersOf(3)).not.toHaveProperty('taskpreviousresponse');
  });

  it.each([
    ['a redirect', { status: 302, headers: { location: '/elsewhere' } }],
    ['an answer that breaks off', 'break off'],
    ['a cut connection', 'hang up'],
  ] as const)('can be %s', async (_what, answer) => {
    rig = await startCloudTasksRig({ retryConfig: { minBackoffMs: HOUR } });
    rig.worker.answer = () => answer;
    await rig.create();
    await rig.quiet();
    expect(rig.simulator.control.counts()['work']).toMatchObject({ failed: 1, succeeded: 0 });
    expect(rig.worker.requests).toHaveLength(1);
  });

  it('can be a worker that is not there', async () => {
    rig = await startCloudTasksRig({ retryConfig: { minBackoffMs: HOUR } });
    await rig.worker.close();
    await rig.create();
    await rig.quiet();
    expect(rig.simulator.control.pending()).toMatchObject([{ attempts: 1, running: false }]);
  });

  it('can be one that exceeds the task’s deadline', async () => {
    rig = await startCloudTasksRig(
      { retryConfig: { minBackoffMs: MINUTE } },
      { clock: new StudioClock(START, { patienceMs: 20 }) },
    );
    rig.worker.answer = () => (rig.worker.requests.length === 1 ? 'never' : {});
    await rig.create({ dispatchDeadline: { seconds: 15 } });
    while (rig.worker.requests.length === 0) await new Promise(setImmediate);
    await rig.clock.advance(14_000);
    expect(rig.simulator.control.pending()).toMatchObject([{ running: true }]);
    await rig.clock.advance(2 * MINUTE);
    expect(headersOf(1)).toMatchObject({ taskretrycount: '1', taskretryreason: 'DEADLINE_EXCEEDED' });
    expect(rig.simulator.control.pending()).toEqual([]);
  });

  it('ends a task when its attempts are used up', async () => {
    rig = await startCloudTasksRig({ retryConfig: { maxAttempts: 3 } });
    rig.worker.answer = () => ({ status: 500 });
    await rig.create({ name: NAME });
    await rig.clock.advance(DAY);
    expect(rig.worker.requests).toHaveLength(3);
    expect(rig.simulator.control.exhausted).toMatchObject([{ name: NAME, dispatchCount: 3 }]);
    expect(rig.simulator.control.pending()).toEqual([]);
  });

  it('waits as long as the worker asks', async () => {
    rig = await startCloudTasksRig();
    const at: number[] = [];
    rig.worker.answer = () =>
      at.push(rig.clock.now()) === 1 ? { status: 503, headers: { 'retry-after': '1200' } } : {};
    await rig.create();
    await rig.clock.advance(DAY);
    expect(at[1]! - at[0]!).toBeGreaterThanOrEqual(20 * MINUTE);
    expect(at[1]! - at[0]!).toBeLessThan(21 * MINUTE);
  });

  it('of a deleted task is not repeated', async () => {
    rig = await startCloudTasksRig();
    const running = Promise.withResolvers<void>();
    const deleted = Promise.withResolvers<void>();
    rig.worker.answer = async () => {
      running.resolve();
      await deleted.promise;
      return { status: 500 };
    };
    await rig.create({ name: NAME });
    await running.promise;
    await rig.client.deleteTask({ name: NAME });
    deleted.resolve();
    await rig.clock.advance(DAY);
    expect(rig.worker.requests).toHaveLength(1);
  });
});

describe('at least once', () => {
  it('delivers a task twice when told to, as the same attempt', async () => {
    rig = await startCloudTasksRig();
    rig.simulator.control.duplicateNext(1, 'work');
    await rig.create({ name: NAME });
    await rig.quiet();
    expect(rig.worker.requests).toHaveLength(2);
    expect(headersOf(0)).toEqual(headersOf(1));
    expect(rig.simulator.control.counts()['work']).toMatchObject({ dispatched: 2, succeeded: 1 });
  });

  it('delivers a task again whose answer was lost', async () => {
    rig = await startCloudTasksRig();
    rig.simulator.control.dropAnswers(2);
    await rig.create();
    await rig.quiet();
    expect([0, 1, 2].map((index) => headersOf(index)['taskretrycount'])).toEqual(['0', '1', '2']);
  });

  it('leaves faults of another queue alone', async () => {
    rig = await startCloudTasksRig();
    rig.simulator.control.duplicateNext(1, 'other');
    rig.simulator.control.dropAnswers(1, 'other');
    await rig.create();
    await rig.quiet();
    expect(rig.worker.requests).toHaveLength(1);
  });
});
