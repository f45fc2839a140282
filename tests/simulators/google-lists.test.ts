import type { calendar_v3 } from 'googleapis/build/src/apis/calendar/v3.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BAY, type GoogleServer, OTHER_BAY, refusalOf, startGoogle } from '../contracts/google-server.ts';

type Query = Omit<calendar_v3.Params$Resource$Events$List, 'calendarId'>;

describe('lists of the Google simulator', () => {
  let google: GoogleServer;
  beforeEach(async () => {
    google = await startGoogle();
  });
  afterEach(() => google.close());

  async function insert(id: string, requestBody: calendar_v3.Schema$Event = {}, calendarId = BAY) {
    const times = { start: { dateTime: '2027-05-01T14:00:00Z' }, end: { dateTime: '2027-05-01T15:00:00Z' } };
    await google.owner.events.insert({ calendarId, requestBody: { id, summary: id, ...times, ...requestBody } });
  }
  async function list(query: Query = {}, calendarId = BAY) {
    return (await google.owner.events.list({ calendarId, ...query })).data;
  }
  const remove = (eventId: string) => google.owner.events.delete({ calendarId: BAY, eventId });
  const patch = (eventId: string, requestBody: calendar_v3.Schema$Event) =>
    google.owner.events.patch({ calendarId: BAY, eventId, requestBody });
  const ids = ({ items }: calendar_v3.Schema$Events) => (items ?? []).map(({ id }) => id);

  describe('with a sync token', () => {
    it('tell what changed since, and of a deleted event the id alone', async () => {
      await insert('first');
      await insert('second', { extendedProperties: { private: { mine: '1' } } });
      const full = await list();
      await insert('third');
      await remove('second');
      const changes = await list({ syncToken: full.nextSyncToken! });
      expect(ids(changes)).toEqual(['third', 'second']);
      const tombstone = { kind: 'calendar#event', etag: expect.any(String), id: 'second', status: 'cancelled' };
      expect(changes.items?.[1]).toEqual(tombstone);
      expect(await list({ syncToken: changes.nextSyncToken! })).toMatchObject({ items: [] });
      expect(ids(await list())).toEqual(['first', 'third']);
    });

    it.each<Query>([
      { iCalUID: 'x' },
      { orderBy: 'updated' },
      { privateExtendedProperty: ['a=b'] },
      { q: 'x' },
      { sharedExtendedProperty: ['a=b'] },
      { timeMin: '2027-05-01T00:00:00Z' },
      { timeMax: '2027-05-01T00:00:00Z' },
      { updatedMin: '2027-05-01T00:00:00Z' },
      { showDeleted: false },
    ])('refuse the restriction %o', async (restriction) => {
      const { nextSyncToken } = await list();
      const refusal = { status: 400, reason: 'syncTokenWithRequestRestrictions' };
      expect(await refusalOf(list({ syncToken: nextSyncToken!, ...restriction }))).toMatchObject(refusal);
    });

    it.each<Query>([{ singleEvents: true }, { timeZone: 'UTC' }, { maxAttendees: 1 }])(
      'refuse %o when the first read did not have it',
      async (other) => {
        const { nextSyncToken } = await list();
        expect(await refusalOf(list({ syncToken: nextSyncToken!, ...other }))).toMatchObject({ status: 400 });
        const { nextSyncToken: bound } = await list(other);
        expect(await list({ syncToken: bound!, ...other })).toMatchObject({ items: [] });
      },
    );

    it('take another page size, and showDeleted=true, which changes nothing', async () => {
      const { nextSyncToken } = await list();
      const query = { syncToken: nextSyncToken!, maxResults: 7, showDeleted: true };
      expect(await list(query)).toMatchObject({ items: [] });
    });

    it('refuse a token that was never this calendar’s', async () => {
      const { nextSyncToken } = await list({}, OTHER_BAY);
      const refusal = { status: 400, reason: 'invalid', location: 'syncToken' };
      expect(await refusalOf(list({ syncToken: nextSyncToken! }))).toMatchObject(refusal);
      expect(await refusalOf(list({ syncToken: 'made-up' }))).toMatchObject(refusal);
    });

    it('ask for a full read once tokens are expired or tombstones forgotten', async () => {
      await insert('first');
      const before = await list();
      await remove('first');
      const after = await list();
      google.control.purgeTombstones(BAY);
      const gone = { status: 410, domain: 'calendar', reason: 'fullSyncRequired' };
      expect(await refusalOf(list({ syncToken: before.nextSyncToken! }))).toMatchObject(gone);
      expect(await list({ syncToken: after.nextSyncToken! })).toMatchObject({ items: [] });
      google.control.expireSyncTokens();
      expect(await refusalOf(list({ syncToken: after.nextSyncToken! }))).toMatchObject(gone);
    });

    it('are not offered after a filtered or ordered read', async () => {
      expect(await list({ q: 'x' })).not.toHaveProperty('nextSyncToken');
      expect(await list({ orderBy: 'startTime', singleEvents: true })).not.toHaveProperty('nextSyncToken');
      expect(await list({ timeMin: '2027-05-01T00:00:00Z' })).toHaveProperty('nextSyncToken');
    });
  });

  describe('in pages', () => {
    it('show the calendar as it was when the read began, and later changes in the next incremental read', async () => {
      for (const id of ['event1', 'event2', 'event3']) await insert(id);
      const first = await list({ maxResults: 2 });
      expect(ids(first)).toEqual(['event1', 'event2']);
      expect(first).not.toHaveProperty('nextSyncToken');
      await remove('event3');
      await patch('event1', { summary: 'changed' });
      await insert('event4');
      const second = await list({ maxResults: 2, pageToken: first.nextPageToken! });
      expect(second.items).toMatchObject([{ id: 'event3', status: 'confirmed' }]);
      expect(second).not.toHaveProperty('nextPageToken');
      const changes = await list({ syncToken: second.nextSyncToken! });
      expect(ids(changes)).toEqual(['event3', 'event1', 'event4']);
    });

    it('end with a page that is just full', async () => {
      await insert('event1');
      expect(await list({ maxResults: 1 })).toMatchObject({
        items: [{ id: 'event1' }],
        nextSyncToken: expect.any(String),
      });
    });

    it('go on from a sync token together with it, not without', async () => {
      const { nextSyncToken } = await list();
      for (const id of ['event1', 'event2']) await insert(id);
      const query = { syncToken: nextSyncToken!, maxResults: 1 };
      const { nextPageToken } = await list(query);
      const stray = list({ maxResults: 1, pageToken: nextPageToken! });
      expect(await refusalOf(stray)).toMatchObject({ status: 400, location: 'pageToken' });
      expect(ids(await list({ ...query, pageToken: nextPageToken! }))).toEqual(['event2']);
    });

    it('hold 250 events unless asked otherwise, and never more than 2,500', async () => {
      const template = { start: { date: '2027-05-01' }, end: { date: '2027-05-02' } };
      await insert('event', { ...template, start: { date: '2027-05-01' } });
      const snapshot = google.control.snapshot();
      const [calendar] = snapshot.store.calendars;
      const [one] = calendar!.events;
      const events = Array.from({ length: 2_600 }, (_, index) => ({
        ...one!,
        event: { ...one!.event, id: `e${index}` },
      }));
      google.control.restore({ ...snapshot, store: { ...snapshot.store, calendars: [{ ...calendar!, events }] } });
      expect((await list()).items).toHaveLength(250);
      expect((await list({ maxResults: 9_999 })).items).toHaveLength(2_500);
    });
  });

  describe('with filters', () => {
    it('select by time, whose bounds are exclusive', async () => {
      await insert('before', { end: { dateTime: '2027-05-01T14:30:00Z' } });
      await insert('later', { start: { dateTime: '2027-05-01T14:30:00Z' } });
      expect(ids(await list({ timeMin: '2027-05-01T14:30:00Z' }))).toEqual(['later']);
      expect(ids(await list({ timeMax: '2027-05-01T10:30:00-04:00' }))).toEqual(['before']);
      const empty = list({ timeMin: '2027-05-02T00:00:00Z', timeMax: '2027-05-01T00:00:00Z' });
      expect(await refusalOf(empty)).toMatchObject({ status: 400, reason: 'timeRangeEmpty', location: 'timeMax' });
      expect(await refusalOf(list({ timeMin: '2027-05-02' }))).toMatchObject({ status: 400 });
    });

    it('select by private properties that must all hold', async () => {
      await insert('both1', { extendedProperties: { private: { managed: 'true', bay: '1' } } });
      await insert('both2', { extendedProperties: { private: { managed: 'true', bay: '2' } } });
      expect(ids(await list({ privateExtendedProperty: ['managed=true'] }))).toEqual(['both1', 'both2']);
      expect(ids(await list({ privateExtendedProperty: ['managed=true', 'bay=2'] }))).toEqual(['both2']);
    });

    it('select by words, iCalUID and time of change', async () => {
      await insert('event1', { summary: 'Swing lesson', description: 'with Pro' });
      await google.clock.advance(60_000);
      await insert('event2', { iCalUID: 'uid@elsewhere' });
      expect(ids(await list({ q: 'pro SWING' }))).toEqual(['event1']);
      expect(ids(await list({ iCalUID: 'uid@elsewhere' }))).toEqual(['event2']);
      expect(ids(await list({ updatedMin: '2027-05-01T08:00:50Z' }))).toEqual(['event2']);
    });

    it('show deleted events only when asked', async () => {
      await insert('event1');
      await remove('event1');
      expect(ids(await list())).toEqual([]);
      expect((await list({ showDeleted: true })).items).toMatchObject([{ id: 'event1', status: 'cancelled' }]);
      expect(ids(await list({ updatedMin: '2027-05-01T00:00:00Z' }))).toEqual(['event1']);
    });

    it('order by start only single events', async () => {
      await insert('second', { start: { dateTime: '2027-05-01T14:30:00Z' } });
      await insert('first');
      expect(ids(await list({ orderBy: 'startTime', singleEvents: true }))).toEqual(['first', 'second']);
      expect(await refusalOf(list({ orderBy: 'startTime' }))).toMatchObject({ status: 400, location: 'orderBy' });
    });
  });

  describe('of series', () => {
    const weekly = {
      start: { dateTime: '2027-10-26T10:00:00', timeZone: 'America/New_York' },
      end: { dateTime: '2027-10-26T11:00:00', timeZone: 'America/New_York' },
      recurrence: ['RRULE:FREQ=WEEKLY;COUNT=4', 'EXDATE;TZID=America/New_York:20271109T100000'],
    };

    it('show one event, or its dates at the same local time on both sides of a clock change', async () => {
      await insert('series', weekly);
      expect((await list()).items).toMatchObject([{ id: 'series', recurrence: weekly.recurrence }]);
      const { items } = await list({ singleEvents: true });
      expect(items).toMatchObject([
        { id: 'series_20271026T140000Z', start: { dateTime: '2027-10-26T10:00:00-04:00' }, recurringEventId: 'series' },
        { id: 'series_20271102T140000Z', start: { dateTime: '2027-11-02T10:00:00-04:00' } },
        { id: 'series_20271116T150000Z', start: { dateTime: '2027-11-16T10:00:00-05:00' } },
      ]);
      expect(items?.[0]).not.toHaveProperty('recurrence');
    });

    it('tell a cancelled date apart from a deleted event', async () => {
      await insert('series', weekly);
      const { nextSyncToken } = await list();
      await remove('series_20271102T140000Z');
      const exception = {
        id: 'series_20271102T140000Z',
        status: 'cancelled',
        recurringEventId: 'series',
        originalStartTime: { dateTime: '2027-11-02T10:00:00-04:00', timeZone: 'America/New_York' },
      };
      expect((await list({ syncToken: nextSyncToken! })).items).toMatchObject([exception]);
      expect((await list()).items).toMatchObject([{ id: 'series' }, exception]);
      expect(ids(await list({ singleEvents: true }))).toEqual(['series_20271026T140000Z', 'series_20271116T150000Z']);
    });

    it('show a changed date in its place, and whole days as days', async () => {
      await insert('series', {
        start: { date: '2027-05-01' },
        end: { date: '2027-05-02' },
        recurrence: ['RRULE:FREQ=DAILY;COUNT=3'],
      });
      await patch('series_20270502', { summary: 'other' });
      const { data } = await google.owner.events.instances({ calendarId: BAY, eventId: 'series' });
      expect(data.items).toMatchObject([
        { id: 'series_20270501', summary: 'series', start: { date: '2027-05-01' }, end: { date: '2027-05-02' } },
        { id: 'series_20270502', summary: 'other', originalStartTime: { date: '2027-05-02' } },
        { id: 'series_20270503', summary: 'series' },
      ]);
    });

    it('lose the changes to a date that a series no longer has', async () => {
      await insert('series', weekly);
      await patch('series_20271116T150000Z', { summary: 'other' });
      const { nextSyncToken } = await list();
      await patch('series', { recurrence: ['RRULE:FREQ=WEEKLY;COUNT=2'] });
      expect((await list({ syncToken: nextSyncToken! })).items).toMatchObject([
        { id: 'series', status: 'confirmed' },
        { id: 'series_20271116T150000Z', status: 'cancelled', recurringEventId: 'series' },
      ]);
    });

    it('list dates in a window and by pages, and refuse to for what is no series', async () => {
      await insert('series', weekly);
      await insert('single');
      const instances = async (query: object, eventId = 'series') =>
        (await google.owner.events.instances({ calendarId: BAY, eventId, ...query })).data;
      const window = { timeMin: '2027-11-01T00:00:00Z', timeMax: '2027-11-16T15:00:00Z' };
      expect(ids(await instances(window))).toEqual(['series_20271102T140000Z']);
      const first = await instances({ maxResults: 2 });
      expect(ids(first)).toHaveLength(2);
      expect(first).not.toHaveProperty('nextSyncToken');
      expect(ids(await instances({ maxResults: 2, pageToken: first.nextPageToken! }))).toHaveLength(1);
      expect(await refusalOf(instances({ pageToken: 'made-up' }))).toMatchObject({ status: 400 });
      expect(await refusalOf(instances({}, 'single'))).toMatchObject({ status: 400 });
      expect(await refusalOf(instances({}, 'nothing'))).toMatchObject({ status: 404 });
    });

    it('find a series by the time of any of its dates', async () => {
      await insert('series', weekly);
      const window = (day: string) => list({ timeMin: `${day}T00:00:00Z`, timeMax: `${day}T23:00:00Z` });
      expect(ids(await window('2027-11-16'))).toEqual(['series']);
      expect(ids(await window('2027-11-09'))).toEqual([]);
    });
  });
});
