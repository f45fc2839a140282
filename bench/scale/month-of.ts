import type { Cost } from '../metered-studio.ts';
import type { PollCosts } from './measure-polls.ts';
import { PRICES } from './prices.ts';

const DAYS = 30;
const SECONDS = DAYS * 86_400;
const GIB = 2 ** 30;

/** What is taken for given, because no benchmark on one machine can tell. */
export const ASSUMED = {
  /** Every so manieth poll finds one entry changed: of a feed of 40 entries, one in two days. */
  pollsPerChange: 96,
  /** Milliseconds a platform takes to answer. */
  answerMs: 500,
  /** Requests that one instance serves at once, and the share of its processor that they may take together. */
  concurrency: 40,
  busyShare: 0.6,
  memoryGib: 0.5,
  /** Cloud Run's line of a request and ours of a task, with the labels they get. */
  loggedBytes: 1_500,
} as const;

/** What a month is billed, by kind, in USD. */
export interface Month {
  readonly operations: Cost;
  readonly vcpuSeconds: number;
  readonly usd: {
    readonly documents: number;
    readonly tasks: number;
    readonly computing: number;
    readonly logs: number;
    readonly storage: number;
    readonly all: number;
  };
}

/** Thirty days of so many feeds, each polled every `pollMinutes`. Pure. */
export function monthOf(feeds: number, pollMinutes: number, { unchanged, changed, storedBytes }: PollCosts): Month {
  const polls = (feeds * DAYS * 1_440) / pollMinutes;
  const mixed = (a: number, b: number) => a + (b - a) / ASSUMED.pollsPerChange;
  const all = (what: keyof Cost) => polls * mixed(unchanged.cost[what], changed.cost[what]);
  const operations = { reads: all('reads'), writes: all('writes'), deletes: all('deletes'), tasks: all('tasks') };
  const vcpuSeconds = SECONDS * instancesFor(polls / SECONDS, mixed(unchanged.cpuMs, changed.cpuMs));
  const { reads, writes, deletes, tasks } = operations;
  const usd = {
    documents: reads * PRICES.read + writes * PRICES.write + deletes * PRICES.delete,
    tasks: tasks * PRICES.task,
    computing: vcpuSeconds * (PRICES.vcpuSecond + ASSUMED.memoryGib * PRICES.gibSecond),
    logs: ((polls * ASSUMED.loggedBytes) / GIB) * PRICES.loggedGib,
    storage: ((feeds * storedBytes) / GIB) * PRICES.storedGibMonth,
  };
  return { operations, vcpuSeconds, usd: { ...usd, all: Object.values(usd).reduce((sum, each) => sum + each, 0) } };
}

/** Instances of one vCPU that are billed at any moment: as many as wait for a platform, or as many as work. */
function instancesFor(pollsPerSecond: number, cpuMs: number): number {
  const underWay = (pollsPerSecond * (ASSUMED.answerMs + cpuMs)) / 1_000;
  const waiting = Math.max(Math.min(underWay, 1), underWay / ASSUMED.concurrency);
  return Math.max(waiting, (pollsPerSecond * cpuMs) / 1_000 / ASSUMED.busyShare);
}
