import { toInstant } from '@dovetail/core/domain/interval.ts';
import type { calendar_v3 } from 'googleapis/build/src/apis/calendar/v3.js';
import { type Bay, LOFT_BAYS } from '../studio/loft-bays.ts';
import type { Appointment } from '../uschedule/appointment.ts';
import type { Told } from './expected.ts';
import type { Slot } from './history.ts';
import { calendarOfBay } from './open-world.ts';
import type { World } from './world.ts';

type CalendarEvent = calendar_v3.Schema$Event;

const FIRST_DAY = Date.parse('2027-06-14T14:00:00Z');
const HOUR_MS = 3_600_000;

/** A booking's event as it stands on a calendar. */
export interface Shown {
  readonly bay: Bay;
  readonly event: CalendarEvent & { readonly id: string };
}

/** The standing events that carry our mark and the booking's id. */
export function eventsOf(bookingId: string, world: World): Shown[] {
  return LOFT_BAYS.flatMap((bay) =>
    world.google
      .standing(calendarOfBay(bay))
      .filter(({ extendedProperties }) => extendedProperties?.private?.['uscheduleAppointmentId'] === bookingId)
      .map((event) => ({ bay, event: event as Shown['event'] })),
  );
}

/** What the booking system says of a booking. */
export function toldBy({ start, end, resource_id, title = '' }: Appointment): Told {
  return { time: `${toInstant(start)}/${toInstant(end)}`, bay: resource_id === '1' ? 1 : 2, title };
}

/** The same; null for a booking that is cancelled. */
export function toldUnlessCancelled(appointment: Appointment): Told | null {
  return appointment.status === 'cancelled' ? null : toldBy(appointment);
}

export function timeOfEvent({ start, end }: CalendarEvent): string {
  return `${toInstant(start?.dateTime ?? '')}/${toInstant(end?.dateTime ?? '')}`;
}

/** What the booking system is told of a slot. */
export function timesOf({ day, hour, hours }: Slot): { readonly start: string; readonly end: string } {
  const start = FIRST_DAY + (day * 24 + hour) * HOUR_MS;
  return { start: new Date(start).toISOString(), end: new Date(start + hours * HOUR_MS).toISOString() };
}

/** The same as a model compares it. */
export function timeOf(slot: Slot): string {
  const { start, end } = timesOf(slot);
  return `${toInstant(start)}/${toInstant(end)}`;
}

/** The same as it is written on a calendar. */
export function calendarTimes(slot: Slot): CalendarEvent {
  const { start, end } = timesOf(slot);
  return { start: { dateTime: start }, end: { dateTime: end } };
}
