import { InvalidInput } from '../../domain/errors.ts';
import type { Interval } from '../../domain/interval.ts';
import type { ChangedBookings, UnreadableBooking } from '../../ports/booking-system.ts';
import {
  bookingListSchema,
  bookingSchema,
  HOLDING_STATUSES,
  identitySchema,
  STATUSES,
  type WireBooking,
} from './booking-wire.ts';
import { callMotoPress, type MotoPressConnection } from './motopress-client.ts';

/** The most WordPress answers at once. */
const PAGE_SIZE = 100;

/** A page of bookings in the plugin's terms. */
export interface WirePage extends Pick<ChangedBookings, 'unreadable' | 'nextCursor'> {
  readonly bookings: readonly WireBooking[];
}

/**
 * The bookings saved at or after `since`, whatever their status, by their id.
 *
 * By id and not by when they were saved: a booking that is saved while the pages are read then stays where it is, and
 * hides none behind it. One that leaves the list all the same (deleted for good) moves the rest up, which the total
 * tells: then the reading begins again.
 */
export async function listSaved(
  connection: MotoPressConnection,
  since: string,
  cursor: string | undefined,
): Promise<WirePage> {
  const { page, total: before } = readCursor(cursor);
  const { value, total } = await callMotoPress(connection, {
    method: 'GET',
    path: '/bookings',
    query: {
      page: String(page),
      per_page: String(PAGE_SIZE),
      orderby: 'id',
      order: 'asc',
      // Without it WordPress leaves out what lies in its bin, which is how staff delete a booking.
      'filter[post_status]': Object.keys(STATUSES).join(','),

      'filter[date_query][0][column]': 'post_modified_gmt',
      'filter[date_query][0][after]': since.slice(0, 19).replace('T', ' '),
      'filter[date_query][0][inclusive]': '1',
    },
    answer: bookingListSchema,
  });
  const read = readBookings(value);
  if (total !== undefined && before !== undefined && total < before) return { ...read, nextCursor: `1/${total}` };
  const more = total === undefined ? value.length === PAGE_SIZE : page * PAGE_SIZE < total;
  return more ? { ...read, nextCursor: `${page + 1}/${total ?? ''}` } : read;
}

/**
 * True when another booking holds one of these accommodations for one of these nights. It asks for what the plugin
 * itself looks at before it saves: check-in before the stay's end and check-out after its start.
 */
export async function isTaken(
  connection: MotoPressConnection,
  stay: Interval & { readonly accommodations: ReadonlySet<number> },
  exceptBookingId: number | undefined,
): Promise<boolean> {
  const { value } = await callMotoPress(connection, {
    method: 'GET',
    path: '/bookings',
    query: {
      per_page: String(PAGE_SIZE),
      ...(exceptBookingId !== undefined && { exclude: String(exceptBookingId) }),
      'filter[post_status]': HOLDING_STATUSES.join(','),
      'filter[meta_query][0][key]': 'mphb_check_in_date',
      'filter[meta_query][0][value]': stay.end,
      'filter[meta_query][0][compare]': '<',
      'filter[meta_query][1][key]': 'mphb_check_out_date',
      'filter[meta_query][1][value]': stay.start,
      'filter[meta_query][1][compare]': '>',
    },
    answer: bookingListSchema,
  });
  return readBookings(value).bookings.some(({ reserved_accommodations }) =>
    reserved_accommodations.some(({ accommodation }) => stay.accommodations.has(accommodation)),
  );
}

/** The booking that was made with this note; undefined when none was. Notes are looked up whole. */
export async function findByNote(connection: MotoPressConnection, note: string): Promise<WireBooking | undefined> {
  const { value } = await callMotoPress(connection, {
    method: 'GET',
    path: '/bookings',
    query: { search: note },
    answer: bookingListSchema,
  });
  return readBookings(value).bookings[0];
}

function readBookings(items: readonly unknown[]): { bookings: WireBooking[]; unreadable: UnreadableBooking[] } {
  const bookings: WireBooking[] = [];
  const unreadable: UnreadableBooking[] = [];
  for (const item of items) {
    const booking = bookingSchema.safeParse(item);
    if (booking.success) bookings.push(booking.data);
    else {
      const id = identitySchema.safeParse(item).data?.id;
      const paths = booking.error.issues.map((issue) => issue.path.join('.'));
      unreadable.push({ bookingId: id === undefined ? undefined : String(id), paths });
    }
  }
  return { bookings, unreadable };
}

/** `page/total`; the total is left out when the site did not say it. */
function readCursor(cursor = '1/'): { readonly page: number; readonly total: number | undefined } {
  const [, page, total] = /^(\d{1,6})\/(\d*)$/.exec(cursor) ?? [];
  if (page === undefined) throw new InvalidInput('the cursor is not one of ours');
  return { page: Number(page), total: total ? Number(total) : undefined };
}
