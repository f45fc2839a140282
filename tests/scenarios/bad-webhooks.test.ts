import { LOCAL_WEBHOOK_SECRET } from '@dovetail/sandbox/studio/seed.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectBookingApp, sign } from './booking-app.ts';
import { at, Loft } from './loft.ts';

let loft: Loft;

beforeEach(async () => {
  loft = await Loft.open();
  await connectBookingApp(loft);
  loft.log.clear();
  loft.studio.meter.reset();
});
afterEach(async () => {
  await loft.close();
});

const GUEST = { name: 'Nobody Inparticular', email: 'nobody@example.com', phone: '+1 555 0100' };
const TITLE = 'A very private lesson';
const OTHER_KEY = `whsec_${Buffer.from('another-key-of-thirty-two-bytes!').toString('base64')}`;

function booking(data: object = {}): string {
  const draft = { id: 'b1', resourceId: 'bay-1', start: at(15), end: at(16), status: 'confirmed', version: 1 };
  const type = 'booking.created';
  return JSON.stringify({ type, timestamp: at(0), data: { ...draft, title: TITLE, guest: GUEST, ...data } });
}

async function send(body: string, headers: Record<string, string>, path = '/webhook/bookings/loft/front-desk') {
  const answer = await fetch(`${loft.studio.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  await loft.settle(5);
  return { status: answer.status, type: answer.headers.get('content-type'), body: await answer.text() };
}

/** Nothing anybody may not read is in the log. */
function expectDiscretion(...more: string[]): void {
  const text = loft.log.text();
  const secrets = [LOCAL_WEBHOOK_SECRET, LOCAL_WEBHOOK_SECRET.slice(6), 'loft-admin-key', 'local-uschedule-key'];
  for (const secret of [...secrets, ...Object.values(GUEST), TITLE, ...more]) expect(text).not.toContain(secret);
}

/** Nothing was stored, nothing is under way, and one line tells of it. */
function expectOneLine(line: object): void {
  expect(loft.studio.meter.snapshot()).toMatchObject({ writes: 0, deletes: 0 });
  expect(loft.studio.clock.isSettled(5000)).toBe(true);
  expect(loft.log.lines).toMatchObject([line]);
  expectDiscretion();
}

const signed = (body: string) => sign(body, 'msg_1');
const aged = (body: string) => ({ ...signed(body), 'webhook-timestamp': String(Math.floor(Date.now() / 1000) - 301) });
const without = (name: string) => (body: string) => {
  const { [name]: _, ...rest } = signed(body);
  return rest;
};

describe('a webhook', () => {
  it.each([
    { what: 'with a wrong signature', body: booking(), headers: () => signed('another body'), status: 401 },
    {
      what: 'signed with another key',
      body: booking(),
      headers: (b: string) => sign(b, 'msg_1', OTHER_KEY),
      status: 401,
    },
    { what: 'without a signature', body: booking(), headers: without('webhook-signature'), status: 401 },
    { what: 'without an id', body: booking(), headers: without('webhook-id'), status: 401 },
    { what: 'with a stale timestamp', body: booking(), headers: aged, status: 401 },
    { what: 'of an unknown tenant', body: booking(), path: '/webhook/bookings/nobody/front-desk', status: 404 },
    { what: 'of an unknown system', body: booking(), path: '/webhook/bookings/loft/unknown', status: 404 },
    { what: 'of another tenant’s system', body: booking(), path: '/webhook/bookings/casa/front-desk', status: 404 },
    { what: 'with too large a body', body: booking({ note: 'x'.repeat(300_000) }), status: 413 },
    { what: 'that is not JSON', body: `{"title": "${TITLE}", `, status: 400 },
    { what: 'that is JSON of something else', body: JSON.stringify([TITLE, GUEST]), status: 400 },
    { what: 'of another content type', body: booking(), type: 'text/plain', status: 415 },
    { what: 'whose booking ends before it starts', body: booking({ start: at(17) }), status: 400 },
    { what: 'whose booking has no version', body: booking({ version: undefined }), status: 400 },
    { what: 'of USchedule for an unknown tenant', body: '{}', path: '/webhook/uschedule/nobody', status: 404 },
    { what: 'of USchedule without an appointment', body: '{}', path: '/webhook/uschedule/loft', status: 400 },
    {
      what: 'of USchedule with a wrong signature',
      body: '{}',
      path: '/webhook/uschedule/loft',
      headers: () => signed('{ }'),
      status: 401,
    },
  ])('$what is a problem that is told, stored nowhere, and one line in the log', async (bad) => {
    const { body, headers = signed, path, type } = { path: undefined, type: undefined, ...bad };
    const answer = await send(body, { ...headers(body), ...(type && { 'content-type': type }) }, path);
    expect(answer).toMatchObject({ status: bad.status, type: expect.stringContaining('application/problem+json') });
    expect(JSON.parse(answer.body)).toMatchObject({ detail: expect.stringMatching(/\w{4,}/), status: bad.status });
    expect(answer.body).not.toContain(TITLE);
    expectOneLine({ severity: 'WARNING', action: 'webhook.refused', status: bad.status });
  });

  it('that was delivered before is answered alike and done once', async () => {
    const body = booking();
    const headers = signed(body);
    expect(await send(body, headers)).toMatchObject({ status: 202 });
    const { items } = await loft.ledger(1);
    loft.log.clear();
    loft.studio.meter.reset();
    expect(await send(body, headers)).toMatchObject({ status: 202 });
    expectOneLine({ severity: 'INFO', action: 'webhook.repeated', tenant: 'loft', booking: 'b1' });
    expect((await loft.ledger(1)).items).toEqual(items);
  });

  it('whose booking names an unknown bay is told so, and kept for staff', async () => {
    const body = booking({ resourceId: 'bay-9' });
    expect(await send(body, signed(body))).toMatchObject({ status: 422, body: expect.stringContaining('bay-9') });
    expect((await loft.deadLetters()).items).toMatchObject([{ reason: 'unknown_resource' }]);
    expect(loft.alerts()).toHaveLength(1);
    expectDiscretion();
  });

  it('is logged with its ids and without its guest all the way to the calendar and back', async () => {
    const body = booking();
    await send(body, signed(body));
    await loft.settle();
    await loft.edit('b1', { summary: 'Another private title' });
    await loft.settle(600);
    expect(loft.log.of('event.inserted')).toMatchObject([
      {
        direction: 'to-calendar',
        tenant: 'loft',
        booking: 'b1',
        calendar: 'loft-bay-1@sandbox',
        event: expect.any(String),
        remote: expect.any(String),
      },
    ]);
    expectDiscretion('Another private title');
  });
});

describe('a push', () => {
  async function push(headers: Record<string, string>) {
    const answer = await fetch(`${loft.studio.url}/webhook/gcal`, { method: 'POST', headers });
    await loft.settle(5);
    return answer.status;
  }
  const ofBayOne = async () =>
    (await loft.studio.deps.store.bindings.get(loft.studio.deps.documents, 'loft', 'bay-1-google'))?.channel
      ?.id as string;

  it('with a forged token is answered 204, and is one line in the log', async () => {
    const forged = 'loft.bay-1-google.Zm9yZ2Vk';
    const headers = {
      'x-goog-channel-id': await ofBayOne(),
      'x-goog-channel-token': forged,
      'x-goog-resource-state': 'exists',
    };
    expect(await push(headers)).toBe(204);
    expectOneLine({ severity: 'WARNING', action: 'push.ignored', reason: 'unknown_channel_or_forged_token' });
    expectDiscretion(forged);
  });

  it('of an unknown channel is answered 204, and is one line in the log', async () => {
    const headers = {
      'x-goog-channel-id': 'no-such-channel',
      'x-goog-channel-token': 'x',
      'x-goog-resource-state': 'exists',
    };
    expect(await push(headers)).toBe(204);
    expectOneLine({ severity: 'WARNING', action: 'push.ignored', channel: 'no-such-channel' });
  });

  it('without its headers is answered 204, and is one line in the log', async () => {
    expect(await push({})).toBe(204);
    expectOneLine({ severity: 'WARNING', action: 'push.ignored', reason: 'missing_headers' });
  });
});
