import type { Platform } from '../domain/event.ts';
import type { PlatformGuess } from '../domain/feed.ts';
import { readEventLines } from './event-lines.ts';
import type { FeedResource } from './event-span.ts';
import type { FeedReading } from './feed-reading.ts';
import { type FramedCalendar, type FramedFeed, frameFeed } from './frame-feed.ts';
import { detectPlatform, rulesFor } from './platforms/detect-platform.ts';
import { textsOf } from './read-event.ts';
import type { SeriesWindow } from './read-series.ts';
import { ReadingOfFeed } from './reading-of-feed.ts';

export type { FeedResource } from './event-span.ts';
export type { FeedReading, FreeEntry } from './feed-reading.ts';
export type { SetAside, SetAsideReason } from './set-aside.ts';

export interface ReadOptions {
  /** Dates between which series are expanded, `to` not included. Without it series are set aside. */
  readonly window?: SeriesWindow;
  /** Events of one series that overlap become one entry: for who follows a feed, not for who knows each by its name. */
  readonly mergesOverlaps?: boolean;
  /** Where staff say the feed belongs. Its rules of wording apply; for `generic`, and without it, the detected ones. */
  readonly platform?: Platform;
  /** The charset parameter of the answer's content type. */
  readonly charset?: string;
}

/** So many events tell where a feed comes from. */
const SAMPLE = 30;

/**
 * Reads an iCalendar feed of a resource, the same under every process time zone. Nightly resources get dates: timed
 * events cover the nights between their local dates. Timed resources get instants: dates begin at local midnight.
 * @throws InvalidInput, with a reason for people, when it is not a complete iCalendar document; one odd event is only
 * set aside.
 */
export function readFeed(
  feed: string | Uint8Array | FramedFeed,
  resource: FeedResource,
  options: ReadOptions = {},
): FeedReading {
  const framed = typeof feed === 'string' || feed instanceof Uint8Array ? frameFeed(feed, options.charset) : feed;
  const guess = guessOf(framed);
  const reading = new ReadingOfFeed(framed, resource, rulesFor(options.platform, guess), options);
  for (const event of framed.events) reading.take(event);
  return {
    ...reading.finish(),
    prodId: prodIdsOf(framed.calendars).at(-1) ?? '',
    guess,
    vevents: framed.events.length,
  };
}

function guessOf({ text, calendars, events }: FramedFeed): PlatformGuess {
  const sample = events.slice(0, SAMPLE).map((event) => textsOf(readEventLines(text, event), event.calendar));
  return detectPlatform(prodIdsOf(calendars), sample);
}

function prodIdsOf(calendars: readonly FramedCalendar[]): string[] {
  return calendars.map(({ prodId }) => prodId).filter((prodId) => prodId !== '');
}
