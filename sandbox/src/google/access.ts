import type { CalendarRecord, CalendarStore, Role } from './calendar-store.ts';
import { roleIncludes } from './calendar-store.ts';
import type { Caller } from './caller.ts';
import { insufficientScopes, notFound, requiredAccessLevel } from './google-error.ts';

const PREFIX = 'https://www.googleapis.com/auth/';

/** Scopes that each group of methods takes (the reference page of each method). Any one of them is enough. */
export const SCOPES = {
  writeEvents: ['calendar', 'calendar.events', 'calendar.app.created', 'calendar.events.owned'],
  readEvents: [
    'calendar',
    'calendar.readonly',
    'calendar.events',
    'calendar.events.readonly',
    'calendar.app.created',
    'calendar.events.owned',
    'calendar.events.owned.readonly',
    'calendar.events.public.readonly',
    'calendar.events.freebusy',
  ],
  readCalendars: [
    'calendar',
    'calendar.readonly',
    'calendar.app.created',
    'calendar.calendars',
    'calendar.calendars.readonly',
  ],
  readCalendarList: ['calendar', 'calendar.readonly', 'calendar.calendarlist', 'calendar.calendarlist.readonly'],
} as const;

export type ScopeGroup = keyof typeof SCOPES;

/** @throws GoogleApiError 403 when the caller's token has none of the group's scopes. */
export function checkScopes(caller: Caller, group: ScopeGroup): void {
  if (caller.scopes === undefined) return;
  if (!SCOPES[group].some((scope) => caller.scopes?.has(PREFIX + scope))) throw insufficientScopes();
}

/** What the caller may do on the calendar. */
export function roleOf(caller: Caller, calendar: CalendarRecord): Role {
  return caller.kind === 'owner' ? 'owner' : calendar.role;
}

/**
 * The calendar, when the caller has the role it takes. `primary` is the caller's own.
 * @throws GoogleApiError 404 when there is none or the caller may not know, 403 when the role is too low.
 */
export function openCalendar(store: CalendarStore, caller: Caller, calendarId: string, needed: Role): CalendarRecord {
  const calendar = store.calendar(calendarId === 'primary' ? caller.email : calendarId);
  const role = calendar ? roleOf(caller, calendar) : 'none';
  if (!calendar || role === 'none') throw notFound();
  if (!roleIncludes(role, needed)) throw requiredAccessLevel(needed);
  return calendar;
}
