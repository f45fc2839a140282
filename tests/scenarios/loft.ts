import type { Binding } from '@dovetail/core/domain/binding.ts';
import type { LedgerEvent } from '@dovetail/core/domain/event.ts';
import { instantOf, toInstant } from '@dovetail/core/domain/interval.ts';
import type { DeadLetter, Proposal, Run } from '@dovetail/core/domain/run.ts';
import type { AuditFinding } from '@dovetail/core/sync/plan-audit.ts';
import type { Bay } from '@dovetail/sandbox/studio/loft-bays.ts';
import { createServiceAccount } from '@dovetail/sandbox/studio/service-account.ts';
import { type Studio, type StudioOptions, startStudio } from '@dovetail/sandbox/studio/studio.ts';
import type { calendar_v3 } from 'googleapis/build/src/apis/calendar/v3.js';
import { expect } from 'vitest';
import { createRecordingLog, type LogLine, type RecordingLog } from '../recording-log.ts';

type CalendarEvent = calendar_v3.Schema$Event;

/** An appointment as USchedule's API answers it. */
export interface Appointment {
  readonly id: string;
  readonly resource_id: string;
  readonly start: string;
  readonly end: string;
  readonly status: string;
  readonly title: string | null;
  readonly version: number;
}

/** A booking as a calendar should show it. */
export interface ShownBooking {
  readonly id: string;
  readonly bay: Bay;
  readonly start: string;
  readonly end: string;
  readonly title: string;
}

/** What a test knows to stand on the bays' calendars beside the appointments. */
export interface Beside {
  /** Bookings of other systems. */
  readonly bookings?: readonly ShownBooking[];
  /** Ids of calendar events that carry our mark and are somebody's copies. */
  readonly copies?: readonly string[];
}

/** Far enough ahead that no test runs into it, in the bays' summer time. */
export const FIRST_DAY = '2027-06-07';
const START = Date.parse('2027-06-01T12:00:00Z');
/** One for all the tests of a file: making it would be half of opening a studio. */
const ACCOUNT = createServiceAccount();

/**
 * The Loft's studio as a person meets it: USchedule's API on one side, the bays' calendars on the other, and the checks
 * that both say the same. Everything goes over HTTP.
 */
export class Loft {
  readonly studio: Studio;
  readonly log: RecordingLog;

  constructor(studio: Studio, log: RecordingLog) {
    this.studio = studio;
    this.log = log;
  }

  static async open(options: Partial<StudioOptions> = {}): Promise<Loft> {
    const log = createRecordingLog();
    const studio = await startStudio({ port: 0, sandboxPort: 0, startAt: START, account: ACCOUNT, log, ...options });
    const loft = new Loft(studio, log);
    await loft.settle();
    return loft;
  }

  close(): Promise<void> {
    return this.studio.stop();
  }

  /** Lets everything that is due within `seconds` of the studio's time happen. */
  settle(seconds = 20): Promise<void> {
    return this.studio.clock.advance(seconds * 1000);
  }

  // — USchedule

  async book(bay: Bay, hour: number, title = 'Lesson', day = FIRST_DAY): Promise<Appointment> {
    const body = { resource_id: String(bay), start: at(hour, day), end: at(hour + 1, day), title };
    return this.#uschedule('POST', '/appointments', body);
  }

  appointment(id: string): Promise<Appointment> {
    return this.#uschedule('GET', `/appointments/${id}`);
  }

  async change(id: string, change: Partial<Omit<Appointment, 'id'>>): Promise<Appointment> {
    const { version } = await this.appointment(id);
    return this.#uschedule('PATCH', `/appointments/${id}`, change, { 'If-Match': `"${version}"` });
  }

  cancel(id: string): Promise<Appointment> {
    return this.#uschedule('POST', `/appointments/${id}/cancel`, { reason: 'changed plans' });
  }

  // — the bays' calendars, as their owner uses them

  /** Every event that stands on a bay's calendar. */
  events(bay: Bay): CalendarEvent[] {
    return this.eventsOn(calendarId(bay));
  }

  eventsOn(calendar: string): CalendarEvent[] {
    return this.studio.google.events(calendar).filter((event) => event.status !== 'cancelled');
  }

  /** The one managed event of an appointment, on whichever bay it stands. */
  eventOf(appointmentId: string): { readonly bay: Bay; readonly event: CalendarEvent } {
    const found = this.managed(appointmentId);
    expect(found, `events of appointment ${appointmentId}`).toHaveLength(1);
    return found[0] as { bay: Bay; event: CalendarEvent };
  }

  /** Every standing event that carries our mark and the appointment's id. */
  managed(appointmentId: string): { readonly bay: Bay; readonly event: CalendarEvent }[] {
    return ([1, 2] as const).flatMap((bay) =>
      this.events(bay)
        .filter(({ extendedProperties }) => extendedProperties?.private?.uscheduleAppointmentId === appointmentId)
        .map((event) => ({ bay, event })),
    );
  }

  async moveOnCalendar(appointmentId: string, hour: number, day = FIRST_DAY): Promise<void> {
    await this.edit(appointmentId, { start: { dateTime: at(hour, day) }, end: { dateTime: at(hour + 1, day) } });
  }

  /** Changes the appointment's event as its owner would in the calendar's own program. */
  async edit(appointmentId: string, change: CalendarEvent): Promise<void> {
    const { bay, event } = this.eventOf(appointmentId);
    await this.google('PATCH', `${calendarId(bay)}/events/${event.id}`, change);
  }

  async deleteOnCalendar(appointmentId: string): Promise<void> {
    const { bay, event } = this.eventOf(appointmentId);
    await this.google('DELETE', `${calendarId(bay)}/events/${event.id}`);
  }

  async moveToBay(appointmentId: string, destination: Bay): Promise<void> {
    const { bay, event } = this.eventOf(appointmentId);
    await this.google('POST', `${calendarId(bay)}/events/${event.id}/move?destination=${calendarId(destination)}`);
  }

  /** A call of the calendar's owner; `path` is below `/calendars/`. Fails the test unless it is answered 2xx. */
  async google<T = CalendarEvent>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${this.studio.sandboxUrl}/google/calendar/v3/calendars/${path}`, {
      method,
      headers: { authorization: 'Bearer sandbox-google-token', 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    expect(response.status, `${method} ${path}`).toBeLessThan(300);
    const text = await response.text();
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  // — the service

  /** A call of the API; as The Loft's admin unless another key is given. Fails the test unless it is answered 2xx. */
  async api<T>(method: string, path: string, body?: unknown, key = 'loft-admin-key'): Promise<T> {
    const response = await fetch(`${this.studio.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    expect(response.status, `${method} ${path}`).toBeLessThan(300);
    const text = await response.text();
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  /** A call of the sandbox's own controls. */
  async sandbox(method: string, path: string, body?: unknown): Promise<Response> {
    const response = await fetch(`${this.studio.sandboxUrl}${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    expect(response.status, `${method} ${path}`).toBeLessThan(300);
    return response;
  }

  async audit(bay: Bay): Promise<readonly AuditFinding[]> {
    const path = `/v1/bindings/bay-${bay}-google:audit?dryRun=true`;
    return (await this.api<{ findings: readonly AuditFinding[] }>('POST', path)).findings;
  }

  binding(bay: Bay): Promise<Binding> {
    return this.api('GET', `/v1/bindings/bay-${bay}-google`);
  }

  proposals(): Promise<{ readonly items: readonly Proposal[] }> {
    return this.api('GET', '/v1/proposals');
  }

  deadLetters(): Promise<{ readonly items: readonly DeadLetter[] }> {
    return this.api('GET', '/v1/dead-letters');
  }

  /** The runs of a flow, the newest first. */
  async runs(flow: string): Promise<readonly Run[]> {
    return (await this.api<{ items: readonly Run[] }>('GET', `/v1/runs?flow=${flow}`)).items;
  }

  /** What staff were told. */
  alerts(): LogLine[] {
    return this.log.lines.filter(({ severity }) => severity === 'ALERT');
  }

  ledger(bay: Bay): Promise<{ readonly items: readonly LedgerEvent[] }> {
    return this.api('GET', `/v1/resources/bay-${bay}/events?from=2027-05-25T00:00:00Z&to=2027-09-01T00:00:00Z`);
  }

  // — agreement

  /**
   * Both sides say the same: every standing appointment has exactly one managed event, on its bay's calendar, with its
   * times and title; no other managed event stands; the ledger agrees, nothing is pending, and an audit finds nothing.
   */
  async expectAgreement({ bookings = [], copies = [] }: Beside = {}): Promise<void> {
    const appointments = this.studio.uschedule.appointments() as unknown as Appointment[];
    const standing = appointments.filter(({ status }) => status !== 'cancelled');
    const wanted = standing.map(({ id, resource_id, start, end, title }) => ({
      id,
      bay: Number(resource_id),
      start: toInstant(start),
      end: toInstant(end),
      title,
    }));
    const shown = ([1, 2] as const).flatMap((bay) =>
      this.events(bay)
        .filter(({ extendedProperties }) => extendedProperties?.private?.loftSyncManaged === 'true')
        .filter(({ id }) => !copies.includes(id as string))
        .map(({ extendedProperties, start, end, summary }) => ({
          id: extendedProperties?.private?.uscheduleAppointmentId as string,
          bay,
          start: toInstant(start?.dateTime as string),
          end: toInstant(end?.dateTime as string),
          title: summary,
        })),
    );
    expect(sortById(shown)).toEqual(sortById([...wanted, ...bookings]));
    const findings = [...(await this.audit(1)), ...(await this.audit(2))];
    expect(findings.filter(({ type, remoteId = '' }) => type !== 'stranger' || !copies.includes(remoteId))).toEqual([]);
    expect(this.studio.clock.isSettled(5000)).toBe(true);
  }

  async #uschedule(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Appointment> {
    const response = await fetch(`${this.studio.sandboxUrl}/uschedule/v1${path}`, {
      method,
      headers: {
        authorization: 'Bearer sandbox-uschedule-key',
        'x-tenant-id': 'loft',
        'content-type': 'application/json',
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    expect(response.status, `${method} ${path}`).toBeLessThan(300);
    return (await response.json()) as Appointment;
  }
}

/** The calendar a bay is bound to. */
export function calendarId(bay: Bay): string {
  return `loft-bay-${bay}@sandbox`;
}

/** The instant of an hour (UTC) of a test day. */
export function at(hour: number, day = FIRST_DAY): string {
  return instantOf(Date.parse(`${day}T00:00:00Z`) + hour * 3_600_000);
}

function sortById<T extends { readonly id: string }>(items: readonly T[]): T[] {
  return [...items].sort((a, b) => (a.id < b.id ? -1 : 1));
}
