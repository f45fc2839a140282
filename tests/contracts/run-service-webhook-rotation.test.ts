import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { expectProblem, type RequestOptions, type Service, startService } from './run-service-server.ts';

let service: Service;
beforeEach(async () => {
  service = await startService();
});
afterEach(() => service.close());

const create = async (): Promise<string> => {
  const body = { id: 'hook', url: 'https://hooks.test/', types: ['booking.*'] };
  return (await service.call('createWebhook', '/v1/webhooks', { body })).body.secret;
};
const rotate = (body?: object, options: RequestOptions = {}) =>
  service.call('rotateWebhookSecret', '/v1/webhooks/hook:rotate-secret', { ...options, ...(body && { body }) });
const kept = () => service.store.webhooks.get(service.documents, 'loft', 'hook');

describe("a webhook's signing key", () => {
  it('is replaced by one that is shown once, and works on for a week', async () => {
    const first = await create();
    const { status, body } = await rotate();
    expect(status).toBe(200);
    const { secret, ...shown } = body;
    expect(Buffer.from(secret.replace(/^whsec_/, ''), 'base64')).toHaveLength(32);
    expect(secret).not.toBe(first);
    expect(shown).toMatchObject({ id: 'hook', status: 'enabled', previousValidUntil: '2027-05-08T08:00:00Z' });
    expect((await service.call('getWebhook', '/v1/webhooks/hook')).body).toEqual(shown);
    expect(await kept()).toMatchObject({ secret, previous: { secret: first, validUntil: '2027-05-08T08:00:00Z' } });
  });

  it('is nowhere in the store to be read, the one before neither', async () => {
    const first = await create();
    const { body } = await rotate();
    const stored = JSON.stringify(await service.documents.query({ from: 'tenants/loft/webhooks' }));
    expect(stored).not.toContain('whsec_');
    expect(stored).not.toContain(first);
    expect(stored).not.toContain(body.secret);
    expect(JSON.stringify(service.log.lines)).not.toContain('whsec_');
  });

  it('is the only one kept beside the new one, and none is where there is no grace', async () => {
    await create();
    const second = await rotate();
    const third = await rotate({ graceHours: 1 });
    expect(await kept()).toMatchObject({ secret: third.body.secret, previous: { secret: second.body.secret } });
    expect(third.body.previousValidUntil).toBe('2027-05-01T09:00:00Z');
    const fourth = await rotate({ graceHours: 0 });
    expect(fourth.body).not.toHaveProperty('previousValidUntil');
    expect(await kept()).not.toHaveProperty('previous');
  });

  it('that is in its grace stays so when the webhook is changed or enabled', async () => {
    const first = await create();
    await rotate();
    await service.call('changeWebhook', '/v1/webhooks/hook', { body: { description: 'Our till' } });
    await service.call('enableWebhook', '/v1/webhooks/hook:enable');
    expect(await kept()).toMatchObject({ description: 'Our till', previous: { secret: first } });
  });

  it('is replaced once by a request that is repeated', async () => {
    const first = await create();
    const headers = { 'idempotency-key': 'rotate-1' };
    const once = await rotate({}, { headers });
    const again = await rotate({}, { headers });
    expect(again.body).toEqual(once.body);
    expect(await kept()).toMatchObject({ secret: once.body.secret, previous: { secret: first } });
  });

  it.each([
    [{ graceHours: -1 }, 'graceHours'],
    [{ graceHours: 721 }, 'graceHours'],
    [{ graceHours: 1.5 }, 'graceHours'],
    [{ graceHours: '24' }, 'graceHours'],
    [{ secret: 'whsec_mine' }, 'secret'],
  ])('stays as it is for %j', async (body, path) => {
    const first = await create();
    expect((await rotate(body)).body).toMatchObject({ status: 400, paths: [path] });
    expect((await kept())?.secret).toBe(first);
  });

  it('is replaced by managers, for webhooks there are', async () => {
    expectProblem(await rotate());
    expect((await rotate()).status).toBe(404);
    await create();
    expect((await rotate({}, { key: 'loft-staff-key' })).status).toBe(403);
    expect((await rotate({}, { key: 'casa-manager-key' })).status).toBe(404);
    expect((await rotate({}, { key: 'loft-manager-key' })).status).toBe(200);
  });
});
