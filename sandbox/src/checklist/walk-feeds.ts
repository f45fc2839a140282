import { all, isSame, type Lines, settle } from './checklist-lines.ts';
import { findFreeNights, isBusy, type Span } from './free-time.ts';
import { airbnbStay, type HostedFeed, hostedFeed, withEvent, withoutEvents } from './hosted-feed.ts';
import type { ApiCall, StudioClient } from './studio-client.ts';
import { walkPublications } from './walk-publications.ts';

const ROOM = 'kaya';
const APARTMENT = 'simmer-highs';
const FEED = 'casa-airbnb';
const NIGHTS = 3;
/** Behind what the sandbox's feeds show from the start. */
const DAYS_AHEAD = 45;

interface ShownFeed {
  readonly status: string;
  readonly suspicion?: { readonly reason: string };
}

interface Explanation {
  readonly source: { readonly id: string; readonly name?: string };
  readonly raw?: { readonly text: string };
  readonly rule?: string;
  readonly causes: readonly { readonly id: string }[];
}

interface ShownEvent {
  readonly id: string;
  readonly status: string;
  readonly source: { readonly externalUid: string };
}

/**
 * Walks the life of a stay that was sold on Airbnb: it takes its room and the apartment, is explained and published, stays
 * while its feed shows nothing, and goes when it is called off. The feed is left as it was found.
 */
export async function walkFeeds(studio: StudioClient, lines: Lines): Promise<void> {
  const feed = await hostedFeed(FEED, studio);
  try {
    const walk = await Walk.open(studio, lines, feed);
    await walk.blocks();
    await walk.explains();
    await walkPublications(studio, lines, { resourceId: ROOM, stay: walk.stay, soldOn: 'airbnb' });
    await walk.empties();
    await walk.callsOff();
  } finally {
    await feed.show(feed.body);
    await settle(studio);
  }
}

class Walk {
  readonly stay: Span;
  readonly #event: { readonly uid: string; readonly lines: readonly string[] };
  readonly #api: ApiCall;
  readonly #lines: Lines;
  readonly #feed: HostedFeed;

  private constructor(stay: Span, nowMs: number, api: ApiCall, lines: Lines, feed: HostedFeed) {
    this.stay = stay;
    this.#event = airbnbStay(stay, nowMs);
    this.#api = api;
    this.#lines = lines;
    this.#feed = feed;
  }

  static async open(studio: StudioClient, lines: Lines, feed: HostedFeed): Promise<Walk> {
    const api = studio.apiOf('casa-admin-key');
    const wanted = { resourceId: APARTMENT, nights: NIGHTS, today: await studio.today(), daysAhead: DAYS_AHEAD };
    return new Walk(await findFreeNights(wanted, api), await studio.now(), api, lines, feed);
  }

  blocks(): Promise<void> {
    return this.#lines.line(
      'feeds: a stay that Airbnb shows takes its room, and the apartment the room is part of',
      () => this.#feed.show(this.#shown()),
      () => this.#isTaken(),
    );
  }

  async explains(): Promise<void> {
    await this.#lines.check('feeds: asked why, the stay names the feed and shows its VEVENT', async () => {
      const { id, source } = await this.#find(ROOM);
      const why = await this.#why(id);
      return all(
        isSame('the UID of the stay', source.externalUid, this.#event.uid),
        isSame('the source', [why.source.id, why.source.name], [FEED, 'airbnb']),
        why.raw?.text.includes(`UID:${this.#event.uid}`) ||
          `the VEVENT should have the UID ${this.#event.uid} and is ${JSON.stringify(why.raw?.text)}`,
      );
    });
    await this.#lines.check("feeds: asked why, the apartment's block names the room's stay", async () => {
      const [room, apartment] = [await this.#find(ROOM), await this.#find(APARTMENT)];
      const { causes } = await this.#why(apartment.id);
      const ids = causes.map(({ id }) => id);
      return isSame('the causes', ids, [room.id]);
    });
  }

  async empties(): Promise<void> {
    await this.#lines.line(
      'feeds: a feed that suddenly shows nothing is suspect, and no night is freed',
      () => this.#feed.show(withoutEvents(this.#feed.body)),
      async () => {
        const { status, suspicion } = await this.#shownFeed();
        return all(isSame('the feed', [status, suspicion?.reason], ['suspect', 'emptied']), await this.#isTaken());
      },
    );
    await this.#lines.line(
      'feeds: once its stays are back, it is believed again',
      () => this.#feed.show(this.#shown()),
      async () =>
        all(
          isSame('the feed', (await this.#shownFeed()).status, 'healthy'),
          isSame('the stay', (await this.#find(ROOM)).status, 'active'),
          await this.#isTaken(),
        ),
    );
  }

  callsOff(): Promise<void> {
    return this.#lines.line(
      'feeds: a stay that Airbnb shows as cancelled frees the room and the apartment',
      () => this.#feed.show(this.#shown('STATUS:CANCELLED')),
      () => isBusy([ROOM, APARTMENT], this.stay, [], this.#api),
    );
  }

  #shown(...more: readonly string[]): string {
    return withEvent(this.#feed.body, [...this.#event.lines, ...more]);
  }

  #isTaken() {
    return isBusy([ROOM, APARTMENT], this.stay, [this.stay], this.#api);
  }

  #shownFeed(): Promise<ShownFeed> {
    return this.#api('GET', `/v1/feeds/${FEED}`);
  }

  #why(eventId: string): Promise<Explanation> {
    return this.#api('GET', `/v1/events/${eventId}/why`);
  }

  /** The one event that holds the stay's nights on a resource. */
  async #find(resourceId: string): Promise<ShownEvent> {
    const path = `/v1/resources/${resourceId}/events?from=${this.stay.start}&to=${this.stay.end}`;
    const { items } = await this.#api<{ items: readonly ShownEvent[] }>('GET', path);
    const holding = items.filter(({ status }) => status === 'active' || status === 'missing');
    const [found] = holding;
    if (!found || holding.length > 1)
      throw new Error(`one event should hold ${this.stay.start} on "${resourceId}", and ${holding.length} do`);
    return found;
  }
}
