import { openCalendar, roleOf } from './access.ts';
import type { ApiAnswer, ApiMethod, ApiRequest } from './api-method.ts';
import type { CalendarRecord, CalendarStore, Role } from './calendar-store.ts';
import { listInstances } from './event-instances.ts';
import type { EventList } from './event-list.ts';
import { findEvent } from './event-lookup.ts';
import { isTimeZone } from './event-times.ts';
import { viewEvent } from './event-view.ts';
import { invalid, notFound } from './google-error.ts';
import { readListParameters } from './list-parameters.ts';

const EVENTS = '/calendars/:calendarId/events';
const EVENT = `${EVENTS}/:eventId`;

/** The Events methods that read; what they show depends on the caller's role. */
export function eventReadMethods(store: CalendarStore, list: EventList): ApiMethod[] {
  const method = (
    name: string,
    path: string,
    answer: (calendar: CalendarRecord, role: Role, request: ApiRequest) => ApiAnswer,
  ): ApiMethod => ({
    name,
    verb: 'get',
    path,
    scopes: 'readEvents',
    handle: (request) => {
      const { caller, params } = request;
      const calendar = openCalendar(store, caller, params['calendarId'] ?? '', 'freeBusyReader');
      return answer(calendar, roleOf(caller, calendar), request);
    },
  });
  return [
    method('events.list', EVENTS, (calendar, role, { query }) => ({
      body: list.page(calendar, role, readListParameters(query)),
    })),
    method('events.get', EVENT, answerEvent),
    method('events.instances', `${EVENT}/instances`, (calendar, role, { params, query }) => ({
      body: listInstances(calendar, role, params['eventId'] ?? '', query),
    })),
  ];
}

function answerEvent(calendar: CalendarRecord, role: Role, request: ApiRequest): ApiAnswer {
  const stored = findEvent(calendar, request.params['eventId'] ?? '');
  if (!stored) throw notFound();
  if (request.ifNoneMatch !== undefined && request.ifNoneMatch === stored.event.etag) return { status: 304 };
  return { body: viewEvent(calendar, stored, role, zoneOf(request)) };
}

function zoneOf({ query }: ApiRequest): string | undefined {
  const zone = query['timeZone'];
  if (zone === undefined) return undefined;
  if (typeof zone !== 'string' || !isTimeZone(zone)) throw invalid('Invalid time zone.', 'timeZone');
  return zone;
}
