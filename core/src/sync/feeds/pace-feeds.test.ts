import { describe, expect, it } from 'vitest';
import type { HostState } from '../../domain/feed-host.ts';
import { type DueFeed, FeedPacer, type FeedRead } from './pace-feeds.ts';

const SCHEDULED = Date.parse('2027-05-01T12:00:00Z');
const NOW = SCHEDULED + 700;
const MINUTE = 60_000;

function due(id: string, part: Partial<DueFeed['feed']> = {}, tenantId = 'casa'): DueFeed {
  return {
    tenantId,
    feed: {
      id,
      url: 'https://feeds.example/a.ics',
      paused: false,
      status: 'healthy',
      nextPollAt: '2027-05-01T11:58:00Z',
      ...part,
    },
  };
}
const feeds = (count: number) => Array.from({ length: count }, (_, index) => due(`feed-${index}`));

function planAll(
  all: readonly DueFeed[],
  at: { scheduled?: number; now?: number; states?: Record<string, HostState> } = {},
): FeedRead[] {
  const states = new Map(Object.entries(at.states ?? {}));
  const pacer = new FeedPacer(at.now ?? NOW, at.scheduled ?? SCHEDULED, states);
  return all.flatMap((each) => pacer.plan(each) ?? []);
}
const delays = (reads: readonly FeedRead[], now = NOW) => reads.map(({ runAt = now }) => runAt - now);

describe('the pace of a host', () => {
  it('is five reads a second, in the order the feeds fell due', () => {
    const reads = planAll(feeds(100));
    expect(reads.map(({ feedId }) => feedId)).toEqual(feeds(100).map(({ feed }) => feed.id));
    delays(reads).forEach((delay, index) => {
      expect(Math.floor(delay / 200)).toBe(index);
    });
    expect(new Set(delays(reads).map((delay) => delay % 200)).size).toBeGreaterThan(30);
  });

  it('is its own, whoever its tenants are', () => {
    const [one, other, same] = delays(
      planAll([due('a'), due('b', { url: 'https://elsewhere.example/b.ics' }), due('a', {}, 'loft')]),
    );
    expect(one).toBeLessThan(200);
    expect(other).toBeLessThan(200);
    expect(same).toBeGreaterThanOrEqual(200);
  });

  it('leaves for later what would run after more than ten minutes', () => {
    expect(planAll(feeds(4_000))).toHaveLength(3_001);
  });

  it('does not count what may be at private addresses', () => {
    const reads = planAll(feeds(20).map(({ feed }) => due(feed.id, { allowPrivate: true })));
    expect(reads).toHaveLength(20);
    expect(delays(reads)).toEqual(Array(20).fill(0));
  });
});

describe('the name of a read', () => {
  it('is the same when a schedule fires twice', () => {
    const names = (now: number) => planAll(feeds(9), { now }).map(({ taskName }) => taskName);
    expect(names(NOW + 30_000)).toEqual(names(NOW));
    expect(new Set(names(NOW)).size).toBe(9);
  });

  it('makes four an hour at most, however often a feed is due', () => {
    const names = Array.from({ length: 60 }, (_, minute) =>
      planAll([due('a', { nextPollAt: new Date(SCHEDULED + minute * MINUTE).toISOString() })], {
        scheduled: SCHEDULED + minute * MINUTE,
      }).map(({ taskName }) => taskName),
    );
    expect(new Set(names.flat()).size).toBe(4);
  });

  it('stays while a feed waits in a long line that the next firing finds again', () => {
    const first = planAll(feeds(3_000));
    const later = SCHEDULED + 5 * MINUTE;
    const second = planAll(feeds(3_000).slice(1_500), { scheduled: later, now: later + 700 });
    expect(second.map(({ taskName }) => taskName)).toEqual(first.slice(1_500).map(({ taskName }) => taskName));
  });
});

describe('what is not read', () => {
  it.each([
    ['paused', due('a', { paused: true })],
    ['parked', due('a', { status: 'parked' })],
  ])('is a feed that is %s', (_why, feed) => {
    expect(planAll([feed])).toEqual([]);
  });

  it('is not a feed whose removal has to go on', () => {
    const states = { 'feeds.example': 'open' } as const;
    expect(planAll([due('a', { paused: true, removing: 'release' })], { states })).toHaveLength(1);
  });

  it('is any feed of a host that is open, and of its alone', () => {
    const other = due('b', { host: 'elsewhere.example' });
    const reads = planAll([due('a'), other], { states: { 'feeds.example': 'open' } });
    expect(reads.map(({ feedId }) => feedId)).toEqual(['b']);
  });

  it('is every feed but one of a host that is tried again', () => {
    const reads = planAll(feeds(5), { states: { 'feeds.example': 'half-open' } });
    expect(reads).toMatchObject([{ feedId: 'feed-0', probes: 'feeds.example' }]);
  });
});
