import { TemporarilyUnavailable } from '@dovetail/core/domain/errors.ts';
import type { LogFields } from '@dovetail/core/ports/log.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StudioClock } from '../studio-clock.ts';
import { createScheduler, type ScheduleConfig, type Scheduler } from './scheduler.ts';

const START = Date.parse('2027-05-01T12:00:30Z');
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const SWEEP: ScheduleConfig = { name: 'sweep', cron: '*/2 * * * *', timeZone: 'UTC', url: 'http://worker.test/sweep' };

interface Firing {
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  /** Time of day. */
  readonly scheduledFor: string;
  readonly at: number;
}

let clock: StudioClock;
let scheduler: Scheduler | undefined;
let firings: Firing[];
let failures: LogFields[];
/** Status of the next answers, or what the network does instead. */
let answer: (firing: Firing, signal: AbortSignal) => number | Promise<number>;

beforeEach(() => {
  clock = new StudioClock(START);
  firings = [];
  failures = [];
  answer = () => 200;
});

afterEach(() => {
  scheduler?.close();
  clock.close();
});

/** The other end of the wire. */
const wire: typeof fetch = async (input, init) => {
  const { url, method, headers, signal } = new Request(input, init);
  const scheduledFor = (headers.get('x-cloudscheduler-scheduletime') ?? '').slice(11, 16);
  const firing = { url, method, headers, scheduledFor, at: clock.now() };
  firings.push(firing);
  return new Response(null, { status: await answer(firing, signal) });
};

function start(...schedules: ScheduleConfig[]): Scheduler {
  scheduler = createScheduler({
    clock,
    schedules,
    fetch: wire,
    log: { warn: (_action, fields) => failures.push(fields ?? {}) },
  });
  return scheduler;
}

const times = () => firings.map((firing) => firing.scheduledFor);

describe('a schedule', () => {
  it('fires a POST at each instant of its cron string', async () => {
    start(SWEEP);
    await clock.advance(6 * MINUTE);
    expect(times()).toEqual(['12:02', '12:04', '12:06']);
    expect(firings[0]).toMatchObject({ url: 'http://worker.test/sweep', method: 'POST' });
    expect(firings[0]?.headers.get('x-cloudscheduler-jobname')).toBe('sweep');
    expect(firings[0]?.headers.get('user-agent')).toBe('Google-Cloud-Scheduler');
  });

  it('fires beside the others, in its own zone', async () => {
    start(SWEEP, { ...SWEEP, name: 'audit', cron: '5 7 * * *', timeZone: 'America/Bogota' });
    await clock.advance(6 * MINUTE);
    expect(firings.map((firing) => firing.headers.get('x-cloudscheduler-jobname'))).toEqual([
      'sweep',
      'sweep',
      'audit',
      'sweep',
    ]);
  });

  it('does not keep the studio from being settled', () => {
    start({ ...SWEEP, cron: '* * * * *' });
    expect(clock.isSettled(DAY)).toBe(true);
  });

  it('waits for a firing that is still going on, and then takes up only the latest', async () => {
    clock.close();
    clock = new StudioClock(START, { patienceMs: 5 });
    const held = Promise.withResolvers<number>();
    answer = (firing) => (firing.scheduledFor === '12:02' ? held.promise : 200);
    start(SWEEP);
    clock.schedule(START + 9 * MINUTE, () => held.resolve(200));
    await clock.advance(12 * MINUTE);
    expect(times()).toEqual(['12:02', '12:08', '12:10', '12:12']);
  });
});

describe('a failed firing', () => {
  it('is reported, and the next one comes in its time', async () => {
    answer = (firing) => (firing.scheduledFor === '12:02' ? 500 : 200);
    start(SWEEP);
    await clock.advance(4 * MINUTE);
    expect(times()).toEqual(['12:02', '12:04']);
    expect(failures).toEqual([{ reason: 'sweep', attempt: 1, status: 500 }]);
  });

  it('is repeated with backoff for the same instant, as often as the schedule says', async () => {
    answer = () => 500;
    start({ ...SWEEP, cron: '2 12 * * *', retryCount: 2 });
    await clock.advance(60 * MINUTE);
    expect(times()).toEqual(['12:02', '12:02', '12:02']);
    const [first, second, third] = firings.map((firing) => firing.at) as [number, number, number];
    expect(second - first).toBeGreaterThanOrEqual(5_000);
    expect(third - second).toBeGreaterThanOrEqual(10_000);
    expect(failures.map((failure) => failure.attempt)).toEqual([1, 2, 3]);
  });

  it('is not repeated once it succeeds', async () => {
    answer = () => (firings.length === 1 ? 503 : 200);
    start({ ...SWEEP, cron: '2 12 * * *', retryCount: 5 });
    await clock.advance(60 * MINUTE);
    expect(firings).toHaveLength(2);
  });

  it('may be one that nobody answered', async () => {
    answer = () => Promise.reject(new TypeError('fetch failed'));
    start(SWEEP);
    await clock.advance(2 * MINUTE);
    expect(failures).toMatchObject([{ reason: 'sweep', error: expect.any(TemporarilyUnavailable) }]);
  });
});

describe('a firing that is never answered', () => {
  it('is cut after three minutes', async () => {
    clock.close();
    clock = new StudioClock(START, { patienceMs: 5 });
    answer = ({ scheduledFor }, signal) =>
      scheduledFor === '12:02'
        ? new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
        : 200;
    start(SWEEP);
    await clock.advance(6 * MINUTE);
    expect(times()).toEqual(['12:02', '12:04', '12:06']);
    expect(firings[1]?.at).toBeGreaterThanOrEqual(Date.parse('2027-05-01T12:05:00Z'));
    expect(failures).toMatchObject([{ attempt: 1, error: expect.any(TemporarilyUnavailable) }]);
  });
});

describe('running a schedule by hand', () => {
  it('fires it now and tells the status', async () => {
    answer = () => 204;
    expect(await start(SWEEP).run('sweep')).toBe(204);
    expect(times()).toEqual(['12:00']);
  });

  it('tells a failure without repeating it', async () => {
    answer = () => 500;
    expect(await start({ ...SWEEP, retryCount: 3 }).run('sweep')).toBe(500);
    await clock.advance(MINUTE);
    expect(firings).toHaveLength(1);
  });

  it('fails when nobody answers', async () => {
    answer = () => Promise.reject(new TypeError('fetch failed'));
    await expect(start(SWEEP).run('sweep')).rejects.toThrow(TemporarilyUnavailable);
  });

  it('knows only its own schedules', async () => {
    await expect(start(SWEEP).run('nightly')).rejects.toThrow(RangeError);
  });
});

describe('closing', () => {
  it('ends all firing', async () => {
    start(SWEEP).close();
    await clock.advance(DAY);
    expect(firings).toEqual([]);
  });
});

it('passes a month of two-minute firings in one advance', async () => {
  start(SWEEP);
  await clock.advance(30 * DAY);
  expect(firings).toHaveLength(21_600);
});
