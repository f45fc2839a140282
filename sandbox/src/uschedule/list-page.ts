import type { Appointment, AppointmentQuery } from './appointment.ts';
import { Refusal } from './refusal.ts';

export interface AppointmentPage {
  readonly data: readonly Appointment[];
  readonly next_cursor: string | null;
  readonly has_more: boolean;
}

/**
 * The appointments a query asks for, in the order of (updated_at, id), beginning behind the one its cursor names.
 * @throws Refusal when the cursor is not one of ours.
 */
export function listPage(appointments: Iterable<Appointment>, query: AppointmentQuery): AppointmentPage {
  const after = query.cursor === undefined ? undefined : readCursor(query.cursor);
  const found = [...appointments]
    .filter((each) => query.include === 'cancelled' || each.status !== 'cancelled')
    .filter((each) => query.updated_since === undefined || each.updated_at >= query.updated_since)
    .filter((each) => after === undefined || positionOf(each) > after)
    .sort((a, b) => (positionOf(a) < positionOf(b) ? -1 : 1));
  const data = found.slice(0, query.limit);
  const last = data.at(-1);
  const hasMore = found.length > data.length;
  return { data, next_cursor: hasMore && last ? writeCursor(last) : null, has_more: hasMore };
}

function positionOf(appointment: Appointment): string {
  return `${appointment.updated_at} ${appointment.id}`;
}

function writeCursor(appointment: Appointment): string {
  return Buffer.from(positionOf(appointment)).toString('base64url');
}

function readCursor(cursor: string): string {
  const position = Buffer.from(cursor, 'base64url').toString();
  if (!/^\S+Z \S+$/.test(position)) throw new Refusal(422, 'validation', 'the cursor is not one of ours');
  return position;
}
