import {
  type CloudTasksSimulator,
  type CloudTasksSimulatorOptions,
  startCloudTasksSimulator,
} from '@dovetail/sandbox/cloud-tasks/cloud-tasks-simulator.ts';
import type { QueueConfig } from '@dovetail/sandbox/cloud-tasks/queue-config.ts';
import { StudioClock } from '@dovetail/sandbox/studio-clock.ts';
import { CloudTasksClient, type protos } from '@google-cloud/tasks';
import { credentials } from '@grpc/grpc-js';
import { GoogleAuth, PassThroughClient } from 'google-auth-library';
import { type RecordingWorker, startWorker } from './cloud-tasks-worker.ts';

export type TaskMessage = protos.google.cloud.tasks.v2.ITask;
type HttpRequest = protos.google.cloud.tasks.v2.IHttpRequest;

export const START = Date.parse('2027-05-01T12:00:00Z');
export const QUEUE = 'projects/demo/locations/local/queues/work';

/** The simulator with one queue, Google's own client in front of it and a worker behind it. */
export interface CloudTasksRig {
  readonly clock: StudioClock;
  readonly worker: RecordingWorker;
  readonly simulator: CloudTasksSimulator;
  readonly client: CloudTasksClient;
  /** Creates a task for the worker. */
  create(task?: TaskMessage, http?: HttpRequest): Promise<TaskMessage>;
  /** Waits until nothing runs or is due within five seconds. */
  quiet(): Promise<void>;
  close(): Promise<void>;
}

export async function startCloudTasksRig(
  queue: Omit<QueueConfig, 'name'> = {},
  options: Partial<CloudTasksSimulatorOptions> = {},
): Promise<CloudTasksRig> {
  const clock = options.clock ?? new StudioClock(START);
  const worker = await startWorker();
  const simulator = await startCloudTasksSimulator({ clock, queues: [{ name: QUEUE, ...queue }], ...options });
  const client = new CloudTasksClient({
    projectId: 'demo',
    apiEndpoint: '127.0.0.1',
    port: simulator.port,
    sslCreds: credentials.createInsecure(),
    auth: new GoogleAuth({ authClient: new PassThroughClient() }),
  });
  return {
    clock,
    worker,
    simulator,
    client,
    async create(task = {}, http = {}) {
      const httpRequest = { url: `${worker.url}/run`, ...http };
      const [created] = await client.createTask({ parent: QUEUE, task: { httpRequest, ...task } });
      return created;
    },
    async quiet() {
      if (!(await clock.settled(5_000, 20_000))) throw new Error('The queue did not settle.');
    },
    async close() {
      clock.close();
      await client.close();
      await simulator.close();
      await worker.close();
    },
  };
}

/** A timestamp message. */
export function timestamp(instant: number): protos.google.protobuf.ITimestamp {
  return { seconds: Math.floor(instant / 1_000), nanos: (instant % 1_000) * 1_000_000 };
}
