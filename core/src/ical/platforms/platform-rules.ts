import type { Platform } from '../../domain/event.ts';
import type { FeedEntry } from '../../domain/feed.ts';

/** What an event says of itself. */
export interface EventTexts {
  readonly uid: string;
  /** SUMMARY on one line. */
  readonly title: string;
  /** As it is written, with its escapes: undoing them takes longer than finding a code does. */
  readonly description: string;
  /** PRODID of its calendar. */
  readonly prodId: string;
}

/** What an entry is, as far as its texts say. */
export type Description = Pick<
  FeedEntry,
  'kind' | 'title' | 'reservationCode' | 'phoneLast4' | 'guestName' | 'guestCount' | 'ambiguous'
>;

/** By what a platform's feeds are known. */
export interface PlatformSigns {
  readonly prodId: RegExp;
  /** In UIDs, addresses and wordings; what is absent says nothing. */
  readonly uid?: RegExp;
  readonly url?: RegExp;
  readonly wording?: RegExp;
}

/** How the feeds of one platform are read. Facts and their sources are in docs/provider-quirks.md. */
export interface PlatformRules {
  readonly platform: Platform;
  /** For people: `Airbnb`. */
  readonly name: string;
  readonly signs?: PlatformSigns;
  readonly describe: (texts: EventTexts) => Description;
  /** True when the end of an event names its last day instead of the day after. */
  readonly endsOnLastDay?: (texts: EventTexts) => boolean;
  /** Marks what moves by itself from day to day; `madeOn` is the date the feed was made. */
  readonly markEdges?: (entries: readonly FeedEntry[], madeOn: string) => FeedEntry[];
}
