import type { Clock } from '@dovetail/core/ports/clock.ts';
import type { Timer } from '../studio-clock.ts';
import { TimerList } from '../timer-list.ts';
import { Flights } from './flights.ts';

interface Entry {
  readonly at: number;
  readonly sequence: number;
  readonly run: () => unknown;
}

/**
 * Time that passes only from one timer to the next, with nothing of the real one in it: all that happens is started by a
 * timer, one at a time, in an order that depends on nothing but the timers. What a timer starts runs until everything
 * waits for timers again, so nothing may wait for anything else.
 */
export class VirtualTime implements Clock {
  /** Work on a wire, during which it is the same instant. */
  readonly flights = new Flights();
  readonly #timers = new TimerList<Entry>();
  readonly #thrown: unknown[] = [];
  #now: number;
  #sequence = 0;

  /** @param startAt milliseconds since 1970. */
  constructor(startAt: number) {
    this.#now = startAt;
  }

  now(): number {
    return this.#now;
  }

  /** Runs `run` at an instant; at once, if that is past. What it throws ends the simulation. */
  schedule(at: number, run: () => unknown): Timer {
    const entry: Entry = { at: Math.max(at, this.#now), sequence: this.#sequence++, run };
    this.#timers.add(entry);
    return { cancel: () => this.#timers.remove(entry) };
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.schedule(this.#now + ms, resolve));
  }

  /** All work is known by its timers. */
  track<T>(work: Promise<T>): Promise<T> {
    return work;
  }

  /** Lets everything happen that is due within `ms`. @throws what a timer threw. */
  async advance(ms: number): Promise<void> {
    const target = this.#now + ms;
    await undefined;
    for (let next = this.#timers.first; next && next.at <= target; next = this.#timers.first) {
      this.#timers.remove(next);
      this.#now = next.at;
      this.#start(next);
      await settled();
      while (this.flights.areUp) {
        await this.flights.landed();
        await settled();
      }
      if (this.#thrown.length > 0) throw this.#thrown[0];
    }
    this.#now = target;
  }

  #start({ run }: Entry): void {
    try {
      const work = run();
      if (work instanceof Promise) work.catch((error: unknown) => this.#thrown.push(error));
    } catch (error) {
      this.#thrown.push(error);
    }
  }
}

/**
 * Resolves once every promise that can go on has gone on: Node calls ticks that were asked for by a promise's reaction when
 * no other reaction is left. A turn of the event loop would do the same, at many times the cost.
 */
function settled(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}
