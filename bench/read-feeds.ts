import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type ReadOptions, readFeed } from '@dovetail/core/ical/read-feed.ts';
import { semanticHash } from '@dovetail/core/ical/semantic-hash.ts';
import { sync } from 'node-ical';
import type { Benchmark, Figure } from './figure.ts';
import { airbnbFeed, googleFeed } from './read-feeds/made-feeds.ts';

const EVENTS = 10_000;
const SIZES = [100, 1_000, 10_000, 100_000] as const;
const ROUNDS = { full: 25, quick: 8 };
const ROOM = { kind: 'nightly', timeZone: 'America/Bogota' } as const;
const BAY = { kind: 'timed', timeZone: 'America/New_York' } as const;
const OPTIONS: ReadOptions = { window: { from: '2026-12-01', to: '2029-01-01' } };
/** Where it is installed. It gives names and texts, and understands none of them. */
const ICAL_JS: string = 'ical.js';
const icalJs: { default: { parse(text: string): unknown } } | undefined = await import(ICAL_JS).catch(() => undefined);

/**
 * Reading feeds, with every guard on, against the libraries as they come: all get the same bytes, take turns, and the
 * fastest turn of each counts. A platform's feed of dates is to take a quarter of node-ical's time at most; one of zones
 * and series, which node-ical parses and we also expand, no more than all of it.
 */
export const readFeeds: Benchmark = {
  name: 'read-feeds',
  async run({ quick, progress }) {
    const rounds = quick ? ROUNDS.quick : ROUNDS.full;
    progress(`${EVENTS} events of each kind, ${rounds} rounds`);
    return [
      ...compare('dates of a platform', airbnbFeed(EVENTS), ROOM, rounds, 1 / 4),
      ...compare('zones', googleFeed(EVENTS, EVENTS), BAY, rounds, 1),
      ...compare('zones and series', googleFeed(EVENTS, 10), BAY, rounds, 1),
      ...SIZES.flatMap((events) => measureSize(events, rounds)),
    ];
  },
};

function compare(
  what: string,
  feed: string,
  resource: typeof ROOM | typeof BAY,
  rounds: number,
  share: number,
): Figure[] {
  const bytes = Buffer.from(feed);
  const { vevents, eventsRead, setAside } = readFeed(bytes, resource, OPTIONS);
  if (vevents !== EVENTS || eventsRead !== EVENTS || setAside.length > 0) throw new Error(`${what}: not all was read`);
  const { ours, hash, nodeIcal, tokens } = fastest(rounds, {
    ours: () => readFeed(bytes, resource, OPTIONS),
    hash: () => semanticHash(bytes),
    nodeIcal: () => sync.parseICS(bytes.toString()),
    tokens: () => icalJs?.default.parse(bytes.toString()),
  });
  const speed = (ms: number) => ({ eventsPerSecond: (EVENTS * 1000) / ms, mbPerSecond: bytes.length / 1000 / ms });
  return [
    { name: `${what}, read`, measured: speed(ours) },
    { name: `${what}, found unchanged`, measured: speed(hash) },
    { name: `${what}, by node-ical`, measured: speed(nodeIcal) },
    ...(icalJs ? [{ name: `${what}, tokens only, by ical.js`, measured: speed(tokens) }] : []),
    {
      ...{ name: `${what}, time against node-ical`, measured: { ratio: ours / nodeIcal }, atMost: { ratio: share } },
      missedBecause: 'of our time over a quarter makes the hash by which the next poll knows that nothing changed',
    },
  ];
}

function measureSize(events: number, rounds: number): Figure[] {
  const bytes = Buffer.from(airbnbFeed(events));
  const { read, unchanged } = fastest(Math.min(rounds, 10), {
    read: () => readFeed(bytes, ROOM, OPTIONS),
    unchanged: () => semanticHash(bytes),
  });
  const script = fileURLToPath(new URL('read-feeds/peak-memory.ts', import.meta.url));
  const peak = Number(execFileSync(process.execPath, [script, String(events)], { encoding: 'utf8' }));
  return [
    { name: `${events} events`, measured: { read, unchanged }, unit: 'ms' },
    { name: `${events} events, whole process`, measured: { peak }, unit: 'MB', atMost: { peak: 512 } },
  ];
}

/** The fewest milliseconds each took: whatever else the machine does makes a round slower, never faster. */
function fastest<Name extends string>(rounds: number, works: Record<Name, () => unknown>): Record<Name, number> {
  const names = Object.keys(works) as Name[];
  const best = Object.fromEntries(names.map((name) => [name, Number.POSITIVE_INFINITY])) as Record<Name, number>;
  for (let round = 0; round < rounds; round++) {
    for (const name of names) {
      const startedAt = performance.now();
      works[name]();
      best[name] = Math.min(best[name], performance.now() - startedAt);
    }
  }
  return best;
}
