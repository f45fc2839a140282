import type { Platform } from '../../domain/event.ts';
import type { Feed, FeedSuspicion, PlatformGuess } from '../../domain/feed.ts';
import { instantOf, msOf } from '../../domain/interval.ts';
import type { KnownEntry } from '../../domain/known-entry.ts';
import { dayOf, type FeedDay, limitsOf } from './feed-day.ts';
import type { FetchedFeed } from './fetch-feed.ts';
import type { EchoEvidence } from './judge-echo.ts';
import { type FeedPlan, type FeedPlanInput, planFeed } from './plan-feed.ts';

/** From here on the first read of a feed says where it belongs. */
const LEAST_CONFIDENCE = 0.5;
/** From here on another platform than expected is not taken for a slip of the detection. */
const HIGH_CONFIDENCE = 0.8;
/** How long another platform's calendar must stand at a feed's address before it is taken for the feed. */
const TAKEOVER_MS = 24 * 3_600_000;

/** What one read of a feed comes to, before anything of it is written. */
export interface FeedDraft {
  readonly plan: FeedPlan;
  /** Where what it shows belongs. */
  readonly platform: Platform;
  /** Where it belongs was said by staff, or is certain enough by now. */
  readonly isPlatformKnown: boolean;
}

interface DraftInput {
  readonly feed: Feed;
  readonly known: readonly KnownEntry[];
  /** Null: the feed shows what it showed when it was last read. */
  readonly fetched: FetchedFeed | null;
  /** What the feed's platform collected from us, where it collects anything. */
  readonly echoes?: EchoEvidence | undefined;
  readonly isAccepted?: boolean;
  readonly now: number;
}

/**
 * Plans what a read means for the ledger, within the feed's limits. Another platform's calendar at the feed's address, with
 * other entries, is left alone until it has stood there for a day or staff accept it. Pure.
 */
export function draftFeed(input: DraftInput): FeedDraft {
  const { feed, fetched, known, now } = input;
  const guess = fetched?.guess;
  const platform = platformOf(feed, guess);
  // What staff accepted then was the other platform's calendar, not what this one no longer shows.
  const isAccepted = (input.isAccepted ?? false) && feed.suspicion?.reason !== 'other-platform';
  const draft = planAs(platform, { ...input, isAccepted });
  if (!guess || !isOther(guess, platform) || !isWholesale(known, draft.plan, dayOf(feed, now))) return draft;
  const before = feed.suspicion?.reason === 'other-platform' ? feed.suspicion : undefined;
  const since = before?.platform === guess.platform ? before.since : instantOf(now);
  if (input.isAccepted || now - msOf(since) >= TAKEOVER_MS) {
    return planAs(guess.platform, { ...input, isAccepted: true });
  }
  const suspicion = { reason: 'other-platform', since, platform: guess.platform, ...formerOf(feed) } as const;
  return { ...draft, plan: holdAll(input, suspicion) };
}

/** What a feed is suspect for beside the other platform's calendar. */
function formerOf({ suspicion }: Feed): Pick<FeedSuspicion, 'before'> {
  const before = ownSuspicion(suspicion);
  return before ? { before } : {};
}

function ownSuspicion(suspicion: FeedSuspicion | undefined): FeedSuspicion | undefined {
  return suspicion?.reason === 'other-platform' ? suspicion.before : suspicion;
}

/** Where a feed belongs, as far as that is known by now. */
export function platformOf(feed: Feed, guess: PlatformGuess | undefined): Platform {
  return feed.platformUnknown && guess && isConvincing(guess) ? guess.platform : feed.platform;
}

/** That it is none of those we know may change with its next entries. */
function isConvincing({ platform, confidence }: PlatformGuess): boolean {
  return platform !== 'generic' && confidence >= LEAST_CONFIDENCE;
}

function planAs(platform: Platform, { feed, known, fetched, echoes, isAccepted, now }: DraftInput): FeedDraft {
  const input: FeedPlanInput = {
    ...dayOf(feed, now),
    feedId: feed.id,
    platform,
    resourceKind: feed.resourceKind,
    limits: limitsOf(feed),
    suspicion: ownSuspicion(feed.suspicion),
    known,
    shown: fetched?.shown ?? 'unchanged',
    // Of another platform nothing was looked up.
    echoes: echoes?.platform === platform ? echoes : undefined,
    isAccepted: isAccepted ?? false,
    now,
  };
  const isPlatformKnown = !feed.platformUnknown || (fetched !== null && isConvincing(fetched.guess));
  return { plan: planFeed(input), platform, isPlatformKnown };
}

function isOther(guess: PlatformGuess, platform: Platform): boolean {
  const names = guess.platform !== 'generic' && platform !== 'generic';
  return names && guess.platform !== platform && guess.confidence >= HIGH_CONFIDENCE;
}

/** Less than half of what is held to come is there; what went missing just before counts with it. */
function isWholesale(known: readonly KnownEntry[], plan: FeedPlan, { begunUntil }: FeedDay): boolean {
  const before = known.filter(({ state, start }) => state !== 'released' && start > begunUntil);
  const still = new Set(plan.entries.filter(({ state }) => state === 'present').map(({ eventId }) => eventId));
  return before.length > 0 && before.filter(({ eventId }) => still.has(eventId)).length < before.length / 2;
}

function holdAll({ known, fetched }: DraftInput, suspicion: FeedSuspicion): FeedPlan {
  return {
    changes: [],
    entries: known,
    suspicion,
    nextReleaseAt: instantOf(msOf(suspicion.since) + TAKEOVER_MS),
    uidsRotate: false,
    counts: { seen: fetched?.shown.entries.length ?? 0, added: 0, changed: 0, missing: 0, released: 0 },
    warnings: [],
  };
}
