import { isDeepStrictEqual } from 'node:util';
import { instantOf } from '@dovetail/core/domain/interval.ts';
import type { Clock } from '@dovetail/core/ports/clock.ts';
import { Temporal } from 'temporal-polyfill';
import { type BookingBody, DEFAULT_STATUS, REQUIRED_FIELDS, type SiteBooking, withCustomer } from './booking.ts';
import { checkDate, checkSave, reserve } from './booking-rules.ts';
import type { Site } from './site.ts';
import { missingParams, WpError } from './wp-error.ts';

const FIRST_ID = 501;

/** A booking to begin with, as the website or an import made it. */
export interface BookingSeed extends BookingBody {
  readonly check_in_date: string;
  readonly check_out_date: string;
  readonly imported?: boolean;
}

/** The bookings of one site and the plugin's rules about them. Every refusal is a `WpError`, as the API answers it. */
export class BookingRegister {
  readonly #site: Site;
  readonly #clock: Clock;
  #bookings = new Map<number, SiteBooking>();
  #nextId = FIRST_ID;
  readonly #unlisted = new Set<number>();

  constructor(site: Site, clock: Clock) {
    this.#site = site;
    this.#clock = clock;
  }

  /** Every booking, by id; those in the bin included. */
  all(): SiteBooking[] {
    return [...this.#bookings.values()];
  }

  /** Those that lists show. */
  listed(): SiteBooking[] {
    return this.all().filter(({ id }) => !this.#unlisted.has(id));
  }

  /** Leaves it out of every list; by its id it can be asked for all the same. */
  unlist(id: number): void {
    this.#unlisted.add(id);
  }

  load(bookings: readonly SiteBooking[]): void {
    this.#bookings = new Map(bookings.map((booking) => [booking.id, booking]));
    // WordPress gives no id twice.
    this.#nextId = Math.max(this.#nextId, ...[...this.#bookings.keys()].map((id) => id + 1));
  }

  get(id: number): SiteBooking {
    const booking = this.#bookings.get(id);
    if (!booking) throw new WpError(404, 'mphb_rest_invalid_mphb_booking_id', 'Invalid ID.');
    return booking;
  }

  create(body: BookingBody): SiteBooking {
    const missing = REQUIRED_FIELDS.filter((field) => body[field] === undefined);
    if (missing.length > 0) throw missingParams(missing);
    return this.#save(undefined, this.#withBody(undefined, body, this.#today()));
  }

  change(id: number, body: BookingBody): SiteBooking {
    const known = this.#bookings.get(id);
    if (!known) throw new WpError(400, 'mphb_rest_mphb_booking_invalid_id', 'ID is invalid.');
    return this.#save(known, this.#withBody(known, body));
  }

  /** Moves it to the bin, or removes it for good. Answers what it was before. */
  delete(id: number, force: boolean): SiteBooking {
    const known = this.#bookings.get(id);
    if (!known) throw new WpError(404, 'mphb_rest_mphb_booking_invalid_id', 'ID is invalid.');
    if (force) this.#bookings.delete(id);
    else if (!this.#site.hasBin) {
      throw new WpError(501, 'mphb_rest_trash_not_supported', 'The mphb_booking does not support trashing.');
    } else if (known.status === 'trash') {
      throw new WpError(410, 'mphb_rest_already_trashed', 'The mphb_booking has already been deleted.');
    } else this.#bookings.set(id, { ...known, status: 'trash', modifiedAt: this.#now() });
    return known;
  }

  /** Adds what came another way than over the API, unchecked but for the accommodations. */
  seed({ imported = false, ...body }: BookingSeed): SiteBooking {
    const booking = { ...this.#withBody(undefined, body), imported };
    this.#keep(booking);
    return booking;
  }

  /** The booking with what a request says of it, field by field in the plugin's order. */
  #withBody(known: SiteBooking | undefined, body: BookingBody, notBefore?: string): SiteBooking {
    const now = this.#now();
    const checkIn = body.check_in_date ?? known?.check_in_date ?? '';
    const check_in_date = checkDate('check_in_date', checkIn, notBefore);
    const check_out_date = checkDate('check_out_date', body.check_out_date ?? known?.check_out_date ?? '');
    const context = { site: this.#site, today: this.#today(), isNew: known === undefined };
    return {
      id: known?.id ?? this.#nextId,
      status: body.status ?? known?.status ?? DEFAULT_STATUS,
      createdAt: known?.createdAt ?? now,
      modifiedAt: known?.modifiedAt ?? now,
      check_in_date,
      check_out_date,
      customer: withCustomer(known?.customer, body.customer),
      reserved: body.reserved_accommodations
        ? reserve(body.reserved_accommodations, { check_in_date, check_out_date }, context)
        : (known?.reserved ?? []),
      note: body.note ?? known?.note ?? '',
      imported: known?.imported ?? false,
    };
  }

  #save(known: SiteBooking | undefined, wanted: SiteBooking): SiteBooking {
    checkSave(wanted, this.#bookings.values(), { site: this.#site, today: this.#today() });
    if (known && isDeepStrictEqual(known, wanted)) return known;
    const saved = { ...wanted, modifiedAt: this.#now() };
    this.#keep(saved);
    return saved;
  }

  #keep(booking: SiteBooking): void {
    this.#bookings.set(booking.id, booking);
    this.#nextId = Math.max(this.#nextId, booking.id + 1);
  }

  #now(): string {
    return instantOf(this.#clock.now());
  }

  #today(): string {
    const now = Temporal.Instant.fromEpochMilliseconds(this.#clock.now());
    return now.toZonedDateTimeISO(this.#site.timeZone).toPlainDate().toString();
  }
}
