import { InvalidInput } from '@dovetail/core/domain/errors.ts';
import type { Task, TaskQueue } from '@dovetail/core/ports/task-queue.ts';
import type { StudioClock } from '../studio-clock.ts';
import {
  DEFAULT_RETRY_CONFIG,
  MAX_SCHEDULE_AHEAD_MS,
  MAX_TASK_BYTES,
  NameTombstones,
  nextAttemptAt,
  type RetryConfig,
  TASK_ID,
} from './delivery-rules.ts';
import { InjectedFaults } from './injected-faults.ts';

export interface DirectTaskQueueOptions {
  readonly clock: Pick<StudioClock, 'now' | 'schedule' | 'track'>;
  /** The worker of every queue; `attempt` counts from 1. What it throws fails the attempt. */
  readonly run: (task: Task, context: { readonly attempt: number }) => Promise<void>;
  /** For all queues; what is left out is Cloud Tasks' default. */
  readonly retry?: Partial<RetryConfig>;
}

/** A task queue in memory, with a view inside. */
export interface DirectTaskQueue extends TaskQueue {
  /** Tasks that wait or run. */
  pending(): Task[];
  /** Tasks given up, with what their last attempt threw. */
  readonly exhausted: readonly { readonly task: Task; readonly error: unknown }[];
  /** How many tasks were created: what Cloud Tasks would bill. */
  readonly created: number;
  /** The next `times` tasks that succeed are run again at once, on one queue or any. */
  duplicateNext(times: number, queue?: Task['queue']): void;
  /** The next `times` successes are not heard of: the task is run again after its backoff. */
  dropAnswers(times: number, queue?: Task['queue']): void;
}

interface Entry {
  readonly task: Task;
  readonly key: string;
  attempts: number;
  firstAttemptAt: number | undefined;
}

/**
 * The task-queue port for tests of flows: no wire between the queue and its worker, but the same names, schedule and
 * retries as Cloud Tasks, by the same rules. Payloads pass through JSON, as they do on the wire. Neither rates nor
 * concurrency are limited.
 */
export function createDirectTaskQueue(options: DirectTaskQueueOptions): DirectTaskQueue {
  return new DirectQueue(options);
}

class DirectQueue implements DirectTaskQueue {
  readonly exhausted: { task: Task; error: unknown }[] = [];
  created = 0;
  readonly #options: DirectTaskQueueOptions;
  readonly #retry: RetryConfig;
  readonly #entries = new Map<string, Entry>();
  readonly #tombstones = new NameTombstones();
  readonly #faults = new InjectedFaults();

  constructor(options: DirectTaskQueueOptions) {
    this.#options = options;
    this.#retry = { ...DEFAULT_RETRY_CONFIG, ...options.retry };
  }

  async enqueue(task: Task): Promise<'created' | 'exists'> {
    const now = this.#options.clock.now();
    const payload = JSON.stringify(task.payload);
    check(task, payload, now);
    // No name has a space in it.
    const key = `${task.queue}/${task.name ?? `unnamed ${this.created}`}`;
    if (this.#entries.has(key) || this.#tombstones.refuses(key, now)) return 'exists';
    this.created++;
    const copy: Task = { ...task, payload: JSON.parse(payload) };
    const entry: Entry = { task: copy, key, attempts: 0, firstAttemptAt: undefined };
    this.#entries.set(key, entry);
    this.#scheduleAttempt(entry, Math.max(task.runAt ?? now, now));
    return 'created';
  }

  pending(): Task[] {
    return [...this.#entries.values()].map((entry) => entry.task);
  }

  duplicateNext(times: number, queue?: Task['queue']): void {
    this.#faults.duplicateNext(times, queue);
  }

  dropAnswers(times: number, queue?: Task['queue']): void {
    this.#faults.dropAnswers(times, queue);
  }

  #scheduleAttempt(entry: Entry, at: number): void {
    this.#options.clock.schedule(at, () => this.#attempt(entry));
  }

  async #attempt(entry: Entry): Promise<void> {
    const { clock, run } = this.#options;
    const { task } = entry;
    entry.attempts++;
    entry.firstAttemptAt ??= clock.now();
    try {
      await run(task, { attempt: entry.attempts });
      if (this.#faults.takeDuplicate(task.queue)) await run(task, { attempt: entry.attempts });
    } catch (error) {
      return this.#fail(entry, error);
    }
    if (this.#faults.takeDroppedAnswer(task.queue)) return this.#fail(entry, new Error('The answer was lost.'));
    this.#remove(entry);
  }

  #fail(entry: Entry, error: unknown): void {
    const now = this.#options.clock.now();
    const { attempts, firstAttemptAt = now } = entry;
    const next = nextAttemptAt(this.#retry, { attempts, firstAttemptAt, failedAt: now });
    if (next !== null) {
      this.#scheduleAttempt(entry, next);
      return;
    }
    this.exhausted.push({ task: entry.task, error });
    this.#remove(entry);
  }

  #remove(entry: Entry): void {
    this.#entries.delete(entry.key);
    if (entry.task.name !== undefined) this.#tombstones.bury(entry.key, this.#options.clock.now());
  }
}

function check(task: Task, payload: string, now: number): void {
  if (task.name !== undefined && !TASK_ID.test(task.name)) {
    throw new InvalidInput('A task’s name has only letters, digits, hyphens and underscores.', { paths: ['name'] });
  }
  if (task.runAt !== undefined && task.runAt > now + MAX_SCHEDULE_AHEAD_MS) {
    throw new InvalidInput('A task runs at most 30 days ahead.', { paths: ['runAt'] });
  }
  if (Buffer.byteLength(`{"data":${payload}}`) > MAX_TASK_BYTES) {
    throw new InvalidInput('A task weighs at most 1 MiB.', { paths: ['payload'] });
  }
}
