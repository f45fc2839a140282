import { createGoogleCalendarProvider } from '@dovetail/core/adapters/google-calendar/google-calendar-provider.ts';
import { USCHEDULE_MARK } from '@dovetail/core/domain/booking-system-config.ts';
import { type Content, stampOf } from '@dovetail/core/domain/content.ts';
import {
  AccessRevoked,
  AlreadyExists,
  NotFound,
  PreconditionFailed,
  RateLimited,
  Rejected,
  SyncTokenExpired,
  TemporarilyUnavailable,
} from '@dovetail/core/domain/errors.ts';
import { instantOf, msOf } from '@dovetail/core/domain/interval.ts';
import type { CalendarProvider, EventPatch, LiveCalendarEvent } from '@dovetail/core/ports/calendar-provider.ts';
import { createServiceAccount } from '@dovetail/sandbox/studio/service-account.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ACCOUNT, BAY, type GoogleServer, listen, OTHER_BAY, startGoogle } from './google-server.ts';
import { startPushReceiver } from './push-receiver.ts';

const CALENDAR = { calendarId: BAY, mark: USCHEDULE_MARK, resourceId: 'bay-1', timeZone: 'America/New_York' };
const LESSON: Content = {
  start: '2027-05-01T14:00:00Z',
  end: '2027-05-01T15:00:00Z',
  title: 'Lesson',
  status: 'confirmed',
  resourceId: 'bay-1',
};
const NOON = { start: '2027-05-01T16:00:00Z', end: '2027-05-01T17:00:00Z' };
const USER_AGENT = { product: 'dovetail-test', version: '1.0' };

describe('Google Calendar as a calendar provider', () => {
  let google: GoogleServer;
  let calendars: CalendarProvider;
  beforeEach(async () => {
    google = await startGoogle();
    calendars = connect();
  });
  afterEach(() => google.close());

  function connect(credentials: Parameters<typeof createGoogleCalendarProvider>[0]['credentials'] = ACCOUNT) {
    const { rootUrl, tokenUrl } = google;
    return createGoogleCalendarProvider({ credentials, rootUrl, tokenUrl, userAgent: USER_AGENT });
  }
  const owned = (content: Content) => ({ eventId: 'event-1', bookingId: '7', stamp: stampOf(content) });
  async function insert(content = LESSON, remoteId = 'event1') {
    const event = await calendars.insert(CALENDAR, remoteId, { content, ownership: owned(content) });
    if (event.state !== 'live') throw new Error('not inserted');
    return event;
  }
  /** Writes the named fields of `content`, and its stamp. */
  function patch(
    content: Content,
    named: Partial<EventPatch>,
    options: { ifMatch?: string } = {},
    remoteId = 'event1',
  ) {
    return calendars.patch(CALENDAR, remoteId, { ...named, ownership: owned(content) }, options);
  }
  const raw = async (eventId = 'event1', calendarId = BAY) =>
    (await google.owner.events.get({ calendarId, eventId })).data;
  const remove = (eventId = 'event1') => google.owner.events.delete({ calendarId: BAY, eventId });
  async function synced(): Promise<string> {
    return (await calendars.list(CALENDAR, {})).nextSyncToken!;
  }

  describe('writing', () => {
    it('inserts everything in one call, and reads it back the same', async () => {
      const event = await insert();
      expect(event).toMatchObject({ remoteId: 'event1', content: LESSON, ownership: owned(LESSON) });
      expect(await calendars.get(CALENDAR, 'event1')).toEqual(event);
      expect(google.control.requestCounts()).toEqual({ token: 1, 'events.insert': 1, 'events.get': 1 });
      expect(await raw()).toMatchObject({
        summary: 'Lesson',
        start: { dateTime: '2027-05-01T10:00:00-04:00', timeZone: 'America/New_York' },
        extendedProperties: { private: { loftSyncManaged: 'true', uscheduleAppointmentId: '7', bay: 'bay-1' } },
      });
    });

    it.each<Partial<Content>>([
      { status: 'tentative' },
      { status: 'cancelled' },
      { start: '2027-05-01', end: '2027-05-03' },
      { title: '' },
      { title: 'Größe ⛳ “quoted”' },
      { resourceId: 'bay-2' },
    ])('keeps content with %o whole on the way there and back', async (part) => {
      const content = { ...LESSON, ...part };
      expect((await insert(content)).content).toEqual(content);
      const { items } = await calendars.list(CALENDAR, {});
      expect((items[0] as LiveCalendarEvent).content).toEqual(content);
      expect(stampOf((items[0] as LiveCalendarEvent).content)).toBe((items[0] as LiveCalendarEvent).ownership?.stamp);
    });

    it('says that an id is taken, also by an event that was deleted', async () => {
      await insert();
      await expect(insert()).rejects.toThrow(AlreadyExists);
      await remove();
      await expect(insert()).rejects.toThrow(AlreadyExists);
    });

    it('changes what is named and leaves what belongs to staff', async () => {
      await insert();
      const requestBody = { colorId: '5', description: 'by staff', location: 'Bay' };
      await google.owner.events.patch({ calendarId: BAY, eventId: 'event1', requestBody });
      const moved = { ...LESSON, ...NOON };
      expect(await patch(moved, { interval: NOON })).toMatchObject({ content: moved, ownership: owned(moved) });
      expect(await raw()).toMatchObject({ ...requestBody, summary: 'Lesson' });
    });

    it('retitles without reading first', async () => {
      await insert();
      google.control.resetRequestCounts();
      const retitled = { ...LESSON, title: 'Practice' };
      expect(await patch(retitled, { title: 'Practice' })).toMatchObject({ content: retitled });
      expect(google.control.requestCounts()).toEqual({ 'events.patch': 1 });
    });

    it('writes the title anew when the status alone is to change', async () => {
      const { etag } = await insert();
      const cancelled = { ...LESSON, status: 'cancelled' } as const;
      const kept = (await patch(cancelled, { status: 'cancelled' }, { ifMatch: etag })) as LiveCalendarEvent;
      expect(kept).toMatchObject({ content: cancelled, busy: false });
      expect(await raw()).toMatchObject({ summary: 'Cancelled: Lesson', status: 'confirmed' });
      const back = await patch(LESSON, { status: 'confirmed' }, { ifMatch: kept.etag });
      expect(back).toMatchObject({ content: LESSON, busy: true });
      expect(await raw()).toMatchObject({ summary: 'Lesson' });
    });

    it('does not write a title that was changed since it was read', async () => {
      await insert();
      let calls = 0;
      calendars = connect(async () => {
        // Between the read and the write.
        if (++calls === 2) {
          const requestBody = { summary: 'by staff' };
          await google.owner.events.patch({ calendarId: BAY, eventId: 'event1', requestBody });
        }
        return ACCOUNT;
      });
      const cancelled = { ...LESSON, status: 'cancelled' } as const;
      await expect(patch(cancelled, { status: 'cancelled' })).rejects.toThrow(PreconditionFailed);
      expect(await raw()).toMatchObject({ summary: 'by staff' });
    });

    it('retitles a kept event of a cancelled booking as one', async () => {
      await insert({ ...LESSON, status: 'cancelled' });
      const retitled = { ...LESSON, status: 'cancelled', title: 'Practice' } as const;
      expect(await patch(retitled, { title: 'Practice' })).toMatchObject({ content: retitled });
      expect(await raw()).toMatchObject({ summary: 'Cancelled: Practice' });
    });

    it('turns a timed event into nights and back', async () => {
      await insert();
      const nights = { ...LESSON, start: '2027-05-01', end: '2027-05-03' };
      expect(await patch(nights, { interval: nights })).toMatchObject({ content: nights, allDay: true });
      expect(await patch(LESSON, { interval: LESSON })).toMatchObject({ content: LESSON, allDay: false });
    });

    it('writes nothing over a version it does not know', async () => {
      const { etag } = await insert();
      await google.owner.events.patch({ calendarId: BAY, eventId: 'event1', requestBody: { summary: 'by staff' } });
      const stale = { ifMatch: etag };
      await expect(patch({ ...LESSON, ...NOON }, { interval: NOON }, stale)).rejects.toThrow(PreconditionFailed);
      await expect(patch(LESSON, { status: 'cancelled' }, stale)).rejects.toThrow(PreconditionFailed);
      expect(await raw()).toMatchObject({ summary: 'by staff' });
    });

    it('revives a deleted event, and says when that is refused', async () => {
      await insert();
      await remove();
      const everything = { interval: LESSON, title: 'Lesson', status: 'confirmed', resourceId: 'bay-1' } as const;
      google.control.refuseRevival(true);
      await expect(patch(LESSON, everything)).rejects.toThrow(Rejected);
      google.control.refuseRevival(false);
      expect(await patch(LESSON, everything)).toMatchObject({ state: 'live', content: LESSON });
    });

    it('cannot patch what is not there', async () => {
      await expect(patch(LESSON, { interval: NOON })).rejects.toThrow(NotFound);
      await expect(patch(LESSON, { status: 'cancelled' })).rejects.toThrow(NotFound);
    });

    it('deletes once and is content to find it gone', async () => {
      await insert();
      await calendars.delete(CALENDAR, 'event1');
      await calendars.delete(CALENDAR, 'event1');
      await calendars.delete(CALENDAR, 'never1');
      expect(await calendars.get(CALENDAR, 'event1')).toMatchObject({ state: 'cancelled', remoteId: 'event1' });
      expect(await calendars.get(CALENDAR, 'never1')).toBeNull();
    });

    it('sends no mail to anyone', async () => {
      await insert();
      await patch({ ...LESSON, ...NOON }, { interval: NOON });
      await calendars.delete(CALENDAR, 'event1');
      expect(google.control.requestCounts()).not.toHaveProperty('notified');
    });

    it('hides the details of a private event from readers', async () => {
      const draft = { content: LESSON, ownership: owned(LESSON), private: true, description: 'd' };
      await calendars.insert(CALENDAR, 'event1', draft);
      expect(await raw()).toMatchObject({ visibility: 'private', description: 'd' });
    });
  });

  describe('reading', () => {
    it('reads everything, then what changed', async () => {
      await insert();
      const full = await calendars.list(CALENDAR, {});
      expect(full).toMatchObject({ items: [{ remoteId: 'event1' }], canWrite: true });
      await insert(LESSON, 'event2');
      await remove();
      const changes = await calendars.list(CALENDAR, { syncToken: full.nextSyncToken! });
      expect(changes.items).toMatchObject([
        { remoteId: 'event2', content: LESSON },
        { state: 'cancelled', remoteId: 'event1' },
      ]);
      expect(await calendars.list(CALENDAR, { syncToken: changes.nextSyncToken! })).toMatchObject({ items: [] });
    });

    it('reads events of others as they are, in whatever form', async () => {
      const series = {
        id: 'series',
        start: { dateTime: '2027-05-03T10:00:00', timeZone: 'America/New_York' },
        end: { dateTime: '2027-05-03T11:00:00', timeZone: 'America/New_York' },
        recurrence: ['RRULE:FREQ=WEEKLY;COUNT=2'],
        transparency: 'transparent',
      };
      await google.owner.events.insert({ calendarId: BAY, requestBody: series });
      const { items } = await calendars.list(CALENDAR, {});
      expect(items).toHaveLength(1);
      expect(items[0]).toMatchObject({ recurring: true, busy: false, content: { title: '', resourceId: 'bay-1' } });
      expect(items[0]).not.toHaveProperty('ownership');
    });

    it('goes through a large calendar page by page', async () => {
      await insert();
      const snapshot = google.control.snapshot();
      const [calendar] = snapshot.store.calendars;
      const [one] = calendar!.events;
      const events = Array.from({ length: 2_501 }, (_, at) => ({
        ...one!,
        event: { ...one!.event, id: `event${at}` },
      }));
      google.control.restore({ ...snapshot, store: { ...snapshot.store, calendars: [{ ...calendar!, events }] } });
      const first = await calendars.list(CALENDAR, {});
      expect(first.items).toHaveLength(2_500);
      expect(first).not.toHaveProperty('nextSyncToken');
      const last = await calendars.list(CALENDAR, { pageToken: first.nextPageToken! });
      expect(last.items).toHaveLength(1);
      expect(last).toHaveProperty('nextSyncToken');
    });

    it('finds an event that was moved, with its mark, on the other calendar', async () => {
      await insert();
      const syncToken = await synced();
      await google.owner.events.move({ calendarId: BAY, eventId: 'event1', destination: OTHER_BAY });
      const { items } = await calendars.list(CALENDAR, { syncToken });
      expect(items).toMatchObject([{ state: 'cancelled', remoteId: 'event1' }]);
      const there = { ...CALENDAR, calendarId: OTHER_BAY, resourceId: 'bay-2' };
      const moved = await calendars.get(there, 'event1');
      expect(moved).toMatchObject({ state: 'live', ownership: owned(LESSON), content: { resourceId: 'bay-1' } });
    });

    it('tells of events that are not ours what decides about their time, and neither guests nor descriptions', async () => {
      const requestBody = {
        ...{ id: 'dentist', summary: 'Dentist', description: 'molar', visibility: 'private' },
        ...{ start: { dateTime: NOON.start }, end: { dateTime: NOON.end } },
        attendees: [{ email: 'guest@example.com', responseStatus: 'accepted' }],
      };
      await google.owner.events.insert({ calendarId: BAY, requestBody });
      const page = await calendars.list(CALENDAR, { unmanaged: true });
      expect(page).toMatchObject({ timeZone: 'America/New_York', items: [{ private: true, busy: true }] });
      expect(JSON.stringify(page)).not.toMatch(/molar|example\.com/);
      const plain = await calendars.list(CALENDAR, {});
      expect(plain.items[0]).not.toHaveProperty('private');
      const { nextSyncToken: syncToken } = page;
      expect(await calendars.list(CALENDAR, { syncToken: syncToken!, unmanaged: true })).toMatchObject({ items: [] });
    });

    it('knows a mark of ours under another configuration', async () => {
      const times = { start: { dateTime: NOON.start }, end: { dateTime: NOON.end } };
      const other = { extendedProperties: { private: { dovetailSyncManaged: 'true' } } };
      await google.owner.events.insert({ calendarId: BAY, requestBody: { id: 'event2', ...times, ...other } });
      const event = await calendars.get(CALENDAR, 'event2');
      expect(event).toMatchObject({ otherMark: true });
      expect(event).not.toHaveProperty('ownership');
    });

    it('asks for a full read when the sync token is dead or was never good', async () => {
      const syncToken = await synced();
      google.control.expireSyncTokens();
      await expect(calendars.list(CALENDAR, { syncToken })).rejects.toThrow(SyncTokenExpired);
      await expect(calendars.list(CALENDAR, { syncToken: 'made-up' })).rejects.toThrow(SyncTokenExpired);
    });

    it('says with every page whether it may write', async () => {
      google.control.setRole(BAY, 'freeBusyReader');
      expect(await calendars.list(CALENDAR, {})).toMatchObject({ canWrite: false });
      google.control.setRole(BAY, 'owner');
      expect(await calendars.list(CALENDAR, {})).toMatchObject({ canWrite: true });
    });

    it.each(['{"kind":"calendar#events","items":[]}', '{"items":[],"nextSyncToken":"x"}', '<html>busy</html>', ''])(
      'takes the answer %j for no answer at all',
      async (body) => {
        const stranger = await listen((request, response) => {
          const token = { access_token: 't', expires_in: 3600, token_type: 'Bearer' };
          if (request.path === '/token') response.json(token);
          else response.type('application/json').send(body);
        });
        try {
          const options = { credentials: ACCOUNT, rootUrl: stranger.url, tokenUrl: `${stranger.url}/token` };
          const provider = createGoogleCalendarProvider({ ...options, userAgent: USER_AGENT });
          await expect(provider.list(CALENDAR, {})).rejects.toThrow(TemporarilyUnavailable);
          await expect(provider.get(CALENDAR, 'event1')).rejects.toThrow(TemporarilyUnavailable);
        } finally {
          await stranger.close();
        }
      },
    );
  });

  describe('reading the dates of series', () => {
    const MAY = { from: '2027-05-01T00:00:00Z', to: '2027-06-01T00:00:00Z' };
    const zone = { timeZone: 'America/New_York' };

    async function weekly(id: string, day = '2027-04-24'): Promise<void> {
      const requestBody = {
        id,
        start: { dateTime: `${day}T10:00:00`, ...zone },
        end: { dateTime: `${day}T11:00:00`, ...zone },
        recurrence: ['RRULE:FREQ=WEEKLY'],
      };
      await google.owner.events.insert({ calendarId: BAY, requestBody });
    }
    async function days(seriesId?: string, window = MAY): Promise<string[]> {
      const page = await calendars.listDates(CALENDAR, { ...window, ...(seriesId !== undefined && { seriesId }) });
      return page!.items.map((item) => (item as LiveCalendarEvent).content.start.slice(5, 10)).sort();
    }

    it('lists those of one series that touch the window, or of all, beside what stands alone', async () => {
      await weekly('series1');
      await weekly('series2', '2027-04-25');
      await insert();
      expect(await days('series1')).toEqual(['05-01', '05-08', '05-15', '05-22', '05-29']);
      expect(await days()).toHaveLength(11);
      const { items, canWrite } = (await calendars.listDates(CALENDAR, { ...MAY, seriesId: 'series2' }))!;
      expect(canWrite).toBe(true);
      expect(items[0]).toMatchObject({ seriesId: 'series2', originalStart: '2027-05-02T14:00:00Z', recurring: true });
    });

    it('shows moved dates where they are, those moved into the window too, and none that was called off', async () => {
      await weekly('series1');
      const at = (dateTime: string) => ({ start: { dateTime, ...zone }, end: { dateTime, ...zone } });
      const move = (eventId: string, dateTime: string) =>
        google.owner.events.patch({ calendarId: BAY, eventId, requestBody: at(dateTime) });
      await move('series1_20270508T140000Z', '2027-05-09T10:00:00');
      await move('series1_20270605T140000Z', '2027-05-31T10:00:00');
      await move('series1_20270529T140000Z', '2027-06-02T10:00:00');
      await remove('series1_20270522T140000Z');
      expect(await days('series1')).toEqual(['05-01', '05-09', '05-15', '05-31']);
      expect(await days()).toEqual(['05-01', '05-09', '05-15', '05-31']);
    });

    it('goes through many page by page', async () => {
      const requestBody = {
        ...{ id: 'manu1', start: { dateTime: '2027-01-01T10:00:00', ...zone } },
        ...{ end: { dateTime: '2027-01-01T10:30:00', ...zone }, recurrence: ['RRULE:FREQ=DAILY'] },
      };
      await google.owner.events.insert({ calendarId: BAY, requestBody });
      const year = { from: '2028-01-01T00:00:00Z', to: '2029-01-01T00:00:00Z' };
      expect(await days('manu1', year)).toHaveLength(366);
      const { data } = await google.owner.events.instances({ calendarId: BAY, eventId: 'manu1', maxResults: 100 });
      const { nextPageToken: pageToken } = data;
      const second = await calendars.listDates(CALENDAR, {
        ...{ from: '1970-01-01T00:00:00Z', to: '2030-01-01T00:00:00Z' },
        ...{ seriesId: 'manu1', pageToken: pageToken! },
      });
      expect(second?.items[0]).toMatchObject({ originalStart: '2027-04-11T14:00:00Z' });
    });

    it('knows nothing of an event that is no series, or not there', async () => {
      await insert();
      expect(await calendars.listDates(CALENDAR, { ...MAY, seriesId: 'event1' })).toBeNull();
      expect(await calendars.listDates(CALENDAR, { ...MAY, seriesId: 'nothing' })).toBeNull();
    });

    it('lists none of a series that was deleted', async () => {
      await weekly('series1');
      await remove('series1');
      expect((await calendars.listDates(CALENDAR, { ...MAY, seriesId: 'series1' }))?.items).toEqual([]);
    });
  });

  describe('when Google fails', () => {
    it.each<[number, string | undefined, new (...args: never[]) => Error]>([
      [503, undefined, TemporarilyUnavailable],
      [500, 'backendError', TemporarilyUnavailable],
      [429, undefined, RateLimited],
      [403, 'rateLimitExceeded', RateLimited],
      [403, 'userRateLimitExceeded', RateLimited],
      [403, 'requiredAccessLevel', AccessRevoked],
      [401, undefined, AccessRevoked],
      [400, 'invalid', Rejected],
    ])('says what to do about %i %s, and does not try again', async (status, reason, error) => {
      await synced();
      google.control.resetRequestCounts();
      google.faults.add({ target: 'google', match: '/calendar/', status, reason });
      await expect(calendars.get(CALENDAR, 'event1')).rejects.toThrow(error);
      await expect(insert()).rejects.toThrow(error);
      const { token: _, ...calls } = google.control.requestCounts();
      expect(calls).toEqual({ 'events.get': 1, 'events.insert': 1 });
    });

    it('does not know what became of a write whose answer is lost', async () => {
      google.faults.add({ target: 'google', match: 'POST /calendar/', dropResponse: true, times: 1 });
      await expect(insert()).rejects.toThrow(TemporarilyUnavailable);
      await expect(insert()).rejects.toThrow(AlreadyExists);
    });

    it('believes no answer that was cut short', async () => {
      await insert();
      google.faults.add({ target: 'google', match: 'GET /calendar/', truncate: true, times: 1 });
      await expect(calendars.list(CALENDAR, {})).rejects.toThrow(TemporarilyUnavailable);
    });

    it('gives up on an answer that does not come', async () => {
      const silent = await listen(() => {});
      try {
        const options = { credentials: ACCOUNT, tokenUrl: google.tokenUrl, userAgent: USER_AGENT, timeoutMs: 50 };
        const provider = createGoogleCalendarProvider({ ...options, rootUrl: silent.url });
        await expect(provider.list(CALENDAR, {})).rejects.toThrow(TemporarilyUnavailable);
      } finally {
        await silent.close();
      }
    });

    it('cannot reach a Google that is not there', async () => {
      const gone = await listen(() => {});
      await gone.close();
      const options = { credentials: ACCOUNT, rootUrl: gone.url, tokenUrl: gone.url, userAgent: USER_AGENT };
      const provider = createGoogleCalendarProvider(options);
      await expect(provider.list(CALENDAR, {})).rejects.toThrow(TemporarilyUnavailable);
    });

    it('has no access to a calendar that is not shared with it: it is as if there were none', async () => {
      google.control.setRole(BAY, 'none');
      await expect(calendars.list(CALENDAR, {})).rejects.toThrow(AccessRevoked);
      await expect(insert()).rejects.toThrow(AccessRevoked);
      expect(await calendars.get(CALENDAR, 'event1')).toBeNull();
    });

    it('may not write where it may only read', async () => {
      await insert();
      google.control.setRole(BAY, 'reader');
      await expect(insert(LESSON, 'event2')).rejects.toThrow(AccessRevoked);
      await expect(calendars.delete(CALENDAR, 'event1')).rejects.toThrow(AccessRevoked);
    });
  });

  describe('logging in', () => {
    it('asks for one token for many calls', async () => {
      await Promise.all([synced(), synced(), synced()]);
      await synced();
      expect(google.control.requestCounts()).toEqual({ token: 1, 'events.list': 4 });
    });

    it('has lost its access when the account is revoked, and works again once it is given back', async () => {
      await synced();
      google.control.revokeServiceAccount(true);
      await expect(synced()).rejects.toThrow(AccessRevoked);
      await expect(synced()).rejects.toThrow(AccessRevoked);
      google.control.revokeServiceAccount(false);
      expect(await synced()).toEqual(expect.any(String));
    });

    it('has no access with another key, and uses a rotated one as soon as it is there', async () => {
      let key = createServiceAccount();
      calendars = connect(async () => key);
      await expect(synced()).rejects.toThrow(AccessRevoked);
      key = ACCOUNT;
      expect(await synced()).toEqual(expect.any(String));
    });

    it('leaves trouble at the token endpoint to be tried later, by others', async () => {
      google.faults.add({ target: 'google', match: 'POST /token', status: 503 });
      await expect(synced()).rejects.toThrow(TemporarilyUnavailable);
      expect(google.control.requestCounts()).toEqual({ token: 1 });
    });

    it('says who it is', async () => {
      const agents: (string | undefined)[] = [];
      const listener = await listen((request, response) => {
        agents.push(request.get('user-agent'));
        response.status(404).end();
      });
      try {
        const options = { credentials: ACCOUNT, tokenUrl: google.tokenUrl, userAgent: USER_AGENT };
        const provider = createGoogleCalendarProvider({ ...options, rootUrl: listener.url });
        expect(await provider.get(CALENDAR, 'event1')).toBeNull();
        expect(agents[0]).toContain('dovetail-test/1.0');
      } finally {
        await listener.close();
      }
    });
  });

  describe('watching', () => {
    it('has pushes sent until the channel is stopped', async () => {
      const receiver = await startPushReceiver();
      try {
        const expiresAt = instantOf(google.clock.now() + 86_400_000);
        const request = { channelId: 'channel-1', token: 'secret', address: receiver.address, expiresAt };
        const channel = await calendars.watch(CALENDAR, request);
        expect(channel).toEqual({ resourceId: expect.any(String), expiresAt });
        await insert();
        await google.clock.advance(300);
        expect(receiver.states()).toEqual(['sync', 'exists']);
        expect(receiver.received[1]?.headers).toMatchObject({
          'x-goog-channel-id': 'channel-1',
          'x-goog-channel-token': 'secret',
          'x-goog-resource-id': channel.resourceId,
        });
        await calendars.stop({ id: 'channel-1', resourceId: channel.resourceId });
        await calendars.stop({ id: 'channel-1', resourceId: channel.resourceId });
        await insert(LESSON, 'event2');
        await google.clock.advance(300);
        expect(receiver.states()).toEqual(['sync', 'exists']);
      } finally {
        await receiver.close();
      }
    });

    it('answers with the expiry that was granted, not the one that was wished for', async () => {
      const wished = instantOf(google.clock.now() + 30 * 86_400_000);
      const request = { channelId: 'channel-1', token: 't', address: 'https://studio.example/hook', expiresAt: wished };
      google.control.setPushMode({ mode: 'drop' });
      const { expiresAt } = await calendars.watch(CALENDAR, request);
      expect(msOf(expiresAt)).toBeLessThanOrEqual(google.clock.now() + 7 * 86_400_000);
      await expect(calendars.watch(CALENDAR, request)).rejects.toThrow(AlreadyExists);
      const insecure = { ...request, channelId: 'channel-2', address: 'http://studio.example/hook' };
      await expect(calendars.watch(CALENDAR, insecure)).rejects.toThrow(Rejected);
    });
  });
});
