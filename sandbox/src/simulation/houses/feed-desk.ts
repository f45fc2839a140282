import { createHash } from 'node:crypto';
import { NotFound, RateLimited, TemporarilyUnavailable } from '@dovetail/core/domain/errors.ts';
import type { FeedAnswer, FeedFetcher, FeedRequest } from '@dovetail/core/ports/feed-fetcher.ts';
import type { Instance } from '../instance.ts';
import type { Reach } from '../reach.ts';
import type { VirtualTime } from '../virtual-time.ts';
import type { Disturbance, HousePlan, ListingName, Refusing } from './house-history.ts';
import type { Held, Listing } from './listing.ts';
import { foreignText, listingText } from './listing-text.ts';
import { todayAt } from './nights.ts';

/** What a feed truly showed to one process. */
export interface FeedShown {
  readonly feedId: string;
  /** When it was asked, milliseconds since 1970. */
  readonly at: number;
  /** Undefined when nothing follows from it: it was not this listing's calendar. */
  readonly entries: readonly Held[] | undefined;
}

interface Disturbed {
  readonly how: Disturbance;
  readonly until: number;
  readonly ago: number;
  /** Decides what is hidden. */
  readonly salt: string;
}

/** A body with what stands in it. */
interface Served {
  readonly body: string;
  readonly entries: readonly Held[] | undefined;
  readonly contentType: string;
  readonly etag?: string;
}

const HOUR_MS = 3_600_000;
const TIMES_OUT_MS = 15_000;
/** How long a server that makes its calendar anew now and then serves the same one. */
const KEPT_MS = 30 * 60_000;
const RETRY_AFTER_MS = 20 * 60_000;
const PAGE = '<!doctype html><html><body><h1>We will be back soon</h1></body></html>';

/** The servers of the platforms: they answer what their listings hold, unless something comes between. */
export class FeedDesk {
  readonly #time: VirtualTime;
  readonly #plan: HousePlan;
  readonly #listings: ReadonlyMap<ListingName, Listing>;
  readonly #disturbed = new Map<ListingName, Disturbed>();
  /** Where each listing is now: an address of before is one of nothing. */
  readonly #addresses = new Map<ListingName, number>();
  readonly #shown = new WeakMap<Instance, FeedShown>();
  readonly #kept = new Map<ListingName, Served & { readonly madeAt: number; readonly key: string }>();
  readonly #byTag = new Map<string, Served>();
  #reads = 0;

  constructor(time: VirtualTime, plan: HousePlan, listings: ReadonlyMap<ListingName, Listing>) {
    this.#time = time;
    this.#plan = plan;
    this.#listings = listings;
  }

  /** Whether another platform's calendar at a feed's address would be noticed: it holds something to come. */
  mayBeForeign: (feedId: string) => boolean = () => false;

  urlOf(listing: ListingName, feedId: string): string {
    return `https://${listing}.simulated/${feedId}/${this.#addresses.get(listing) ?? 0}.ics`;
  }

  /** The listing's calendar is elsewhere from now on. */
  moveAddress(listing: ListingName): void {
    this.#addresses.set(listing, (this.#addresses.get(listing) ?? 0) + 1);
  }

  disturb(listing: ListingName, { how, hours, ago }: Pick<Disturbed, 'how' | 'ago'> & { hours: number }): void {
    if (how === 'new-ids') {
      const known = this.#listings.get(listing);
      if (known) known.idsEpoch++;
      return;
    }
    const now = this.#time.now();
    this.#disturbed.set(listing, { how, ago: ago * HOUR_MS, until: now + hours * HOUR_MS, salt: String(now) });
  }

  clear(): void {
    this.#disturbed.clear();
  }

  /** What a process was shown last. */
  shownTo(instance: Instance): FeedShown | undefined {
    return this.#shown.get(instance);
  }

  /** The addresses as one process reads them. */
  fetcherOf(instance: Instance, reach: Reach): FeedFetcher {
    return {
      fetch: async (request) => {
        const [listing, feedId, address] = placeOf(request.url);
        const disturbed = this.#disturbanceOf(listing);
        if (disturbed === 'silent') await this.#time.sleep(TIMES_OUT_MS);
        const { answer, at, served } = await reach('feeds', {
          act: () => {
            const at = this.#time.now();
            refuse(disturbed);
            if (address !== (this.#addresses.get(listing) ?? 0)) throw new NotFound('answered 404');
            const { answer, served } = this.#serve(listing, feedId, request);
            return { answer, at, served };
          },
          failures: {
            refused: (status) => (status === 429 ? new RateLimited('answered 429') : unavailable()),
            lost: unavailable,
          },
        });
        const isCalendar = disturbed !== 'page' && disturbed !== 'cut';
        if (isCalendar) this.#shown.set(instance, { feedId, at, entries: served.entries });
        return answer;
      },
    };
  }

  #disturbanceOf(listing: ListingName): Disturbance | undefined {
    const disturbed = this.#disturbed.get(listing);
    return disturbed && this.#time.now() < disturbed.until ? disturbed.how : undefined;
  }

  #serve(listing: ListingName, feedId: string, request: FeedRequest): { answer: FeedAnswer; served: Served } {
    const served = this.#servedBy(listing, feedId);
    const known = request.etag === undefined ? undefined : this.#byTag.get(request.etag);
    if (served.etag !== undefined && request.etag === served.etag && known) {
      return { answer: { type: 'not-modified' }, served: known };
    }
    const { body, contentType, etag } = served;
    if (etag !== undefined) this.#byTag.set(etag, served);
    const bytes = new TextEncoder().encode(body);
    return { answer: { type: 'body', bytes, contentType, ...(etag !== undefined && { etag }) }, served };
  }

  /** Vrbo's server keeps what it made for a while; the plain one's calendar changes with its content alone. */
  #servedBy(name: ListingName, feedId: string): Served {
    const how = this.#disturbanceOf(name);
    const now = this.#time.now();
    const listing = this.#listings.get(name) as Listing;
    const today = todayAt(now);
    const { ago = 0, salt = '' } = this.#disturbed.get(name) ?? {};
    const writing = { now, reads: ++this.#reads, idsEpoch: listing.idsEpoch, plan: this.#plan };
    const contentType = 'text/calendar; charset=utf-8';
    if (how === 'page') return { body: PAGE, entries: undefined, contentType: 'text/html' };
    // To a feed of nobody in particular, no calendar is another platform's.
    if (how === 'foreign' && name !== 'plain' && this.mayBeForeign(feedId)) {
      return { body: foreignText(name, today, writing), entries: undefined, contentType };
    }
    const all = listing.entries(today, how === 'stale' ? now - ago : now);
    const entries = visible(all, how, salt);
    const make = () => listingText(name, entries, writing);
    if (how === 'cut') return { body: make().slice(0, -40), entries: undefined, contentType };
    if (name !== 'vrbo' && name !== 'plain') return { body: make(), entries, contentType };
    const key = JSON.stringify([entries, listing.idsEpoch]);
    const kept = this.#kept.get(name);
    if (kept && kept.key === key && now - kept.madeAt < KEPT_MS) return kept;
    const body = make();
    const etag = `"${createHash('sha256').update(body).digest('hex').slice(0, 16)}"`;
    const served = { body, entries, contentType, etag, madeAt: now, key };
    this.#kept.set(name, served);
    return served;
  }
}

function visible(all: readonly Held[], how: Disturbance | undefined, salt: string): readonly Held[] {
  if (how === 'empty') return [];
  if (how === 'all-but-one') {
    const hidden = all.length === 0 ? undefined : all[lot(salt) % all.length];
    return all.filter((held) => held !== hidden);
  }
  return how === 'part' ? all.filter(({ id }) => lot(`${salt} ${id}`) % 100 < 35) : all;
}

function lot(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0);
}

function refuse(how: Disturbance | undefined): void {
  const refusals: Partial<Record<Disturbance, () => Error>> & Record<Refusing, () => Error> = {
    'not-found': () => new NotFound('answered 404'),
    'too-many': () => new RateLimited('answered 429', { retryAfterMs: RETRY_AFTER_MS }),
    broken: unavailable,
    silent: () => new TemporarilyUnavailable('no answer in time'),
  };
  const refusal = how && refusals[how];
  if (refusal) throw refusal();
}

function unavailable(): Error {
  return new TemporarilyUnavailable('answered 500');
}

function placeOf(url: string): [ListingName, string, number] {
  const { hostname, pathname } = new URL(url);
  const [, feedId = '', file = ''] = pathname.split('/');
  return [hostname.split('.')[0] as ListingName, feedId, Number.parseInt(file, 10)];
}
