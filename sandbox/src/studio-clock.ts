import { setImmediate as turnOfEventLoop } from 'node:timers/promises';
import type { Clock } from '@dovetail/core/ports/clock.ts';
import { TimerList } from './timer-list.ts';

/** Something the studio will do at an instant of its own time. */
export interface Timer {
  /** Does nothing once it has fired. */
  cancel(): void;
}

export interface StudioClockOptions {
  /** Told what a timer threw while nobody advanced the clock. Without it the error is thrown uncaught. */
  readonly onError?: (error: unknown) => void;
  /** Real milliseconds that `advance` waits for running work before it moves on without it. Default 30,000. */
  readonly patienceMs?: number;
}

interface Entry {
  readonly at: number;
  readonly sequence: number;
  readonly background: boolean;
  readonly run: () => unknown;
}

/** Work under way. `overdue` once an advance has lost patience with it. */
interface Work {
  overdue: boolean;
}

/** The longest delay a Node timer takes. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/**
 * The one clock of the local studio: real time plus an offset that `advance` moves. Everything that waits in the
 * studio (tasks, schedules, pushes, webhook retries) waits here, so advancing can step through it all in order, and
 * `settled` can tell whether anything is still going on. Real time goes on flowing during an advance; what an instant's
 * work takes of it is not added to the distance.
 */
export class StudioClock implements Clock {
  readonly #onError: (error: unknown) => void;
  readonly #patienceMs: number;
  readonly #timers = new TimerList<Entry>();
  readonly #running = new Set<Work>();
  readonly #sleepers = new Set<() => void>();
  readonly #listeners = new Set<() => void>();
  #offset: number;
  #sequence = 0;
  #wakeup: NodeJS.Timeout | undefined;
  /** The timer that `#wakeup` waits for. */
  #awaited: Entry | undefined;
  /** Settles when the last advance that was asked for is over. */
  #lastAdvance: Promise<unknown> = Promise.resolve();
  #advancesLeft = 0;
  /** What timers threw during the present advance; undefined when there is none. */
  #thrown: unknown[] | undefined;
  #closed = false;

  /** @param startAt the instant the studio's time begins at, in milliseconds since 1970; real time when absent. */
  constructor(startAt?: number, options: StudioClockOptions = {}) {
    this.#offset = startAt === undefined ? 0 : startAt - Date.now();
    this.#onError = options.onError ?? throwUncaught;
    this.#patienceMs = options.patienceMs ?? 30_000;
  }

  now(): number {
    return Date.now() + this.#offset;
  }

  /**
   * Runs `run` once, when the studio's time reaches `at`. What it returns is awaited and counts as activity; what it
   * throws fails the present advance, or goes to `onError`. Background timers (recurring schedules) are stepped through
   * like others but do not keep the studio from being settled.
   * @throws RangeError when `at` is not an instant.
   */
  schedule(at: number, run: () => unknown, options: { background?: boolean } = {}): Timer {
    if (Number.isNaN(at)) throw new RangeError('A timer needs an instant.');
    const entry: Entry = { at, sequence: this.#sequence++, background: options.background ?? false, run };
    if (!this.#closed) this.#timers.add(entry);
    this.#arm();
    return {
      cancel: () => {
        this.#timers.remove(entry);
        this.#arm();
        this.#notify();
      },
    };
  }

  /** Counts `work` as activity until it settles. Answers with the same promise. */
  async track<T>(work: Promise<T>): Promise<T> {
    const mark: Work = { overdue: false };
    this.#running.add(mark);
    try {
      return await work;
    } finally {
      this.#running.delete(mark);
      this.#notify();
    }
  }

  /** Waits for `ms` of the studio's time, or until the clock is closed. */
  sleep(ms: number): Promise<void> {
    if (this.#closed) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        this.#sleepers.delete(wake);
        resolve();
      };
      this.#sleepers.add(wake);
      this.schedule(this.now() + ms, wake);
    });
  }

  /** True when nobody advances the clock, nothing runs, and nothing but background timers is due within `horizonMs`. */
  isSettled(horizonMs: number): boolean {
    if (this.#advancesLeft > 0 || this.#running.size > 0) return false;
    return !this.#timers.someDue(this.now() + horizonMs, (entry) => !entry.background);
  }

  /** Resolves to true once settled, to false when that takes more than `timeoutMs` of real time. */
  settled(horizonMs: number, timeoutMs: number): Promise<boolean> {
    return this.#until(() => this.isSettled(horizonMs), timeoutMs);
  }

  /**
   * Moves time forward by `ms`, instant by instant: fires what falls due, waits until all work has settled, and goes on
   * to the next. What is scheduled on the way and falls due before the end is met too. Advances asked for meanwhile
   * wait their turn. To be called from outside: work that waits for an advance holds it up until its patience ends.
   * @throws RangeError when `ms` is negative or not finite; what a timer threw on the way (an AggregateError when
   * several did), leaving the clock at that instant.
   */
  async advance(ms: number): Promise<void> {
    if (!Number.isFinite(ms) || ms < 0)
      throw new RangeError('The clock moves forward only, by a number of milliseconds.');
    this.#advancesLeft++;
    const turn = this.#lastAdvance.then(() => this.#advance(ms));
    this.#lastAdvance = turn.catch(() => undefined);
    await turn;
  }

  /** Forgets all timers and wakes all sleepers. Nothing is scheduled any more. */
  close(): void {
    this.#closed = true;
    this.#timers.clear();
    clearTimeout(this.#wakeup);
    for (const wake of [...this.#sleepers]) wake();
    this.#notify();
  }

  async #advance(ms: number): Promise<void> {
    const target = this.now() + ms;
    const thrown: unknown[] = [];
    this.#thrown = thrown;
    try {
      for (;;) {
        await this.#workDone();
        if (thrown.length > 0)
          throw thrown.length === 1 ? thrown[0] : new AggregateError(thrown, 'Several timers failed.');
        const next = this.#timers.first;
        if (!next || next.at > target) break;
        this.#moveTo(next.at);
        this.#fire(next.at);
      }
      this.#moveTo(target);
    } finally {
      this.#thrown = undefined;
      this.#advancesLeft--;
      this.#arm();
      this.#notify();
    }
  }

  #moveTo(instant: number): void {
    this.#offset += Math.max(0, instant - this.now());
    this.#awaited = undefined;
  }

  /** Waits for the next timer in real time. */
  #arm(): void {
    const next = this.#timers.first;
    if (next && next === this.#awaited) return;
    clearTimeout(this.#wakeup);
    this.#awaited = next;
    if (!next) return;
    const delay = Math.min(Math.max(next.at - this.now(), 0), LONGEST_TIMEOUT_MS);
    this.#wakeup = setTimeout(() => {
      this.#awaited = undefined;
      this.#fire(this.now());
    }, delay);
  }

  #fire(instant: number): void {
    for (const entry of this.#timers.takeDue(instant)) {
      this.track(Promise.resolve().then(entry.run)).catch((error: unknown) => {
        if (this.#thrown) this.#thrown.push(error);
        else this.#onError(error);
      });
    }
    this.#arm();
  }

  /** Resolves when nothing runs that is not overdue, and whatever just ended has had its consequences. */
  async #workDone(): Promise<void> {
    const isDone = () => [...this.#running].every((work) => work.overdue);
    do {
      if (!(await this.#until(isDone, this.#patienceMs))) for (const work of this.#running) work.overdue = true;
      await turnOfEventLoop();
    } while (!isDone() && !this.#closed);
  }

  #until(condition: () => boolean, timeoutMs: number): Promise<boolean> {
    if (condition() || this.#closed) return Promise.resolve(true);
    return new Promise((resolve) => {
      const finish = (result: boolean) => {
        this.#listeners.delete(check);
        clearTimeout(timeout);
        resolve(result);
      };
      const check = () => {
        if (condition() || this.#closed) finish(true);
      };
      const timeout = setTimeout(() => finish(condition()), timeoutMs);
      this.#listeners.add(check);
    });
  }

  #notify(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

function throwUncaught(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
