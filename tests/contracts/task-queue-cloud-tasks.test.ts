import {
  type ClosableTaskQueue,
  type CloudTasksQueueOptions,
  createCloudTasksQueue,
} from '@dovetail/core/adapters/cloud-tasks/cloud-tasks-queue.ts';
import { InvalidInput, RateLimited, TemporarilyUnavailable } from '@dovetail/core/domain/errors.ts';
import {
  type CloudTasksSimulator,
  startCloudTasksSimulator,
} from '@dovetail/sandbox/cloud-tasks/cloud-tasks-simulator.ts';
import { StudioClock } from '@dovetail/sandbox/studio-clock.ts';
import { CloudTasksClient } from '@google-cloud/tasks';
import { status as Code, credentials } from '@grpc/grpc-js';
import { GoogleAuth, PassThroughClient } from 'google-auth-library';
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RecordingWorker, startWorker } from '../simulators/cloud-tasks-worker.ts';

const INVOKER = 'invoker@demo.iam.gserviceaccount.com';
const PAYLOAD = { tenantId: 'loft', eventId: 'event-1', bindingId: 'binding-1' };
const TASK = { queue: 'reconcile-event', payload: PAYLOAD } as const;
const NAMED = { ...TASK, name: 'event-1_7' };

let clock: StudioClock;
let simulator: CloudTasksSimulator;
let worker: RecordingWorker;
let queues: ClosableTaskQueue[];

function createQueue(options: Partial<CloudTasksQueueOptions> = {}): ClosableTaskQueue {
  const queue = createCloudTasksQueue({
    projectId: 'demo',
    location: 'local',
    workerUrl: (name) => `${worker.url}/${name}`,
    invokerServiceAccount: INVOKER,
    apiEndpoint: '127.0.0.1',
    port: simulator.port,
    sslCreds: credentials.createInsecure(),
    ...options,
  });
  queues.push(queue);
  return queue;
}

beforeEach(async () => {
  clock = new StudioClock();
  worker = await startWorker();
  simulator = await startCloudTasksSimulator({
    clock,
    queues: [{ name: 'projects/demo/locations/local/queues/reconcile-event' }],
  });
  queues = [];
});

afterEach(async () => {
  clock.close();
  for (const queue of queues) await queue.close();
  await simulator.close();
  await worker.close();
});

async function deliveredToken(): Promise<{ audience: unknown; email: unknown }> {
  expect(await clock.settled(5_000, 20_000)).toBe(true);
  const token = worker.requests[0]?.headers.authorization?.replace('Bearer ', '') ?? '';
  const { payload } = await jwtVerify(token, createLocalJWKSet(simulator.control.jwks as JSONWebKeySet));
  return { audience: payload.aud, email: payload['email'] };
}

describe('what a worker receives', () => {
  it('is a POST of the payload under data, as JSON', async () => {
    await createQueue().enqueue(TASK);
    expect(await clock.settled(5_000, 20_000)).toBe(true);
    expect(worker.requests).toMatchObject([
      { method: 'POST', path: '/reconcile-event', headers: { 'content-type': 'application/json' } },
    ]);
    expect(JSON.parse(worker.requests[0]!.body)).toEqual({ data: PAYLOAD });
  });

  it('carries a token of the invoker for the worker’s URL', async () => {
    await createQueue().enqueue(TASK);
    expect(await deliveredToken()).toEqual({ audience: `${worker.url}/reconcile-event`, email: INVOKER });
  });

  it('leaves it to the worker how long it takes, up to the half hour that Cloud Tasks allows', async () => {
    await createQueue().enqueue({ ...TASK, runAt: clock.now() + 3_600_000 });
    const client = new CloudTasksClient({
      apiEndpoint: '127.0.0.1',
      port: simulator.port,
      sslCreds: credentials.createInsecure(),
      auth: new GoogleAuth({ authClient: new PassThroughClient() }),
    });
    const [tasks] = await client.listTasks({ parent: client.queuePath('demo', 'local', 'reconcile-event') });
    await client.close();
    expect(tasks).toMatchObject([{ dispatchDeadline: { seconds: '1800' } }]);
  });

  it('carries a token for the audience that is configured', async () => {
    await createQueue({ audience: (name) => `https://${name}.example` }).enqueue(TASK);
    expect(await deliveredToken()).toMatchObject({ audience: 'https://reconcile-event.example' });
  });
});

describe('a create that gets no answer', () => {
  it('is repeated, and counts as made when its task had arrived', async () => {
    simulator.control.failCreates(1, { code: Code.UNAVAILABLE, applied: true });
    expect(await createQueue().enqueue(NAMED)).toBe('exists');
    expect(simulator.control.counts()['reconcile-event']?.created).toBe(1);
  });

  it('is repeated after silence too', async () => {
    simulator.control.failCreates(1, {});
    expect(await createQueue({ deadlineMs: 1_500 }).enqueue(NAMED)).toBe('created');
  });

  it('is repeated while the service is away for a moment', async () => {
    simulator.control.failCreates(2, { code: Code.UNAVAILABLE });
    expect(await createQueue().enqueue(NAMED)).toBe('created');
  });

  it('fails as temporarily unavailable when the silence lasts', async () => {
    simulator.control.failCreates(100, {});
    await expect(createQueue({ deadlineMs: 300 }).enqueue(NAMED)).rejects.toThrow(TemporarilyUnavailable);
  });

  it('fails as temporarily unavailable when nobody is there', async () => {
    await simulator.close();
    await expect(createQueue({ deadlineMs: 300 }).enqueue(NAMED)).rejects.toThrow(TemporarilyUnavailable);
  });
});

describe('a refused create', () => {
  it.each([
    { code: Code.INTERNAL, error: TemporarilyUnavailable },
    { code: Code.ABORTED, error: TemporarilyUnavailable },
    { code: Code.RESOURCE_EXHAUSTED, error: RateLimited },
    { code: Code.INVALID_ARGUMENT, error: InvalidInput },
    { code: Code.NOT_FOUND, error: TemporarilyUnavailable },
    { code: Code.PERMISSION_DENIED, error: TemporarilyUnavailable },
    { code: Code.UNAUTHENTICATED, error: TemporarilyUnavailable },
  ])('with code $code is $error.name, at once', async ({ code, error }) => {
    simulator.control.failCreates(1, { code });
    await expect(createQueue().enqueue(NAMED)).rejects.toThrow(error);
  });

  it('with a code nobody expects is a bug that comes through as it is', async () => {
    simulator.control.failCreates(1, { code: Code.DATA_LOSS });
    await expect(createQueue().enqueue(NAMED)).rejects.toMatchObject({ code: Code.DATA_LOSS });
  });

  it('for a queue that does not exist waits until an operator has made it', async () => {
    const refused = createQueue().enqueue({ ...TASK, queue: 'audit-calendar' });
    await expect(refused).rejects.toThrow(TemporarilyUnavailable);
  });
});
