import type { Platform } from '../../domain/event.ts';
import type { PlatformGuess } from '../../domain/feed.ts';
import { airbnb } from './airbnb.ts';
import { bookingCom } from './booking-com.ts';
import { generic } from './generic.ts';
import { motopress } from './motopress.ts';
import type { EventTexts, PlatformRules } from './platform-rules.ts';
import { vrbo } from './vrbo.ts';

const RULES: readonly PlatformRules[] = [airbnb, bookingCom, vrbo, motopress];
/** How far each sign alone convinces. A maker's own name lies least; words are borrowed easily. */
const WEIGHTS = { prodId: 0.9, uid: 0.6, url: 0.6, wording: 0.3 } as const;
/** A guess below it is not acted on. */
const CONVINCING = 0.5;

/**
 * Where a feed seems to come from, judged by its makers' names and by some of its events. `generic` when nothing
 * convinces; its confidence is then how little does.
 */
export function detectPlatform(prodIds: readonly string[], sample: readonly EventTexts[]): PlatformGuess {
  const guesses = RULES.map((rules) => judge(rules, prodIds, sample));
  const best = guesses.reduce((a, b) => (b.confidence > a.confidence ? b : a));
  if (best.confidence >= CONVINCING) return best;
  const makers = [...new Set(prodIds)].filter((prodId) => prodId !== '').slice(0, 3);
  const evidence = makers.map((prodId) => `PRODID is ${prodId.slice(0, 80)}`);
  return {
    platform: 'generic',
    confidence: rounded(1 - best.confidence),
    evidence: [...evidence, ...best.evidence, 'no sign of a known platform convinces'],
  };
}

/** The rules to read a feed by: the platform staff named, or for `generic` and none the one that was detected. */
export function rulesFor(configured: Platform | undefined, guess: PlatformGuess): PlatformRules {
  const platform = configured === undefined || configured === 'generic' ? guess.platform : configured;
  return RULES.find((rules) => rules.platform === platform) ?? generic;
}

function judge({ platform, name, signs }: PlatformRules, prodIds: readonly string[], sample: readonly EventTexts[]) {
  const evidence: string[] = [];
  let doubt = 1;
  const weigh = (weight: number, share: number, says: string) => {
    if (share === 0) return;
    doubt *= 1 - weight * share;
    evidence.push(says);
  };
  const shareOf = (sign: RegExp | undefined, text: (texts: EventTexts) => string) =>
    sign === undefined || sample.length === 0
      ? 0
      : sample.filter((texts) => sign.test(text(texts))).length / sample.length;
  weigh(WEIGHTS.prodId, prodIds.some((prodId) => signs?.prodId.test(prodId)) ? 1 : 0, `PRODID names ${name}`);
  weigh(
    WEIGHTS.uid,
    shareOf(signs?.uid, ({ uid }) => uid),
    `UIDs are ${name}'s`,
  );
  weigh(
    WEIGHTS.url,
    shareOf(signs?.url, ({ description }) => description),
    `descriptions link to ${name}`,
  );
  weigh(
    WEIGHTS.wording,
    shareOf(signs?.wording, ({ title, description }) => `${title}\n${description}`),
    `events are worded as ${name} words them`,
  );
  return { platform, confidence: rounded(1 - doubt), evidence };
}

function rounded(confidence: number): number {
  return Math.round(confidence * 100) / 100;
}
