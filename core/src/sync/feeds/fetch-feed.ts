import { DovetailError } from '../../domain/errors.ts';
import type { Feed, PlatformGuess } from '../../domain/feed.ts';
import { frameFeed } from '../../ical/frame-feed.ts';
import { type FeedReading, readFeed } from '../../ical/read-feed.ts';
import { semanticHash } from '../../ical/semantic-hash.ts';
import type { FeedAnswer } from '../../ports/feed-fetcher.ts';
import type { SyncDeps } from '../deps.ts';
import { dayOf, limitsOf } from './feed-day.ts';
import type { ShownFeed } from './plan-feed.ts';
import { feedWindow } from './plan-feed-window.ts';
import { timesHash } from './times-hash.ts';

/** What makes the next GET conditional. */
export interface Validators {
  readonly etag?: string | undefined;
  readonly lastModified?: string | undefined;
}

/** Milliseconds. */
interface FetchTimings {
  readonly fetch: number;
  readonly parse: number;
}

/** A feed that shows something else than when it was last read, or may do. */
export interface FetchedFeed {
  readonly type: 'shown';
  readonly shown: ShownFeed;
  readonly contentHash: string;
  readonly guess: PlatformGuess;
  readonly setAside: FeedReading['setAside'];
  /** It holds series: what they mean depends on the day. */
  readonly recurring: boolean;
  readonly validators: Validators;
  readonly timingsMs: FetchTimings;
}

/** A feed that shows what it showed. */
export interface UnchangedFeed {
  readonly type: 'unchanged';
  readonly validators: Validators;
  readonly timingsMs: FetchTimings;
}

/** What is needed to read a feed. */
export type FetchDeps = Pick<SyncDeps, 'feeds' | 'clock'>;

/**
 * Reads a feed from where it is. With `isWhole` it is neither asked whether it changed, nor is that compared.
 * A failure of the feed's own is answered, so that no failure of ours is taken for one.
 */
export async function fetchFeed(
  feed: Feed,
  isWhole: boolean,
  deps: FetchDeps,
): Promise<FetchedFeed | UnchangedFeed | DovetailError> {
  const startedAt = deps.clock.now();
  try {
    const answer = await deps.feeds.fetch({
      url: feed.url,
      allowPrivate: feed.allowPrivate ?? false,
      ...(feed.auth && { auth: feed.auth }),
      ...(!isWhole && feed.etag !== undefined && { etag: feed.etag }),
      ...(!isWhole && feed.lastModified !== undefined && { lastModified: feed.lastModified }),
    });
    const fetch = deps.clock.now() - startedAt;
    if (answer.type === 'not-modified') {
      const { etag, lastModified } = feed;
      return { type: 'unchanged', validators: { etag, lastModified }, timingsMs: { fetch, parse: 0 } };
    }
    return readAnswer(feed, isWhole, answer, fetch, deps);
  } catch (error) {
    if (error instanceof DovetailError) return error;
    throw error;
  }
}

function readAnswer(
  feed: Feed,
  isWhole: boolean,
  answer: Extract<FeedAnswer, { readonly type: 'body' }>,
  fetch: number,
  { clock }: FetchDeps,
): FetchedFeed | UnchangedFeed {
  const startedAt = clock.now();
  const { bytes, contentType, ...validators } = answer;
  const framed = frameFeed(bytes, charsetOf(contentType));
  const { hash: contentHash, recurring } = semanticHash(framed);
  const done = () => ({ fetch, parse: clock.now() - startedAt });
  const unchanged = () => ({ type: 'unchanged', validators: validatorsOf(validators), timingsMs: done() }) as const;
  if (!isWhole && contentHash === feed.contentHash) return unchanged();
  const { start, end } = feedWindow(limitsOf(feed), dayOf(feed, startedAt).today, 'nightly');
  const resource = { kind: feed.resourceKind, timeZone: feed.timeZone };
  const reading = readFeed(framed, resource, {
    window: { from: start, to: end },
    mergesOverlaps: true,
    ...(!feed.platformUnknown && { platform: feed.platform }),
  });
  const shown = shownBy(reading);
  if (!isWhole && feed.uidsRotate && timesHash(shown) === feed.timesHash) return unchanged();
  const { guess, setAside } = reading;
  const timingsMs = done();
  return {
    type: 'shown',
    shown,
    contentHash,
    guess,
    setAside,
    recurring,
    validators: validatorsOf(validators),
    timingsMs,
  };
}

/** Both are named, so that what a server no longer sends is forgotten. */
function validatorsOf({ etag, lastModified }: Validators): Validators {
  return { etag, lastModified };
}

function shownBy({ entries, free, setAside }: FeedReading): ShownFeed {
  return {
    entries,
    cancelled: free.filter(({ reason }) => reason === 'cancelled').map(({ entry }) => entry),
    unreadable: new Set(setAside.flatMap(({ uid }) => uid ?? [])),
  };
}

function charsetOf(contentType: string): string | undefined {
  return /;\s*charset="?([\w.:-]+)/i.exec(contentType)?.[1];
}
