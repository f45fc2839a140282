import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { TemporarilyUnavailable } from '@dovetail/core/domain/errors.ts';
import { functionNameOf } from '@dovetail/core/wire-from-environment.ts';
import * as functions from '@dovetail/functions/index.ts';
import { QUEUES } from '@dovetail/functions/queue-settings.ts';
import { SCHEDULES } from '@dovetail/functions/schedule-settings.ts';
import { defineSchedules, defineWorkers } from '@dovetail/functions/triggers.ts';
import { http } from '@google-cloud/functions-framework';
import { getTestServer } from '@google-cloud/functions-framework/testing';
import type { ScheduledEvent } from 'firebase-functions/v2/scheduler';
import type { TaskQueueFunction } from 'firebase-functions/v2/tasks';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { calendarId, Loft } from '../scenarios/loft.ts';
import { ROOT } from './service-process.ts';

const exported: Readonly<Record<string, Pick<TaskQueueFunction, '__endpoint'>>> = functions;

describe('the functions as they are deployed', () => {
  it('load without credentials, variables or network', () => {
    const script = `await import('@dovetail/functions/index.ts')`;
    const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      cwd: ROOT,
      env: {},
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([0, '']);
  });

  it.each(Object.entries(QUEUES))(
    '%s delivers as its settings say, under the name tasks are sent to',
    (queue, settings) => {
      const { timeoutSeconds, maxConcurrentDispatches, maxDispatchesPerSecond, ...retryConfig } = settings;
      expect(exported[functionNameOf(queue as keyof typeof QUEUES)]?.__endpoint).toMatchObject({
        platform: 'gcfv2',
        timeoutSeconds,
        concurrency: 40,
        taskQueueTrigger: {
          retryConfig,
          rateLimits: { maxConcurrentDispatches, maxDispatchesPerSecond },
          invoker: ['private'],
        },
      });
    },
  );

  it.each(Object.entries(SCHEDULES))('%s fires when its settings say', (name, { cron }) => {
    const found = Object.values(exported).filter(({ __endpoint }) => __endpoint.scheduleTrigger?.schedule === cron);
    const own = exported[`on${name.replace(/(^|-)([a-z])/g, (_, __, letter: string) => letter.toUpperCase())}`];
    expect(found).toContain(own);
    expect(own?.__endpoint).toMatchObject({ scheduleTrigger: { timeZone: 'UTC' } });
  });

  it('are these and no others', () => {
    expect(Object.keys(exported)).toHaveLength(Object.keys(QUEUES).length + Object.keys(SCHEDULES).length);
  });
});

let loft: Loft;
const closing: (() => void)[] = [];

/** Serves a function as Cloud Run does, and answers with its address. */
async function serve(fn: unknown): Promise<string> {
  const name = `served-${closing.length}`;
  http(name, fn as Parameters<typeof http>[1]);
  const server = getTestServer(name).listen(0, '127.0.0.1');
  closing.push(() => server.close());
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
/** What Cloud Run has checked before a worker is called. */
const BEARER = `Bearer ${encode({ alg: 'RS256' })}.${encode({ email: 'tasks@example.com' })}.signature`;

/** Delivers a task as Cloud Tasks does. */
async function deliver(url: string, body: unknown, headers: Record<string, string> = { authorization: BEARER }) {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-cloudtasks-taskname': 'task-1', ...headers },
    body: JSON.stringify(body),
  });
  return answer.status;
}

/** The headers of a task's `nth` delivery, from 1. */
const attempt = (nth: number) => ({ authorization: BEARER, 'x-cloudtasks-taskretrycount': String(nth - 1) });

const pull = { data: { tenantId: 'loft', bindingId: 'bay-1-google', trigger: 'staff' } };

/** A store that answers no query. */
function brokenStore() {
  const { documents } = loft.studio.deps;
  const query = () => Promise.reject(new TemporarilyUnavailable('the store does not answer'));
  return new Proxy(documents, { get: (store, name) => (name === 'query' ? query : Reflect.get(store, name)) });
}

describe('served as Cloud Run does', () => {
  beforeEach(async () => {
    loft = await Loft.open();
  });
  afterEach(async () => {
    for (const close of closing.splice(0)) close();
    await loft.close();
  });

  describe('a worker', () => {
    const serveWorker = (queue: keyof typeof QUEUES) => serve(defineWorkers(async () => loft.studio.deps)[queue]);

    it('does the work of its queue and answers 204', async () => {
      loft.studio.uschedule.setDelivery({ mode: 'drop' });
      const { id } = await loft.book(1, 15);
      const url = await serveWorker('accept-booking');
      expect(await deliver(url, { data: { tenantId: 'loft', systemId: 'uschedule', bookingId: id } })).toBe(204);
      expect((await loft.ledger(1)).items).toMatchObject([{ source: { externalUid: id } }]);
      await loft.settle();
      expect(loft.eventOf(id).bay).toBe(1);
    });

    it('leaves a line for each task it did, and for each it could not do', async () => {
      const url = await serveWorker('pull-calendar');
      loft.log.clear();
      await deliver(url, pull);
      loft.studio.faults.add({ target: 'google', status: 503 });
      await deliver(url, pull);
      const lines = loft.log.lines.filter(({ action }) => action.startsWith('task.'));
      expect(lines).toMatchObject([
        { severity: 'INFO', action: 'task.done', queue: 'pull-calendar', durationMs: expect.any(Number) },
        { severity: 'WARNING', action: 'task.retried', queue: 'pull-calendar' },
      ]);
    });

    it('refuses a caller without a token', async () => {
      expect(await deliver(await serveWorker('pull-calendar'), pull, {})).toBe(401);
    });

    it('refuses what is no task', async () => {
      expect(await deliver(await serveWorker('pull-calendar'), { something: 'else' })).toBe(400);
    });

    it('does not ask for a task again that it cannot read', async () => {
      loft.log.clear();
      expect(await deliver(await serveWorker('pull-calendar'), { data: { tenantId: 7 } })).toBe(204);
      expect(loft.log.lines).toMatchObject([{ severity: 'ERROR', action: 'task.unreadable', queue: 'pull-calendar' }]);
    });

    it('asks for the task again when the calendar is in trouble', async () => {
      const url = await serveWorker('pull-calendar');
      loft.studio.faults.add({ target: 'google', status: 503 });
      expect(await deliver(url, pull)).toBe(500);
      loft.studio.faults.clear();
      expect(await deliver(url, pull)).toBe(204);
    });

    it('slows its queue down when a quota is short', async () => {
      loft.studio.faults.add({ target: 'google', status: 403, reason: 'rateLimitExceeded' });
      expect(await deliver(await serveWorker('pull-calendar'), pull)).toBe(429);
    });

    it('keeps the task as a dead letter when it fails for the last time', async () => {
      loft.studio.faults.add({ target: 'google', status: 503 });
      const url = await serveWorker('bind-calendar');
      const bind = { data: { tenantId: 'loft', bindingId: 'bay-1-google' } };
      expect(await deliver(url, bind, attempt(9))).toBe(500);
      expect(await deliver(url, bind, attempt(10))).toBe(204);
      expect((await loft.deadLetters()).items).toMatchObject([
        { queue: 'bind-calendar', reason: 'temporarily-unavailable' },
      ]);
      expect(loft.alerts()).toHaveLength(1);
    });

    it('leaves the task to its schedule when it fails for the last time and will be asked for again', async () => {
      loft.studio.faults.add({ target: 'google', status: 503 });
      const url = await serveWorker('pull-calendar');
      expect(await deliver(url, pull, attempt(9))).toBe(500);
      expect(await deliver(url, pull, attempt(10))).toBe(204);
      expect((await loft.deadLetters()).items).toEqual([]);
      expect(loft.alerts()).toMatchObject([{ action: 'task.left-to-schedule', queue: 'pull-calendar' }]);
    });

    it('counts a task that has waited for a day as failing for the last time', async () => {
      loft.studio.faults.add({ target: 'google', status: 429, retryAfterSeconds: 1800 });
      const url = await serveWorker('bind-calendar');
      const bind = { tenantId: 'loft', bindingId: 'bay-1-google', waitingSince: '2027-05-31T11:59:00Z' };
      expect(await deliver(url, { data: bind })).toBe(204);
      expect((await loft.deadLetters()).items).toMatchObject([{ queue: 'bind-calendar', reason: 'rate-limited' }]);
    });

    it('parks the binding and is done when the calendar was taken from us', async () => {
      loft.studio.google.setRole(calendarId(1), 'none');
      expect(await deliver(await serveWorker('pull-calendar'), pull)).toBe(204);
      expect(await loft.binding(1)).toMatchObject({ state: 'needs-access' });
    });

    it('asks for the task again while it cannot be set up', async () => {
      let attempts = 0;
      const deps = async () => {
        if (attempts++ === 0) throw new TemporarilyUnavailable('the secrets cannot be read');
        return loft.studio.deps;
      };
      const url = await serve(defineWorkers(deps)['pull-calendar']);
      expect(await deliver(url, pull)).toBe(500);
      expect(await deliver(url, pull)).toBe(204);
    });
  });

  describe('a schedule', () => {
    const at = '2027-06-01T12:15:00Z';
    const event = (scheduleTime: string) => ({ scheduleTime }) as ScheduledEvent;
    const created = (queue: string) => loft.studio.tasks.counts()[queue]?.created ?? 0;

    it('enqueues what is due, once for each time it fires', async () => {
      const { 'safety-pull': schedule } = defineSchedules(async () => loft.studio.deps);
      const before = created('pull-calendar');
      await schedule.run(event(at));
      expect(created('pull-calendar')).toBe(before + 2);
      await schedule.run(event(at));
      expect(created('pull-calendar')).toBe(before + 2);
      await schedule.run(event('2027-06-01T12:30:00Z'));
      expect(created('pull-calendar')).toBe(before + 4);
    });

    it('answers 200, and 500 when it failed', async () => {
      const url = await serve(defineSchedules(async () => loft.studio.deps)['poll-bookings']);
      const fire = () => fetch(url, { method: 'POST', headers: { 'x-cloudscheduler-scheduletime': at } });
      expect((await fire()).status).toBe(200);
      const failing = { ...loft.studio.deps, documents: brokenStore() };
      const broken = await serve(defineSchedules(async () => failing)['poll-bookings']);
      expect((await fetch(broken, { method: 'POST' })).status).toBe(500);
      expect(loft.log.of('schedule.failed')).toMatchObject([{ severity: 'ERROR', reason: 'poll-bookings' }]);
    });
  });
});
