import { z } from 'zod';
import { SETTABLE_STATUSES, type SiteBooking, totalOf } from './booking.ts';
import type { Site } from './site.ts';
import { invalidParams } from './wp-error.ts';

const ids = z
  .string()
  .regex(/^\d+(,\d+)*$/)
  .transform((list) => list.split(',').map(Number));

/** What the plugin keeps beside the post of a booking, as far as lists may ask for it. */
const metaKey = z.enum(['mphb_check_in_date', 'mphb_check_out_date']).optional();
const metaCompare = z.enum(['<', '>']).optional();

/** The query of `GET /bookings`, as far as the simulator knows it. Nested names are spelt out as they are on the wire. */
const fieldsSchema = z.strictObject({
  page: z.coerce.number().int().min(1).default(1),
  per_page: z.coerce.number().int().min(1).max(100).default(10),
  order: z.enum(['asc', 'desc']).default('desc'),
  orderby: z.enum(['date', 'id', 'modified']).default('date'),
  include: ids.optional(),
  exclude: ids.optional(),
  search: z.string().min(1).optional(),
  'filter[post_status]': z.string().optional(),
  'filter[date_query][0][column]': z.literal('post_modified_gmt').optional(),
  'filter[date_query][0][after]': z
    .string()
    .regex(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/)
    .optional(),
  'filter[date_query][0][inclusive]': z.literal('1').optional(),
  'filter[meta_query][0][key]': metaKey,
  'filter[meta_query][0][value]': z.string().optional(),
  'filter[meta_query][0][compare]': metaCompare,
  'filter[meta_query][1][key]': metaKey,
  'filter[meta_query][1][value]': z.string().optional(),
  'filter[meta_query][1][compare]': metaCompare,
  /** WordPress's own: the fields of each item that the answer is to have. */
  _fields: z
    .string()
    .regex(/^\w+(,\w+)*$/)
    .optional(),
});
/** Half a clause of a `meta_query` finds something else than it seems to ask for. */
const querySchema = fieldsSchema.refine((query) => isWhole(query, 0) && isWhole(query, 1), {
  path: ['filter'],
  error: 'a clause of meta_query has a key, a value and a comparison',
});
export type ListQuery = z.output<typeof querySchema>;

/**
 * Reads a query. WordPress passes over what it does not know; here it is refused, so that no test rests on a filter that
 * filters nothing. @throws WpError.
 */
export function readListQuery(query: URLSearchParams): ListQuery {
  const read = querySchema.safeParse(Object.fromEntries(query));
  if (read.success) return read.data;
  throw invalidParams(Object.fromEntries(read.error.issues.map(({ path, message }) => [path.join('.'), message])));
}

export interface ListPage {
  readonly bookings: readonly SiteBooking[];
  readonly total: number;
}

/** The bookings a query asks for. A page behind the last is empty, and no error. */
export function listPage(all: readonly SiteBooking[], query: ListQuery, site: Site): ListPage {
  const found = all.filter((booking) => matches(booking, query, site)).sort((a, b) => comparing(query, a, b));
  const from = (query.page - 1) * query.per_page;
  return { bookings: found.slice(from, from + query.per_page), total: found.length };
}

function matches(booking: SiteBooking, query: ListQuery, site: Site): boolean {
  // What lies in the bin is listed only when it is asked for by name.
  const statuses: readonly string[] = query['filter[post_status]']?.split(',') ?? [...SETTABLE_STATUSES];
  const after = query['filter[date_query][0][after]'];
  return (
    statuses.includes(booking.status) &&
    (query.include === undefined || query.include.includes(booking.id)) &&
    !query.exclude?.includes(booking.id) &&
    (after === undefined || isAfter(booking.modifiedAt, after, query['filter[date_query][0][inclusive]'] === '1')) &&
    fits(booking, query, 0) &&
    fits(booking, query, 1) &&
    (query.search === undefined || isFound(booking, query.search, site))
  );
}

function isWhole(query: z.output<typeof fieldsSchema>, clause: 0 | 1): boolean {
  const parts = (['key', 'value', 'compare'] as const).map((part) => query[`filter[meta_query][${clause}][${part}]`]);
  return new Set(parts.map((part) => part === undefined)).size === 1;
}

/** Whether a booking fits a clause of the query, or there is none. Dates are compared as text, as WordPress does. */
function fits(booking: SiteBooking, query: ListQuery, clause: 0 | 1): boolean {
  const key = query[`filter[meta_query][${clause}][key]`];
  const value = query[`filter[meta_query][${clause}][value]`] ?? '';
  if (key === undefined) return true;
  const date = key === 'mphb_check_in_date' ? booking.check_in_date : booking.check_out_date;
  return query[`filter[meta_query][${clause}][compare]`] === '<' ? date < value : date > value;
}

function isAfter(instant: string, after: string, inclusive: boolean): boolean {
  const modified = instant.slice(0, 19).replace('T', ' ');
  return inclusive ? modified >= after : modified > after;
}

/** The plugin's search finds whole values only: the number of a booking, or any of its fields. */
function isFound(booking: SiteBooking, search: string, site: Site): boolean {
  const { id, note, customer, check_in_date, check_out_date } = booking;
  const values = [note, check_in_date, check_out_date, ...Object.values(customer)];
  if (/^\d+$/.test(search)) values.push(String(id), String(totalOf(booking, site)));
  return values.includes(search);
}

function comparing({ order, orderby }: ListQuery, a: SiteBooking, b: SiteBooking): number {
  const sign = order === 'asc' ? 1 : -1;
  if (orderby === 'id') return sign * (a.id - b.id);
  const field = orderby === 'date' ? 'createdAt' : 'modifiedAt';
  return sign * a[field].localeCompare(b[field]);
}
