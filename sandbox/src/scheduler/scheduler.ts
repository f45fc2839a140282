import { TemporarilyUnavailable } from '@dovetail/core/domain/errors.ts';
import type { Log } from '@dovetail/core/ports/log.ts';
import { backoffMs } from '../cloud-tasks/delivery-rules.ts';
import type { StudioClock, Timer } from '../studio-clock.ts';
import { type CronTimes, parseCron } from './cron-times.ts';

export interface ScheduleConfig {
  readonly name: string;
  /** unix-cron: five fields. */
  readonly cron: string;
  /** IANA name. */
  readonly timeZone: string;
  /** Where the firing is posted to. */
  readonly url: string;
  /** How often a failed firing is repeated. Default 0. */
  readonly retryCount?: number;
}

export interface SchedulerOptions {
  readonly clock: StudioClock;
  readonly schedules: readonly ScheduleConfig[];
  /** Hears of every failed attempt, as `schedule.attempt-failed` with the schedule's name as its reason. */
  readonly log: Pick<Log, 'warn'>;
  /** The platform's own when absent. */
  readonly fetch?: typeof fetch;
}

export interface Scheduler {
  /**
   * Fires a schedule now, once, and resolves with the status of the answer.
   * @throws RangeError when there is no schedule of that name; TemporarilyUnavailable when nobody answers.
   */
  run(name: string): Promise<number>;
  /** Fires nothing more; what is under way is cut. */
  close(): void;
}

interface Job {
  readonly config: ScheduleConfig;
  readonly times: CronTimes;
  timer?: Timer;
}

/** Google's defaults (cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs#retryconfig). */
const BACKOFF = { minBackoffMs: 5_000, maxBackoffMs: 3_600_000, maxDoublings: 5 };
const ATTEMPT_DEADLINE_MS = 180_000;

/**
 * Fires the studio's schedules as Cloud Scheduler does: a POST at each instant of the cron string, by background timers
 * of the studio's clock. A firing whose predecessor, repetitions included, is still going on is delayed until that has
 * ended; of several it overslept only the latest comes.
 * @throws RangeError for a cron string or time zone that is none.
 */
export function createScheduler(options: SchedulerOptions): Scheduler {
  const jobs = new Map(
    options.schedules.map((config) => [config.name, { config, times: parseCron(config.cron, config.timeZone) }]),
  );
  const runner = new ScheduleRunner(options);
  for (const job of jobs.values()) runner.start(job);
  return {
    async run(name) {
      const job = jobs.get(name);
      if (!job) throw new RangeError(`There is no schedule ${name}.`);
      return options.clock.track(runner.post(job, options.clock.now()));
    },
    close() {
      runner.close([...jobs.values()]);
    },
  };
}

class ScheduleRunner {
  readonly #clock: StudioClock;
  readonly #log: Pick<Log, 'warn'>;
  readonly #fetch: typeof fetch;
  readonly #closing = new AbortController();

  constructor(options: SchedulerOptions) {
    this.#clock = options.clock;
    this.#log = options.log;
    this.#fetch = options.fetch ?? fetch;
  }

  start(job: Job): void {
    this.#at(job, job.times.after(this.#clock.now()));
  }

  close(jobs: readonly Job[]): void {
    this.#closing.abort();
    for (const job of jobs) job.timer?.cancel();
  }

  /** One request. @throws TemporarilyUnavailable */
  async post(job: Job, scheduledAt: number): Promise<number> {
    const deadline = new AbortController();
    const timer = this.#clock.schedule(this.#clock.now() + ATTEMPT_DEADLINE_MS, () => deadline.abort(), {
      background: true,
    });
    try {
      const response = await this.#fetch(job.config.url, {
        method: 'POST',
        headers: {
          'User-Agent': 'Google-Cloud-Scheduler',
          'X-CloudScheduler': 'true',
          'X-CloudScheduler-JobName': job.config.name,
          'X-CloudScheduler-ScheduleTime': new Date(scheduledAt).toISOString(),
        },
        signal: AbortSignal.any([deadline.signal, this.#closing.signal]),
      });
      await response.arrayBuffer();
      return response.status;
    } catch (error) {
      throw new TemporarilyUnavailable(`Nobody answered for the schedule ${job.config.name}.`, { cause: error });
    } finally {
      timer.cancel();
    }
  }

  #at(job: Job, scheduledAt: number): void {
    if (this.#closing.signal.aborted) return;
    job.timer = this.#clock.schedule(scheduledAt, () => this.#attempt(job, scheduledAt, 1), { background: true });
  }

  async #attempt(job: Job, scheduledAt: number, attempt: number): Promise<void> {
    const succeeded = await this.#succeeds(job, scheduledAt, attempt);
    if (succeeded || attempt > (job.config.retryCount ?? 0)) {
      this.#at(job, this.#next(job, scheduledAt));
      return;
    }
    if (this.#closing.signal.aborted) return;
    const retryAt = this.#clock.now() + backoffMs(BACKOFF, attempt);
    job.timer = this.#clock.schedule(retryAt, () => this.#attempt(job, scheduledAt, attempt + 1), { background: true });
  }

  async #succeeds(job: Job, scheduledAt: number, attempt: number): Promise<boolean> {
    try {
      const status = await this.post(job, scheduledAt);
      if (status >= 200 && status < 300) return true;
      this.#log.warn('schedule.attempt-failed', { reason: job.config.name, attempt, status });
    } catch (error) {
      if (this.#closing.signal.aborted) return false;
      this.#log.warn('schedule.attempt-failed', { reason: job.config.name, attempt, error });
    }
    return false;
  }

  #next(job: Job, scheduledAt: number): number {
    const next = job.times.after(scheduledAt);
    const now = this.#clock.now();
    return next > now ? next : job.times.upTo(now);
  }
}
