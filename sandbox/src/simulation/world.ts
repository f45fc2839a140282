import { createProviderOverClient } from '@dovetail/core/adapters/google-calendar/google-calendar-provider.ts';
import { createLocalSealingKeys } from '@dovetail/core/adapters/secrets/local-sealing-keys.ts';
import { openSqliteDocumentStore } from '@dovetail/core/adapters/sqlite/sqlite-document-store.ts';
import { createUScheduleBookingSystem } from '@dovetail/core/adapters/uschedule/uschedule-booking-system.ts';
import { NotFound, TemporarilyUnavailable } from '@dovetail/core/domain/errors.ts';
import { taskNameOf } from '@dovetail/core/domain/identity.ts';
import { instantOf } from '@dovetail/core/domain/interval.ts';
import type { DocumentStore } from '@dovetail/core/ports/document-store.ts';
import type { QueueName, Task, TaskQueue } from '@dovetail/core/ports/task-queue.ts';
import { createSealer } from '@dovetail/core/store/sealed.ts';
import { defineStore } from '@dovetail/core/store/store.ts';
import { acceptPush } from '@dovetail/core/sync/accept-push.ts';
import type { SyncDeps } from '@dovetail/core/sync/deps.ts';
import { QUEUES } from '@dovetail/functions/queue-settings.ts';
import type { ScheduleName } from '@dovetail/functions/schedule-settings.ts';
import { defineSchedules, defineWorkers } from '@dovetail/functions/triggers.ts';
import type { Request as TaskRequest } from 'firebase-functions/v2/tasks';
import { createDirectTaskQueue, type DirectTaskQueue } from '../cloud-tasks/direct-task-queue.ts';
import type { Deliver } from '../google/push-channels.ts';
import { AppointmentBook } from '../uschedule/appointment-book.ts';
import { Dice } from './dice.ts';
import { frailStore } from './frail-store.ts';
import { Instance, InstanceDied } from './instance.ts';
import { type Reach, reachOf } from './reach.ts';
import { SimulatedGoogle } from './simulated-google.ts';
import { fetchOfUSchedule } from './simulated-uschedule.ts';
import { SimulationLog } from './simulation-log.ts';
import { VirtualTime } from './virtual-time.ts';
import { watchVersions } from './watch-versions.ts';
import { Weather } from './weather.ts';

export const TENANT = 'loft';
export const SYSTEM = 'uschedule';
const BAYS = ['1', '2'].map((id) => ({ id, name: `Bay ${id}`, timeZone: 'America/New_York' }));
const START = Date.parse('2027-06-01T12:00:00Z');
/** Waits of a webhook that was not taken. */
const SENT_AGAIN_AFTER_MS = [5_000, 5 * 60_000, 30 * 60_000];

const QUEUE_FAILURES = {
  refused: () => new TemporarilyUnavailable('simulated: the queue is not there'),
  lost: () => new TemporarilyUnavailable('simulated: the queue did not answer'),
};

/**
 * The whole product in one process and in virtual time: its workers, schedules and receivers run the real flows, and the
 * adapters that speak for them, against the state machines of the simulators. Nothing is sent over a wire.
 */
export class World {
  readonly time = new VirtualTime(START);
  readonly log = new SimulationLog(this.time);
  readonly weather: Weather;
  /** What was wrong at some moment, though it may have been put right since. */
  readonly wrong: string[] = [];
  readonly documents = watchVersions(openSqliteDocumentStore(), (told) => this.wrong.push(told));
  readonly google: SimulatedGoogle;
  readonly book: AppointmentBook;
  readonly tasks: DirectTaskQueue;
  readonly sealer = createSealer(createLocalSealingKeys([{ id: 'simulated', key: new Uint8Array(32).fill(7) }]));
  readonly store = defineStore(this.sealer);
  #ids = 0;
  #webhooks = 0;
  /** What the instance that begins next is given. */
  #next: SyncDeps | undefined;
  readonly #workers = defineWorkers(async () => this.#taken());
  readonly #schedules = defineSchedules(async () => this.#taken());

  /** @param onCalendarChange told after every write of a calendar event. */
  constructor(seed: number, onCalendarChange: (calendarId: string) => void) {
    this.weather = new Weather(new Dice(seed ^ 0x5eed));
    this.google = new SimulatedGoogle(this.time, this.#deliverPush, onCalendarChange);
    this.book = new AppointmentBook(
      BAYS,
      this.time,
      (_, { id }) => this.#announce(id),
      () => this.#newId('a'),
    );
    this.tasks = createDirectTaskQueue({
      clock: this.time,
      run: (task, { attempt }) => this.#work(task, attempt),
      retry: retryOf('reconcile-event'),
    });
  }

  /** Deps of somebody to whom nothing ever happens: for looking at what is. */
  get deps(): SyncDeps {
    return this.#depsOver(this.documents, this.tasks, (_, { act }) => Promise.resolve().then(act));
  }

  /** One firing of a schedule. That it fails, or its process dies, is made good by the next. */
  async fire(schedule: ScheduleName): Promise<void> {
    const instance = new Instance();
    this.#next = this.#depsOf(instance);
    const firing = Promise.resolve(
      this.#schedules[schedule].run({ scheduleTime: instantOf(this.time.now()), jobName: schedule }),
    );
    await instance.outcomeOf(firing).catch((error: unknown) => {
      if (!(error instanceof InstanceDied || error instanceof TemporarilyUnavailable)) throw error;
    });
  }

  async #work(task: Task, attempt: number): Promise<void> {
    const instance = new Instance();
    this.#next = this.#depsOf(instance);
    const request = { data: task.payload, retryCount: attempt - 1 } as TaskRequest<unknown>;
    await instance.outcomeOf(Promise.resolve(this.#workers[task.queue].run(request)));
  }

  #taken(): SyncDeps {
    const deps = this.#next;
    this.#next = undefined;
    if (!deps) throw new TypeError('A worker asked for deps that were not meant for it.');
    return deps;
  }

  #depsOf(instance: Instance): SyncDeps {
    const reach = reachOf(instance, this.time, this.weather);
    return this.#depsOver(frailStore(this.documents, reach), this.#frailQueue(reach), reach);
  }

  #depsOver(documents: DocumentStore, tasks: TaskQueue, reach: Reach): SyncDeps {
    const refuse = () => Promise.reject(new NotFound('not part of the simulation'));
    const client = this.google.clientOver(reach);
    return {
      documents,
      tasks,
      store: this.store,
      sealer: this.sealer,
      clock: this.time,
      log: this.log,
      newId: () => this.#newId('i'),
      calendars: { google: createProviderOverClient(async () => client) },
      bookingSystem: ({ resourceIds }) =>
        createUScheduleBookingSystem({
          baseUrl: 'https://uschedule.simulated',
          apiKey: async () => 'key',
          tenantHeader: TENANT,
          resourceIds,
          fetch: fetchOfUSchedule(this.book, reach),
        }),
      feeds: { fetch: refuse },
      webhooks: { post: refuse },
      push: { address: 'https://dovetail.simulated/webhook/gcal', channelKey: async () => 'simulated channel key' },
    };
  }

  /** The queue as one process reaches it. A task may get lost on the way, come late, and come twice. */
  #frailQueue(reach: Reach): TaskQueue {
    return {
      enqueue: (task) => reach('queue', { act: () => this.#take(task), failures: QUEUE_FAILURES }),
    };
  }

  async #take<Q extends QueueName>(task: Task<Q>): Promise<'created' | 'exists'> {
    const [first, second] = this.weather.arrivalsOfTask();
    const dueAt = Math.max(task.runAt ?? 0, this.time.now());
    const outcome = first === undefined ? 'created' : await this.tasks.enqueue({ ...task, runAt: dueAt + first });
    const { name: _, ...copy } = task;
    if (second !== undefined) await this.tasks.enqueue({ ...copy, runAt: dueAt + second });
    return outcome;
  }

  #newId(kind: string): string {
    return `${kind}${String(++this.#ids).padStart(8, '0')}`;
  }

  /** USchedule's webhook, as the route receives it: the same delivery again is the same task. */
  #announce(bookingId: string): void {
    const webhookId = `msg_${++this.#webhooks}`;
    for (const ms of this.weather.arrivalsOfNotice()) {
      this.time.schedule(this.time.now() + ms, () => this.#receive(bookingId, webhookId, 0));
    }
  }

  async #receive(bookingId: string, webhookId: string, failures: number): Promise<void> {
    const instance = new Instance();
    const { tasks } = this.#depsOf(instance);
    const taken = tasks.enqueue({
      queue: 'accept-booking',
      name: taskNameOf('accept', TENANT, SYSTEM, webhookId),
      payload: { tenantId: TENANT, systemId: SYSTEM, bookingId, webhookId },
    });
    await instance.outcomeOf(taken).catch(() => {
      const wait = SENT_AGAIN_AFTER_MS[failures];
      if (wait === undefined) return;
      this.time.schedule(this.time.now() + wait, () => this.#receive(bookingId, webhookId, failures + 1));
    });
  }

  readonly #deliverPush: Deliver = async (_, { headers }) => {
    const push = {
      channelId: headers['X-Goog-Channel-ID'] ?? '',
      token: headers['X-Goog-Channel-Token'] ?? '',
      resourceState: headers['X-Goog-Resource-State'] ?? '',
    };
    for (const ms of this.weather.arrivalsOfNotice()) {
      this.time.schedule(this.time.now() + ms, async () => {
        const instance = new Instance();
        // A push that is not taken is one that was lost: Google gives up some time, too.
        await instance.outcomeOf(acceptPush(push, this.#depsOf(instance))).catch(() => undefined);
      });
    }
    return { status: 200, arrayBuffer: async () => new ArrayBuffer(0) };
  };
}

function retryOf(queue: QueueName) {
  const { maxAttempts, minBackoffSeconds, maxBackoffSeconds, maxDoublings } = QUEUES[queue];
  return { maxAttempts, maxDoublings, minBackoffMs: minBackoffSeconds * 1000, maxBackoffMs: maxBackoffSeconds * 1000 };
}
