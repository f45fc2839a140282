import { InvalidInput, NotFound, TemporarilyUnavailable } from '../../domain/errors.ts';
import { bookingListSchema } from './booking-wire.ts';
import { callMotoPress, type MotoPressAnswer, type MotoPressConnection } from './motopress-client.ts';

/** The most WordPress answers at once. */
export const PAGE_SIZE = 100;

/** One page of a list, its items still to be read. */
export interface ListPage {
  readonly items: readonly unknown[];
  readonly nextCursor?: string;
}

/**
 * A page of the bookings that `filters` find, by their id.
 *
 * By id and not by when they were saved: a booking that is saved while the pages are read then stays where it is, and
 * hides none behind it. One that leaves the list all the same moves the rest up, which the total tells: then the reading
 * begins again.
 * @throws InvalidInput for a cursor that is none; and what `readList` throws.
 */
export async function readPage(
  connection: MotoPressConnection,
  filters: Readonly<Record<string, string>>,
  cursor: string | undefined,
): Promise<ListPage> {
  const { page, total: before } = readCursor(cursor);
  const { value: items, total } = await readList(connection, {
    page: String(page),
    per_page: String(PAGE_SIZE),
    orderby: 'id',
    order: 'asc',
    ...filters,
  });
  if (total !== undefined && before !== undefined && total < before) return { items, nextCursor: `1/${total}` };
  const more = total === undefined ? items.length === PAGE_SIZE : page * PAGE_SIZE < total;
  return more ? { items, nextCursor: `${page + 1}/${total ?? ''}` } : { items };
}

/**
 * The answer to a query of bookings.
 * @throws as `callMotoPress`, but never NotFound: the plugin answers the whole list with it when one booking vanishes
 * between being found and being looked up.
 */
export async function readList(
  connection: MotoPressConnection,
  query: Readonly<Record<string, string>>,
): Promise<MotoPressAnswer<readonly unknown[]>> {
  try {
    return await callMotoPress(connection, { method: 'GET', path: '/bookings', query, answer: bookingListSchema });
  } catch (error) {
    if (!(error instanceof NotFound)) throw error;
    throw new TemporarilyUnavailable('a booking vanished while MotoPress listed it', { cause: error });
  }
}

/** `page/total`; the total is left out when the site did not say it. */
function readCursor(cursor = '1/'): { readonly page: number; readonly total: number | undefined } {
  const [, page, total] = /^(\d{1,6})\/(\d*)$/.exec(cursor) ?? [];
  if (page === undefined) throw new InvalidInput('the cursor is not one of ours');
  return { page: Number(page), total: total ? Number(total) : undefined };
}
