import type { Interval } from '../../domain/interval.ts';
import type { ChangedBookings, UnreadableBooking } from '../../ports/booking-system.ts';
import {
  bookingSchema,
  HOLDING_STATUSES,
  identitySchema,
  partsSchema,
  STATUSES,
  type WireBooking,
  type WireParts,
} from './booking-wire.ts';
import type { MotoPressConnection } from './motopress-client.ts';
import { PAGE_SIZE, readList, readPage } from './read-list.ts';

/** A page of bookings in the plugin's terms. */
export interface WirePage extends Pick<ChangedBookings, 'unreadable' | 'nextCursor'> {
  readonly bookings: readonly WireBooking[];
}

/** The bookings saved at or after `since`, whatever their status. */
export async function listSaved(
  connection: MotoPressConnection,
  since: string,
  cursor: string | undefined,
): Promise<WirePage> {
  const filters = {
    // Without it WordPress leaves out what lies in its bin, which is how staff delete a booking.
    'filter[post_status]': Object.keys(STATUSES).join(','),
    'filter[date_query][0][column]': 'post_modified_gmt',
    'filter[date_query][0][after]': since.slice(0, 19).replace('T', ' '),
    'filter[date_query][0][inclusive]': '1',
  };
  const { items, ...rest } = await readPage(connection, filters, cursor);
  return { ...readBookings(items), ...rest };
}

/**
 * The bookings that keep others from nights after `date`, without anything of their guests. What cannot be read is left
 * out: it is asked for by its id.
 */
export async function listKept(
  connection: MotoPressConnection,
  date: string,
  cursor: string | undefined,
): Promise<{ readonly bookings: readonly WireParts[]; readonly nextCursor?: string }> {
  const filters = {
    'filter[post_status]': HOLDING_STATUSES.join(','),
    'filter[meta_query][0][key]': 'mphb_check_out_date',
    'filter[meta_query][0][value]': date,
    'filter[meta_query][0][compare]': '>',
    _fields: Object.keys(partsSchema.shape).join(','),
  };
  const { items, ...rest } = await readPage(connection, filters, cursor);
  return { bookings: items.flatMap((item) => partsSchema.safeParse(item).data ?? []), ...rest };
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
  const { value } = await readList(connection, {
    per_page: String(PAGE_SIZE),
    ...(exceptBookingId !== undefined && { exclude: String(exceptBookingId) }),
    'filter[post_status]': HOLDING_STATUSES.join(','),
    'filter[meta_query][0][key]': 'mphb_check_in_date',
    'filter[meta_query][0][value]': stay.end,
    'filter[meta_query][0][compare]': '<',
    'filter[meta_query][1][key]': 'mphb_check_out_date',
    'filter[meta_query][1][value]': stay.start,
    'filter[meta_query][1][compare]': '>',
  });
  return readBookings(value).bookings.some(({ reserved_accommodations }) =>
    reserved_accommodations.some(({ accommodation }) => stay.accommodations.has(accommodation)),
  );
}

/** The booking that was made with this note; undefined when none was. Notes are looked up whole. */
export async function findByNote(connection: MotoPressConnection, note: string): Promise<WireBooking | undefined> {
  return readBookings((await readList(connection, { search: note })).value).bookings[0];
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
