import { createHash } from 'node:crypto';
import type { SemanticHash } from './feed-reading.ts';
import { type FramedEvent, type FramedFeed, frameFeed } from './frame-feed.ts';
import { LineCursor } from './line-cursor.ts';

/** Grows when the same text is read as something else than before, so that an unchanged feed is read again. */
const READING = '2';
/**
 * When, and how often, an event was written; not what it says. Platforms and plugins stamp all four anew on every fetch
 * (DTSTAMP is that by its definition, RFC 5545, 3.8.7.2). When anything is edited, what was edited changes as well, so
 * nothing is missed without them.
 */
const VOLATILE: readonly string[] = ['DTSTAMP', 'LAST-MODIFIED', 'CREATED', 'SEQUENCE'];

/**
 * SHA-256 over the VEVENTs of a feed and what bears on all of them (its makers, METHOD, zones), whatever their order,
 * without what changes on every fetch. Equal hashes mean that reading it again would say the same of the same resource,
 * so an unchanged poll is known without a VEVENT having been interpreted. It depends on no resource: mix in what of the
 * resource matters.
 * @throws InvalidInput as `frameFeed`, for bytes or text.
 */
export function semanticHash(feed: string | Uint8Array | FramedFeed): SemanticHash {
  const framed = typeof feed === 'string' || feed instanceof Uint8Array ? frameFeed(feed) : feed;
  if (framed.memo.semanticHash !== undefined) return framed.memo.semanticHash;
  const hasher = new SemanticHasher(framed);
  for (const event of framed.events) {
    hasher.begin();
    const cursor = new LineCursor(framed.text, event.from, event.to);
    while (cursor.next()) hasher.see(cursor);
    hasher.end(event);
  }
  return hasher.finish();
}

/** Hashes a feed while somebody walks the lines of its events, all of them in their order. */
export class SemanticHasher {
  readonly #framed: FramedFeed;
  /** Of each event its text without the volatile lines. */
  readonly #contents: string[] = [];
  #recurring = false;
  #content = '';
  /** Where what was not yet added to the content begins. */
  #from = 0;

  constructor(framed: FramedFeed) {
    this.#framed = framed;
  }

  begin(): void {
    this.#content = '';
    this.#from = -1;
  }

  see(line: LineCursor): void {
    if (VOLATILE.includes(line.name)) {
      if (this.#from !== -1) this.#content += this.#framed.text.slice(this.#from, line.from);
      this.#from = line.to;
      return;
    }
    if (this.#from === -1) this.#from = line.from;
    if (line.name === 'RRULE' || line.name === 'RDATE') this.#recurring = true;
  }

  end(event: FramedEvent): void {
    const rest = this.#from === -1 ? '' : this.#framed.text.slice(this.#from, event.to);
    this.#contents.push(this.#content + rest);
  }

  /** The hash, which the framed feed then remembers. */
  finish(): SemanticHash {
    const { text, calendars } = this.#framed;
    const hash = createHash('sha256').update(READING);
    for (const { prodId, method, timeZone, timeZones } of calendars) {
      hash.update(JSON.stringify([prodId, method, timeZone, timeZones.map(({ from, to }) => text.slice(from, to))]));
    }
    hash.update(this.#contents.sort().join('\0'));
    const found = { hash: hash.digest('base64url'), recurring: this.#recurring };
    this.#framed.memo.semanticHash = found;
    return found;
  }
}
