import type { calendar_v3 } from 'googleapis/build/src/apis/calendar/v3.js';
import type { CalendarRecord, Role } from './calendar-store.ts';
import { expandSeries } from './event-lookup.ts';
import { viewEvent } from './event-view.ts';
import { invalid, notFound } from './google-error.ts';
import { readListParameters } from './list-parameters.ts';
import { isWithin } from './select-events.ts';

/**
 * `events.instances`: the dates of a series, page by page. It shares its parameters with `events.list`, as far as it has
 * them, and gives no sync token.
 * @throws GoogleApiError 404 for an unknown event, 400 for one that is no series and for values that cannot be.
 */
export function listInstances(
  calendar: CalendarRecord,
  role: Role,
  seriesId: string,
  query: object,
): calendar_v3.Schema$Events {
  const series = calendar.events.get(seriesId);
  if (!series) throw notFound();
  if (!series.event.recurrence) throw invalid('Invalid value for: the event is not recurring.', 'eventId');
  const { pageToken, ...rest } = query as { readonly pageToken?: unknown };
  const parameters = readListParameters({ ...rest, syncToken: undefined, orderBy: undefined });
  const { timeMin, timeMax, maxResults, showDeleted, timeZone } = parameters;
  const isGone = series.event.status === 'cancelled';
  const dates = isGone ? [] : expandSeries(calendar, series, { from: timeMin, to: timeMax });
  const shown = dates
    .filter(({ event }) => event.status !== 'cancelled' || showDeleted)
    .filter((stored) => isWithin(calendar, stored, { timeMin, timeMax }));
  const at = pageToken === undefined ? 0 : Number(Buffer.from(String(pageToken), 'base64url').toString());
  if (!(at >= 0 && at <= shown.length)) throw invalid('Invalid page token value.', 'pageToken');
  const next = at + maxResults;
  return {
    kind: 'calendar#events',
    etag: series.event.etag ?? null,
    summary: calendar.summary,
    timeZone: timeZone ?? calendar.timeZone,
    accessRole: role,
    ...(next < shown.length && { nextPageToken: Buffer.from(String(next)).toString('base64url') }),
    items: shown.slice(at, next).map((stored) => viewEvent(calendar, stored, role, timeZone)),
  };
}
