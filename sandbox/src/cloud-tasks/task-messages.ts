import type { protos } from '@google-cloud/tasks';
import { status as Code } from '@grpc/grpc-js';
import type { QueueSettings } from './queue-config.ts';
import type { TaskRecord } from './task-record.ts';

type Timestamp = protos.google.protobuf.ITimestamp;
type Duration = protos.google.protobuf.IDuration;
export type TaskMessage = protos.google.cloud.tasks.v2.ITask;
export type QueueMessage = protos.google.cloud.tasks.v2.IQueue;

/** How Cloud Tasks reports a worker's HTTP status (google/rpc/code.proto names the pairs). */
const CODE_OF_STATUS: Readonly<Record<number, Code>> = {
  400: Code.INVALID_ARGUMENT,
  401: Code.UNAUTHENTICATED,
  403: Code.PERMISSION_DENIED,
  404: Code.NOT_FOUND,
  409: Code.ABORTED,
  429: Code.RESOURCE_EXHAUSTED,
  499: Code.CANCELLED,
  500: Code.INTERNAL,
  501: Code.UNIMPLEMENTED,
  503: Code.UNAVAILABLE,
  504: Code.DEADLINE_EXCEEDED,
};

/** A task as an API message; the body only in the full view. */
export function toTaskMessage(task: TaskRecord, view: 'BASIC' | 'FULL'): TaskMessage {
  return {
    name: task.name,
    httpRequest: {
      url: task.url,
      httpMethod: task.method as keyof typeof protos.google.cloud.tasks.v2.HttpMethod,
      headers: task.headers,
      ...(view === 'FULL' ? { body: Buffer.from(task.body, 'base64') } : {}),
      ...(task.oidc ? { oidcToken: task.oidc } : {}),
    },
    scheduleTime: toTimestamp(task.scheduleAt),
    // Google cuts it to the second.
    createTime: toTimestamp(Math.floor(task.createdAt / 1_000) * 1_000),
    dispatchDeadline: toDuration(task.dispatchDeadlineMs),
    dispatchCount: task.dispatchCount,
    responseCount: task.responseCount,
    ...(task.firstAttemptAt === undefined ? {} : { firstAttempt: { dispatchTime: toTimestamp(task.firstAttemptAt) } }),
    ...(task.lastAttempt ? { lastAttempt: toAttempt(task.lastAttempt) } : {}),
    view,
  };
}

/** A queue as an API message. */
export function toQueueMessage(
  queue: QueueSettings,
  state: { readonly paused: boolean; readonly purgedAt?: number | undefined },
): QueueMessage {
  const { retryConfig } = queue;
  return {
    name: queue.name,
    rateLimits: queue.rateLimits,
    retryConfig: {
      maxAttempts: retryConfig.maxAttempts,
      maxRetryDuration: toDuration(retryConfig.maxRetryDurationMs),
      minBackoff: toDuration(retryConfig.minBackoffMs),
      maxBackoff: toDuration(retryConfig.maxBackoffMs),
      maxDoublings: retryConfig.maxDoublings,
    },
    state: state.paused ? 'PAUSED' : 'RUNNING',
    ...(state.purgedAt === undefined ? {} : { purgeTime: toTimestamp(state.purgedAt) }),
  };
}

/** Milliseconds of a timestamp or duration; the loader gives its seconds as a number. */
export function toMilliseconds(message: Timestamp | Duration): number {
  return Number(message.seconds ?? 0) * 1_000 + (message.nanos ?? 0) / 1_000_000;
}

function toTimestamp(instant: number): Timestamp {
  const seconds = Math.floor(instant / 1_000);
  return { seconds, nanos: Math.round((instant - seconds * 1_000) * 1_000_000) };
}

function toDuration(ms: number): Duration {
  return toTimestamp(ms);
}

function toAttempt(attempt: NonNullable<TaskRecord['lastAttempt']>): protos.google.cloud.tasks.v2.IAttempt {
  const { scheduledAt, dispatchedAt, respondedAt, status, problem } = attempt;
  return {
    scheduleTime: toTimestamp(scheduledAt),
    dispatchTime: toTimestamp(dispatchedAt),
    ...(respondedAt === undefined ? {} : { responseTime: toTimestamp(respondedAt) }),
    ...(problem === undefined
      ? {}
      : {
          responseStatus: {
            code: status === undefined ? Code.UNAVAILABLE : (CODE_OF_STATUS[status] ?? Code.UNKNOWN),
            message: problem,
          },
        }),
  };
}
