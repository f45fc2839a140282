import { z } from 'zod';
import { openCalendar, roleOf } from './access.ts';
import type { ApiMethod } from './api-method.ts';
import type { CalendarRecord, CalendarStore } from './calendar-store.ts';
import { channelResource } from './channel.ts';
import { notFound, required } from './google-error.ts';
import type { PushChannels } from './push-channels.ts';

const stopSchema = z.object({ id: z.string(), resourceId: z.string() });

/** The methods about calendars and channels; of the calendar list only what tells that it is there. */
export function calendarMethods(store: CalendarStore, channels: PushChannels): ApiMethod[] {
  return [
    {
      name: 'calendars.get',
      verb: 'get',
      path: '/calendars/:calendarId',
      scopes: 'readCalendars',
      handle: ({ caller, params }) => ({
        body: calendarResource(openCalendar(store, caller, params['calendarId'] ?? '', 'freeBusyReader')),
      }),
    },
    {
      // A service account's list stays empty until it adds to it, whatever is shared with it.
      name: 'calendarList.list',
      verb: 'get',
      path: '/users/me/calendarList',
      scopes: 'readCalendarList',
      handle: ({ caller }) => {
        const listed = caller.kind === 'owner' ? store.calendars() : [];
        const items = listed.map((calendar) => listEntry(calendar, roleOf(caller, calendar)));
        return { body: { kind: 'calendar#calendarList', etag: `"p${store.lastChange}"`, items } };
      },
    },
    {
      name: 'calendarList.get',
      verb: 'get',
      path: '/users/me/calendarList/:calendarId',
      scopes: 'readCalendarList',
      handle: ({ caller, params }) => {
        const calendar = openCalendar(store, caller, params['calendarId'] ?? '', 'freeBusyReader');
        if (caller.kind !== 'owner') throw notFound();
        return { body: listEntry(calendar, 'owner') };
      },
    },
    {
      name: 'events.watch',
      verb: 'post',
      path: '/calendars/:calendarId/events/watch',
      scopes: 'readEvents',
      handle: ({ caller, params, body }) => {
        const calendar = openCalendar(store, caller, params['calendarId'] ?? '', 'freeBusyReader');
        return { body: channelResource(channels.watch(calendar.id, body)) };
      },
    },
    {
      name: 'channels.stop',
      verb: 'post',
      path: '/channels/stop',
      scopes: 'readEvents',
      handle: ({ body }) => {
        const checked = stopSchema.safeParse(body);
        if (!checked.success) throw required(`Required: ${String(checked.error.issues[0]?.path[0] ?? 'body')}`);
        channels.stop(checked.data.id, checked.data.resourceId);
        return { status: 204 };
      },
    },
  ];
}

/** A calendar as the API answers it. */
export function calendarResource({ id, summary, timeZone }: CalendarRecord): object {
  return { kind: 'calendar#calendar', etag: `"c${id}"`, id, summary, timeZone };
}

function listEntry({ id, summary, timeZone }: CalendarRecord, accessRole: string): object {
  return { kind: 'calendar#calendarListEntry', id, summary, timeZone, accessRole, defaultReminders: [] };
}
