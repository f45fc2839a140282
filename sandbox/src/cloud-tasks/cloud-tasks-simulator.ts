import { Server } from '@grpc/grpc-js';
import type { JWK } from 'jose';
import { listenGrpc } from '../grpc/listen-grpc.ts';
import type { StudioClock } from '../studio-clock.ts';
import { createDelivery } from './deliver-task.ts';
import { cloudTasksDefinition, createCloudTasksService } from './grpc-service.ts';
import { type CreateFault, InjectedFaults } from './injected-faults.ts';
import { createOidcIssuer } from './oidc-issuer.ts';
import { type QueueConfig, resolveQueue } from './queue-config.ts';
import { QueueRunner } from './queue-runner.ts';
import { type CloudTasksSnapshot, type QueueCounts, snapshotSchema, type TaskRecord, taskIdOf } from './task-record.ts';

export interface CloudTasksSimulatorOptions {
  readonly clock: StudioClock;
  readonly queues: readonly QueueConfig[];
  /** On 127.0.0.1; any free one when absent. */
  readonly port?: number;
  /** Hears of every task created: each is billed. */
  readonly meter?: { onCreate(): void };
  /** What `control.snapshot()` once said. Queues that are no longer configured are dropped from it. */
  readonly snapshot?: unknown;
  /** Signs the identity tokens: an RSA key, PKCS #8 as PEM. A fresh one when absent. */
  readonly signingKey?: string;
}

export interface CloudTasksSimulator {
  readonly port: number;
  readonly control: CloudTasksControl;
  /** Stops serving and dispatching; requests under way are cut. */
  close(): Promise<void>;
}

/** A task that waits or runs. */
export interface PendingTask {
  readonly queue: string;
  /** The last part of its name. */
  readonly id: string;
  readonly url: string;
  /** The request's body as text. */
  readonly body: string;
  readonly scheduleAt: number;
  /** Attempts so far. */
  readonly attempts: number;
  readonly running: boolean;
}

/** What tests and the studio's operator see and do. Queues are named by their ids. */
export interface CloudTasksControl {
  /** Public key of the identity tokens sent along. */
  readonly jwks: { readonly keys: readonly JWK[] };
  /** Tasks given up since the start, the oldest first. */
  readonly exhausted: readonly TaskRecord[];
  pending(queueId?: string): PendingTask[];
  counts(): Record<string, QueueCounts>;
  /** The next `times` attempts are delivered twice at the same time; the first answer counts. */
  duplicateNext(times: number, queueId?: string): void;
  /** The next `times` successful answers are lost, so that their tasks are delivered again. */
  dropAnswers(times: number, queueId?: string): void;
  /** The next `times` CreateTask calls go wrong. */
  failCreates(times: number, fault: CreateFault): void;
  snapshot(): CloudTasksSnapshot;
}

/**
 * Serves google.cloud.tasks.v2 over gRPC to the real client, and dispatches over HTTP to wherever the tasks say. It
 * holds to what Google documents: at least once, unordered, names refused for hours, rates, retries. It does not
 * simulate the slow start of idle queues, nor the retention of 31 days.
 * @throws RangeError for queues that Cloud Tasks would refuse; ZodError for a broken snapshot.
 */
export async function startCloudTasksSimulator(options: CloudTasksSimulatorOptions): Promise<CloudTasksSimulator> {
  const { clock } = options;
  const issuer = createOidcIssuer(options.signingKey);
  const deliver = createDelivery(issuer);
  const faults = new InjectedFaults();
  const exhausted: TaskRecord[] = [];
  const former = options.snapshot === undefined ? undefined : snapshotSchema.parse(options.snapshot);
  const queues = new Map<string, QueueRunner>();
  for (const settings of options.queues.map(resolveQueue)) {
    const surroundings = { clock, deliver, faults, onExhausted: (task: TaskRecord) => void exhausted.push(task) };
    const state = former?.queues.find((queue) => queue.name === settings.name);
    queues.set(settings.name, new QueueRunner(settings, surroundings, state));
  }
  const server = new Server();
  server.addService(
    cloudTasksDefinition(),
    createCloudTasksService({
      queues,
      faults,
      now: () => clock.now(),
      onCreate: () => options.meter?.onCreate(),
    }),
  );
  const port = await listenGrpc(server, options.port ?? 0);
  return {
    port,
    control: createControl([...queues.values()], faults, exhausted, issuer.jwks),
    async close() {
      for (const queue of queues.values()) queue.close();
      server.forceShutdown();
    },
  };
}

function createControl(
  queues: readonly QueueRunner[],
  faults: InjectedFaults,
  exhausted: readonly TaskRecord[],
  jwks: CloudTasksControl['jwks'],
): CloudTasksControl {
  return {
    jwks,
    exhausted,
    pending: (queueId) =>
      queues
        .filter((queue) => queueId === undefined || queue.settings.id === queueId)
        .flatMap((queue) => queue.list().map((task) => toPending(queue, task))),
    counts: () => Object.fromEntries(queues.map((queue) => [queue.settings.id, queue.counts])),
    duplicateNext: (times, queueId) => faults.duplicateNext(times, queueId),
    dropAnswers: (times, queueId) => faults.dropAnswers(times, queueId),
    failCreates: (times, fault) => faults.failCreates(times, fault),
    snapshot: () => ({ queues: queues.map((queue) => queue.state) }),
  };
}

function toPending(queue: QueueRunner, task: TaskRecord): PendingTask {
  return {
    queue: queue.settings.id,
    id: taskIdOf(task.name),
    url: task.url,
    body: Buffer.from(task.body, 'base64').toString(),
    scheduleAt: task.scheduleAt,
    attempts: task.dispatchCount,
    running: queue.isRunning(task.name),
  };
}
