import { openCalendar, roleOf } from './access.ts';
import type { ApiAnswer, ApiMethod, ApiRequest } from './api-method.ts';
import type { CalendarRecord, CalendarStore, StoredEvent } from './calendar-store.ts';
import { readEventBody } from './event-body.ts';
import type { EventList } from './event-list.ts';
import { expandSeries, findEvent } from './event-lookup.ts';
import { isTimeZone } from './event-times.ts';
import { viewEvent } from './event-view.ts';
import type { EventWrites } from './event-writes.ts';
import { invalid, notFound, required } from './google-error.ts';
import { readListParameters } from './list-parameters.ts';

const EVENTS = '/calendars/:calendarId/events';
const EVENT = `${EVENTS}/:eventId`;

/** The Events methods of the API. */
export function eventMethods(store: CalendarStore, writes: EventWrites, list: EventList): ApiMethod[] {
  const open = ({ caller, params }: ApiRequest, needed: 'freeBusyReader' | 'writer') =>
    openCalendar(store, caller, params['calendarId'] ?? '', needed);
  const eventId = ({ params }: ApiRequest) => params['eventId'] ?? '';
  const write = (request: ApiRequest) => ({
    body: readEventBody(request.body ?? {}),
    caller: request.caller,
    ifMatch: request.ifMatch,
  });

  const writing = (
    name: string,
    verb: ApiMethod['verb'],
    path: string,
    apply: (calendar: CalendarRecord, request: ApiRequest) => StoredEvent,
  ): ApiMethod => ({
    name,
    verb,
    path,
    scopes: 'writeEvents',
    handle: (request) => {
      checkSendUpdates(request);
      const calendar = open(request, 'writer');
      return answerWritten(calendar, apply(calendar, request));
    },
  });

  return [
    writing('events.insert', 'post', EVENTS, (calendar, request) => {
      const { body, caller } = write(request);
      return writes.insert(calendar, body, caller);
    }),
    writing('events.import', 'post', `${EVENTS}/import`, (calendar, request) => {
      const { body, caller } = write(request);
      return writes.import(calendar, body, caller);
    }),
    writing('events.patch', 'patch', EVENT, (calendar, request) =>
      writes.patch(calendar, eventId(request), write(request)),
    ),
    writing('events.update', 'put', EVENT, (calendar, request) =>
      writes.update(calendar, eventId(request), write(request)),
    ),
    {
      name: 'events.delete',
      verb: 'delete',
      path: EVENT,
      scopes: 'writeEvents',
      handle: (request) => {
        checkSendUpdates(request);
        const calendar = open(request, 'writer');
        writes.remove(calendar, eventId(request), request.ifMatch);
        return { status: 204, written: { calendarId: calendar.id, eventId: eventId(request) } };
      },
    },
    {
      name: 'events.move',
      verb: 'post',
      path: `${EVENT}/move`,
      scopes: 'writeEvents',
      handle: (request) => {
        checkSendUpdates(request);
        const { destination } = request.query;
        if (typeof destination !== 'string') throw required('Required parameter: destination');
        const target = openCalendar(store, request.caller, destination, 'writer');
        return answerWritten(target, writes.move(open(request, 'writer'), target, eventId(request)));
      },
    },
    {
      name: 'events.get',
      verb: 'get',
      path: EVENT,
      scopes: 'readEvents',
      handle: (request) => {
        const calendar = open(request, 'freeBusyReader');
        const stored = findEvent(calendar, eventId(request));
        if (!stored) throw notFound();
        if (request.ifNoneMatch !== undefined && request.ifNoneMatch === stored.event.etag) return { status: 304 };
        return { body: viewEvent(calendar, stored, roleOf(request.caller, calendar), zoneOf(request)) };
      },
    },
    {
      name: 'events.list',
      verb: 'get',
      path: EVENTS,
      scopes: 'readEvents',
      handle: (request) => {
        const calendar = open(request, 'freeBusyReader');
        return { body: list.page(calendar, roleOf(request.caller, calendar), readListParameters(request.query)) };
      },
    },
    {
      name: 'events.instances',
      verb: 'get',
      path: `${EVENT}/instances`,
      scopes: 'readEvents',
      handle: (request) => answerInstances(open(request, 'freeBusyReader'), request),
    },
  ];
}

function answerWritten(calendar: CalendarRecord, stored: StoredEvent): ApiAnswer {
  return { body: stored.event, written: { calendarId: calendar.id, eventId: stored.event.id ?? '' } };
}

function answerInstances(calendar: CalendarRecord, request: ApiRequest): ApiAnswer {
  const series = calendar.events.get(request.params['eventId'] ?? '');
  if (!series) throw notFound();
  const role = roleOf(request.caller, calendar);
  const dates = series.event.recurrence ? expandSeries(calendar, series) : [];
  const shown = dates.filter(({ event }) => event.status !== 'cancelled' || request.query['showDeleted'] === 'true');
  return {
    body: {
      kind: 'calendar#events',
      etag: series.event.etag,
      summary: calendar.summary,
      timeZone: calendar.timeZone,
      accessRole: role,
      items: shown.map((stored) => viewEvent(calendar, stored, role, zoneOf(request))),
    },
  };
}

function zoneOf({ query }: ApiRequest): string | undefined {
  const zone = query['timeZone'];
  if (zone === undefined) return undefined;
  if (typeof zone !== 'string' || !isTimeZone(zone)) throw invalid('Invalid time zone.', 'timeZone');
  return zone;
}

function checkSendUpdates({ query }: ApiRequest): void {
  const { sendUpdates } = query;
  if (sendUpdates === undefined) return;
  if (sendUpdates !== 'all' && sendUpdates !== 'externalOnly' && sendUpdates !== 'none') {
    throw invalid('Invalid value for parameter sendUpdates.', 'sendUpdates');
  }
}
