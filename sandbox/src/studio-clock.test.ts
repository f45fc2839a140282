import { setImmediate as turnOfEventLoop } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { StudioClock, type StudioClockOptions } from './studio-clock.ts';

const START = Date.parse('2027-05-01T12:00:00Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

let clock: StudioClock;

function startClock(options: StudioClockOptions = {}): StudioClock {
  clock = new StudioClock(START, options);
  return clock;
}

afterEach(() => clock.close());

/** A promise and the means to settle it. */
function gate(): { opened: Promise<void>; open: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}

describe('telling the time', () => {
  it('begins at the instant it is given and flows with real time', async () => {
    startClock();
    expect(clock.now()).toBeGreaterThanOrEqual(START);
    expect(clock.now()).toBeLessThan(START + MINUTE);
    await clock.sleep(5);
    expect(clock.now()).toBeGreaterThanOrEqual(START + 5);
  });

  it('is real time when it is given no start', () => {
    clock = new StudioClock();
    expect(Math.abs(clock.now() - Date.now())).toBeLessThan(MINUTE);
  });
});

describe('advancing', () => {
  it('fires timers in the order they fall due, each at its instant', async () => {
    startClock();
    const fired: [string, number][] = [];
    const note = (name: string) => () => void fired.push([name, Math.floor((clock.now() - START) / MINUTE)]);
    clock.schedule(START + 30 * MINUTE, note('third'));
    clock.schedule(START + 10 * MINUTE, note('first'));
    clock.schedule(START + 20 * MINUTE, note('second'));
    clock.schedule(START + 20 * MINUTE, note('second, added later'));
    await clock.advance(HOUR);
    expect(fired).toEqual([
      ['first', 10],
      ['second', 20],
      ['second, added later', 20],
      ['third', 30],
    ]);
  });

  it('leaves what falls due after its end', async () => {
    startClock();
    let fired = false;
    clock.schedule(START + 2 * HOUR, () => {
      fired = true;
    });
    await clock.advance(HOUR);
    expect(fired).toBe(false);
    expect(clock.now()).toBeLessThan(START + 2 * HOUR);
    await clock.advance(HOUR);
    expect(fired).toBe(true);
  });

  it('meets what is scheduled on the way', async () => {
    startClock();
    const instants: number[] = [];
    const every = (at: number) =>
      clock.schedule(at, () => {
        instants.push(at - START);
        every(at + 10 * MINUTE);
      });
    every(START + 10 * MINUTE);
    await clock.advance(35 * MINUTE);
    expect(instants).toEqual([10 * MINUTE, 20 * MINUTE, 30 * MINUTE]);
  });

  it('waits for the work of an instant before it goes on to the next', async () => {
    startClock();
    const log: string[] = [];
    clock.schedule(START + MINUTE, async () => {
      log.push('task starts');
      for (let turn = 0; turn < 5; turn++) await turnOfEventLoop();
      log.push('task ends');
    });
    clock.schedule(START + 2 * MINUTE, () => void log.push('next'));
    await clock.advance(HOUR);
    expect(log).toEqual(['task starts', 'task ends', 'next']);
  });

  it('lets work that sleeps a little wake up on the way', async () => {
    startClock();
    let woken = false;
    clock.schedule(START + MINUTE, async () => {
      await clock.sleep(10);
      woken = true;
    });
    await clock.advance(2 * MINUTE);
    expect(woken).toBe(true);
  });

  it('ends exactly as far as asked, however long the work took', async () => {
    startClock();
    clock.schedule(START + MINUTE, () => clock.sleep(200));
    const before = clock.now();
    await clock.advance(DAY);
    expect(clock.now() - before).toBeGreaterThanOrEqual(DAY);
    expect(clock.now() - before).toBeLessThan(DAY + 200);
  });

  it('takes concurrent advances one after the other', async () => {
    startClock();
    const order: string[] = [];
    const held = gate();
    clock.schedule(START + 10 * MINUTE, () => held.opened);
    const first = clock.advance(HOUR).then(() => order.push('first'));
    const second = clock.advance(HOUR).then(() => order.push('second'));
    held.open();
    await Promise.all([first, second]);
    expect(order).toEqual(['first', 'second']);
    expect(clock.now()).toBeGreaterThanOrEqual(START + 2 * HOUR);
  });

  it('moves on without work that exhausts its patience', async () => {
    startClock({ patienceMs: 10 });
    const held = gate();
    let deadlineMet = false;
    clock.schedule(START + MINUTE, () => held.opened);
    clock.schedule(START + 10 * MINUTE, () => {
      deadlineMet = true;
      held.open();
    });
    await clock.advance(HOUR);
    expect(deadlineMet).toBe(true);
  });

  it('refuses to move backward', async () => {
    startClock();
    await expect(clock.advance(-1)).rejects.toThrow(RangeError);
    await expect(clock.advance(Number.NaN)).rejects.toThrow(RangeError);
  });

  it('steps through a month of a two-minute schedule and every timer of it', async () => {
    startClock();
    let firings = 0;
    const every = (at: number) =>
      clock.schedule(
        at,
        async () => {
          firings++;
          every(at + 2 * MINUTE);
        },
        { background: true },
      );
    every(START + 2 * MINUTE);
    await clock.advance(30 * DAY);
    expect(firings).toBe((30 * DAY) / (2 * MINUTE));
  });
});

describe('timers', () => {
  it('fire by themselves as real time passes', async () => {
    startClock();
    const fired = gate();
    clock.schedule(clock.now() + 5, fired.open);
    await fired.opened;
    expect(clock.now()).toBeGreaterThanOrEqual(START + 5);
  });

  it('fire at once when their instant is past', async () => {
    startClock();
    const fired = gate();
    clock.schedule(START - HOUR, fired.open);
    await fired.opened;
  });

  it('do not fire once cancelled', async () => {
    startClock();
    const fired: string[] = [];
    const unwanted = clock.schedule(START + MINUTE, () => void fired.push('unwanted'));
    clock.schedule(START + MINUTE, () => void fired.push('wanted'));
    unwanted.cancel();
    await clock.advance(HOUR);
    unwanted.cancel();
    expect(fired).toEqual(['wanted']);
  });

  it('need an instant', () => {
    startClock();
    expect(() => clock.schedule(Number.NaN, () => undefined)).toThrow(RangeError);
  });
});

describe('what a timer throws', () => {
  it('fails the advance that met it, and leaves the clock at that instant', async () => {
    startClock();
    let later = false;
    clock.schedule(START + MINUTE, async () => {
      throw new Error('broken');
    });
    clock.schedule(START + HOUR, () => {
      later = true;
    });
    await expect(clock.advance(2 * HOUR)).rejects.toThrow('broken');
    expect(later).toBe(false);
    expect(clock.now()).toBeLessThan(START + HOUR);
  });

  it('does not stand in the way of the next advance', async () => {
    startClock();
    clock.schedule(START + MINUTE, () => {
      throw new Error('broken');
    });
    const [first, second] = await Promise.allSettled([clock.advance(HOUR), clock.advance(HOUR)]);
    expect([first.status, second.status]).toEqual(['rejected', 'fulfilled']);
  });

  it('names every error when several timers of an instant fail', async () => {
    startClock();
    for (const name of ['one', 'two']) {
      clock.schedule(START + MINUTE, () => {
        throw new Error(name);
      });
    }
    await expect(clock.advance(HOUR)).rejects.toThrow(AggregateError);
  });

  it('goes to the error handler when nobody is advancing', async () => {
    const { promise, resolve } = Promise.withResolvers<unknown>();
    startClock({ onError: resolve });
    const failure = new Error('broken');
    clock.schedule(START, () => Promise.reject(failure));
    expect(await promise).toBe(failure);
  });

  it('does not come from tracked work, whose caller has it', async () => {
    startClock();
    await expect(clock.track(Promise.reject(new Error('mine')))).rejects.toThrow('mine');
    await clock.advance(MINUTE);
  });
});

describe('being settled', () => {
  it('waits for tracked work', async () => {
    startClock();
    const held = gate();
    void clock.track(held.opened);
    expect(clock.isSettled(0)).toBe(false);
    const settled = clock.settled(0, 10_000);
    held.open();
    expect(await settled).toBe(true);
    expect(clock.isSettled(0)).toBe(true);
  });

  it('waits for timers within its horizon and not for later ones', async () => {
    startClock();
    clock.schedule(clock.now() + 20, () => undefined);
    clock.schedule(START + HOUR, () => undefined);
    expect(clock.isSettled(5_000)).toBe(false);
    expect(await clock.settled(5_000, 10_000)).toBe(true);
    expect(clock.isSettled(2 * HOUR)).toBe(false);
  });

  it('does not wait for background timers, but does for their work', async () => {
    startClock();
    const held = gate();
    clock.schedule(START + 1, () => held.opened, { background: true });
    expect(clock.isSettled(5_000)).toBe(true);
    const advanced = clock.advance(10);
    const settled = clock.settled(5_000, 10_000);
    expect(clock.isSettled(5_000)).toBe(false);
    held.open();
    await advanced;
    expect(await settled).toBe(true);
  });

  it('comes with the cancelling of the last timer', async () => {
    startClock();
    const timer = clock.schedule(START + MINUTE, () => undefined);
    const settled = clock.settled(HOUR, 10_000);
    timer.cancel();
    expect(await settled).toBe(true);
  });

  it('is denied when it does not come in time', async () => {
    startClock();
    clock.schedule(START + HOUR, () => undefined);
    expect(await clock.settled(2 * HOUR, 5)).toBe(false);
  });

  it('is denied while the clock is being advanced', async () => {
    startClock();
    const advanced = clock.advance(HOUR);
    expect(clock.isSettled(0)).toBe(false);
    await advanced;
    expect(clock.isSettled(0)).toBe(true);
  });
});

describe('closing', () => {
  it('forgets timers and takes no new ones', async () => {
    startClock();
    let fired = 0;
    clock.schedule(START + MINUTE, () => fired++);
    clock.close();
    clock.schedule(START + MINUTE, () => fired++);
    await clock.advance(HOUR);
    expect(fired).toBe(0);
  });

  it('wakes sleepers and ends an advance that waits', async () => {
    startClock();
    const sleep = clock.sleep(HOUR);
    clock.schedule(START + MINUTE, () => new Promise(() => undefined));
    const advanced = clock.advance(2 * HOUR);
    clock.close();
    await Promise.all([sleep, advanced]);
  });
});
