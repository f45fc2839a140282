import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BAY, type GoogleServer, refusalOf, startGoogle } from '../contracts/google-server.ts';

const TIMES = { start: { dateTime: '2027-05-01T14:00:00Z' }, end: { dateTime: '2027-05-01T15:00:00Z' } };

describe('the Google simulator under control', () => {
  let google: GoogleServer;
  beforeEach(async () => {
    google = await startGoogle();
  });
  afterEach(() => google.close());

  const insert = (id: string) => google.owner.events.insert({ calendarId: BAY, requestBody: { id, ...TIMES } });
  const list = (query = {}) => google.owner.events.list({ calendarId: BAY, ...query });
  const post = (path: string, body: object = {}, method = 'POST') =>
    fetch(google.rootUrl + path, {
      method,
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });

  it.each([
    [403, 'rateLimitExceeded', { status: 403, domain: 'usageLimits', reason: 'rateLimitExceeded' }],
    [403, 'quotaExceeded', { status: 403, domain: 'usageLimits', reason: 'quotaExceeded' }],
    [429, undefined, { status: 429, domain: 'usageLimits', reason: 'rateLimitExceeded' }],
    [503, undefined, { status: 503, domain: 'global', reason: 'backendError' }],
    [410, undefined, { status: 410, reason: 'fullSyncRequired' }],
  ])('fails with %i %s before anything is done', async (status, reason, refusal) => {
    google.faults.add({ target: 'google', match: 'POST /calendar/v3/', status, reason, times: 1 });
    expect(await refusalOf(insert('event1'))).toMatchObject(refusal);
    expect(google.control.events(BAY)).toEqual([]);
    expect((await insert('event1')).status).toBe(200);
  });

  it('does what it was asked although its answer is lost', async () => {
    google.faults.add({ target: 'google', match: 'POST /calendar/v3/', dropResponse: true, times: 1 });
    await expect(insert('event1')).rejects.toThrow();
    expect(google.control.events(BAY)).toMatchObject([{ id: 'event1' }]);
    expect(await refusalOf(insert('event1'))).toMatchObject({ status: 409 });
  });

  it('cuts an answer in the middle', async () => {
    google.faults.add({ target: 'google', match: 'GET /calendar/v3/', truncate: true, times: 1 });
    await expect(list()).rejects.toThrow();
    expect((await list()).status).toBe(200);
  });

  it('counts the requests of every method, failed ones too, and those that send mail', async () => {
    google.faults.add({ target: 'google', status: 503, times: 1 });
    await expect(list()).rejects.toThrow();
    await list();
    await google.owner.events.insert({ calendarId: BAY, sendUpdates: 'all', requestBody: TIMES });
    await fetch(google.tokenUrl, { method: 'POST' });
    expect(google.control.requestCounts()).toEqual({ 'events.list': 2, 'events.insert': 1, notified: 1, token: 1 });
    google.control.resetRequestCounts();
    expect(google.control.requestCounts()).toEqual({});
  });

  it('tells of a write after it is done and before it is answered', async () => {
    const seen: unknown[] = [];
    const end = google.control.onWrite((write) => {
      seen.push({ ...write, there: google.control.events(BAY).length });
    });
    await insert('event1');
    await google.owner.events.delete({ calendarId: BAY, eventId: 'event1' });
    await refusalOf(insert('event1'));
    await list();
    end();
    await insert('event2');
    expect(seen).toEqual([
      { method: 'events.insert', calendarId: BAY, eventId: 'event1', there: 1 },
      { method: 'events.delete', calendarId: BAY, eventId: 'event1', there: 1 },
    ]);
  });

  it('answers a write only when whoever was told of it is done', async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const told = new Promise<void>((resolve) => {
      google.control.onWrite(() => {
        resolve();
        return held;
      });
    });
    let answered = false;
    const write = insert('event1').then(() => {
      answered = true;
    });
    await told;
    await list();
    expect(answered).toBe(false);
    release();
    await write;
  });

  it('goes on from a snapshot as if nothing had happened', async () => {
    await insert('event1');
    await insert('event2');
    await google.owner.events.delete({ calendarId: BAY, eventId: 'event2' });
    const { nextSyncToken } = (await list()).data;
    await google.owner.events.watch({
      calendarId: BAY,
      requestBody: { id: 'channel-1', type: 'web_hook', address: 'https://studio.example/hook' },
    });
    google.control.setPushMode({ mode: 'drop' });
    const snapshot = JSON.parse(JSON.stringify(google.control.snapshot()));

    const next = await startGoogle();
    try {
      next.control.setPushMode({ mode: 'drop' });
      next.control.restore(snapshot);
      expect(next.control.events(BAY)).toEqual(google.control.events(BAY));
      expect(next.control.channels()).toEqual(google.control.channels());
      const { data } = await next.owner.events.patch({ calendarId: BAY, eventId: 'event1', requestBody: {} });
      const changes = await next.owner.events.list({ calendarId: BAY, syncToken: nextSyncToken! });
      expect(changes.data.items).toEqual([data]);
    } finally {
      await next.close();
    }
  });

  it('takes its controls over HTTP, where no fault meets them', async () => {
    google.faults.add({ target: 'google', status: 503 });
    const created = await post('sandbox/calendars/new@sandbox', { timeZone: 'Europe/Zurich' }, 'PUT');
    expect(await created.json()).toMatchObject({ id: 'new@sandbox', timeZone: 'Europe/Zurich' });
    expect((await post('sandbox/acl', { calendarId: BAY, role: 'reader' })).status).toBe(200);
    expect((await post('sandbox/acl', { calendarId: 'nowhere', role: 'reader' })).status).toBe(404);
    expect((await post('sandbox/acl', { calendarId: BAY, role: 'king' })).status).toBe(400);
    expect((await post('sandbox/calendars/x', { timeZone: 'Mars/Base' }, 'PUT')).status).toBe(400);
    google.faults.clear();
    const { nextSyncToken } = (await list()).data;
    expect((await post('expire-sync-tokens')).status).toBe(204);
    expect(await refusalOf(list({ syncToken: nextSyncToken }))).toMatchObject({ status: 410 });
    expect((await post('expire-channels')).status).toBe(204);
    expect((await post('sandbox/purge-tombstones', { calendarId: BAY })).status).toBe(204);
    expect((await post('sandbox/revivals', { refuse: true })).status).toBe(200);
    expect((await post('sandbox/service-account', { revoked: true })).status).toBe(200);
    const counts = await fetch(`${google.rootUrl}sandbox/requests`);
    expect(await counts.json()).toMatchObject({ 'events.list': 2 });
  });

  it('tells the times of its events in another zone once the calendar has moved there', async () => {
    await insert('event1');
    google.control.createCalendar(BAY, { timeZone: 'Europe/Zurich' });
    const { data } = await google.owner.events.get({ calendarId: BAY, eventId: 'event1' });
    expect(data.start?.dateTime).toBe('2027-05-01T16:00:00+02:00');
    const { data: tokyo } = await google.owner.events.get({
      calendarId: BAY,
      eventId: 'event1',
      timeZone: 'Asia/Tokyo',
    });
    expect(tokyo.start?.dateTime).toBe('2027-05-01T23:00:00+09:00');
  });

  it('answers 404 in Google’s shape where there is no such method', async () => {
    const answer = await fetch(`${google.rootUrl}calendar/v3/nothing`);
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ error: { code: 404, errors: [{ reason: 'notFound' }] } });
  });
});
