import { openCalendar } from './access.ts';
import type { ApiAnswer, ApiMethod, ApiRequest } from './api-method.ts';
import type { CalendarRecord, CalendarStore, StoredEvent } from './calendar-store.ts';
import { readEventBody } from './event-body.ts';
import type { EventWrites } from './event-writes.ts';
import { invalid, required } from './google-error.ts';

const EVENTS = '/calendars/:calendarId/events';
const EVENT = `${EVENTS}/:eventId`;

/** The Events methods that write; each takes a writer. */
export function eventWriteMethods(store: CalendarStore, writes: EventWrites): ApiMethod[] {
  const method = (
    name: string,
    verb: ApiMethod['verb'],
    path: string,
    apply: (calendar: CalendarRecord, request: ApiRequest) => ApiAnswer,
  ): ApiMethod => ({
    name,
    verb,
    path,
    scopes: 'writeEvents',
    handle: (request) => {
      checkSendUpdates(request);
      return apply(openCalendar(store, request.caller, request.params['calendarId'] ?? '', 'writer'), request);
    },
  });
  return [
    method('events.insert', 'post', EVENTS, (calendar, { body, caller }) =>
      answerWritten(calendar, writes.insert(calendar, readEventBody(body ?? {}), caller)),
    ),
    method('events.import', 'post', `${EVENTS}/import`, (calendar, { body, caller }) =>
      answerWritten(calendar, writes.import(calendar, readEventBody(body ?? {}), caller)),
    ),
    method('events.patch', 'patch', EVENT, (calendar, request) =>
      answerWritten(calendar, writes.patch(calendar, eventIdOf(request), eventWrite(request))),
    ),
    method('events.update', 'put', EVENT, (calendar, request) =>
      answerWritten(calendar, writes.update(calendar, eventIdOf(request), eventWrite(request))),
    ),
    method('events.delete', 'delete', EVENT, (calendar, request) => {
      writes.remove(calendar, eventIdOf(request), request.ifMatch);
      return { status: 204, written: { calendarId: calendar.id, eventId: eventIdOf(request) } };
    }),
    method('events.move', 'post', `${EVENT}/move`, (source, request) => {
      const { destination } = request.query;
      if (typeof destination !== 'string') throw required('Required parameter: destination');
      const target = openCalendar(store, request.caller, destination, 'writer');
      return answerWritten(target, writes.move(source, target, eventIdOf(request)));
    }),
  ];
}

function eventIdOf({ params }: ApiRequest): string {
  return params['eventId'] ?? '';
}

function eventWrite({ body, caller, ifMatch }: ApiRequest) {
  return { body: readEventBody(body ?? {}), caller, ifMatch };
}

function answerWritten(calendar: CalendarRecord, stored: StoredEvent): ApiAnswer {
  return { body: stored.event, written: { calendarId: calendar.id, eventId: stored.event.id ?? '' } };
}

function checkSendUpdates({ query: { sendUpdates } }: ApiRequest): void {
  const allowed: unknown[] = [undefined, 'all', 'externalOnly', 'none'];
  if (!allowed.includes(sendUpdates)) throw invalid('Invalid value for parameter sendUpdates.', 'sendUpdates');
}
