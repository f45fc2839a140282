import http from 'node:http';
import https from 'node:https';
import type { OidcIssuer } from './oidc-issuer.ts';
import { queueIdOf } from './queue-config.ts';
import { type TaskRecord, taskIdOf } from './task-record.ts';

/** What became of one request to a worker. */
export type Outcome =
  | { readonly type: 'answered'; readonly status: number; readonly retryAfter: string | undefined }
  | { readonly type: 'unanswered'; readonly problem: string };

/** Sends the request of a task whose attempt is counted already. Never rejects; aborted, it stays unanswered. */
export type DeliverTask = (task: TaskRecord, signal: AbortSignal) => Promise<Outcome>;

/** Headers of the task's creator that Cloud Tasks leaves out or writes itself (target.proto). */
const RESERVED_HEADER = /^(host|content-length|user-agent|x-google-.*|x-appengine-.*|x-cloudtasks-.*)$/i;

/** Delivers tasks over HTTP as Cloud Tasks does: redirects are not followed, the answer's body is ignored. */
export function createDelivery(issuer: OidcIssuer): DeliverTask {
  return async (task, signal) => {
    const { oidc } = task;
    const bearer = oidc && (await issuer.token(oidc.serviceAccountEmail, oidc.audience));
    // Not `fetch`: it adds headers of its own and gives up after five minutes. A connection for each request, for one
    // kept alive may be closed just as it is used again, which would look like a failed attempt.
    const options = { method: task.method, headers: headersFor(task, bearer), agent: false, signal } as const;
    const { request } = new URL(task.url).protocol === 'https:' ? https : http;
    return send(request(task.url, options), Buffer.from(task.body, 'base64'));
  };
}

function send(request: http.ClientRequest, body: Buffer): Promise<Outcome> {
  return new Promise((resolve) => {
    request.on('response', (response) => {
      const { statusCode: status = 0, headers } = response;
      response.resume();
      response.on('error', () => undefined);
      response.on('close', () => {
        if (response.complete) resolve({ type: 'answered', status, retryAfter: headers['retry-after'] });
        else resolve({ type: 'unanswered', problem: 'The connection broke during the answer.' });
      });
    });
    request.on('error', (error: NodeJS.ErrnoException) => {
      resolve({ type: 'unanswered', problem: error.code ?? error.name });
    });
    request.end(body);
  });
}

function headersFor(task: TaskRecord, bearer: string | undefined): Record<string, string> {
  const own = Object.entries(task.headers).filter(([name]) => {
    return !RESERVED_HEADER.test(name) && !(bearer && name.toLowerCase() === 'authorization');
  });
  const { lastAttempt } = task;
  return {
    ...Object.fromEntries(own),
    'User-Agent': 'Google-Cloud-Tasks',
    'X-CloudTasks-QueueName': queueIdOf(task.name.replace(/\/tasks\/[^/]*$/, '')) ?? '',
    'X-CloudTasks-TaskName': taskIdOf(task.name),
    'X-CloudTasks-TaskRetryCount': String(task.dispatchCount - 1),
    'X-CloudTasks-TaskExecutionCount': String(task.executionCount),
    'X-CloudTasks-TaskETA': (task.scheduleAt / 1_000).toFixed(6),
    ...(lastAttempt?.status === undefined ? {} : { 'X-CloudTasks-TaskPreviousResponse': String(lastAttempt.status) }),
    ...(lastAttempt?.problem === undefined ? {} : { 'X-CloudTasks-TaskRetryReason': lastAttempt.problem }),
    ...(bearer ? { Authorization: `Bearer ${bearer}` } : {}),
  };
}
