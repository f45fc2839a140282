import type { calendar_v3 } from 'googleapis/build/src/apis/calendar/v3.js';
import { AccessRevoked, NotFound, Rejected, TemporarilyUnavailable } from '../../domain/errors.ts';
import { instantOf, msOf } from '../../domain/interval.ts';
import type {
  CalendarEvent,
  CalendarPage,
  CalendarProvider,
  CalendarRef,
  EventDraft,
  EventPatch,
  WatchRequest,
} from '../../ports/calendar-provider.ts';
import { connectGoogle, type GoogleClient, type GoogleConnection } from './google-client.ts';
import { type GoogleCall, translateFailure } from './google-failure.ts';
import { readEvent } from './read-event.ts';
import { readShownContent, type ShownContent, showContent, stampedStatus } from './shown-content.ts';
import { insertBody, patchBody } from './write-event.ts';

type GoogleEvent = calendar_v3.Schema$Event;

/** What of an event we read. The same in every list: a sync token is bound to the parameters of its first read. */
const EVENT_FIELDS =
  'id,etag,status,updated,summary,start,end,transparency,recurrence,recurringEventId,attendees(self,responseStatus),extendedProperties/private';
const LIST_FIELDS = `kind,accessRole,nextPageToken,nextSyncToken,items(${EVENT_FIELDS})`;
/** The same where events that are not ours matter too. Their descriptions, places and guests are not even asked for. */
const UNMANAGED_FIELDS = `${EVENT_FIELDS},originalStartTime,visibility`;
const UNMANAGED_LIST_FIELDS = `kind,accessRole,timeZone,nextPageToken,nextSyncToken,items(${UNMANAGED_FIELDS})`;
const LARGEST_PAGE = 2500;
/** Guests of staff's own events get no mail from us. */
const QUIETLY = { sendUpdates: 'none' } as const;

/** Google Calendar behind the calendar-provider port, as a service account that the calendars are shared with. */
export function createGoogleCalendarProvider(connection: GoogleConnection): CalendarProvider {
  return new GoogleCalendarProvider(connectGoogle(connection));
}

/** The same over a client that is asked for before each call: what it throws is understood as Google's client throws. */
export function createProviderOverClient(connect: () => Promise<GoogleClient>): CalendarProvider {
  return new GoogleCalendarProvider(connect);
}

class GoogleCalendarProvider implements CalendarProvider {
  readonly #connect: () => Promise<GoogleClient>;

  constructor(connect: () => Promise<GoogleClient>) {
    this.#connect = connect;
  }

  async list(
    calendar: CalendarRef,
    { unmanaged, ...tokens }: { syncToken?: string; pageToken?: string; unmanaged?: boolean },
  ): Promise<CalendarPage> {
    const fields = unmanaged ? UNMANAGED_LIST_FIELDS : LIST_FIELDS;
    const parameters = { ...tokens, calendarId: calendar.calendarId, maxResults: LARGEST_PAGE, fields };
    const isIncremental = tokens.syncToken !== undefined;
    const send: Send<calendar_v3.Schema$Events> = ({ api }, own) => api.events.list(parameters, own);
    const page = await this.#call('events.list', send, isIncremental);
    // An answer cut short is no evidence of anything; a whole one always says how to go on.
    if (!(page.nextPageToken || page.nextSyncToken)) throw unreadable('events.list');
    return readPage(page, 'events.list', calendar);
  }

  async listDates(
    calendar: CalendarRef,
    { from, to, seriesId, pageToken }: { from: string; to: string; seriesId?: string; pageToken?: string },
  ): Promise<CalendarPage | null> {
    const { calendarId } = calendar;
    const window = { timeMin: from, timeMax: to, maxResults: LARGEST_PAGE, fields: UNMANAGED_LIST_FIELDS };
    const parameters = { ...window, calendarId, ...(pageToken !== undefined && { pageToken }) };
    if (seriesId === undefined) {
      const all = { ...parameters, singleEvents: true };
      return readPage(
        await this.#call('events.list', ({ api }, own) => api.events.list(all, own)),
        'events.list',
        calendar,
      );
    }
    const one = { ...parameters, eventId: seriesId };
    try {
      const page = await this.#call('events.instances', ({ api }, own) => api.events.instances(one, own));
      return readPage(page, 'events.instances', calendar);
    } catch (error) {
      // All else that is sent is fixed, so what is refused is the id: that of an event that is no series any more.
      if (error instanceof NotFound || error instanceof Rejected) return null;
      throw error;
    }
  }

  async get(calendar: CalendarRef, remoteId: string): Promise<CalendarEvent | null> {
    const event = await this.#read(calendar, remoteId);
    return event && readEvent(event, calendar);
  }

  async insert(calendar: CalendarRef, remoteId: string, draft: EventDraft): Promise<CalendarEvent> {
    const requestBody = insertBody(calendar, remoteId, draft);
    const parameters = { calendarId: calendar.calendarId, ...QUIETLY, fields: EVENT_FIELDS, requestBody };
    const event = await this.#call('events.insert', ({ api }, own) => api.events.insert(parameters, own));
    return readEvent(checkedEvent(event, 'events.insert'), calendar);
  }

  async patch(
    calendar: CalendarRef,
    eventId: string,
    patch: EventPatch,
    options: { ifMatch?: string },
  ): Promise<CalendarEvent> {
    const { shown, etag } = await this.#shownAfter(calendar, eventId, patch);
    const headers = ifMatchHeader(options.ifMatch ?? etag);
    const requestBody = patchBody(calendar, patch, shown);
    const parameters = { calendarId: calendar.calendarId, eventId, ...QUIETLY, fields: EVENT_FIELDS, requestBody };
    const event = await this.#call('events.patch', ({ api }, own) => api.events.patch(parameters, { ...own, headers }));
    return readEvent(checkedEvent(event, 'events.patch'), calendar);
  }

  async delete({ calendarId }: CalendarRef, eventId: string, options: { ifMatch?: string } = {}): Promise<void> {
    const parameters = { calendarId, eventId, ...QUIETLY };
    const headers = ifMatchHeader(options.ifMatch);
    const send: Send<unknown> = ({ api }, own) => api.events.delete(parameters, { ...own, headers });
    await this.#call('events.delete', send).catch(unlessGone);
  }

  async watch({ calendarId }: CalendarRef, { channelId, token, address, expiresAt }: WatchRequest) {
    const expiration = String(msOf(expiresAt));
    const parameters = { calendarId, requestBody: { id: channelId, token, address, type: 'web_hook', expiration } };
    const channel = await this.#call('events.watch', ({ api }, own) => api.events.watch(parameters, own));
    if (!channel.resourceId) throw unreadable('events.watch');
    const granted = channel.expiration ? instantOf(Number(channel.expiration)) : expiresAt;
    return { resourceId: channel.resourceId, expiresAt: granted };
  }

  async stop({ id, resourceId }: { id: string; resourceId: string }): Promise<void> {
    const parameters = { requestBody: { id, resourceId } };
    await this.#call('channels.stop', ({ api }, own) => api.channels.stop(parameters, own)).catch(unlessGone);
  }

  /** @throws what `translateFailure` makes of a failure. */
  async #call<T>(name: GoogleCall, send: Send<T>, usedSyncToken = false): Promise<T> {
    const client = await this.#connect();
    try {
      return (await send(client, client.callOptions)).data;
    } catch (thrown) {
      const error = translateFailure(thrown, name, usedSyncToken);
      if (error instanceof AccessRevoked) client.forgetToken();
      throw error;
    }
  }

  /** The event as Google has it; null when it has none. */
  async #read({ calendarId }: CalendarRef, eventId: string): Promise<GoogleEvent | null> {
    const parameters = { calendarId, eventId, fields: UNMANAGED_FIELDS };
    try {
      const event = await this.#call('events.get', ({ api }, own) => api.events.get(parameters, own));
      return checkedEvent(event, 'events.get');
    } catch (error) {
      if (error instanceof NotFound) return null;
      throw error;
    }
  }

  /**
   * How title and status are to be shown after a patch. They are written as one (see `showContent`), so a patch that
   * names one of them needs the other: the status is in the stamp that the patch carries, the title on the event alone.
   * `etag` is the version that was read for it, when one was.
   */
  async #shownAfter(
    calendar: CalendarRef,
    eventId: string,
    patch: EventPatch,
  ): Promise<{ readonly shown?: ShownContent; readonly etag?: string }> {
    const { title, status = stampedStatus(patch.ownership.stamp) } = patch;
    if (title === undefined && patch.status === undefined) return {};
    if (title !== undefined && status !== undefined) return { shown: showContent({ title, status }) };
    const event = await this.#read(calendar, eventId);
    if (!event) throw new NotFound(`there is no event ${eventId}`);
    const current = readShownContent(event, event.extendedProperties?.private?.[calendar.mark.stamp]);
    const shown = showContent({ title: title ?? current.title, status: status ?? current.status });
    return { shown, ...(event.etag && { etag: event.etag }) };
  }
}

/** Sends one request; `own` are the options that go with every call. */
type Send<T> = (client: GoogleClient, own: GoogleClient['callOptions']) => Promise<{ data: T }>;

function ifMatchHeader(etag: string | undefined): Record<string, string> {
  return etag === undefined ? {} : { 'If-Match': etag };
}

function readPage(page: calendar_v3.Schema$Events, call: GoogleCall, calendar: CalendarRef): CalendarPage {
  const { kind, items, accessRole, nextPageToken, nextSyncToken, timeZone } = page;
  if (kind !== 'calendar#events') throw unreadable(call);
  return {
    items: (items ?? []).map((event) => readEvent(event, calendar)),
    ...(nextPageToken && { nextPageToken }),
    ...(nextSyncToken && { nextSyncToken }),
    canWrite: accessRole === 'writer' || accessRole === 'owner',
    ...(timeZone && { timeZone }),
  };
}

function checkedEvent(event: GoogleEvent, call: GoogleCall): GoogleEvent {
  if (!event.id) throw unreadable(call);
  return event;
}

function unreadable(call: GoogleCall): TemporarilyUnavailable {
  return new TemporarilyUnavailable(`Google's answer to ${call} cannot be read`);
}

function unlessGone(error: unknown): void {
  if (!(error instanceof NotFound)) throw error;
}
