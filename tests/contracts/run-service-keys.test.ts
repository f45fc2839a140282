import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Service, startService } from './run-service-server.ts';

let service: Service;
beforeEach(async () => {
  service = await startService();
});
afterEach(() => service.close());

const make = (body: object) => service.call('createKey', '/v1/keys', { body });
const keys = async () => (await service.call('listKeys', '/v1/keys')).body.items;

describe('keys of a tenant', () => {
  it('are made with a role, shown once and stored as a hash', async () => {
    const { body, status } = await make({ role: 'staff', label: 'front desk' });
    expect(status).toBe(201);
    expect(body).toMatchObject({ role: 'staff', label: 'front desk', isYours: false });
    expect((await service.call('getTenant', '/v1/tenant', { key: body.key })).status).toBe(200);
    expect((await service.call('createKey', '/v1/keys', { key: body.key, body: {} })).status).toBe(403);
    const listed = await service.call('listKeys', '/v1/keys');
    expect(listed.body.items).toContainEqual(expect.objectContaining({ id: body.id, label: 'front desk' }));
    expect(listed.text).not.toContain(body.key);
    const stored = await service.documents.query({ from: 'apiKeys' });
    expect(JSON.stringify(stored)).not.toContain(body.key);
  });

  it('end at once when they are revoked', async () => {
    const { body } = await make({ role: 'staff', label: 'front desk' });
    expect((await service.call('revokeKey', `/v1/keys/${body.id}`)).status).toBe(204);
    expect((await service.call('getTenant', '/v1/tenant', { key: body.key })).status).toBe(401);
    expect((await service.call('revokeKey', `/v1/keys/${body.id}`)).status).toBe(404);
  });

  it('cannot be revoked by themselves, lest nobody can come in', async () => {
    const [own] = (await keys()).filter((key: { isYours: boolean }) => key.isYours);
    expect(own).toMatchObject({ role: 'admin' });
    expect((await service.call('revokeKey', `/v1/keys/${own.id}`)).status).toBe(409);
    expect((await service.call('getTenant', '/v1/tenant')).status).toBe(200);
  });

  it('are a hundred at most', async () => {
    const { length } = await keys();
    for (let index = length; index < 100; index++) await make({ role: 'guest', label: `page ${index}` });
    expect((await make({ role: 'guest', label: 'one more' })).body).toMatchObject({
      status: 409,
      reason: 'too_many_keys',
    });
    expect(await keys()).toHaveLength(100);
  });

  it.each([{ role: 'owner', label: 'x' }, { role: 'staff' }, { role: 'staff', label: ' ' }])(
    'are refused for %j',
    async (body) => {
      expect((await make(body)).status).toBe(400);
    },
  );

  it('tell in the log which of them was used, and never what it is', async () => {
    const { body } = await make({ role: 'admin', label: 'owner' });
    await service.call('createKey', '/v1/keys', { key: body.key, body: { role: 'guest', label: 'page' } });
    expect(service.log.named('api.createKey').map(({ fields }) => fields.keyId)).toContain(body.id);
    expect(JSON.stringify(service.log.lines)).not.toContain(body.key);
  });
});
