import { addDays, type Interval } from '@dovetail/core/domain/interval.ts';
import { BookingDesk } from './booking-desk.ts';
import { FeedStaff } from './feed-staff.ts';
import type { HouseEdit, ListingName, Nights } from './house-history.ts';
import type { HouseParts } from './house-parts.ts';
import type { Held, Listing } from './listing.ts';
import { collect } from './platform-import.ts';
import { StaffDecisions } from './staff-decisions.ts';

const FIRST_DAY = '2027-06-01';
const HOUR_MS = 3_600_000;

/** Makes the edits of a history as guests, hosts and staff do. What cannot be done is not done. */
export class HousePlay {
  readonly bookings: BookingDesk;
  readonly feeds: FeedStaff;
  readonly #decisions: StaffDecisions;
  /** Until when a platform does not come for our calendar. */
  readonly stoppedUntil = new Map<ListingName, number>();
  readonly #parts: HouseParts;

  constructor(parts: HouseParts) {
    this.#parts = parts;
    this.bookings = new BookingDesk(parts);
    this.feeds = new FeedStaff(parts);
    this.#decisions = new StaffDecisions(parts);
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
        return this.bookings.book(edit.room, nightsOf(edit), edit.holdMinutes);
      case 'block':
        return this.bookings.block(edit.room, nightsOf(edit));
      case 'move-booking':
        return this.bookings.moveBooking(edit.which, nightsOf(edit));
      case 'confirm':
        return this.bookings.confirm(edit.which);
      case 'unbook':
      case 'unblock':
        return this.bookings.unmake(edit.do === 'unbook' ? 'booking' : 'block', edit.which);
      case 'release':
        return this.#decisions.release(edit.which);
      case 'restore':
        return this.#decisions.restore(edit.which);
      case 'resolve':
      case 'resolve-and-release':
        return this.#decisions.resolve(edit.which, edit.do === 'resolve-and-release');
      case 'relate':
        return this.#decisions.relate(edit.rule);
      case 'accept':
        return this.feeds.accept(edit.listing);
      case 'sync':
        return this.feeds.sync(edit.listing);
      case 'pause':
        return this.feeds.pause(edit.listing);
      case 'resume':
        return this.feeds.resume(edit.listing);
      case 'new-address':
        return this.feeds.moveAddress(edit.listing);
      case 'remove':
        return this.feeds.remove(edit.listing, edit.events);
      case 'add':
        return this.feeds.addFeed(edit.listing);
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
    this.#parts.errands.begin(async () => {
      const nights = await collect(name, this.#parts.world, this.#parts.watch.today);
      if (nights) this.#listing(name).imports(nights, this.#now);
    });
    return true;
  }
}

function nightsOf({ from, nights }: Nights): Interval {
  const start = addDays(FIRST_DAY, from);
  return { start, end: addDays(start, nights) };
}
