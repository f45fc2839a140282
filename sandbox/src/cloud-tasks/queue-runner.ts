import { status as Code } from '@grpc/grpc-js';
import { RpcError } from '../grpc/rpc-error.ts';
import type { StudioClock, Timer } from '../studio-clock.ts';
import type { DeliverTask, Outcome } from './deliver-task.ts';
import { NameTombstones, nextAttemptAt, readRetryAfter } from './delivery-rules.ts';
import { DispatchRate } from './dispatch-rate.ts';
import type { InjectedFaults } from './injected-faults.ts';
import type { QueueSettings } from './queue-config.ts';
import { beginAttempt, recordFailure, showAttempt } from './record-attempt.ts';
import type { QueueCounts, QueueState, TaskRecord } from './task-record.ts';

/** A queue held back by its rate looks again after this long at the latest, so that its due tasks count as due. */
const LONGEST_LOOK_MS = 1_000;

export interface QueueSurroundings {
  readonly clock: StudioClock;
  readonly deliver: DeliverTask;
  readonly faults: InjectedFaults;
  /** Hears of each task that is given up. */
  readonly onExhausted: (task: TaskRecord) => void;
}

/** A task in the queue. Its record is replaced, never changed. */
interface QueuedTask {
  record: TaskRecord;
  /** Waits for the schedule time. */
  timer?: Timer;
  /** Ends the request that is under way. */
  abort?: AbortController;
}

/** One queue: its tasks from creation to success or surrender, dispatched as its limits allow. */
export class QueueRunner {
  readonly settings: QueueSettings;
  readonly #surroundings: QueueSurroundings;
  readonly #tasks = new Map<string, QueuedTask>();
  readonly #tombstones: NameTombstones;
  readonly #rate: DispatchRate;
  readonly #counts: QueueCounts;
  /** Tasks whose time has come, in the order it came. */
  readonly #ready = new Set<QueuedTask>();
  #running = 0;
  #nextLook: Timer | undefined;
  #paused: boolean;
  #purgedAt: number | undefined;
  #closed = false;

  /** @param former what `state` once said; its tasks wait again for their time. */
  constructor(settings: QueueSettings, surroundings: QueueSurroundings, former?: QueueState) {
    this.settings = settings;
    this.#surroundings = surroundings;
    this.#rate = new DispatchRate(settings.rateLimits, surroundings.clock.now());
    this.#tombstones = new NameTombstones(former?.tombstones);
    this.#counts = { created: 0, dispatched: 0, succeeded: 0, failed: 0, exhausted: 0, ...former?.counts };
    this.#paused = former?.paused ?? false;
    this.#purgedAt = former?.purgedAt;
    for (const record of former?.tasks ?? []) this.#add(record);
  }

  /** @throws RpcError ALREADY_EXISTS when the name is, or lately was, a task's. */
  create(record: TaskRecord): void {
    if (this.#tasks.has(record.name) || this.#tombstones.refuses(record.name, record.createdAt)) {
      throw new RpcError(
        Code.ALREADY_EXISTS,
        'The task cannot be created because a task with this name existed too recently.',
      );
    }
    this.#counts.created++;
    this.#add(record);
  }

  /** @throws RpcError NOT_FOUND */
  get(name: string): TaskRecord {
    return this.#find(name).record;
  }

  /** By name. */
  list(): TaskRecord[] {
    return [...this.#tasks.values()].map((task) => task.record).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  isRunning(name: string): boolean {
    return this.#tasks.get(name)?.abort !== undefined;
  }

  /** Also a task that is running: its answer will be ignored. @throws RpcError NOT_FOUND */
  delete(name: string): void {
    this.#remove(this.#find(name));
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#dispatchReady();
  }

  purge(): void {
    this.#purgedAt = this.#surroundings.clock.now();
    for (const task of [...this.#tasks.values()]) this.#remove(task);
  }

  get paused(): boolean {
    return this.#paused;
  }

  get purgedAt(): number | undefined {
    return this.#purgedAt;
  }

  get counts(): QueueCounts {
    return { ...this.#counts };
  }

  get state(): QueueState {
    return {
      name: this.settings.name,
      paused: this.#paused,
      ...(this.#purgedAt === undefined ? {} : { purgedAt: this.#purgedAt }),
      tasks: this.list(),
      tombstones: this.#tombstones.entries(),
      counts: this.counts,
    };
  }

  /** Stops dispatching and ends the requests under way. */
  close(): void {
    this.#closed = true;
    this.#nextLook?.cancel();
    for (const task of this.#tasks.values()) {
      task.timer?.cancel();
      task.abort?.abort();
    }
  }

  #find(name: string): QueuedTask {
    const task = this.#tasks.get(name);
    if (!task) throw new RpcError(Code.NOT_FOUND, 'Requested entity was not found.');
    return task;
  }

  #add(record: TaskRecord): void {
    const task: QueuedTask = { record };
    this.#tasks.set(record.name, task);
    this.#await(task);
  }

  #await(task: QueuedTask): void {
    task.timer = this.#surroundings.clock.schedule(task.record.scheduleAt, () => {
      this.#ready.add(task);
      this.#dispatchReady();
    });
  }

  #remove(task: QueuedTask): void {
    task.timer?.cancel();
    this.#ready.delete(task);
    this.#tasks.delete(task.record.name);
    this.#tombstones.bury(task.record.name, this.#surroundings.clock.now());
  }

  #dispatchReady(): void {
    const { clock } = this.#surroundings;
    for (const task of this.#ready) {
      if (this.#paused || this.#closed || this.#running >= this.settings.rateLimits.maxConcurrentDispatches) return;
      if (!this.#rate.take(clock.now())) {
        this.#lookAgain();
        return;
      }
      this.#ready.delete(task);
      void clock.track(this.#attempt(task));
    }
  }

  #lookAgain(): void {
    const { clock } = this.#surroundings;
    const now = clock.now();
    this.#nextLook ??= clock.schedule(Math.min(this.#rate.nextAt(now), now + LONGEST_LOOK_MS), () => {
      this.#nextLook = undefined;
      this.#dispatchReady();
    });
  }

  async #attempt(task: QueuedTask): Promise<void> {
    const { clock, faults } = this.#surroundings;
    const dispatchedAt = clock.now();
    const begun = beginAttempt(task.record, dispatchedAt);
    task.record = showAttempt(begun, dispatchedAt);
    this.#running++;
    const deliveries = [this.#deliver(task, begun)];
    if (faults.takeDuplicate(this.settings.id)) deliveries.push(this.#deliver(task, begun));
    const [outcome] = await Promise.all(deliveries);
    this.#running--;
    delete task.abort;
    if (this.#closed) return;
    // A task deleted while it ran is not there any more, and its answer counts for nothing.
    if (outcome && this.#tasks.get(task.record.name) === task) this.#conclude(task, outcome);
    this.#dispatchReady();
  }

  async #deliver(task: QueuedTask, record: TaskRecord): Promise<Outcome> {
    const { clock, deliver } = this.#surroundings;
    task.abort ??= new AbortController();
    const { abort } = task;
    let late = false;
    const deadline = clock.schedule(clock.now() + record.dispatchDeadlineMs, () => {
      late = true;
      abort.abort();
    });
    this.#counts.dispatched++;
    const outcome = await deliver(record, abort.signal);
    deadline.cancel();
    return late ? { type: 'unanswered', problem: 'DEADLINE_EXCEEDED' } : outcome;
  }

  #conclude(task: QueuedTask, outcome: Outcome): void {
    const { clock, faults, onExhausted } = this.#surroundings;
    const now = clock.now();
    const succeeded = outcome.type === 'answered' && outcome.status >= 200 && outcome.status < 300;
    if (succeeded && !faults.takeDroppedAnswer(this.settings.id)) {
      this.#counts.succeeded++;
      this.#remove(task);
      return;
    }
    this.#counts.failed++;
    const seen: Outcome = succeeded ? { type: 'unanswered', problem: 'The answer was lost.' } : outcome;
    task.record = recordFailure(task.record, seen, now);
    if (seen.type === 'answered' && (seen.status === 429 || seen.status === 503)) this.#rate.slowDown(now);
    const next = nextAttemptAt(this.settings.retryConfig, {
      attempts: task.record.dispatchCount,
      firstAttemptAt: task.record.firstAttemptAt ?? now,
      failedAt: now,
      retryAfterMs: seen.type === 'answered' ? readRetryAfter(seen.retryAfter, now) : undefined,
    });
    if (next === null) {
      this.#counts.exhausted++;
      this.#remove(task);
      onExhausted(task.record);
      return;
    }
    task.record = { ...task.record, scheduleAt: next };
    this.#await(task);
  }
}
