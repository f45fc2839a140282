import { NotFound } from '@dovetail/core/domain/errors.ts';
import type { AppDeps } from '@dovetail/run-service/app-deps.ts';
import { acceptSuspect, pauseFeed, readFeed, resumeFeed, syncNow } from '@dovetail/run-service/routes/v1/steer-feed.ts';
import { changeFeed, deleteFeed } from '@dovetail/run-service/routes/v1/write-feed.ts';
import type { ListingName } from './house-history.ts';
import type { HouseParts } from './house-parts.ts';
import { openFeed, HOUSE_TENANT as tenantId } from './open-house.ts';
import { request } from './request.ts';

/** A listing as it is read by us. */
export interface ReadListing {
  /** Of the feed, while there is one. */
  feedId: string | undefined;
  isPaused: boolean;
  isBusy: boolean;
  feeds: number;
}

/** Staff who look after the feeds, over the API. */
export class FeedStaff {
  readonly read = new Map<ListingName, ReadListing>();
  readonly #parts: HouseParts;

  constructor(parts: HouseParts) {
    this.#parts = parts;
    for (const name of parts.listings.keys()) {
      this.read.set(name, { feedId: undefined, isPaused: false, isBusy: false, feeds: 0 });
    }
  }

  sync(name: ListingName): boolean {
    return this.#onFeed(name, (id, deps) => syncNow(tenantId, id, deps));
  }

  addFeed(name: ListingName): boolean {
    const read = this.read.get(name) as ReadListing;
    if (read.feedId !== undefined || read.isBusy) return false;
    read.isBusy = true;
    const id = `${name}-feed-${++read.feeds}`;
    const url = this.#parts.desk.urlOf(name, id);
    this.#parts.errands.begin(async () => {
      await request(this.#parts.world, (deps) => openFeed(name, { id, url }, deps));
      read.feedId = id;
      read.isBusy = read.isPaused = false;
    });
    return true;
  }

  remove(name: ListingName, events: 'keep' | 'release'): boolean {
    const read = this.read.get(name) as ReadListing;
    const id = read.feedId;
    if (id === undefined || read.isBusy) return false;
    this.#parts.asked.removals.set(id, events);
    return this.#onFeed(
      name,
      (feedId, deps) => deleteFeed(tenantId, feedId, events, deps),
      () => {
        read.feedId = undefined;
      },
    );
  }

  pause(name: ListingName): boolean {
    const read = this.read.get(name) as ReadListing;
    return this.#onFeed(
      name,
      (id, deps) => pauseFeed(tenantId, id, deps),
      () => {
        read.isPaused = true;
      },
    );
  }

  /** Also what was parked, or has no address any more that answers. */
  resume(name: ListingName): boolean {
    const read = this.read.get(name) as ReadListing;
    return this.#onFeed(
      name,
      (id, deps) => resumeFeed(tenantId, id, deps),
      () => {
        read.isPaused = false;
      },
    );
  }

  moveAddress(name: ListingName): boolean {
    const read = this.read.get(name) as ReadListing;
    const id = read.feedId;
    if (id === undefined || read.isBusy) return false;
    this.#parts.desk.moveAddress(name);
    const url = this.#parts.desk.urlOf(name, id);
    return this.#onFeed(name, (feedId, deps) => changeFeed(tenantId, feedId, { url }, deps));
  }

  accept(name: ListingName): boolean {
    const id = this.read.get(name)?.feedId;
    if (id === undefined || this.read.get(name)?.isBusy) return false;
    const { asked, watch } = this.#parts;
    asked.accepts.add(id);
    const accept = async (feedId: string, deps: AppDeps) => {
      const { suspicion } = await readFeed(tenantId, feedId, deps);
      // That somebody else's calendar is meant, nobody says here.
      if (!suspicion || suspicion.reason === 'other-platform') return;
      await acceptSuspect(tenantId, feedId, deps);
    };
    return this.#onFeed(name, accept, () => {
      asked.accepts.delete(id);
      watch.evidenceOf(id).accept(this.#parts.world.time.now());
    });
  }

  /** Staff do one thing after the other with a feed. */
  #onFeed(
    name: ListingName,
    work: (feedId: string, deps: AppDeps) => Promise<unknown>,
    done: () => void = () => undefined,
  ): boolean {
    const read = this.read.get(name) as ReadListing;
    const id = read.feedId;
    if (id === undefined || read.isBusy) return false;
    read.isBusy = true;
    this.#parts.errands.begin(async () => {
      const answered = await request(this.#parts.world, (deps) => work(id, deps));
      read.isBusy = false;
      if ('value' in answered || answered.refusal instanceof NotFound) done();
      else this.#parts.asked.accepts.delete(id);
    });
    return true;
  }
}
