import { createCloudTasksQueue } from '@dovetail/core/adapters/cloud-tasks/cloud-tasks-queue.ts';
import { InvalidInput } from '@dovetail/core/domain/errors.ts';
import type { Task, TaskQueue } from '@dovetail/core/ports/task-queue.ts';
import { startCloudTasksSimulator } from '@dovetail/sandbox/cloud-tasks/cloud-tasks-simulator.ts';
import { createDirectTaskQueue } from '@dovetail/sandbox/cloud-tasks/direct-task-queue.ts';
import { StudioClock } from '@dovetail/sandbox/studio-clock.ts';
import { credentials } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startWorker } from '../simulators/cloud-tasks-worker.ts';

const START = Date.parse('2027-05-01T12:00:00Z');
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const RETRY = { maxAttempts: 4, minBackoffMs: 60_000, maxBackoffMs: HOUR, maxDoublings: 2 };

interface Run {
  readonly queue: string;
  readonly payload: unknown;
  readonly attempt: number;
  readonly at: number;
}

/** A queue, its worker, and what went wrong on purpose. */
interface Rig {
  readonly queue: TaskQueue;
  duplicateNext(times: number): void;
  dropAnswers(times: number): void;
  givenUp(): number;
  close(): Promise<void>;
}

type StartRig = (clock: StudioClock, work: (run: Omit<Run, 'at'>) => void) => Promise<Rig>;

const startDirect: StartRig = async (clock, work) => {
  const queue = createDirectTaskQueue({
    clock,
    retry: RETRY,
    run: async (task, { attempt }) => work({ queue: task.queue, payload: task.payload, attempt }),
  });
  return {
    queue,
    duplicateNext: (times) => queue.duplicateNext(times),
    dropAnswers: (times) => queue.dropAnswers(times),
    givenUp: () => queue.exhausted.length,
    close: async () => undefined,
  };
};

const startCloudTasks: StartRig = async (clock, work) => {
  const worker = await startWorker();
  worker.answer = (request) => {
    const attempt = Number(request.headers['x-cloudtasks-taskretrycount']) + 1;
    try {
      work({ queue: request.path.slice(1), payload: JSON.parse(request.body).data, attempt });
      return { status: 204 };
    } catch {
      return { status: 500 };
    }
  };
  const simulator = await startCloudTasksSimulator({
    clock,
    queues: ['reconcile-event', 'pull-calendar'].map((id) => ({
      name: `projects/demo/locations/local/queues/${id}`,
      retryConfig: RETRY,
    })),
  });
  const queue = createCloudTasksQueue({
    projectId: 'demo',
    location: 'local',
    workerUrl: (name) => `${worker.url}/${name}`,
    invokerServiceAccount: 'invoker@demo.iam.gserviceaccount.com',
    apiEndpoint: '127.0.0.1',
    port: simulator.port,
    sslCreds: credentials.createInsecure(),
  });
  return {
    queue,
    duplicateNext: (times) => simulator.control.duplicateNext(times),
    dropAnswers: (times) => simulator.control.dropAnswers(times),
    givenUp: () => simulator.control.exhausted.length,
    async close() {
      await queue.close();
      await simulator.close();
      await worker.close();
    },
  };
};

const PAYLOAD = { tenantId: 'loft', eventId: 'event-1', bindingId: 'binding-1' };

function reconcile(changes: Partial<Task<'reconcile-event'>> = {}): Task<'reconcile-event'> {
  return { queue: 'reconcile-event', payload: PAYLOAD, ...changes };
}

describe.each([
  { name: 'Cloud Tasks', start: startCloudTasks },
  { name: 'the queue for flow tests', start: startDirect },
])('task queue: $name', ({ start }) => {
  let clock: StudioClock;
  let rig: Rig;
  let runs: Run[];
  /** What the worker does besides noting the run; throwing fails the attempt. */
  let work: (run: Omit<Run, 'at'>) => void;

  beforeEach(async () => {
    clock = new StudioClock(START);
    runs = [];
    work = () => undefined;
    rig = await start(clock, (run) => {
      runs.push({ ...run, at: clock.now() });
      work(run);
    });
  });

  afterEach(async () => {
    clock.close();
    await rig.close();
  });

  const quiet = async () => expect(await clock.settled(5_000, 20_000)).toBe(true);
  const enqueue = (changes: Partial<Task<'reconcile-event'>> = {}) => rig.queue.enqueue(reconcile(changes));

  it('brings a task’s payload to the worker of its queue', async () => {
    await rig.queue.enqueue({
      queue: 'pull-calendar',
      payload: { tenantId: 'loft', bindingId: 'bäy-1', trigger: 'push' },
    });
    await quiet();
    expect(runs).toMatchObject([
      { queue: 'pull-calendar', payload: { tenantId: 'loft', bindingId: 'bäy-1', trigger: 'push' }, attempt: 1 },
    ]);
  });

  it('takes a name once while its task waits', async () => {
    expect(await enqueue({ name: 'event-1_7', runAt: START + HOUR })).toBe('created');
    expect(await enqueue({ name: 'event-1_7' })).toBe('exists');
    await clock.advance(2 * HOUR);
    expect(runs).toHaveLength(1);
  });

  it('refuses a name for hours after its task ran, then takes it again', async () => {
    await enqueue({ name: 'event-1_7' });
    await quiet();
    expect(await enqueue({ name: 'event-1_7' })).toBe('exists');
    await clock.advance(3 * HOUR);
    expect(await enqueue({ name: 'event-1_7' })).toBe('exists');
    await clock.advance(2 * HOUR);
    expect(await enqueue({ name: 'event-1_7' })).toBe('created');
    await quiet();
    expect(runs).toHaveLength(2);
  });

  it('refuses the name of a task that was given up', async () => {
    work = () => {
      throw new Error('broken');
    };
    await enqueue({ name: 'event-1_7' });
    await clock.advance(HOUR);
    expect(rig.givenUp()).toBe(1);
    expect(await enqueue({ name: 'event-1_7' })).toBe('exists');
  });

  it('takes the same name on another queue', async () => {
    await enqueue({ name: 'same' });
    const pull = { tenantId: 'loft', bindingId: 'b', trigger: 'push' } as const;
    expect(await rig.queue.enqueue({ queue: 'pull-calendar', payload: pull, name: 'same' })).toBe('created');
  });

  it('makes every task without a name a task', async () => {
    expect([await enqueue(), await enqueue()]).toEqual(['created', 'created']);
    await quiet();
    expect(runs).toHaveLength(2);
  });

  it('runs a task at its instant and not before', async () => {
    await enqueue({ runAt: START + HOUR });
    await clock.advance(HOUR - 60_000);
    expect(runs).toEqual([]);
    await clock.advance(60_000);
    expect(runs[0]?.at).toBeGreaterThanOrEqual(START + HOUR);
  });

  it('runs a task whose instant is past now', async () => {
    await enqueue({ runAt: START - HOUR });
    await quiet();
    expect(runs).toHaveLength(1);
  });

  it('takes tasks up to thirty days ahead', async () => {
    expect(await enqueue({ runAt: START + 30 * DAY })).toBe('created');
    await expect(enqueue({ runAt: START + 31 * DAY })).rejects.toThrow(InvalidInput);
  });

  it('refuses a task that is too large', async () => {
    await expect(enqueue({ payload: { ...PAYLOAD, eventId: 'x'.repeat(1_100_000) } })).rejects.toThrow(InvalidInput);
  });

  it('refuses a name that is none', async () => {
    await expect(enqueue({ name: 'event/1' })).rejects.toThrow(InvalidInput);
    await expect(enqueue({ name: 'x'.repeat(501) })).rejects.toThrow(InvalidInput);
  });

  it('runs a failed task again after its backoff until it succeeds', async () => {
    work = ({ attempt }) => {
      if (attempt < 3) throw new Error('not yet');
    };
    await enqueue();
    await clock.advance(DAY);
    expect(runs.map((run) => run.attempt)).toEqual([1, 2, 3]);
    const [first, second, third] = runs.map((run) => run.at) as [number, number, number];
    expect(second - first).toBeGreaterThanOrEqual(60_000);
    expect(third - second).toBeGreaterThanOrEqual(120_000);
    expect(rig.givenUp()).toBe(0);
  });

  it('gives a task up when its attempts are used up', async () => {
    work = () => {
      throw new Error('broken');
    };
    await enqueue();
    await clock.advance(DAY);
    expect(runs).toHaveLength(RETRY.maxAttempts);
    expect(rig.givenUp()).toBe(1);
  });

  it('runs a task again whose answer was lost', async () => {
    rig.dropAnswers(1);
    await enqueue();
    await clock.advance(HOUR);
    expect(runs.map((run) => run.attempt)).toEqual([1, 2]);
  });

  it('may run a task twice', async () => {
    rig.duplicateNext(1);
    await enqueue();
    await enqueue();
    await quiet();
    expect(runs).toHaveLength(3);
  });
});
