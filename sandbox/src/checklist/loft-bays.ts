import type { Bay } from '../studio/loft-bays.ts';
import { isSame, type Seen } from './checklist-lines.ts';
import type { Appointment, GoogleEvent, StudioClient } from './studio-client.ts';

/** An hour, as instants in UTC. */
export interface Hour {
  readonly start: string;
  readonly end: string;
}

/** Hours in which nothing is booked at either bay, each given once. */
export interface FreeHours {
  next(): Hour;
}

interface AppointmentPage {
  readonly data: readonly Appointment[];
  readonly next_cursor: string | null;
}

const HOUR_MS = 3_600_000;

/** The hours from two days after the studio's now on, behind all that are booked already: it may be walked again. */
export async function findFreeHours(studio: StudioClient): Promise<FreeHours> {
  let nextHour = Math.ceil((await studio.now()) / HOUR_MS) + 48;
  let cursor: string | null = '';
  do {
    const query: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page: AppointmentPage = await studio.uschedule('GET', `/appointments?limit=200${query}`);
    for (const { end } of page.data) nextHour = Math.max(nextHour, Math.ceil(Date.parse(end) / HOUR_MS));
    cursor = page.next_cursor;
  } while (cursor !== null);
  return {
    next: () => {
      const hour = nextHour++;
      return { start: new Date(hour * HOUR_MS).toISOString(), end: new Date((hour + 1) * HOUR_MS).toISOString() };
    },
  };
}

/** The calendar a bay is bound to. */
export function calendarOf(bay: Bay): string {
  return `loft-bay-${bay}@sandbox`;
}

/** The event of an appointment on a bay's calendar, if it stands there. */
export async function eventOf(appointmentId: string, bay: Bay, studio: StudioClient): Promise<GoogleEvent | undefined> {
  return (await eventsOf(appointmentId, bay, studio))[0];
}

/** Every event of an appointment on a bay's calendar: more than one is one too many. */
export async function eventsOf(appointmentId: string, bay: Bay, studio: StudioClient): Promise<readonly GoogleEvent[]> {
  const query = `privateExtendedProperty=${encodeURIComponent(`uscheduleAppointmentId=${appointmentId}`)}`;
  return (await studio.google<{ items: GoogleEvent[] }>('GET', `${calendarOf(bay)}/events?${query}`)).items;
}

/** Books an hour of a bay in USchedule, as its front desk does. */
export function book(bay: Bay, title: string, hour: Hour, studio: StudioClient): Promise<Appointment> {
  return studio.uschedule('POST', '/appointments', { resource_id: String(bay), title, ...hour });
}

/** Cancels an appointment in USchedule; one that is cancelled already stays as it is. */
export async function cancel(appointmentId: string, studio: StudioClient): Promise<void> {
  const { status } = await studio.uschedule('GET', `/appointments/${appointmentId}`);
  if (status === 'cancelled') return;
  await studio.uschedule('POST', `/appointments/${appointmentId}/cancel`, { reason: 'end of the checklist' });
}

/** Whether ledger, calendars and marks agree at every binding, as a dry audit sees it. */
export async function isAudited({ api }: StudioClient): Promise<Seen> {
  const bindings = (await api<{ items: readonly { id: string }[] }>('GET', '/v1/bindings')).items;
  const audits = bindings.map(({ id }) =>
    api<{ findings: readonly unknown[] }>('POST', `/v1/bindings/${id}:audit?dryRun=true`),
  );
  const findings = (await Promise.all(audits)).flatMap((audit) => audit.findings);
  return isSame('what an audit finds', findings, []);
}

/** Whether two RFC 3339 times are the same instant, whatever their offsets. */
export function sameInstant(a: string | undefined, b: string): boolean {
  return a !== undefined && Date.parse(a) === Date.parse(b);
}
