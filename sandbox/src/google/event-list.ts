import { randomUUID } from 'node:crypto';
import type { calendar_v3 } from 'googleapis/build/src/apis/calendar/v3.js';
import type { CalendarRecord, CalendarStore, Role } from './calendar-store.ts';
import { tombstone, viewEvent } from './event-view.ts';
import { invalid } from './google-error.ts';
import type { ListParameters } from './list-parameters.ts';
import { selectAll, selectChanged } from './select-events.ts';
import type { SyncTokens } from './sync-tokens.ts';

/** One read, held as it was when it began, so that its pages fit together whatever is written meanwhile. */
interface HeldRead {
  readonly calendarId: string;
  readonly boundTo: string;
  readonly syncToken: string | undefined;
  readonly items: readonly calendar_v3.Schema$Event[];
  /** Changes up to this one are in it; the next incremental read begins there. */
  readonly upTo: number;
}

/** Reads of which no further page can be asked for: the oldest beyond this many. */
const HELD_MOST = 100;

/** `events.list`: full and incremental reads, page by page. */
export class EventList {
  readonly #store: CalendarStore;
  readonly #tokens: SyncTokens;
  /** Reads with pages left, by page token. */
  readonly #held = new Map<string, { readonly read: HeldRead; readonly at: number }>();

  constructor(store: CalendarStore, tokens: SyncTokens) {
    this.#store = store;
    this.#tokens = tokens;
  }

  /**
   * One page, as a caller with `role` on the calendar sees it.
   * @throws GoogleApiError 400 for tokens that do not fit, 410 for an expired sync token.
   */
  page(calendar: CalendarRecord, role: Role, parameters: ListParameters): calendar_v3.Schema$Events {
    const { read, at } =
      parameters.pageToken === undefined
        ? { read: this.#begin(calendar, role, parameters), at: 0 }
        : this.#resume(calendar, parameters, parameters.pageToken);
    const next = at + parameters.maxResults;
    const items = read.items.slice(at, next);
    return {
      kind: 'calendar#events',
      etag: `"p${this.#store.lastChange}"`,
      summary: calendar.summary,
      updated: [...calendar.events.values()].at(-1)?.event.updated ?? new Date(0).toISOString(),
      timeZone: parameters.timeZone ?? calendar.timeZone,
      accessRole: role,
      defaultReminders: [],
      ...(next < read.items.length ? { nextPageToken: this.#hold(read, next) } : this.#end(read, parameters)),
      items,
    };
  }

  #begin(calendar: CalendarRecord, role: Role, parameters: ListParameters): HeldRead {
    const { syncToken, boundTo, timeZone } = parameters;
    const chosen =
      syncToken === undefined
        ? selectAll(calendar, parameters)
        : selectChanged(calendar, parameters, this.#tokens.read(syncToken, calendar, boundTo));
    const items = chosen.map((stored) =>
      stored.event.status === 'cancelled' ? tombstone(stored.event) : viewEvent(calendar, stored, role, timeZone),
    );
    return { calendarId: calendar.id, boundTo, syncToken, items, upTo: this.#store.lastChange };
  }

  #resume(calendar: CalendarRecord, { boundTo, syncToken }: ListParameters, pageToken: string) {
    const held = this.#held.get(pageToken);
    const fits =
      held?.read.calendarId === calendar.id && held.read.boundTo === boundTo && held.read.syncToken === syncToken;
    if (!held || !fits) throw invalid('Invalid page token value.', 'pageToken');
    return held;
  }

  #hold(read: HeldRead, at: number): string {
    const token = randomUUID();
    this.#held.set(token, { read, at });
    const [oldest] = this.#held.keys();
    if (this.#held.size > HELD_MOST && oldest) this.#held.delete(oldest);
    return token;
  }

  #end(read: HeldRead, { givesSyncToken }: ListParameters): { nextSyncToken?: string } {
    if (!givesSyncToken) return {};
    return { nextSyncToken: this.#tokens.issue(read.calendarId, read.upTo, read.boundTo) };
  }
}
