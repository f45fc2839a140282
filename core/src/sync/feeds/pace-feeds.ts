import type { Feed } from '../../domain/feed.ts';
import type { HostState } from '../../domain/feed-host.ts';
import { digest, taskNameOf } from '../../domain/identity.ts';
import { pacedHostOf } from './feed-host.ts';

/** A feed whose time has come. */
export interface DueFeed {
  readonly tenantId: string;
  readonly feed: Pick<Feed, 'id' | 'url' | 'host' | 'allowPrivate' | 'paused' | 'status' | 'removing' | 'nextPollAt'>;
}

/** One read to enqueue. */
export interface FeedRead {
  readonly tenantId: string;
  readonly feedId: string;
  /** The `nextPollAt` it is for. */
  readonly dueAt: string;
  readonly taskName: string;
  /** Milliseconds since 1970; absent means now. */
  readonly runAt?: number;
  /** Set when this read tries a host that failed: nothing else of it is read meanwhile. */
  readonly probes?: string;
}

/** Milliseconds between two reads of one host: five a second. */
export const HOST_SLOT_MS = 200;
/** One read of a feed by schedule in each: four an hour. */
const WINDOW_MS = 15 * 60_000;
/** What would run later than this is left due: the next firings find it, and a breaker that opens meanwhile stops it. */
const HORIZON_MS = 10 * 60_000;

/**
 * Decides, feed by feed in the order they fell due, when each is read. Hosts get at most five reads a second and a feed
 * at most one in a quarter of an hour; what waits from an earlier firing takes the slots it had. Pure but for counting.
 */
export class FeedPacer {
  readonly #now: number;
  readonly #scheduledAt: number;
  readonly #states: ReadonlyMap<string, HostState>;
  readonly #taken = new Map<string, number>();

  /** `states` of the hosts that are not closed; times are milliseconds since 1970. */
  constructor(now: number, scheduledAt: number, states: ReadonlyMap<string, HostState>) {
    this.#now = now;
    this.#scheduledAt = scheduledAt;
    this.#states = states;
  }

  /** The read to enqueue; null for a feed that is not to be read, or not yet. */
  plan({ tenantId, feed }: DueFeed): FeedRead | null {
    const isGoing = feed.removing !== undefined;
    if ((feed.paused || feed.status === 'parked') && !isGoing) return null;
    const read = { tenantId, feedId: feed.id, dueAt: feed.nextPollAt };
    // The removal of a feed asks its host nothing.
    const host = isGoing ? undefined : pacedHostOf(feed);
    if (host === undefined) return { ...read, taskName: taskNameOf('feed', tenantId, feed.id, this.#scheduledAt) };
    const state = this.#states.get(host) ?? 'closed';
    if (state === 'open') return null;
    const slot = this.#taken.get(host) ?? 0;
    this.#taken.set(host, slot + 1);
    if (state === 'half-open') {
      return slot > 0 ? null : { ...read, taskName: taskNameOf('probe', host, this.#scheduledAt), probes: host };
    }
    const delay = slot * HOST_SLOT_MS;
    if (delay > HORIZON_MS) return null;
    const window = Math.floor((this.#scheduledAt + delay) / WINDOW_MS);
    return {
      ...read,
      taskName: taskNameOf('feed', tenantId, feed.id, window),
      runAt: this.#now + delay + jitterOf(tenantId, feed.id),
    };
  }
}

/** The same for a feed each time, within its slot: no two feeds of two hosts march in step. */
function jitterOf(tenantId: string, feedId: string): number {
  return Number.parseInt(digest('jitter', tenantId, feedId).slice(0, 4), 32) % HOST_SLOT_MS;
}
