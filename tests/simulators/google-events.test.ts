import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BAY, type GoogleServer, OTHER_BAY, refusalOf, startGoogle } from '../contracts/google-server.ts';

const TEN = { dateTime: '2027-05-01T14:00:00Z', timeZone: 'America/New_York' };
const ELEVEN = { dateTime: '2027-05-01T15:00:00Z', timeZone: 'America/New_York' };

describe('events on the Google simulator', () => {
  let google: GoogleServer;
  beforeAll(async () => {
    google = await startGoogle();
  });
  afterAll(() => google.close());

  async function insert(requestBody: object = {}, calendarId = BAY) {
    const body = { summary: 'Lesson', start: TEN, end: ELEVEN, ...requestBody };
    return (await google.owner.events.insert({ calendarId, requestBody: body })).data;
  }
  async function get(eventId: string, calendarId = BAY) {
    return (await google.owner.events.get({ calendarId, eventId })).data;
  }
  async function patch(eventId: string, requestBody: object, ifMatch?: string) {
    const headers: Record<string, string> = ifMatch ? { 'If-Match': ifMatch } : {};
    return (await google.owner.events.patch({ calendarId: BAY, eventId, requestBody }, { headers })).data;
  }

  describe('inserting', () => {
    it('answers the event as Google shows it', async () => {
      const event = await insert({ id: 'aaaaa1' });
      expect(event).toMatchObject({
        kind: 'calendar#event',
        id: 'aaaaa1',
        status: 'confirmed',
        iCalUID: 'aaaaa1@google.com',
        sequence: 0,
        eventType: 'default',
        reminders: { useDefault: true },
        organizer: { email: BAY, self: true },
        start: { dateTime: '2027-05-01T10:00:00-04:00', timeZone: 'America/New_York' },
        end: { dateTime: '2027-05-01T11:00:00-04:00', timeZone: 'America/New_York' },
      });
      expect(event.etag).toMatch(/^"\d+"$/);
      expect(event.updated).toMatch(/^2027-05-01T08:.*\.\d{3}Z$/);
      expect(await get('aaaaa1')).toEqual(event);
    });

    it('makes up an id when none is given', async () => {
      expect((await insert()).id).toMatch(/^[a-v0-9]{26}$/);
    });

    it.each(['abcd', 'ABCDE', 'wxyzw', 'a-b-c-d'])('refuses the id %s', async (id) => {
      expect(await refusalOf(insert({ id }))).toMatchObject({ status: 400, reason: 'invalid' });
    });

    it('refuses an id that is in use, was deleted, or was deleted and forgotten', async () => {
      await insert({ id: 'taken' });
      const duplicate = { status: 409, reason: 'duplicate', message: 'The requested identifier already exists.' };
      expect(await refusalOf(insert({ id: 'taken' }))).toMatchObject(duplicate);
      await google.owner.events.delete({ calendarId: BAY, eventId: 'taken' });
      expect(await refusalOf(insert({ id: 'taken' }))).toMatchObject(duplicate);
      google.control.purgeTombstones();
      expect(await refusalOf(insert({ id: 'taken' }))).toMatchObject(duplicate);
      expect(await refusalOf(get('taken'))).toMatchObject({ status: 404, reason: 'notFound' });
    });

    it.each([
      ['no end', { end: null }, { reason: 'required', message: 'Missing end time.' }],
      ['a date and a time', { end: { date: '2027-05-02' } }, { reason: 'invalid' }],
      ['a date and a time in one end', { start: { ...TEN, date: '2027-05-01' } }, { reason: 'invalid' }],
      ['a time without an offset or a zone', { start: { dateTime: '2027-05-01T10:00:00' } }, { reason: 'required' }],
      ['a time that is none', { start: { dateTime: '2027-05-01T25:00:00Z' } }, { reason: 'invalid' }],
      ['the 30th of February', { start: { date: '2027-02-30' }, end: { date: '2027-03-02' } }, { reason: 'invalid' }],
      ['a zone that is none', { start: { ...TEN, timeZone: 'Mars/Base' } }, { reason: 'invalid' }],
      ['an end before its start', { start: ELEVEN, end: TEN }, { domain: 'calendar', reason: 'timeRangeEmpty' }],
      ['no days', { start: { date: '2027-05-01' }, end: { date: '2027-05-01' } }, { reason: 'timeRangeEmpty' }],
      ['a summary that is no text', { summary: 7 }, { reason: 'invalid' }],
      [
        'a series without a zone',
        { start: { dateTime: TEN.dateTime }, recurrence: ['RRULE:FREQ=DAILY'] },
        { reason: 'required' },
      ],
      ['a series without sense', { recurrence: ['RRULE:FREQ=OFTEN'] }, { reason: 'invalid' }],
    ])('refuses %s', async (_, body, refusal) => {
      expect(await refusalOf(insert(body))).toMatchObject({ status: 400, ...refusal });
    });

    it('refuses a body that is not JSON', async () => {
      const answer = await fetch(`${google.rootUrl}calendar/v3/calendars/${BAY}/events`, {
        method: 'POST',
        headers: { Authorization: 'Bearer sandbox-google-token', 'Content-Type': 'application/json' },
        body: '{"summary":',
      });
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({ error: { code: 400, errors: [{ reason: 'parseError' }] } });
    });

    it('reads a local time in the zone beside it, and tells all times in the zone of the calendar', async () => {
      const event = await insert({
        start: { dateTime: '2027-05-01T16:00:00', timeZone: 'Europe/Zurich' },
        end: { dateTime: '2027-05-01T17:00:00+02:00' },
      });
      expect(event.start).toEqual({ dateTime: '2027-05-01T10:00:00-04:00', timeZone: 'Europe/Zurich' });
      expect(event.end).toEqual({ dateTime: '2027-05-01T11:00:00-04:00', timeZone: 'America/New_York' });
    });

    it('ignores what is not for callers to say, and keeps quiet about what is usual', async () => {
      const event = await insert({ etag: '"1"', creator: { email: 'x@y' }, nonsense: 1, transparency: 'opaque' });
      expect(event.etag).not.toBe('"1"');
      expect(event.creator).toEqual({ email: 'owner@sandbox' });
      expect(event).not.toHaveProperty('nonsense');
      expect(event).not.toHaveProperty('transparency');
    });

    it('drops long property names and cuts long values without a word, but refuses too many', async () => {
      const kept = await insert({ extendedProperties: { private: { ['k'.repeat(45)]: 'v', fits: 'x'.repeat(1025) } } });
      expect(kept.extendedProperties?.private).toEqual({ fits: 'x'.repeat(1024) });
      const many = Object.fromEntries(Array.from({ length: 301 }, (_, index) => [`key${index}`, 'v']));
      expect(await refusalOf(insert({ extendedProperties: { private: many } }))).toMatchObject({ status: 400 });
      const large = Object.fromEntries(Array.from({ length: 33 }, (_, index) => [`key${index}`, 'x'.repeat(1000)]));
      expect(await refusalOf(insert({ extendedProperties: { private: large } }))).toMatchObject({ status: 400 });
    });
  });

  describe('changing', () => {
    it('merges objects, replaces arrays, and removes what is null', async () => {
      const attendees = [{ email: 'a@x' }, { email: 'b@x' }];
      const { id } = await insert({ description: 'd', attendees, extendedProperties: { private: { a: '1', b: '2' } } });
      const patched = await patch(id!, {
        description: null,
        attendees: [{ email: 'c@x' }],
        extendedProperties: { private: { b: null, c: '3' } },
      });
      expect(patched).not.toHaveProperty('description');
      expect(patched.summary).toBe('Lesson');
      expect(patched.attendees).toEqual([{ email: 'c@x' }]);
      expect(patched.extendedProperties).toEqual({ private: { a: '1', c: '3' } });
    });

    it('wants the other form cleared when an event becomes a whole-day one', async () => {
      const { id } = await insert();
      const dates = { start: { date: '2027-05-03' }, end: { date: '2027-05-04' } };
      expect(await refusalOf(patch(id!, dates))).toMatchObject({ status: 400, reason: 'invalid' });
      const cleared = { dateTime: null, timeZone: null };
      const patched = await patch(id!, {
        start: { ...dates.start, ...cleared },
        end: { ...dates.end, ...cleared },
      });
      expect(patched).toMatchObject(dates);
      expect(patched.start).not.toHaveProperty('dateTime');
    });

    it('replaces everything on update', async () => {
      const { id, iCalUID } = await insert({ description: 'd', extendedProperties: { private: { a: '1' } } });
      const requestBody = { summary: 'New', start: TEN, end: ELEVEN };
      const { data } = await google.owner.events.update({ calendarId: BAY, eventId: id!, requestBody });
      expect(data).toMatchObject({ id, iCalUID, summary: 'New', status: 'confirmed' });
      expect(data).not.toHaveProperty('description');
      expect(data).not.toHaveProperty('extendedProperties');
    });

    it('changes the etag with every write, even one that changes nothing', async () => {
      const first = await insert();
      const second = await patch(first.id!, { summary: 'Lesson' });
      const third = await patch(first.id!, { summary: 'Lesson' });
      expect(new Set([first.etag, second.etag, third.etag]).size).toBe(3);
    });

    it('counts the sequence up when the time moves, and refuses one that lies behind', async () => {
      const { id } = await insert();
      expect(await patch(id!, { summary: 'x' })).toMatchObject({ sequence: 0 });
      expect(await patch(id!, { end: { dateTime: '2027-05-01T15:30:00Z' } })).toMatchObject({ sequence: 1 });
      expect(await refusalOf(patch(id!, { sequence: 0 }))).toMatchObject({ status: 400, reason: 'invalid' });
    });

    it('leaves `updated` as it was when only reminders change', async () => {
      const before = await insert();
      await google.clock.advance(60_000);
      const reminders = { useDefault: false, overrides: [{ method: 'popup', minutes: 5 }] };
      const after = await patch(before.id!, { reminders });
      expect(after.updated).toBe(before.updated);
      expect(after.etag).not.toBe(before.etag);
      expect((await patch(before.id!, { summary: 'x' })).updated).not.toBe(before.updated);
    });

    it('refuses a write against an etag that is no longer the event’s', async () => {
      const { id, etag } = await insert();
      const current = await patch(id!, { summary: 'by somebody else' }, etag!);
      const stale = { status: 412, reason: 'conditionNotMet', locationType: 'header', location: 'If-Match' };
      const options = { headers: { 'If-Match': etag! } };
      const requestBody = { start: TEN, end: ELEVEN };
      expect(await refusalOf(patch(id!, { summary: 'mine' }, etag!))).toMatchObject(stale);
      expect(
        await refusalOf(google.owner.events.update({ calendarId: BAY, eventId: id!, requestBody }, options)),
      ).toMatchObject(stale);
      expect(await refusalOf(google.owner.events.delete({ calendarId: BAY, eventId: id! }, options))).toMatchObject(
        stale,
      );
      expect(await get(id!)).toEqual(current);
    });

    it('answers 304 to a reader who has the version there is', async () => {
      const { id, etag } = await insert();
      const { status } = await google.owner.events.get(
        { calendarId: BAY, eventId: id! },
        { headers: { 'If-None-Match': etag! } },
      );
      expect(status).toBe(304);
    });

    it('answers the fields that were asked for', async () => {
      const { id } = await insert();
      const { data } = await google.owner.events.get({ calendarId: BAY, eventId: id!, fields: 'id,start/dateTime' });
      expect(data).toEqual({ id, start: { dateTime: '2027-05-01T10:00:00-04:00' } });
      for (const fields of ['id,(start', 'start(dateTime', 'id)']) {
        const bad = google.owner.events.get({ calendarId: BAY, eventId: id!, fields });
        expect(await refusalOf(bad)).toMatchObject({ status: 400, reason: 'invalidParameter' });
      }
    });
  });

  describe('deleting', () => {
    it('keeps the deleted event to be read, and says so the second time', async () => {
      const { id } = await insert({ extendedProperties: { private: { a: '1' } } });
      expect((await google.owner.events.delete({ calendarId: BAY, eventId: id! })).status).toBe(204);
      expect(await get(id!)).toMatchObject({
        status: 'cancelled',
        summary: 'Lesson',
        extendedProperties: { private: { a: '1' } },
      });
      const again = google.owner.events.delete({ calendarId: BAY, eventId: id! });
      expect(await refusalOf(again)).toMatchObject({ status: 410, reason: 'deleted' });
    });

    it('lets a deleted event be revived, unless told to refuse it', async () => {
      const { id } = await insert();
      await google.owner.events.delete({ calendarId: BAY, eventId: id! });
      expect(await patch(id!, { summary: 'still gone' })).toMatchObject({ status: 'cancelled' });
      google.control.refuseRevival(true);
      expect(await refusalOf(patch(id!, { status: 'confirmed' }))).toMatchObject({ status: 403, reason: 'forbidden' });
      google.control.refuseRevival(false);
      expect(await patch(id!, { status: 'confirmed' })).toMatchObject({ status: 'confirmed' });
    });
  });

  describe('moving', () => {
    it('takes the event along with its id and properties, and leaves a tombstone', async () => {
      const { id } = await insert({ extendedProperties: { private: { a: '1' } } });
      const { data } = await google.owner.events.move({ calendarId: BAY, eventId: id!, destination: OTHER_BAY });
      expect(data).toMatchObject({
        id,
        summary: 'Lesson',
        organizer: { email: OTHER_BAY },
        extendedProperties: { private: { a: '1' } },
      });
      expect(await get(id!)).toMatchObject({ status: 'cancelled' });
      const back = await google.owner.events.move({ calendarId: OTHER_BAY, eventId: id!, destination: BAY });
      expect(back.data).toMatchObject({ id, status: 'confirmed', organizer: { email: BAY } });
    });

    it('refuses a destination where the event is, or that nobody knows', async () => {
      const { id } = await insert();
      await insert({ id }, OTHER_BAY);
      const move = (destination: string) => google.owner.events.move({ calendarId: BAY, eventId: id!, destination });
      expect(await refusalOf(move(OTHER_BAY))).toMatchObject({ status: 409 });
      expect(await refusalOf(move('nowhere@sandbox'))).toMatchObject({ status: 404 });
    });
  });

  describe('importing', () => {
    it('knows an event it has by its iCalUID', async () => {
      const body = { iCalUID: 'one@elsewhere', summary: 'First', start: TEN, end: ELEVEN };
      const { data: first } = await google.owner.events.import({ calendarId: BAY, requestBody: body });
      const again = { ...body, summary: 'Second' };
      const { data: second } = await google.owner.events.import({ calendarId: BAY, requestBody: again });
      expect(second).toMatchObject({ id: first.id, iCalUID: 'one@elsewhere', summary: 'Second' });
      const without = google.owner.events.import({ calendarId: BAY, requestBody: { start: TEN, end: ELEVEN } });
      expect(await refusalOf(without)).toMatchObject({ status: 400, reason: 'required' });
    });
  });
});
