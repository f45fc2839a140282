import type { Booking } from '@dovetail/core/domain/booking.ts';
import { TemporarilyUnavailable } from '@dovetail/core/domain/errors.ts';
import type { TaskPayloads } from '@dovetail/core/ports/task-queue.ts';
import { openText } from '@dovetail/core/store/sealed-text.ts';
import { acceptBooking, bookingContext } from '@dovetail/core/sync/accept-booking.ts';
import { eventIdOfBooking } from '@dovetail/core/sync/commit-booking.ts';
import { DECOY_SECRET } from '@dovetail/run-service/middleware/verify-signature.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { expectProblem, type Service, sign, startService } from './run-service-server.ts';

let service: Service;
beforeEach(async () => {
  service = await startService();
});
afterEach(() => service.close());

/** Refused without a trace but one log line. */
function expectNothingTaken(reason: string) {
  expect(service.tasks.tasks).toEqual([]);
  expect(service.log.lines.map(({ action, fields }) => [action, fields.reason])).toEqual([['webhook.refused', reason]]);
}

describe('the USchedule webhook', () => {
  const thin = JSON.stringify({ type: 'appointment.updated', data: { id: 'apt_1', version: 2 } });
  const post = (body: string | Uint8Array, headers: Record<string, string>, tenant = 'loft') =>
    service.send('POST', `/webhook/uschedule/${tenant}`, { key: null, body, headers });

  it('enqueues the booking that may have changed, under a name made of the delivery', async () => {
    const reply = await post(thin, sign(thin));
    expect(reply.status).toBe(202);
    expect(service.tasks.tasks).toMatchObject([
      {
        queue: 'accept-booking',
        name: expect.stringMatching(/-accept$/),
        payload: { tenantId: 'loft', systemId: 'uschedule', bookingId: 'apt_1', webhookId: 'msg_1' },
      },
    ]);
    expect(service.log.lines).toMatchObject([
      {
        level: 'info',
        action: 'webhook.accepted',
        fields: { tenantId: 'loft', systemId: 'uschedule', bookingId: 'apt_1', direction: 'to-ledger' },
      },
    ]);
  });

  it('takes a replayed delivery without a second effect', async () => {
    await post(thin, sign(thin));
    expect((await post(thin, sign(thin))).status).toBe(202);
    expect(service.tasks.tasks).toHaveLength(1);
    expect(service.log.named('webhook.repeated')).toHaveLength(1);
  });

  it('takes the next delivery about the same booking as new', async () => {
    await post(thin, sign(thin, 'msg_1'));
    await post(thin, sign(thin, 'msg_2'));
    expect(service.tasks.tasks).toHaveLength(2);
  });

  it('refuses a wrong signature', async () => {
    const reply = await post(thin, sign(`${thin} `));
    expectProblem(reply);
    expect(reply.body).toMatchObject({ status: 401, type: 'urn:dovetail:problem:signature-invalid' });
    expectNothingTaken('signature-invalid');
  });

  it('refuses a signature made with another key', async () => {
    const otherKey = `whsec_${Buffer.from('another-key-of-thirty-two-bytes!').toString('base64')}`;
    expect((await post(thin, sign(thin, 'msg_1', 0, otherKey))).status).toBe(401);
    expectNothingTaken('signature-invalid');
  });

  it.each(['webhook-id', 'webhook-timestamp', 'webhook-signature'])('refuses a request without %s', async (name) => {
    const { [name]: _, ...headers } = sign(thin);
    const reply = await post(thin, headers);
    expect(reply.status).toBe(401);
    expect(reply.body.detail).toContain(name);
    expectNothingTaken('signature-invalid');
  });

  it.each([301, -301])('refuses a signature that is %i seconds old, and says so', async (age) => {
    const reply = await post(thin, sign(thin, 'msg_1', age));
    expect(reply.body).toMatchObject({ status: 401, type: 'urn:dovetail:problem:signature-stale' });
    expectNothingTaken('signature-stale');
  });

  it.each(['nobody', 'casa', 'a%2Fb', '%00', 'UPPER'])('knows no booking system of the tenant %s', async (tenant) => {
    const reply = await post(thin, sign(thin), tenant);
    expectProblem(reply);
    expect(reply.body).toMatchObject({ status: 404, type: 'urn:dovetail:problem:not-found' });
    expect(service.tasks.tasks).toEqual([]);
  });

  it('answers an unknown tenant alike, signed or not', async () => {
    const signed = await post(thin, sign(thin), 'nobody');
    const unsigned = await post(thin, { 'content-type': 'application/json' }, 'nobody');
    expect({ ...unsigned.body, instance: '' }).toEqual({ ...signed.body, instance: '' });
  });

  it('knows no address of a system that sends none, whatever it is signed with', async () => {
    const { documents, store } = service;
    await documents.commit([store.bookingSystems.update('loft', 'uschedule', { webhookSecret: undefined })]);
    for (const key of [undefined, DECOY_SECRET]) {
      expect((await post(thin, sign(thin, 'msg_1', 0, key))).status).toBe(404);
    }
    expect(service.tasks.tasks).toEqual([]);
  });

  it('refuses a body over 256 kB', async () => {
    const large = JSON.stringify({ type: 'appointment.updated', data: { id: 'a' }, pad: 'x'.repeat(256 * 1024) });
    const reply = await post(large, sign(large));
    expectProblem(reply);
    expect(reply.status).toBe(413);
    expectNothingTaken('body-too-large');
  });

  it('refuses what is not said to be JSON', async () => {
    const reply = await post(thin, { ...sign(thin), 'content-type': 'text/plain' });
    expectProblem(reply);
    expect(reply.status).toBe(415);
    expectNothingTaken('unsupported-media-type');
  });

  it.each([
    ['broken JSON', '{"type":'],
    ['bytes that are no UTF-8', Buffer.from('{"type":"appointment.updated","data":{"id":"\xff"}}', 'latin1')],
  ])('refuses %s', async (_case, body) => {
    const reply = await post(body, sign(Buffer.from(body).toString()));
    expectProblem(reply);
    expect(reply.status).toBe(400);
    expectNothingTaken('invalid-request');
  });

  it('names the field that cannot be used', async () => {
    const body = JSON.stringify({ type: 'appointment.updated', data: { id: '' } });
    const reply = await post(body, sign(body));
    expect(reply.body).toMatchObject({ status: 400, paths: ['data.id'] });
    expectNothingTaken('invalid-request');
  });

  it('finds the booking system by its type when it has another id', async () => {
    const config = await service.store.bookingSystems.get(service.documents, 'loft', 'uschedule');
    await service.documents.commit([service.store.bookingSystems.create('casa', { ...config!, id: 'front-desk' })]);
    await post(thin, sign(thin), 'casa');
    expect(service.tasks.tasks).toMatchObject([{ payload: { tenantId: 'casa', systemId: 'front-desk' } }]);
  });

  it('asks to be sent again while its signing key is not set up, or the queue does not answer', async () => {
    const { store, documents, tasks } = service;
    tasks.failure = new TemporarilyUnavailable('queue down');
    const queueDown = await post(thin, sign(thin));
    expect([queueDown.status, queueDown.headers.get('retry-after')]).toEqual([503, '5']);
    await documents.commit([store.bookingSystems.update('loft', 'uschedule', { webhookSecret: 'nowhere' })]);
    const keyMissing = await post(thin, sign(thin));
    expectProblem(keyMissing);
    expect(keyMissing.status).toBe(503);
  });

  it('takes nothing but POST', async () => {
    const reply = await service.send('GET', '/webhook/uschedule/loft', { key: null });
    expect([reply.status, reply.headers.get('allow')]).toEqual([405, 'POST']);
  });
});

describe('the booking webhook', () => {
  const data = {
    id: 'b-1',
    resourceId: 'one',
    start: '2027-05-02T10:00:00-04:00',
    end: '2027-05-02T11:00:00-04:00',
    status: 'confirmed',
    version: 3,
    guest: { name: 'Guest A', email: 'guest.a@example.com' },
  };
  const notice = (part: object = {}, type = 'booking.updated') =>
    JSON.stringify({ type, timestamp: '2027-05-01T08:00:00Z', data: { ...data, ...part } });
  const post = (body: string, path = 'loft/app', id = 'msg_1') =>
    service.send('POST', `/webhook/bookings/${path}`, { key: null, body, headers: sign(body, id) });
  const bookingInTask = () => {
    const payload = service.tasks.tasks[0]!.payload as { sealedBooking: string };
    return openText(service.deps.sealer, payload.sealedBooking, bookingContext('loft', 'app'));
  };

  /** What the worker does with a task that was enqueued. */
  const runTask = async (index: number) => {
    const { sealedBooking, ...ids } = service.tasks.tasks[index]!.payload as TaskPayloads['accept-booking'];
    const booking = openText<Booking>(service.deps.sealer, sealedBooking!, bookingContext('loft', 'app'));
    await acceptBooking({ ...ids, booking }, service.deps);
  };
  const bookingInLedger = () => service.store.events.get(service.documents, 'loft', eventIdOfBooking('app', 'b-1'));

  it('keeps the booking in the task, in our terms and sealed', async () => {
    const reply = await post(notice());
    expect(reply.status).toBe(202);
    expect(JSON.stringify(service.tasks.tasks)).not.toContain('Guest');
    expect(bookingInTask()).toEqual({
      id: 'b-1',
      externalResourceId: 'one',
      resourceId: 'bay-1',
      start: '2027-05-02T14:00:00Z',
      end: '2027-05-02T15:00:00Z',
      status: 'confirmed',
      version: 3,
      guest: { name: 'Guest A', email: 'guest.a@example.com' },
    });
  });

  it("takes a resource by our own id, and leaves the app's newer fields unread", async () => {
    expect((await post(notice({ resourceId: 'bay-2', loyaltyTier: 'gold' }))).status).toBe(202);
    expect(bookingInTask()).toMatchObject({ resourceId: 'bay-2' });
  });

  it('logs ids only, never the guest', async () => {
    await post(notice());
    await post(notice({ end: data.start }), 'loft/app', 'msg_2');
    expect(service.log.lines.map(({ action }) => action)).toEqual(['webhook.accepted', 'webhook.refused']);
    expect(JSON.stringify(service.log.lines)).not.toMatch(/Guest|guest/);
  });

  it('takes a replayed delivery without a second effect', async () => {
    await post(notice());
    expect((await post(notice())).status).toBe(202);
    expect(service.tasks.tasks).toHaveLength(1);
  });

  it.each([
    ['an end before the start', { end: '2027-05-02T09:00:00-04:00' }, 'data.end'],
    ['an end at the start', { end: data.start }, 'data.end'],
    ['dates on a timed resource', { start: '2027-05-02', end: '2027-05-03' }, 'data.start'],
    ['a day that no month has', { start: '2027-02-30T10:00:00Z' }, 'data.start'],
    ['a time after the year 9999', { end: '9999-12-31T23:59:59-23:00' }, 'data.end'],
    ['a time without an offset', { start: '2027-05-02T10:00:00' }, 'data.start'],
    ['neither version nor updatedAt', { version: undefined }, 'data.version'],
    ['a date as updatedAt', { version: undefined, updatedAt: '2027-05-01' }, 'data.updatedAt'],
    ['an updatedAt without an offset', { updatedAt: '2027-05-01T08:00:00.250' }, 'data.updatedAt'],
    ['an updatedAt after the year 9999', { updatedAt: '9999-12-31T23:59:59-23:00' }, 'data.updatedAt'],
    ['an id with half a character', { id: 'b-\ud83d' }, 'data.id'],
    ['a resource with half a character', { resourceId: 'one\ud83d' }, 'data.resourceId'],
    ['a currency with half a character', { currency: 'E\ud83d' }, 'data.currency'],
    ['an unknown status', { status: 'maybe' }, 'data.status'],
    ['no id', { id: undefined }, 'data.id'],
  ])('refuses %s', async (_case, part, path) => {
    const reply = await post(notice(part));
    expectProblem(reply);
    expect(reply.body.status).toBe(400);
    expect(reply.body.paths).toContain(path);
    expectNothingTaken('invalid-request');
  });

  it('refuses a cancellation that says it is not one', async () => {
    expect((await post(notice({}, 'booking.cancelled'))).body.paths).toEqual(['data.status']);
  });

  it('takes updatedAt in place of a version, in UTC to the microsecond', async () => {
    await post(notice({ version: undefined, updatedAt: '2027-05-01T10:00:00.250+02:00' }));
    expect(bookingInTask()).toMatchObject({ updatedAt: '2027-05-01T08:00:00.250000Z' });
  });

  it('says what updatedAt has to be', async () => {
    const reply = await post(notice({ updatedAt: '2027-05-01' }));
    expect(reply.body.errors).toEqual([
      { path: 'data.updatedAt', detail: 'is not an RFC 3339 time with an offset, such as 2027-05-01T10:00:00.250Z' },
    ]);
  });

  it.each([
    ['in their order', [0, 1]],
    ['in the other order', [1, 0]],
  ])('ends with the later of two states of one second, from an app without versions, told %s', async (_, order) => {
    const state = { version: undefined, guest: undefined };
    await post(notice({ ...state, title: 'Lesson', updatedAt: '2027-05-01T08:00:00.25Z' }), 'loft/app', 'msg_1');
    await post(notice({ ...state, title: 'Fitting', updatedAt: '2027-05-01T08:00:00.3Z' }), 'loft/app', 'msg_2');
    for (const index of order) await runTask(index);
    expect((await bookingInLedger())?.title).toBe('Fitting');
  });

  it('takes a title and a guest in which a character was cut in two', async () => {
    expect((await post(notice({ title: 'Lesson \ud83d', guest: { name: 'Guest \ud83d' } }))).status).toBe(202);
    await runTask(0);
    expect(await bookingInLedger()).toMatchObject({ title: 'Lesson \ufffd', guest: { name: 'Guest \ufffd' } });
  });

  it('takes dates on nightly resources', async () => {
    const system = await service.store.bookingSystems.get(service.documents, 'loft', 'app');
    await service.documents.commit([service.store.bookingSystems.create('casa', system!)]);
    const stay = { resourceId: 'kaya', start: '2027-05-02', end: '2027-05-05' };
    expect((await post(notice(stay), 'casa/app')).status).toBe(202);
    expect((await post(notice({ resourceId: 'kaya' }), 'casa/app', 'msg_2')).body.paths).toContain('data.start');
  });

  it.each(['bay-9', '../bay-1', '__proto__', 'constructor'])(
    'keeps a booking of the unknown resource %s for staff, and says so',
    async (resourceId) => {
      const reply = await post(notice({ resourceId }));
      expectProblem(reply);
      expect(reply.body).toMatchObject({
        status: 422,
        type: 'urn:dovetail:problem:unknown-resource',
        paths: ['data.resourceId'],
      });
      expect(reply.body.detail).toContain('kept');
      expect(service.tasks.tasks).toHaveLength(1);
    },
  );

  it('loses nothing of a booking that moves to an unknown resource: its old time is freed, a letter is kept', async () => {
    await post(notice());
    await runTask(0);
    await post(notice({ resourceId: 'bay-9', version: 4 }), 'loft/app', 'msg_2');
    await runTask(service.tasks.tasks.length - 1);
    expect((await bookingInLedger())?.status).toBe('released');
    const letters = await service.call('listDeadLetters', '/v1/dead-letters');
    expect(letters.body.items).toMatchObject([{ reason: 'unknown_resource', subject: { bookingId: 'b-1' } }]);
    expect(letters.text).not.toContain('Guest');
  });

  it.each([
    ['USchedule, which has its own address', 'loft/uschedule'],
    ['an unknown booking system', 'loft/nothing'],
    ['an unknown tenant', 'nobody/app'],
    ["another tenant's system", 'casa/app'],
  ])('knows nothing of %s', async (_case, path) => {
    const reply = await post(notice(), path);
    expectProblem(reply);
    expect(reply.status).toBe(404);
    expect(service.tasks.tasks).toEqual([]);
  });
});
