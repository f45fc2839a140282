import type { AddressInfo } from 'node:net';
import { createMemoryBodyCache } from '@dovetail/core/adapters/cache/memory-body-cache.ts';
import { createLocalSealingKeys } from '@dovetail/core/adapters/secrets/local-sealing-keys.ts';
import {
  openSqliteDocumentStore,
  type SqliteDocumentStore,
} from '@dovetail/core/adapters/sqlite/sqlite-document-store.ts';
import { parseUScheduleWebhook } from '@dovetail/core/adapters/uschedule/uschedule-webhook.ts';
import { type BookingSystemConfig, DEFAULT_MARK, USCHEDULE_MARK } from '@dovetail/core/domain/booking-system-config.ts';
import { NotFound } from '@dovetail/core/domain/errors.ts';
import type { Role } from '@dovetail/core/domain/tenant.ts';
import type { BookingSystem } from '@dovetail/core/ports/booking-system.ts';
import type { CalendarProvider } from '@dovetail/core/ports/calendar-provider.ts';
import type { Log, LogFields } from '@dovetail/core/ports/log.ts';
import type { Task, TaskQueue } from '@dovetail/core/ports/task-queue.ts';
import { createSealer } from '@dovetail/core/store/sealed.ts';
import { defineStore, type Store } from '@dovetail/core/store/store.ts';
import { createApp } from '@dovetail/run-service/app.ts';
import type { AppDeps } from '@dovetail/run-service/app-deps.ts';
import { createHttpServer } from '@dovetail/run-service/http-server.ts';
import { v1Operations } from '@dovetail/run-service/routes/v1/v1-operations.ts';
import { problemSchema } from '@dovetail/run-service/schemas/problem.ts';
import { Webhook } from 'standardwebhooks';
import { expect } from 'vitest';
import { resource } from '../made-resource.ts';

export const NOW = Date.parse('2027-05-01T08:00:00Z');
export const SIGNING_KEY = 'whsec_dGVzdC1zZWNyZXQtb2YtdGhpcnR5LXR3by1ieXRlcyE=';

/** A queue that takes tasks and their names, and delivers none. */
export class RecordingTaskQueue implements TaskQueue {
  readonly tasks: Task[] = [];
  readonly #names = new Set<string>();
  /** What the next calls fail with. */
  failure: Error | undefined;

  async enqueue(task: Task): Promise<'created' | 'exists'> {
    if (this.failure) throw this.failure;
    if (task.name !== undefined && this.#names.has(task.name)) return 'exists';
    if (task.name !== undefined) this.#names.add(task.name);
    this.tasks.push(task);
    return 'created';
  }
}

/** A log that keeps its lines. */
export class RecordingLog implements Log {
  readonly lines: { readonly level: string; readonly action: string; readonly fields: LogFields }[] = [];
  info = (action: string, fields: LogFields = {}) => this.#keep('info', action, fields);
  warn = (action: string, fields: LogFields = {}) => this.#keep('warn', action, fields);
  error = (action: string, fields: LogFields = {}) => this.#keep('error', action, fields);
  alert = (action: string, fields: LogFields = {}) => this.#keep('alert', action, fields);

  named(action: string) {
    return this.lines.filter((line) => line.action === action);
  }

  #keep(level: string, action: string, fields: LogFields): void {
    this.lines.push({ level, action, fields });
  }
}

/** Calendars on which nothing stands. */
const emptyCalendars: CalendarProvider = {
  list: async () => ({ items: [], nextSyncToken: 'token', canWrite: true }),
  listDates: async () => ({ items: [], canWrite: true }),
  get: async () => null,
  insert: () => Promise.reject(new NotFound('nothing is written in these tests')),
  patch: () => Promise.reject(new NotFound('nothing is written in these tests')),
  delete: async () => undefined,
  watch: async ({ calendarId }) => ({ resourceId: calendarId, expiresAt: '2027-06-01T00:00:00Z' }),
  stop: async () => undefined,
};

export interface ServiceOptions {
  /** The booking system behind every configuration that has a base URL. */
  readonly bookingSystem?: (config: BookingSystemConfig) => BookingSystem;
}

/** An answer as a test looks at it. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies whose shape another check has settled.
  readonly body: any;
  readonly text: string;
}

export interface RequestOptions {
  /** Sent as the Bearer key; `null` sends none. */
  readonly key?: string | null;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Service {
  readonly baseUrl: string;
  readonly documents: SqliteDocumentStore;
  readonly store: Store;
  readonly tasks: RecordingTaskQueue;
  readonly log: RecordingLog;
  readonly clock: { now: () => number; set(ms: number): void };
  readonly deps: AppDeps;
  send(method: string, path: string, options?: RequestOptions): Promise<Reply>;
  /** Calls a `/v1` operation by its id and holds the answer to its schema, or to the one of problems. */
  call(id: string, path: string, options?: RequestOptions): Promise<Reply>;
  close(): Promise<void>;
}

/** The service over an embedded store, listening on a port of its own, with the tenants `loft` and `casa`. */
export async function startService(options: ServiceOptions = {}): Promise<Service> {
  const documents = openSqliteDocumentStore();
  const sealer = createSealer(createLocalSealingKeys([{ id: 'test', key: new Uint8Array(32).fill(7) }]));
  const store = defineStore(sealer);
  const tasks = new RecordingTaskQueue();
  const log = new RecordingLog();
  const clock = movableClock(NOW);
  let ids = 0;
  const deps: AppDeps = {
    documents,
    store,
    sealer,
    tasks,
    log,
    clock,
    newId: () => `id${String(++ids).padStart(6, '0')}`,
    calendars: { google: emptyCalendars },
    bookingSystem: (config) => (config.baseUrl === undefined ? null : (options.bookingSystem?.(config) ?? null)),
    feeds: { fetch: () => Promise.reject(new NotFound('no feed is fetched in these tests')) },
    webhooks: { post: () => Promise.reject(new NotFound('nothing is posted in these tests')) },
    push: { address: 'https://dovetail.test/webhook/gcal', channelKey: async () => 'channel-key' },
    secrets: secretsOf({ 'loft-webhooks': SIGNING_KEY, 'loft-app-webhooks': SIGNING_KEY }),
    bodies: createMemoryBodyCache({ mostBytes: 16 * 1024 * 1024 }),
    version: '1.2.3',
    publicUrl: 'https://dovetail.test',
    parseUScheduleWebhook,
  };
  await seed(documents, store);
  const server = createHttpServer(createApp(deps)).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const send = sender(baseUrl);
  return {
    baseUrl,
    documents,
    store,
    tasks,
    log,
    clock,
    deps,
    send,
    call: async (id, path, request) => {
      const operation = v1Operations.find((each) => each.id === id);
      if (!operation) throw new Error(`no operation ${id}`);
      const reply = await send(operation.method.toUpperCase(), path, request);
      if (reply.status !== operation.status) expectProblem(reply);
      else if (operation.response) operation.response.parse(reply.body);
      else expect(reply.text).toBe('');
      return reply;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await documents.close();
    },
  };
}

/** Holds an answer to the form of problem documents. */
export function expectProblem(reply: Reply): void {
  expect(reply.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(problemSchema.parse(reply.body).status).toBe(reply.status);
}

/** Holds that a webhook was refused without a trace but one log line. */
export function expectNothingTaken({ tasks, log }: Service, reason: string): void {
  expect(tasks.tasks).toEqual([]);
  expect(log.lines.map(({ action, fields }) => [action, fields.reason])).toEqual([['webhook.refused', reason]]);
}

/** The headers that sign a webhook's body, as of now or `ageSeconds` ago. */
export function sign(body: string, id = 'msg_1', ageSeconds = 0, key = SIGNING_KEY): Record<string, string> {
  const at = new Date(Date.now() - ageSeconds * 1000);
  return {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(key).sign(id, at, body),
  };
}

async function seed(documents: SqliteDocumentStore, store: Store): Promise<void> {
  const createdAt = '2027-01-01T00:00:00Z';
  const tenant = (id: string) =>
    store.tenants.set({ id, name: id, timeZone: 'UTC', paused: false, allowPrivateFeeds: id === 'casa', createdAt });
  const key = (tenantId: string, role: Role) =>
    store.tenants.setApiKey(`${tenantId}-${role}-key`, { tenantId, role, label: role, createdAt });
  const roles = ['admin', 'manager', 'staff', 'guest'] as const;
  await documents.commit([
    tenant('loft'),
    tenant('casa'),
    ...roles.flatMap((role) => [key('loft', role), key('casa', role)]),
    store.resources.create('loft', resource('bay-1')),
    store.resources.create('loft', resource('bay-2')),
    store.resources.create('casa', resource('kaya', { kind: 'nightly', timeZone: 'America/Bogota' })),
    store.bookingSystems.create('loft', {
      id: 'uschedule',
      type: 'uschedule',
      baseUrl: 'http://uschedule.test',
      apiKeySecret: 'loft-uschedule',
      webhookSecret: 'loft-webhooks',
      resourceIds: { '1': 'bay-1', '2': 'bay-2' },
      mark: USCHEDULE_MARK,
      priority: 1,
      createdAt,
    }),
    store.bookingSystems.create('loft', {
      id: 'app',
      type: 'webhook',
      webhookSecret: 'loft-app-webhooks',
      resourceIds: { one: 'bay-1' },
      mark: DEFAULT_MARK,
      priority: 4,
      createdAt,
    }),
  ]);
}

function sender(baseUrl: string): Service['send'] {
  return async (method, path, { key = 'loft-admin-key', body, headers } = {}) => {
    const plain = typeof body === 'string' || body instanceof Uint8Array;
    const response = await fetch(`${baseUrl}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(key !== null && { authorization: `Bearer ${key}` }),
        ...(body !== undefined && !plain && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: plain ? (body as string) : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '') && text !== '';
    return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : undefined };
  };
}

function movableClock(start: number) {
  let now = start;
  return {
    now: () => now,
    set(ms: number) {
      now = ms;
    },
  };
}

function secretsOf(values: Readonly<Record<string, string>>): AppDeps['secrets'] {
  return {
    async get(name) {
      const value = values[name];
      if (value === undefined) throw new NotFound(`no secret ${name}`);
      return value;
    },
  };
}
