import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createMemoryBodyCache } from '@dovetail/core/adapters/cache/memory-body-cache.ts';
import { createProviderOverClient } from '@dovetail/core/adapters/google-calendar/google-calendar-provider.ts';
import { createLocalSealingKeys } from '@dovetail/core/adapters/secrets/local-sealing-keys.ts';
import { openSqliteDocumentStore } from '@dovetail/core/adapters/sqlite/sqlite-document-store.ts';
import { parseUScheduleWebhook } from '@dovetail/core/adapters/uschedule/uschedule-webhook.ts';
import { NotFound } from '@dovetail/core/domain/errors.ts';
import type { Clock } from '@dovetail/core/ports/clock.ts';
import type { QueueName, Task } from '@dovetail/core/ports/task-queue.ts';
import { createSealer } from '@dovetail/core/store/sealed.ts';
import { defineStore } from '@dovetail/core/store/store.ts';
import { QUEUES } from '@dovetail/functions/queue-settings.ts';
import { defineWorkers } from '@dovetail/functions/triggers.ts';
import { createApp } from '@dovetail/run-service/app.ts';
import type { AppDeps } from '@dovetail/run-service/app-deps.ts';
import { createHttpServer } from '@dovetail/run-service/http-server.ts';
import { SimulatedGoogle } from '@dovetail/sandbox/simulation/simulated-google.ts';
import { VirtualTime } from '@dovetail/sandbox/simulation/virtual-time.ts';
import type { Request as TaskRequest } from 'firebase-functions/v2/tasks';
import { createRecordingLog, type RecordingLog } from '../../recording-log.ts';
import { Finding } from '../finding.ts';
import { checkAnswer } from './check-answer.ts';
import { CHANNEL_KEY, SIGNING_KEY, UNTOLD } from './secrets.ts';
import { calendarLines } from './shown-calendar.ts';
import { type WireAnswer, WireClient } from './wire-client.ts';

/** The service's present. */
export const NOW = Date.parse('2027-05-01T08:00:00Z');

/** More than any request should lead to. */
const MOST_TASKS = 2_000;

/** The service over an embedded store, listening on this machine, and the workers of its queues. */
export interface FuzzedService {
  readonly client: WireClient;
  readonly deps: AppDeps;
  readonly log: RecordingLog;
  /** Has a calendar that the service may write to. */
  defineCalendar(id: string): void;
  /** What feeds answer with. */
  feedBody: Uint8Array;
  /** How long after `NOW` it is, in milliseconds. */
  elapsed: number;
  /**
   * Does all the work that is queued.
   * @throws Finding when there is no end of it.
   */
  work(): Promise<void>;
  /**
   * Looks through the log since it last was, and clears it.
   * @throws Finding when it tells of a bug, or of what is nobody's business.
   */
  checkLog(): void;
  /**
   * Looks through an answer, and the log, which knows more.
   * @throws Finding
   */
  checkAnswerTo(name: string, answer: WireAnswer, isHead?: boolean): void;
  close(): Promise<void>;
}

export async function openFuzzedService(): Promise<FuzzedService> {
  const log = createRecordingLog();
  const time = new VirtualTime(NOW);
  const google = new SimulatedGoogle(
    time,
    async () => ({ status: 200, arrayBuffer: async () => new ArrayBuffer(0) }),
    () => undefined,
    () => undefined,
  );
  const queue: Task[] = [];
  const clock = { now: () => time.now() + service.elapsed };
  const deps = depsOver(log, clock, google, queue, () => service.feedBody);
  const workers = defineWorkers(async () => deps);
  const server = createHttpServer(createApp(deps)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = new WireClient((server.address() as AddressInfo).port);
  const service: FuzzedService = {
    client,
    deps,
    log,
    defineCalendar: (id) => google.store.defineCalendar(id, { timeZone: 'America/New_York', role: 'writer' }),
    elapsed: 0,
    feedBody: Buffer.from(calendarLines.join('\r\n')),
    async work() {
      for (let done = 0; queue.length > 0; done++) {
        if (done > MOST_TASKS) throw new Finding('there is no end of tasks', JSON.stringify(queue[0]).slice(0, 500));
        const { queue: name, payload } = queue.shift() as Task;
        const request = { data: payload, retryCount: QUEUES[name].maxAttempts - 1 } as TaskRequest<unknown>;
        await workers[name].run(request);
      }
    },
    checkLog: () => checkLog(log),
    checkAnswerTo(name, answer, isHead) {
      if (answer.status >= 500) checkLog(log);
      checkAnswer(name, answer, isHead);
    },
    async close() {
      client.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await deps.documents.close();
    },
  };
  return service;
}

function depsOver(
  log: RecordingLog,
  clock: Clock,
  google: SimulatedGoogle,
  queue: Task[],
  feedBody: () => Uint8Array,
): AppDeps {
  const sealer = createSealer(createLocalSealingKeys([{ id: 'fuzz', key: new Uint8Array(32).fill(7) }]));
  const client = google.clientOver((_, { act }) => Promise.resolve().then(act));
  const names = new Set<string>();
  let ids = 0;
  return {
    documents: openSqliteDocumentStore(),
    sealer,
    store: defineStore(sealer),
    log,
    clock,
    newId: () => `id${String(++ids).padStart(8, '0')}`,
    tasks: {
      async enqueue<Q extends QueueName>(task: Task<Q>) {
        if (task.name !== undefined && names.has(task.name)) return 'exists';
        if (task.name !== undefined) names.add(task.name);
        queue.push(task);
        return 'created';
      },
    },
    calendars: { google: createProviderOverClient(async () => client) },
    bookingSystem: () => null,
    feeds: { fetch: async () => ({ type: 'body', bytes: feedBody(), contentType: 'text/calendar' }) },
    webhooks: { post: async () => ({ status: 204 }) },
    push: { address: 'https://dovetail.test/webhook/gcal', channelKey: async () => CHANNEL_KEY },
    secrets: {
      get: async (name) => (name === 'webhooks' ? SIGNING_KEY : Promise.reject(new NotFound(`no secret ${name}`))),
    },
    bodies: createMemoryBodyCache({ mostBytes: 16 * 1024 * 1024 }),
    version: '1.2.3',
    publicUrl: 'https://dovetail.test',
    parseUScheduleWebhook,
  };
}

function checkLog(log: RecordingLog): void {
  const text = log.text();
  const lines = [...log.lines];
  log.clear();
  for (const line of lines) {
    const error = line['error'] as
      | { readonly kind?: string; readonly name?: string; readonly stack?: string }
      | undefined;
    if (error === undefined || error.kind !== undefined || line.severity !== 'ERROR') continue;
    const [frame = ''] = error.stack?.split('\n') ?? [];
    const where = frame.replace(/\(?(file:\/\/)?\/.*\/(?=\w[\w-]*\/src\/)/, '');
    throw new Finding(`bug: ${line.action} ${error.name} ${where}`, JSON.stringify(line, null, 2));
  }
  const lower = text.toLowerCase();
  const told = UNTOLD.find((word) => lower.includes(word));
  if (told === undefined) return;
  const line = text.split('\n').find((each) => each.toLowerCase().includes(told));
  throw new Finding(`the log tells ${told}`, line ?? '');
}
