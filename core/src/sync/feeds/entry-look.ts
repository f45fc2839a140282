import { createHash } from 'node:crypto';
import { normaliseTitle } from '../../domain/content.ts';
import type { Platform } from '../../domain/event.ts';
import type { FeedEntry } from '../../domain/feed.ts';

/** What an entry's event shows beside its time, kind and reservation code. */
export type ShownParts = Pick<FeedEntry, 'title' | 'guestName' | 'phoneLast4' | 'guestCount' | 'ambiguous'>;

/**
 * Fingerprint of what an entry's event shows, short since only two states of one entry are ever compared. It is kept
 * sealed: four digits of a phone are soon found by trying. An event's priority is not the feed's to state, so no feed
 * looks otherwise when its tenant ranks it anew.
 */
export function lookOf(shown: ShownParts, platform: Platform): string {
  const { title, guestName, phoneLast4, guestCount, ambiguous = false } = shown;
  const parts = [normaliseTitle(title), guestName, phoneLast4, guestCount, ambiguous, platform];
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 10);
}
