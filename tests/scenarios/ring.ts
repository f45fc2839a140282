import type { LedgerEvent } from '@dovetail/core/domain/event.ts';
import { Casa } from './casa.ts';
import { Listing, type ListingOptions } from './listing.ts';

/** As long as platforms take from one import to the next, at best. */
export const CYCLE_HOURS = 4;
const ROOM = 'ring';

/** An event of the room, as far as these tests look. */
export type RingEvent = Pick<LedgerEvent, 'id' | 'start' | 'end' | 'status' | 'kind' | 'echoOf' | 'platform'>;

/**
 * A room that is sold on several platforms, each of which imports what we publish for it and shows it again in the feed
 * that we read. In a cycle each platform imports, then each feed is read.
 */
export class Ring {
  readonly casa: Casa;
  readonly listings: readonly Listing[];
  readonly #urls = new Map<Listing, string>();

  constructor(casa: Casa, listings: readonly Listing[]) {
    this.casa = casa;
    this.listings = listings;
  }

  static async open(options: readonly ListingOptions[]): Promise<Ring> {
    const casa = await Casa.open({ crons: { 'poll-feeds': `0 */${CYCLE_HOURS} * * *` } });
    // The rooms the studio begins with are no part of the ring.
    for (const id of ['casa-airbnb', 'casa-bookingcom', 'casa-vrbo', 'casa-motopress']) {
      await casa.api('POST', `/v1/feeds/${id}:pause`);
    }
    const ring = new Ring(
      casa,
      options.map((each) => new Listing(each)),
    );
    const room = { id: ROOM, name: 'Ring', kind: 'nightly', timeZone: 'America/Bogota' };
    await casa.api('POST', '/v1/resources', room);
    for (const listing of ring.listings) {
      const body = { resourceIds: [ROOM], platform: listing.platform };
      const { url } = await casa.api<{ url: string }>('POST', '/v1/publications', body);
      ring.#urls.set(listing, url);
      await ring.#serve(listing);
      await casa.api('POST', '/v1/feeds', {
        id: feedOf(listing),
        resourceId: ROOM,
        platform: listing.platform,
        url: `${casa.loft.studio.sandboxUrl}/feeds/${feedOf(listing)}.ics`,
      });
    }
    await casa.loft.settle(10);
    return ring;
  }

  close(): Promise<void> {
    return this.casa.close();
  }

  /** Every platform imports, in turn, and shows what it then has; every feed is read. */
  async cycle(): Promise<void> {
    for (const listing of this.listings) {
      await listing.import(this.#urls.get(listing) ?? '');
      await this.#serve(listing);
    }
    await this.casa.passHours(CYCLE_HOURS);
  }

  /** Every platform imports, and nobody reads what it shows. */
  async importOnly(): Promise<void> {
    for (const listing of this.listings) await listing.import(this.#urls.get(listing) ?? '');
  }

  /** Everything of the room that the ledger ever knew. */
  async events(): Promise<readonly RingEvent[]> {
    const path = `/v1/resources/${ROOM}/events?from=2027-05-15&to=2028-05-01&pageSize=500`;
    return (await this.casa.api<{ items: readonly RingEvent[] }>('GET', path)).items;
  }

  /** What holds time, as `start/end`, each once. */
  async taken(): Promise<string[]> {
    const holding = (await this.events()).filter(({ status }) => status !== 'released' && status !== 'cancelled');
    return [...new Set(holding.map(({ start, end }) => `${start}/${end}`))].sort();
  }

  /** How many events each platform is told of, in the order of the listings. */
  async told(): Promise<number[]> {
    const texts = await Promise.all(
      this.listings.map(async (listing) => (await fetch(this.#urls.get(listing) ?? '', { method: 'GET' })).text()),
    );
    return texts.map((text) => text.match(/^BEGIN:VEVENT/gm)?.length ?? 0);
  }

  async conflicts(): Promise<readonly { status: string }[]> {
    return (await this.casa.api<{ items: readonly { status: string }[] }>('GET', '/v1/conflicts?status=open')).items;
  }

  async #serve(listing: Listing): Promise<void> {
    await this.casa.put(feedOf(listing), listing.export(this.casa.loft.studio.clock.now()));
  }
}

function feedOf({ platform }: Listing): string {
  return `ring-${platform.replace('.', '')}`;
}
