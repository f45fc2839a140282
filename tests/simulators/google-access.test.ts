import { createSign, generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ACCOUNT, BAY, type GoogleServer, OTHER_BAY, refusalOf, startGoogle } from '../contracts/google-server.ts';

const TIMES = { start: { dateTime: '2027-05-01T14:00:00Z' }, end: { dateTime: '2027-05-01T15:00:00Z' } };
const EVENTS_SCOPE = 'https://www.googleapis.com/auth/calendar.events';

describe('access to the Google simulator', () => {
  let google: GoogleServer;
  beforeEach(async () => {
    google = await startGoogle();
  });
  afterEach(() => google.close());

  function assertion(claims: object = {}, privateKey = ACCOUNT.private_key, header: object = { alg: 'RS256' }): string {
    const now = Math.floor(Date.now() / 1000);
    const usual = {
      iss: ACCOUNT.client_email,
      aud: 'https://oauth2.googleapis.com/token',
      scope: EVENTS_SCOPE,
      iat: now,
      exp: now + 3600,
    };
    const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
    const signed = `${encode(header)}.${encode({ ...usual, ...claims })}`;
    return `${signed}.${createSign('RSA-SHA256').update(signed).sign(privateKey, 'base64url')}`;
  }
  async function grant(form: Record<string, string>) {
    const answer = await fetch(google.tokenUrl, { method: 'POST', body: new URLSearchParams(form) });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  }
  const exchange = (signed: string) =>
    grant({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: signed });
  async function serviceAccount(scope = EVENTS_SCOPE) {
    const { body } = await exchange(assertion({ scope }));
    return google.as(String(body['access_token']));
  }

  describe('the token endpoint', () => {
    it('grants a token for an hour to a signed assertion', async () => {
      const { status, body } = await exchange(assertion());
      expect(status).toBe(200);
      expect(body).toEqual({ access_token: expect.any(String), expires_in: 3600, token_type: 'Bearer' });
      const client = google.as(String(body['access_token']));
      expect((await client.events.list({ calendarId: BAY })).data.accessRole).toBe('writer');
    });

    const otherKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    const pem = otherKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const hourAgo = Math.floor(Date.now() / 1000) - 3600;

    it.each<[string, () => string, string]>([
      ['another key', () => assertion({}, pem), 'invalid_grant'],
      ['no signature', () => assertion().replace(/\.[^.]*$/, '.'), 'invalid_grant'],
      ['another algorithm', () => assertion({}, ACCOUNT.private_key, { alg: 'none' }), 'invalid_grant'],
      ['another account', () => assertion({ iss: 'who@sandbox' }), 'invalid_grant'],
      ['another audience', () => assertion({ aud: 'https://example.com/token' }), 'invalid_grant'],
      ['an expired assertion', () => assertion({ iat: hourAgo - 60, exp: hourAgo + 3500 }), 'invalid_grant'],
      ['an assertion good for two hours', () => assertion({ exp: hourAgo + 3 * 3600 }), 'invalid_grant'],
      ['an assertion from the future', () => assertion({ iat: hourAgo + 8000, exp: hourAgo + 9000 }), 'invalid_grant'],
      ['an assertion without an end', () => assertion({ exp: undefined }), 'invalid_grant'],
      ['no scope', () => assertion({ scope: '' }), 'invalid_scope'],
      ['what is no scope', () => assertion({ scope: 'calendar.events' }), 'invalid_scope'],
      ['nonsense', () => 'nonsense', 'invalid_grant'],
    ])('refuses %s', async (_, signed, error) => {
      const answer = await exchange(signed());
      expect(answer).toMatchObject({ status: 400, body: { error, error_description: expect.any(String) } });
    });

    it('refuses other grants', async () => {
      const answer = await grant({ grant_type: 'password', assertion: assertion() });
      expect(answer).toMatchObject({ status: 400, body: { error: 'unsupported_grant_type' } });
    });

    it('grants nothing to a revoked account, whose tokens are worthless for good', async () => {
      const client = await serviceAccount();
      google.control.revokeServiceAccount(true);
      expect(await exchange(assertion())).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
      const refusal = { status: 401, reason: 'authError', location: 'Authorization' };
      expect(await refusalOf(client.events.list({ calendarId: BAY }))).toMatchObject(refusal);
      google.control.revokeServiceAccount(false);
      expect(await refusalOf(client.events.list({ calendarId: BAY }))).toMatchObject(refusal);
      expect((await exchange(assertion())).status).toBe(200);
    });
  });

  it('refuses every call without a token it knows', async () => {
    const path = `${google.rootUrl}calendar/v3/calendars/${BAY}/events`;
    for (const headers of [{}, { Authorization: 'Bearer who-knows' }, { Authorization: 'Basic c2FuZGJveA==' }]) {
      const answer = await fetch(path, { headers: headers as Record<string, string> });
      expect(answer.status).toBe(401);
      expect(await answer.json()).toMatchObject({
        error: { code: 401, status: 'UNAUTHENTICATED', errors: [{ reason: 'authError' }] },
      });
    }
  });

  it('lets a scope do what it is for and nothing else', async () => {
    const reader = await serviceAccount('https://www.googleapis.com/auth/calendar.events.readonly');
    const refusal = { status: 403, reason: 'insufficientPermissions' };
    expect((await reader.events.list({ calendarId: BAY })).status).toBe(200);
    expect(await refusalOf(reader.events.insert({ calendarId: BAY, requestBody: TIMES }))).toMatchObject(refusal);
    const writer = await serviceAccount();
    expect((await writer.events.insert({ calendarId: BAY, requestBody: TIMES })).status).toBe(200);
    expect(await refusalOf(writer.calendars.get({ calendarId: BAY }))).toMatchObject(refusal);
  });

  describe('under a role', () => {
    const write = async () => {
      const client = await serviceAccount();
      return refusalOf(client.events.insert({ calendarId: BAY, requestBody: TIMES }));
    };

    it('shows a free/busy reader when, and not what', async () => {
      const requestBody = { id: 'secret', summary: 'Private', extendedProperties: { private: { a: '1' } }, ...TIMES };
      await google.owner.events.insert({ calendarId: BAY, requestBody });
      google.control.setRole(BAY, 'freeBusyReader');
      const client = await serviceAccount();
      const { data } = await client.events.list({ calendarId: BAY });
      expect(data).toMatchObject({ accessRole: 'freeBusyReader', items: [{ id: 'secret', visibility: 'private' }] });
      expect(data.items?.[0]).toHaveProperty('start.dateTime');
      for (const hidden of ['summary', 'extendedProperties', 'creator', 'iCalUID']) {
        expect(data.items?.[0]).not.toHaveProperty(hidden);
      }
      expect(await write()).toMatchObject({ status: 403, domain: 'calendar', reason: 'requiredAccessLevel' });
    });

    it('shows a reader all but the details of private events, and lets them write nothing', async () => {
      const calendarId = BAY;
      await google.owner.events.insert({ calendarId, requestBody: { summary: 'Open', ...TIMES } });
      await google.owner.events.insert({ calendarId, requestBody: { summary: 'P', visibility: 'private', ...TIMES } });
      google.control.setRole(BAY, 'reader');
      const client = await serviceAccount();
      const { data } = await client.events.list({ calendarId });
      expect(data.items?.map(({ summary }) => summary)).toEqual(['Open', undefined]);
      expect(await write()).toMatchObject({ status: 403, reason: 'requiredAccessLevel' });
    });

    it('knows no calendar that is not shared', async () => {
      google.control.setRole(BAY, 'none');
      const client = await serviceAccount();
      const refusal = { status: 404, reason: 'notFound' };
      expect(await refusalOf(client.events.list({ calendarId: BAY }))).toMatchObject(refusal);
      expect(await write()).toMatchObject(refusal);
      expect((await client.events.list({ calendarId: OTHER_BAY })).status).toBe(200);
      expect((await google.owner.events.list({ calendarId: BAY })).data.accessRole).toBe('owner');
    });

    it('moves an event only for a writer on both sides', async () => {
      await google.owner.events.insert({ calendarId: BAY, requestBody: { id: 'event1', ...TIMES } });
      google.control.setRole(OTHER_BAY, 'reader');
      const client = await serviceAccount();
      const move = client.events.move({ calendarId: BAY, eventId: 'event1', destination: OTHER_BAY });
      expect(await refusalOf(move)).toMatchObject({ status: 403, reason: 'requiredAccessLevel' });
    });
  });

  it('lets a service account invite nobody', async () => {
    const client = await serviceAccount();
    const requestBody = { ...TIMES, attendees: [{ email: 'guest@example.com' }] };
    const refusal = { status: 403, reason: 'forbiddenForServiceAccounts' };
    expect(await refusalOf(client.events.insert({ calendarId: BAY, requestBody }))).toMatchObject(refusal);
    const none = { ...TIMES, attendees: [] };
    expect((await client.events.insert({ calendarId: BAY, requestBody: none })).status).toBe(200);
  });

  it('lists calendars for their owner, and none for a service account that has not added any', async () => {
    const client = await serviceAccount('https://www.googleapis.com/auth/calendar');
    expect((await client.calendarList.list()).data.items).toEqual([]);
    expect(await refusalOf(client.calendarList.get({ calendarId: BAY }))).toMatchObject({ status: 404 });
    expect((await client.calendars.get({ calendarId: BAY })).data).toMatchObject({ timeZone: 'America/New_York' });
    expect((await google.owner.calendarList.get({ calendarId: BAY })).data.accessRole).toBe('owner');
  });
});
