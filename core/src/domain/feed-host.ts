import { type DovetailError, RateLimited, TemporarilyUnavailable } from './errors.ts';
import { instantOf, msOf } from './interval.ts';

/**
 * A circuit breaker for a host that serves feeds, shared by all tenants. It exists only while there is something to
 * remember, and holds nothing of any tenant: feeds appear as digests.
 */
export interface FeedHost {
  /** The host's name, lower case. */
  readonly id: string;
  /** Failures that speak against the host, each feed's latest, oldest first. */
  readonly recent: readonly HostFailure[];
  /** How often it opened without a success in between. */
  readonly opened: number;
  /** Until then no feed of the host is read by schedule. Absent while the breaker is closed. */
  readonly openUntil?: string;
  /** One feed was let through then; a failure since would have opened the breaker anew. */
  readonly probedAt?: string;
}

/** A feed of the host that could not be read. */
export interface HostFailure {
  readonly feed: string;
  /** Instant. */
  readonly at: string;
}

/** What schedules may do with a host: read it, leave it alone, or try a single feed. */
export type HostState = 'closed' | 'open' | 'half-open';

const MINUTE_MS = 60_000;
/** Failures longer apart than this say nothing together. */
const WINDOW_MS = 30 * MINUTE_MS;
/** One feed may be broken by itself; three at once are their host's fault. */
const OPENS_AT = 3;
const FIRST_PAUSE_MS = 5 * MINUTE_MS;
const LONGEST_PAUSE_MS = 2 * 60 * MINUTE_MS;
/** Hosts are believed about how long to stay away, up to a day. */
const LONGEST_WAIT_MS = 24 * 60 * MINUTE_MS;
/** How long a probe has to fail: a task's attempt takes seconds, its retries minutes. */
const PROBE_MS = 8 * MINUTE_MS;

/** The host of a feed's address, lower case and without a port; undefined when the address cannot be read. */
export function feedHostOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).hostname || undefined : undefined;
}

/**
 * True for failures that may be the host's: it did not answer, or it asked for patience. What one feed alone is refused
 * for (404, 401, an address that is not allowed) is not.
 */
export function speaksAgainstHost(error: unknown): error is RateLimited | TemporarilyUnavailable {
  return error instanceof RateLimited || error instanceof TemporarilyUnavailable;
}

/** How a host stands at `now`. After its pause it is half-open; a probe that nothing was heard of has closed it. */
export function hostStateOf(host: FeedHost, now: number): HostState {
  if (host.openUntil === undefined) return 'closed';
  if (now < msOf(host.openUntil)) return 'open';
  return host.probedAt === undefined ? 'half-open' : 'closed';
}

/**
 * The host after a failure of one of its feeds; `known` itself when that changes nothing. It opens when three feeds
 * failed within half an hour, at once when it names a time to come back after too many requests, and again at the first
 * failure after its pause. Each time in a row it stays open twice as long. Pure.
 */
export function afterHostFailure(
  id: string,
  known: FeedHost | null,
  failure: { readonly feed: string; readonly error: DovetailError; readonly now: number },
): FeedHost {
  const { feed, error, now } = failure;
  const asked = waitOf(error);
  if (known && known.probedAt === undefined && hostStateOf(known, now) === 'open') {
    const until = instantOf(now + asked);
    return until > (known.openUntil ?? '') ? { ...known, openUntil: until } : known;
  }
  const since = instantOf(now - WINDOW_MS);
  const others = (known?.recent ?? []).filter((each) => each.at > since && each.feed !== feed);
  const recent = [...others, { feed, at: instantOf(now) }].slice(-OPENS_AT);
  const opened = known?.opened ?? 0;
  const toldToWait = error instanceof RateLimited && asked > 0;
  if (recent.length < OPENS_AT && !toldToWait && opened === 0) return { id, recent, opened };
  const pause = Math.min(FIRST_PAUSE_MS * 2 ** opened, LONGEST_PAUSE_MS);
  return { id, recent, opened: opened + 1, openUntil: instantOf(now + Math.max(pause, asked)) };
}

/** The host once one of its feeds is being tried: open for the others until the trial is over. Pure. */
export function whileProbed(host: FeedHost, now: number): FeedHost {
  return { ...host, probedAt: instantOf(now), openUntil: instantOf(now + PROBE_MS) };
}

function waitOf(error: DovetailError): number {
  return speaksAgainstHost(error) ? Math.min(error.retryAfterMs ?? 0, LONGEST_WAIT_MS) : 0;
}
