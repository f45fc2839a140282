import type { OwnershipMark } from '../domain/booking-system-config.ts';
import type { Content, Stamp } from '../domain/content.ts';
import type { Interval } from '../domain/interval.ts';

/**
 * One provider's calendars, in our terms. Every method may throw RateLimited, TemporarilyUnavailable and AccessRevoked;
 * others are named. No method retries: the task queue does.
 */
export interface CalendarProvider {
  /**
   * One page of the calendar's events. Without `syncToken` it is a full read (nothing deleted is listed), with one an
   * incremental read (deleted ones are). The last page, and only that, has `nextSyncToken`. A series is listed as one
   * event, with those of its dates that differ from it; of these, deleted ones may also be listed in a full read.
   * @param options `unmanaged`: also what is needed of events that are not ours. A sync token is bound to it.
   * @throws SyncTokenExpired; AccessRevoked also when there is no such calendar, or none that we may see.
   */
  list(
    calendar: CalendarRef,
    options: { readonly syncToken?: string; readonly pageToken?: string; readonly unmanaged?: boolean },
  ): Promise<CalendarPage>;
  /**
   * One page of the dates on which series take place between two instants, as the provider itself works them out, each
   * an event with `seriesId`: of one series, or of all, among the calendar's other events. No deleted one is listed.
   * Null when the calendar knows no series of that id.
   * @throws AccessRevoked also when there is no such calendar, if no series is named.
   */
  listDates(
    calendar: CalendarRef,
    options: { readonly from: string; readonly to: string; readonly seriesId?: string; readonly pageToken?: string },
  ): Promise<CalendarPage | null>;
  /** The event, also when it is cancelled; null when the calendar has never had it or has forgotten it. */
  get(calendar: CalendarRef, remoteId: string): Promise<CalendarEvent | null>;
  /** @throws AlreadyExists when the id is or ever was in use there; AccessRevoked also when there is no such calendar. */
  insert(calendar: CalendarRef, remoteId: string, draft: EventDraft): Promise<CalendarEvent>;
  /**
   * Writes the named fields and nothing else, so that what belongs to staff stays. Also revives a cancelled event.
   * @throws PreconditionFailed when the event's etag is no longer `ifMatch`; NotFound; Rejected.
   */
  patch(
    calendar: CalendarRef,
    remoteId: string,
    patch: EventPatch,
    options: { readonly ifMatch?: string },
  ): Promise<CalendarEvent>;
  /** Done also when it was already gone. @throws PreconditionFailed when the event's etag is no longer `ifMatch`. */
  delete(calendar: CalendarRef, remoteId: string, options?: { readonly ifMatch?: string }): Promise<void>;
  /** Asks for pushes. The answer's expiry is the one that counts. @throws AccessRevoked also without such a calendar. */
  watch(
    calendar: CalendarRef,
    request: WatchRequest,
  ): Promise<{ readonly resourceId: string; readonly expiresAt: string }>;
  /** Done also when the channel is unknown. */
  stop(channel: { readonly id: string; readonly resourceId: string }): Promise<void>;
}

/** A calendar and how to read and write it. */
export interface CalendarRef {
  readonly calendarId: string;
  readonly mark: OwnershipMark;
  /** What the calendar stands for: the resource in the content of its events. */
  readonly resourceId: string;
  /** IANA zone in which times are written. */
  readonly timeZone: string;
}

export interface CalendarPage {
  readonly items: readonly CalendarEvent[];
  readonly nextPageToken?: string;
  readonly nextSyncToken?: string;
  /** Our present right on the calendar, as the provider states it with every page. */
  readonly canWrite: boolean;
  /** IANA zone of the calendar, in which its all-day events lie; told where events that are not ours are. */
  readonly timeZone?: string;
}

/** An event of a calendar. Of a cancelled one only `remoteId` is certain. */
export type CalendarEvent = LiveCalendarEvent | CancelledCalendarEvent;

export interface CancelledCalendarEvent extends SeriesPlace {
  readonly state: 'cancelled';
  readonly remoteId: string;
  readonly etag?: string;
  readonly updatedAt?: string;
}

/** Of one date of a series: which one. */
export interface SeriesPlace {
  /** The id of the series. */
  readonly seriesId?: string;
  /** Where the rule puts it, whatever became of it: a date or an instant. Told where events that are not ours are. */
  readonly originalStart?: string;
}

export interface LiveCalendarEvent extends SeriesPlace {
  readonly state: 'live';
  readonly remoteId: string;
  readonly etag: string;
  /** When it was last changed, by anyone. */
  readonly updatedAt: string;
  /** Absent when the event carries no ownership mark of ours. */
  readonly ownership?: Ownership;
  /** It carries an ownership mark, but of another configuration than this calendar's. */
  readonly otherMark?: true;
  /** Its owner shows it to nobody else. Told where events that are not ours are. */
  readonly private?: true;
  /**
   * What it says. `resourceId` is what the mark's resource property says, or the calendar's own when there is none.
   * All-day events have dates.
   */
  readonly content: Content;
  /** Forms we never write on timed resources; a managed event that took one was converted by staff. */
  readonly allDay: boolean;
  readonly recurring: boolean;
  /** False when it leaves its time free: transparent, or declined by us. */
  readonly busy: boolean;
}

/** What our private properties on an event say. Each may be missing on events that older software wrote. */
export interface Ownership {
  readonly eventId?: string;
  readonly bookingId?: string;
  readonly stamp?: Stamp;
}

/** A new event. The provider adapter writes mark, stamp and content together. */
export interface EventDraft {
  readonly content: Content;
  readonly ownership: Ownership;
  /** Written once; from then on it belongs to staff. */
  readonly description?: string;
  /** The event shows no details and is private. */
  readonly private?: boolean;
}

export interface EventPatch {
  readonly interval?: Interval;
  readonly title?: string;
  readonly status?: Content['status'];
  readonly resourceId?: string;
  readonly ownership: Ownership;
}

export interface WatchRequest {
  readonly channelId: string;
  readonly token: string;
  /** Public https address that receives the pushes. */
  readonly address: string;
  readonly expiresAt: string;
}
