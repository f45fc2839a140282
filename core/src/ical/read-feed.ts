import type { FeedEntry } from '../domain/feed.ts';
import { frameCalendar } from './frame-calendar.ts';
import { type FeedResource, readEvent, type SetAsideReason } from './read-event.ts';

/** A feed as read. Every VEVENT of the document is in exactly one of the three lists. */
export interface FeedReading {
  /** What holds time. A UID may come more than once. */
  readonly entries: readonly FeedEntry[];
  /** What is in the feed but holds no time: called off, or marked as free. */
  readonly free: readonly { readonly entry: FeedEntry; readonly reason: 'cancelled' | 'transparent' }[];
  /** What could not be read, with its text; it may name guests. */
  readonly setAside: readonly { readonly raw: string; readonly reason: SetAsideReason }[];
  /** Who made the document, as it says itself. */
  readonly prodId: string;
}

/**
 * Reads an iCalendar feed of a resource, the same under every process time zone. Nightly resources get dates: timed
 * events cover the nights between their local dates. Timed resources get instants: dates begin at local midnight.
 * Bytes are read as UTF-8.
 * @throws InvalidInput when it is not a complete iCalendar document; one odd event is only set aside.
 */
export function readFeed(feed: string | Uint8Array, resource: FeedResource): FeedReading {
  const text = typeof feed === 'string' ? feed : new TextDecoder().decode(feed);
  const { prodId, events, timeZones } = frameCalendar(text.replace(/^\uFEFF/, ''));
  const entries: FeedEntry[] = [];
  const free: FeedReading['free'][number][] = [];
  const setAside: FeedReading['setAside'][number][] = [];
  for (const event of events) {
    const reading = readEvent(event, timeZones, resource);
    if (reading.type === 'entry') entries.push(reading.entry);
    else if (reading.type === 'free') free.push({ entry: reading.entry, reason: reading.reason });
    else setAside.push({ raw: event.raw, reason: reading.reason });
  }
  return { entries, free, setAside, prodId };
}
