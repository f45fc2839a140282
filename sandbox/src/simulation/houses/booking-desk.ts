import { NotFound } from '@dovetail/core/domain/errors.ts';
import { eventIdOf } from '@dovetail/core/domain/identity.ts';
import { type Interval, instantOf } from '@dovetail/core/domain/interval.ts';
import { bookDirectly } from '@dovetail/core/sync/direct/book-directly.ts';
import { cancelDirect } from '@dovetail/core/sync/direct/cancel-direct.ts';
import { changeDirect } from '@dovetail/core/sync/direct/change-direct.ts';
import { confirmHold } from '@dovetail/core/sync/direct/confirm-hold.ts';
import { eventIdOfDirect } from '@dovetail/core/sync/direct/direct-booking.ts';
import { blockSource, keepBlock, removeBlock } from '@dovetail/core/sync/keep-block.ts';
import type { AppDeps } from '@dovetail/run-service/app-deps.ts';
import type { Room } from './house-history.ts';
import type { HouseParts } from './house-parts.ts';
import { HOUSE_TENANT as tenantId } from './open-house.ts';
import { request } from './request.ts';

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

/** Where guests book with us and staff close nights. One thing after the other is asked of each booking. */
export class BookingDesk {
  readonly made: Made[] = [];
  readonly #parts: HouseParts;
  #count = 0;

  constructor(parts: HouseParts) {
    this.#parts = parts;
  }

  book(room: Room, nights: Interval, holdMinutes: number | undefined): boolean {
    if (nights.start < this.#parts.watch.today) return false;
    const id = `booking-${++this.#count}`;
    const until =
      holdMinutes === undefined ? undefined : instantOf(this.#parts.world.time.now() + holdMinutes * 60_000);
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

  block(room: Room, nights: Interval): boolean {
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

  moveBooking(which: number, nights: Interval): boolean {
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

  confirm(which: number): boolean {
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

  unmake(type: Made['type'], which: number): boolean {
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
    this.#parts.errands.begin(async () => {
      const answered = await request(this.#parts.world, work);
      made.isBusy = false;
      // A block that is gone was taken away by the request before, whose answer was lost.
      if ('value' in answered || (made.type === 'block' && answered.refusal instanceof NotFound)) done();
      else refused();
    });
  }
}
