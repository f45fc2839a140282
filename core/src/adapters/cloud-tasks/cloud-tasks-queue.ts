import { CloudTasksClient, type protos } from '@google-cloud/tasks';
import { AlreadyExists, NotFound, PreconditionFailed, TemporarilyUnavailable } from '../../domain/errors.ts';
import type { QueueName, Task, TaskQueue } from '../../ports/task-queue.ts';
import { type GrpcServer, serverOptions } from '../grpc/grpc-server.ts';
import { translateGrpcError } from '../grpc/translate-grpc-error.ts';

export interface CloudTasksQueueOptions extends GrpcServer {
  readonly projectId: string;
  /** Region of the queues, such as `us-east1`. */
  readonly location: string;
  /** Where the tasks of a queue are posted to, unless the queue itself says where, as those of terraform/ do. */
  readonly workerUrl: (queue: QueueName) => string;
  /** E-mail of the service account that may invoke the workers: its identity token goes with every task. */
  readonly invokerServiceAccount: string;
  /** Audience of that token; the worker's URL when absent, which is what Cloud Run expects. */
  readonly audience?: (queue: QueueName) => string;
  /** How long `enqueue` may take in all, in milliseconds, repetitions included. Default 10,000. */
  readonly deadlineMs?: number;
}

/** A task queue that holds a channel to its service. */
export interface ClosableTaskQueue extends TaskQueue {
  close(): Promise<void>;
}

/**
 * The task queue on Google Cloud Tasks: every queue of the port is a Cloud Tasks queue of the same name, and a task is
 * a POST of `{"data": payload}`, the body that firebase-functions' `onTaskDispatched` reads.
 *
 * `enqueue` repeats calls that got no answer, within its deadline. The repetition of a named task that had arrived
 * answers `exists`; that of one without a name may make it twice, which at-least-once delivery allows for.
 */
export function createCloudTasksQueue(options: CloudTasksQueueOptions): ClosableTaskQueue {
  const { projectId, location } = options;
  const client = new CloudTasksClient({ projectId, ...serverOptions(options) });

  return {
    async enqueue(task) {
      const parent = client.queuePath(projectId, location, task.queue);
      try {
        const message = toMessage(task, parent, options);
        await client.createTask({ parent, task: message }, repeatUnanswered(options.deadlineMs ?? 10_000));
        return 'created';
      } catch (error) {
        const failure = translateGrpcError(error);
        if (failure instanceof AlreadyExists) return 'exists';
        if (!(failure instanceof NotFound || failure instanceof PreconditionFailed)) throw failure;
        // The queue is missing or disabled. That is an operator's to mend, and the work must wait for it.
        throw new TemporarilyUnavailable(`there is no usable queue "${task.queue}"`, { cause: error });
      }
    },
    close: () => client.close(),
  };
}

function toMessage(task: Task, parent: string, options: CloudTasksQueueOptions): protos.google.cloud.tasks.v2.ITask {
  const url = options.workerUrl(task.queue);
  return {
    ...(task.name === undefined ? {} : { name: `${parent}/tasks/${task.name}` }),
    ...(task.runAt === undefined ? {} : { scheduleTime: toTimestamp(task.runAt) }),
    // How long an attempt may take is the worker's to say. The default of ten minutes would end those of fifteen while
    // they still run, and deliver them again beside themselves.
    dispatchDeadline: { seconds: DISPATCH_DEADLINE_SECONDS },
    httpRequest: {
      httpMethod: 'POST',
      url,
      headers: { 'Content-Type': 'application/json' },
      body: Buffer.from(JSON.stringify({ data: task.payload })),
      oidcToken: {
        serviceAccountEmail: options.invokerServiceAccount,
        audience: options.audience?.(task.queue) ?? url,
      },
    },
  };
}

function toTimestamp(instant: number): protos.google.protobuf.ITimestamp {
  const seconds = Math.floor(instant / 1_000);
  return { seconds, nanos: Math.round((instant - seconds * 1_000) * 1_000_000) };
}

/** The longest Cloud Tasks grants; see `toMessage`. */
const DISPATCH_DEADLINE_SECONDS = 1_800;

/** DEADLINE_EXCEEDED and UNAVAILABLE. */
const UNANSWERED = [4, 14];

/**
 * Repeats a create that got no answer. The client's own configuration never does, for it cannot know that names make
 * ours idempotent. These are options of the call because in the client's configuration google-gax 6 gives the first
 * attempt all the time there is.
 */
function repeatUnanswered(deadlineMs: number) {
  const attemptMs = Math.ceil(deadlineMs / 3);
  return {
    retry: {
      retryCodes: UNANSWERED,
      backoffSettings: {
        initialRetryDelayMillis: 100,
        retryDelayMultiplier: 2,
        maxRetryDelayMillis: 1_000,
        initialRpcTimeoutMillis: attemptMs,
        rpcTimeoutMultiplier: 1,
        maxRpcTimeoutMillis: attemptMs,
        totalTimeoutMillis: deadlineMs,
      },
    },
  };
}
