import { TemporarilyUnavailable } from '@dovetail/core/domain/errors.ts';
import { DECOY_SECRET } from '@dovetail/run-service/middleware/verify-signature.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { expectNothingTaken, expectProblem, type Service, sign, startService } from './run-service-server.ts';

let service: Service;
beforeEach(async () => {
  service = await startService();
});
afterEach(() => service.close());

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
    expectNothingTaken(service, 'signature-invalid');
  });

  it('refuses a signature made with another key', async () => {
    const otherKey = `whsec_${Buffer.from('another-key-of-thirty-two-bytes!').toString('base64')}`;
    expect((await post(thin, sign(thin, 'msg_1', 0, otherKey))).status).toBe(401);
    expectNothingTaken(service, 'signature-invalid');
  });

  it.each(['webhook-id', 'webhook-timestamp', 'webhook-signature'])('refuses a request without %s', async (name) => {
    const { [name]: _, ...headers } = sign(thin);
    const reply = await post(thin, headers);
    expect(reply.status).toBe(401);
    expect(reply.body.detail).toContain(name);
    expectNothingTaken(service, 'signature-invalid');
  });

  it.each([301, -301])('refuses a signature that is %i seconds old, and says so', async (age) => {
    const reply = await post(thin, sign(thin, 'msg_1', age));
    expect(reply.body).toMatchObject({ status: 401, type: 'urn:dovetail:problem:signature-stale' });
    expectNothingTaken(service, 'signature-stale');
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
    expectNothingTaken(service, 'body-too-large');
  });

  it('refuses what is not said to be JSON', async () => {
    const reply = await post(thin, { ...sign(thin), 'content-type': 'text/plain' });
    expectProblem(reply);
    expect(reply.status).toBe(415);
    expectNothingTaken(service, 'unsupported-media-type');
  });

  it.each([
    ['broken JSON', '{"type":'],
    ['bytes that are no UTF-8', Buffer.from('{"type":"appointment.updated","data":{"id":"\xff"}}', 'latin1')],
  ])('refuses %s', async (_case, body) => {
    const reply = await post(body, sign(Buffer.from(body).toString()));
    expectProblem(reply);
    expect(reply.status).toBe(400);
    expectNothingTaken(service, 'invalid-request');
  });

  it('names the field that cannot be used', async () => {
    const body = JSON.stringify({ type: 'appointment.updated', data: { id: '' } });
    const reply = await post(body, sign(body));
    expect(reply.body).toMatchObject({ status: 400, paths: ['data.id'] });
    expectNothingTaken(service, 'invalid-request');
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
