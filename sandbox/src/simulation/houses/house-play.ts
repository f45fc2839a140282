import { NotFound, Rejected } from '@dovetail/core/domain/errors.ts';
import { eventIdOf } from '@dovetail/core/domain/identity.ts';
import { addDays, type Interval, instantOf } from '@dovetail/core/domain/interval.ts';
import { bookDirectly } from '@dovetail/core/sync/direct/book-directly.ts';
import { cancelDirect } from '@dovetail/core/sync/direct/cancel-direct.ts';
import { changeDirect } from '@dovetail/core/sync/direct/change-direct.ts';
import { confirmHold } from '@dovetail/core/sync/direct/confirm-hold.ts';
import { eventIdOfDirect } from '@dovetail/core/sync/direct/direct-booking.ts';
import { blockSource, keepBlock, removeBlock } from '@dovetail/core/sync/keep-block.ts';
import { releaseEvent, restoreEvent } from '@dovetail/core/sync/release-event.ts';
import { resolveConflict } from '@dovetail/core/sync/resolve-conflict.ts';
import type { AppDeps } from '@dovetail/run-service/app-deps.ts';
import { acceptSuspect, pauseFeed, readFeed, resumeFeed, syncNow } from '@dovetail/run-service/routes/v1/steer-feed.ts';
import { changeFeed, deleteFeed } from '@dovetail/run-service/routes/v1/write-feed.ts';
import { changeResource } from '@dovetail/run-service/routes/v1/write-resource.ts';
import type { World } from '../world.ts';
import type { Asked } from './asked.ts';
import type { FeedDesk } from './feed-desk.ts';
import type { HouseCalendar } from './house-calendar.ts';
import type { HouseEdit, ListingName, Nights, Room } from './house-history.ts';
import type { HouseWatch } from './house-watch.ts';
import type { Held, Listing } from './listing.ts';
import { openFeed, relationsBy, HOUSE_TENANT as tenantId } from './open-house.ts';
import { collect } from './platform-import.ts';
import { type Answered, request } from './request.ts';

const FIRST_DAY = '2027-06-01';
const HOUR_MS = 3_600_000;

/** A booking, hold or block that was made with us, as it was last answered. */
export interface Made {
  readonly id: string;
  readonly eventId: string;
  readonly type: 'booking' | 'block';
  /** What is to be held; undefined once it has ended. */
  nights: (Interval & { readonly room: Room }) | undefined;
  /** When it lapses, an instant; undefined for good. */
  until: string | undefined;
  isBusy: boolean;
}

/** A listing as it is read by us. */
export interface ReadListing {
  /** Of the feed, while there is one. */
  feedId: string | undefined;
  isPaused: boolean;
  isBusy: boolean;
  feeds: number;
}

/** Everything that the edits of a history are made on. */
export interface HouseParts {
  readonly world: World;
  readonly listings: ReadonlyMap<ListingName, Listing>;
  readonly desk: FeedDesk;
  readonly calendar: HouseCalendar | undefined;
  readonly watch: HouseWatch;
  readonly asked: Asked;
}

/** Makes the edits of a history as guests, hosts and staff do. What cannot be done is not done. */
export class HousePlay {
  readonly made: Made[] = [];
  readonly read = new Map<ListingName, ReadListing>();
  /** Until when a platform does not come for our calendar. */
  readonly stoppedUntil = new Map<ListingName, number>();
  readonly #parts: HouseParts;
  readonly #deciding = new Set<string>();
  /** Requests that are not answered yet. */
  open = 0;
  #count = 0;
  #relating = false;

  constructor(parts: HouseParts) {
    this.#parts = parts;
    for (const name of parts.listings.keys()) {
      this.read.set(name, { feedId: undefined, isPaused: false, isBusy: false, feeds: 0 });
    }
  }

  /** Whether the edit was made, or begun. */
  make(edit: HouseEdit): boolean {
    switch (edit.do) {
      case 'sell':
      case 'close':
        return this.#listing(edit.listing).add(edit.do === 'sell' ? 'stay' : 'closure', nightsOf(edit), this.#now);
      case 'move':
        return this.#onListing(edit.which, (held, listing) => listing.change(held.id, nightsOf(edit), this.#now));
      case 'shorten':
      case 'lengthen': {
        const days = edit.do === 'shorten' ? -1 : 1;
        return this.#onListing(edit.which, (held, listing) =>
          listing.change(held.id, { start: held.start, end: addDays(held.end, days) }, this.#now),
        );
      }
      case 'cancel':
      case 'call-off':
      case 'open':
        return this.#end(edit.do, edit.which);
      case 'cancel-many':
        return this.#cancelMany(edit.listing, edit.all);
      case 'disturb':
        this.#parts.desk.disturb(edit.listing, edit);
        return true;
      case 'own-add':
        return this.#parts.calendar?.add(nightsOf(edit), edit.isAllDay) ?? false;
      case 'own-move':
        return this.#parts.calendar?.move(edit.which, nightsOf(edit)) ?? false;
      case 'own-delete':
        return this.#parts.calendar?.delete(edit.which) ?? false;
      case 'own-free':
        return this.#parts.calendar?.free(edit.which) ?? false;
      case 'expire-sync-tokens':
        this.#parts.world.google.syncTokens.expireAll();
        return true;
      case 'import':
        return this.import(edit.listing);
      case 'stop-importing':
        this.stoppedUntil.set(edit.listing, this.#now + edit.hours * HOUR_MS);
        return true;
      default:
        return this.#asStaff(edit);
    }
  }

  #asStaff(edit: HouseEdit): boolean {
    switch (edit.do) {
      case 'book':
        return this.#book(edit.room, nightsOf(edit), edit.holdMinutes);
      case 'block':
        return this.#block(edit.room, nightsOf(edit));
      case 'move-booking':
        return this.#moveBooking(edit.which, nightsOf(edit));
      case 'confirm':
        return this.#confirm(edit.which);
      case 'unbook':
      case 'unblock':
        return this.#unmake(edit.do === 'unbook' ? 'booking' : 'block', edit.which);
      case 'release':
        return this.#release(edit.which);
      case 'restore':
        return this.#restore(edit.which);
      case 'resolve':
      case 'resolve-and-release':
        return this.#resolve(edit.which, edit.do === 'resolve-and-release');
      case 'relate':
        return this.#relate(edit.rule);
      case 'accept':
        return this.#accept(edit.listing);
      case 'sync':
        return this.#onFeed(edit.listing, (id, deps) => syncNow(tenantId, id, deps));
      case 'pause':
        return this.#pause(edit.listing);
      case 'resume':
        return this.resume(edit.listing);
      case 'new-address':
        return this.#moveAddress(edit.listing);
      case 'remove':
        return this.#remove(edit.listing, edit.events);
      case 'add':
        return this.addFeed(edit.listing);
      default:
        return false;
    }
  }

  get #now(): number {
    return this.#parts.world.time.now();
  }

  #listing(name: ListingName): Listing {
    return this.#parts.listings.get(name) as Listing;
  }

  #onListing(which: number, change: (held: Held, listing: Listing) => boolean, isOne = (_: Held) => true): boolean {
    const all = [...this.#parts.listings.values()].flatMap((listing) =>
      listing.own
        .filter((held) => held.end > this.#parts.watch.today && isOne(held))
        .map((held) => ({ held, listing })),
    );
    const one = all[which % Math.max(1, all.length)];
    return one ? change(one.held, one.listing) : false;
  }

  /** Only the plain one lists what was called off. */
  #end(how: 'cancel' | 'call-off' | 'open', which: number): boolean {
    const isOne = ({ kind }: Held) => (kind === 'closure') === (how === 'open');
    const end = (held: Held, listing: Listing) => {
      listing.end(new Set([held.id]), this.#now, how === 'call-off' && listing.name === 'plain');
      return true;
    };
    return this.#onListing(which, end, isOne);
  }

  #cancelMany(name: ListingName, all: boolean): boolean {
    const listing = this.#listing(name);
    const ids = listing.own.filter((_, index) => all || index % 3 !== 0).map(({ id }) => id);
    if (ids.length === 0) return false;
    listing.end(new Set(ids), this.#now);
    return true;
  }

  /** The platform comes for our calendar. */
  import(name: ListingName): boolean {
    if (name === undefined || (this.stoppedUntil.get(name) ?? 0) > this.#now) return false;
    this.#begin(async () => {
      const nights = await collect(name, this.#parts.world, this.#parts.watch.today);
      if (nights) this.#listing(name).imports(nights, this.#now);
    });
    return true;
  }

  addFeed(name: ListingName): boolean {
    const read = this.read.get(name) as ReadListing;
    if (read.feedId !== undefined || read.isBusy) return false;
    read.isBusy = true;
    const id = `${name}-feed-${++read.feeds}`;
    const url = this.#parts.desk.urlOf(name, id);
    this.#begin(async () => {
      await request(this.#parts.world, (deps) => openFeed(name, { id, url }, deps));
      read.feedId = id;
      read.isBusy = read.isPaused = false;
    });
    return true;
  }

  #remove(name: ListingName, events: 'keep' | 'release'): boolean {
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

  #pause(name: ListingName): boolean {
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

  #moveAddress(name: ListingName): boolean {
    const read = this.read.get(name) as ReadListing;
    const id = read.feedId;
    if (id === undefined || read.isBusy) return false;
    this.#parts.desk.moveAddress(name);
    const url = this.#parts.desk.urlOf(name, id);
    return this.#onFeed(name, (feedId, deps) => changeFeed(tenantId, feedId, { url }, deps));
  }

  #accept(name: ListingName): boolean {
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
      watch.evidenceOf(id).accept(this.#now);
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
    this.#begin(async () => {
      const answered = await request(this.#parts.world, (deps) => work(id, deps));
      read.isBusy = false;
      if ('value' in answered || answered.refusal instanceof NotFound) done();
      else this.#parts.asked.accepts.delete(id);
    });
    return true;
  }

  #book(room: Room, nights: Interval, holdMinutes: number | undefined): boolean {
    if (nights.start < this.#parts.watch.today) return false;
    const id = `booking-${++this.#count}`;
    const until = holdMinutes === undefined ? undefined : instantOf(this.#now + holdMinutes * 60_000);
    const made: Made = { id, eventId: eventIdOfDirect(id), type: 'booking', nights: undefined, until, isBusy: false };
    this.made.push(made);
    const draft = { id, resourceId: room, ...nights, ...(until !== undefined && { holdUntil: until }) };
    this.#onMade(
      made,
      (deps) => bookDirectly({ tenantId, draft }, deps),
      () => {
        made.nights = { ...nights, room };
      },
      () => this.#parts.watch.checkRefusal(room, nights),
    );
    return true;
  }

  #block(room: Room, nights: Interval): boolean {
    const id = `block-${++this.#count}`;
    const made: Made = {
      ...{ id, eventId: eventIdOf(blockSource(id)), type: 'block' },
      ...{ nights: undefined, until: undefined, isBusy: false },
    } as Made;
    this.made.push(made);
    const draft = { id, resourceId: room, ...nights, title: 'Painter', kind: 'block' } as const;
    this.#onMade(
      made,
      (deps) => keepBlock({ tenantId, draft }, deps),
      () => {
        made.nights = { ...nights, room };
      },
    );
    return true;
  }

  #moveBooking(which: number, nights: Interval): boolean {
    const made = this.#oneOf('booking', which);
    if (!made?.nights || nights.start < this.#parts.watch.today) return false;
    const { room } = made.nights;
    this.#parts.asked.endings.add(made.eventId);
    const move = async (deps: AppDeps) => {
      const booking = await deps.store.events.get(deps.documents, tenantId, made.eventId);
      if (!booking) throw new NotFound('no booking by that id');
      await changeDirect({ tenantId, booking, change: { interval: nights } }, deps);
    };
    this.#onMade(made, move, () => {
      made.nights = { ...nights, room };
    });
    return true;
  }

  #confirm(which: number): boolean {
    const made = this.#oneOf('booking', which);
    if (!made) return false;
    const confirm = async (deps: AppDeps) => {
      const hold = await deps.store.events.get(deps.documents, tenantId, made.eventId);
      if (!hold) throw new NotFound('no booking by that id');
      await confirmHold({ tenantId, hold, details: {} }, deps);
    };
    this.#onMade(made, confirm, () => {
      made.until = undefined;
    });
    return true;
  }

  #unmake(type: Made['type'], which: number): boolean {
    const made = this.#oneOf(type, which);
    if (!made) return false;
    const { eventId, id } = made;
    this.#parts.asked.endings.add(eventId);
    const end = async (deps: AppDeps) => {
      if (type === 'booking') await cancelDirect({ tenantId, eventId }, deps);
      else await removeBlock({ tenantId, blockId: id }, deps);
    };
    this.#onMade(made, end, () => {
      made.nights = undefined;
    });
    return true;
  }

  #oneOf(type: Made['type'], which: number): Made | undefined {
    const all = this.made.filter((made) => made.type === type && made.nights !== undefined && !made.isBusy);
    return all[which % Math.max(1, all.length)];
  }

  #onMade(
    made: Made,
    work: (deps: AppDeps) => Promise<unknown>,
    done: () => void,
    refused: () => void = () => undefined,
  ): void {
    made.isBusy = true;
    this.#begin(async () => {
      const answered = await request(this.#parts.world, work);
      made.isBusy = false;
      // A block that is gone was taken away by the request before, whose answer was lost.
      if ('value' in answered || (made.type === 'block' && answered.refusal instanceof NotFound)) done();
      else refused();
    });
  }

  #release(which: number): boolean {
    const { watch, asked } = this.#parts;
    const types = ['feed', 'feed', 'binding', 'staff'];
    const all = watch.ledger
      .holding(this.#now)
      .filter(({ source, end, id }) => types.includes(source.type) && end > watch.today && !this.#deciding.has(id));
    const one = all[which % Math.max(1, all.length)];
    if (!one) return false;
    asked.releases.add(one.id);
    return this.#decide(one.id, (deps) => releaseEvent({ tenantId, eventId: one.id }, deps), isRefused('not_holding'));
  }

  #restore(which: number): boolean {
    const { asked } = this.#parts;
    const ids = [...asked.released.keys()].filter((id) => !this.#deciding.has(id));
    const eventId = ids[which % Math.max(1, ids.length)];
    if (eventId === undefined) return false;
    asked.released.delete(eventId);
    asked.releases.delete(eventId);
    asked.restored.add(eventId);
    return this.#decide(eventId, (deps) => restoreEvent({ tenantId, eventId }, deps), isRefused('not_released'));
  }

  #resolve(which: number, release: boolean): boolean {
    const { watch, asked } = this.#parts;
    const open = [...watch.ledger.conflicts.values()].filter(
      ({ eventIds, resolvedBy }) => resolvedBy !== 'overlap-ended' && !eventIds.some((id) => this.#deciding.has(id)),
    );
    const conflict = open[which % Math.max(1, open.length)];
    if (!conflict) return false;
    const [winnerEventId, loser] = which % 2 === 0 ? conflict.eventIds : [...conflict.eventIds].reverse();
    const freesBooking = watch.ledger.events.get(loser ?? '')?.source.type === 'direct';
    if (winnerEventId === undefined || loser === undefined || (release && freesBooking)) return false;
    if (release) asked.releases.add(loser);
    const input = { tenantId, conflictId: conflict.id, winnerEventId, release };
    return this.#decide(
      loser,
      (deps) => resolveConflict(input, deps),
      () => false,
    );
  }

  #decide(
    eventId: string,
    work: (deps: AppDeps) => Promise<unknown>,
    isDone: (refusal: Extract<Answered<unknown>, { readonly refusal: unknown }>['refusal']) => boolean,
  ): boolean {
    this.#deciding.add(eventId);
    this.#begin(async () => {
      const answered = await request(this.#parts.world, work);
      this.#deciding.delete(eventId);
      if ('refusal' in answered && !isDone(answered.refusal)) throw answered.refusal;
    });
    return true;
  }

  /** Rooms that count differently towards the house are not allowed, so each is taken out first. */
  #relate(rule: 'each' | 'all' | 'none'): boolean {
    if (this.#relating) return false;
    this.#relating = true;
    this.#begin(async () => {
      for (const [room, next] of [
        ['kaya', 'none'],
        ['sol', rule],
        ['kaya', rule],
      ] as const) {
        const change = { relations: relationsBy(next) };
        await request(this.#parts.world, (deps) => changeResource(tenantId, room, change, deps));
      }
      this.#relating = false;
    });
    return true;
  }

  #begin(work: () => Promise<void>): void {
    const { time } = this.#parts.world;
    this.open++;
    time.schedule(time.now(), async () => {
      await work();
      this.open--;
    });
  }
}

function isRefused(reason: string): (refusal: unknown) => boolean {
  return (refusal) => refusal instanceof Rejected && refusal.reason === reason;
}

function nightsOf({ from, nights }: Nights): Interval {
  const start = addDays(FIRST_DAY, from);
  return { start, end: addDays(start, nights) };
}
