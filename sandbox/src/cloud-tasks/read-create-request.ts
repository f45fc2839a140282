import { randomBytes } from 'node:crypto';
import type { protos } from '@google-cloud/tasks';
import { status as Code } from '@grpc/grpc-js';
import { RpcError } from '../grpc/rpc-error.ts';
import { MAX_SCHEDULE_AHEAD_MS, MAX_TASK_BYTES, TASK_ID } from './delivery-rules.ts';
import { toMilliseconds } from './task-messages.ts';
import type { TaskRecord } from './task-record.ts';

type TaskMessage = protos.google.cloud.tasks.v2.ITask;
type HttpRequest = protos.google.cloud.tasks.v2.IHttpRequest;

const MAX_URL_LENGTH = 2_083;
const MAX_HEADER_BYTES = 80 * 1_024;
const DEADLINE_MS = { default: 600_000, least: 15_000, most: 1_800_000 };
const METHODS_WITH_BODY = ['POST', 'PUT', 'PATCH'];

/**
 * The task that a CreateTask request asks for, in the queue `queueName`.
 * @throws RpcError INVALID_ARGUMENT for what Cloud Tasks refuses (the comments of its task.proto and target.proto),
 * UNIMPLEMENTED for App Engine targets and OAuth tokens, which are not simulated.
 */
export function readCreateRequest(
  request: protos.google.cloud.tasks.v2.ICreateTaskRequest,
  queueName: string,
  now: number,
): TaskRecord {
  const task = request.task;
  if (!task) throw invalid('Task is required.');
  if (task.appEngineHttpRequest) throw new RpcError(Code.UNIMPLEMENTED, 'App Engine tasks are not simulated.');
  if (!task.httpRequest) throw invalid('Task.http_request is required.');
  const record: TaskRecord = {
    name: readName(task.name, queueName),
    ...readHttpRequest(task.httpRequest),
    createdAt: now,
    scheduleAt: readScheduleTime(task, now),
    dispatchDeadlineMs: readDeadline(task),
    dispatchCount: 0,
    responseCount: 0,
    executionCount: 0,
  };
  if (sizeOf(record) > MAX_TASK_BYTES) throw invalid(`Task size too large: at most ${MAX_TASK_BYTES} bytes.`);
  return record;
}

function readName(name: string | null | undefined, queueName: string): string {
  const prefix = `${queueName}/tasks/`;
  // Google too gives tasks without a name a long number.
  if (!name) return prefix + randomBytes(8).readBigUInt64BE();
  if (!name.startsWith(prefix)) throw invalid(`Task name must begin with its parent: ${prefix}`);
  if (!TASK_ID.test(name.slice(prefix.length))) {
    throw invalid('Task ID must contain only letters, numbers, hyphens and underscores, at most 500 of them.');
  }
  return name;
}

function readHttpRequest(http: HttpRequest): Pick<TaskRecord, 'url' | 'method' | 'headers' | 'body' | 'oidc'> {
  const url = readUrl(http.url);
  const method = String(http.httpMethod || 'HTTP_METHOD_UNSPECIFIED').replace('HTTP_METHOD_UNSPECIFIED', 'POST');
  const body = Buffer.from(http.body ?? '');
  if (body.length > 0 && !METHODS_WITH_BODY.includes(method)) throw invalid(`A ${method} request has no body.`);
  const headers = { ...http.headers };
  if (JSON.stringify(headers).length > MAX_HEADER_BYTES) throw invalid('Headers must be smaller than 80 KB.');
  if (http.oauthToken) throw new RpcError(Code.UNIMPLEMENTED, 'OAuth tokens are not simulated.');
  const oidc = http.oidcToken;
  if (!oidc) return { url, method, headers, body: body.toString('base64') };
  if (!oidc.serviceAccountEmail) throw invalid('OidcToken.service_account_email is required.');
  const token = { serviceAccountEmail: oidc.serviceAccountEmail, audience: oidc.audience || url };
  return { url, method, headers, body: body.toString('base64'), oidc: token };
}

function readUrl(url: string | null | undefined): string {
  if (!url || !/^https?:\/\//.test(url) || !URL.canParse(url)) {
    throw invalid('HttpRequest.url must be a valid URL beginning with http:// or https://.');
  }
  const { href } = new URL(url);
  if (href.length > MAX_URL_LENGTH) throw invalid(`HttpRequest.url is longer than ${MAX_URL_LENGTH} characters.`);
  return url;
}

function readScheduleTime(task: TaskMessage, now: number): number {
  const at = task.scheduleTime ? toMilliseconds(task.scheduleTime) : now;
  if (at > now + MAX_SCHEDULE_AHEAD_MS) throw invalid('Task.schedule_time must be at most 30 days in the future.');
  return Math.max(at, now);
}

function readDeadline(task: TaskMessage): number {
  const ms = task.dispatchDeadline ? toMilliseconds(task.dispatchDeadline) : DEADLINE_MS.default;
  if (ms < DEADLINE_MS.least || ms > DEADLINE_MS.most) {
    throw invalid('Task.dispatch_deadline must be between 15s and 30m.');
  }
  return ms;
}

function sizeOf(record: TaskRecord): number {
  const bodyBytes = Buffer.byteLength(record.body, 'base64');
  return bodyBytes + Buffer.byteLength(record.name + record.url + JSON.stringify(record.headers));
}

function invalid(message: string): RpcError {
  return new RpcError(Code.INVALID_ARGUMENT, message);
}
