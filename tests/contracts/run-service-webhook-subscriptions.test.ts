import { spreadSubscriptions } from '@dovetail/core/sync/webhooks/spread-subscriptions.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NOW, type Service, startService } from './run-service-server.ts';

let service: Service;
beforeEach(async () => {
  service = await startService();
});
afterEach(() => service.close());

const URL = 'https://hooks.test/T0001/secret-part';
const create = (part: object = {}) =>
  service.call('createWebhook', '/v1/webhooks', { body: { id: 'hook', url: URL, types: ['booking.*'], ...part } });
const subscribed = async () => [
  (await service.store.tenants.get(service.documents, 'loft'))?.subscribed,
  ...(await service.store.resources.query(service.documents, 'loft')).map((each) => each.subscribed),
  ...(await service.store.feeds.query(service.documents, 'loft')).map((each) => each.subscribed),
];
const book = (id = 'apt') =>
  service.call('createBlock', '/v1/blocks', {
    body: { resourceId: 'bay-1', start: '2027-05-02T10:00:00Z', end: '2027-05-02T11:00:00Z', title: id },
  });

describe('a webhook', () => {
  it('shows its signing key once, and its address masked', async () => {
    const { status, body } = await create({ description: 'Our till' });
    expect(status).toBe(201);
    expect(Buffer.from(body.secret.replace(/^whsec_/, ''), 'base64')).toHaveLength(32);
    const { secret, ...shown } = body;
    expect(shown).toMatchObject({
      id: 'hook',
      url: 'https://hooks.test/…part',
      status: 'enabled',
      types: ['booking.*'],
    });
    expect((await service.call('getWebhook', '/v1/webhooks/hook')).body).toEqual(shown);
    expect((await service.call('listWebhooks', '/v1/webhooks')).body.items).toEqual([shown]);
    const stored = JSON.stringify(await service.documents.query({ from: 'tenants/loft/webhooks' }));
    expect(stored).not.toContain('T0001');
    expect(stored).not.toContain(secret);
  });

  it('makes every resource and feed say what is subscribed to, those that come later too', async () => {
    await service.call('createFeed', '/v1/feeds', { body: { resourceId: 'bay-1', url: 'https://feeds.test/a' } });
    expect(await subscribed()).toEqual([undefined, undefined, undefined, undefined]);
    await create({ types: ['feed.parked', 'booking.created'] });
    const both = ['booking', 'feed'];
    expect(await subscribed()).toEqual([both, both, both, both]);
    await service.call('createResource', '/v1/resources', {
      body: { id: 'bay-3', name: 'x', kind: 'timed', timeZone: 'UTC' },
    });
    await service.call('createFeed', '/v1/feeds', { body: { resourceId: 'bay-3', url: 'https://feeds.test/b' } });
    expect(await subscribed()).toEqual([both, both, both, both, both, both]);
    await create({ id: 'second', types: ['conflict.*'] });
    await service.call('changeWebhook', '/v1/webhooks/hook', { body: { types: ['booking.cancelled'] } });
    expect((await subscribed()).every((each) => String(each) === 'booking,conflict')).toBe(true);
    await service.call('deleteWebhook', '/v1/webhooks/hook');
    await service.call('deleteWebhook', '/v1/webhooks/second');
    expect(await subscribed()).toEqual([[], ...Array(5).fill(undefined)]);
  });

  it('of which a process died before all knew is spread by a task', async () => {
    const commit = service.documents.transact.bind(service.documents);
    let transactions = 0;
    service.documents.transact = (body) => (++transactions === 2 ? Promise.reject(new Error('it died')) : commit(body));
    expect((await create()).status).toBe(500);
    service.documents.transact = commit;
    expect(await subscribed()).toEqual([['booking'], undefined, undefined]);
    const task = service.tasks.tasks.find(({ queue }) => queue === 'spread-subscriptions');
    expect(task?.runAt).toBe(NOW + 60_000);
    await spreadSubscriptions(task?.payload as { tenantId: string }, service.deps);
    expect(await subscribed()).toEqual([['booking'], ['booking'], ['booking']]);
  });

  it('is posted a test, listed with what became of it, and posted again', async () => {
    await create();
    const { body: delivery } = await service.call('testWebhook', '/v1/webhooks/hook:test');
    expect(delivery).toMatchObject({
      type: 'webhook.test',
      status: 'pending',
      payload: { data: { webhookId: 'hook' } },
    });
    const path = '/v1/webhooks/hook/deliveries';
    expect((await service.call('listDeliveries', path)).body.items).toEqual([delivery]);
    expect((await service.call('listDeliveries', `${path}?status=failed`)).body.items).toEqual([]);
    const again = await service.call('replayDelivery', `${path}/${delivery.id}:replay`);
    expect(again.body).toMatchObject({ id: delivery.id, status: 'pending', attempts: 0 });
    const rounds = service.tasks.tasks.filter(({ queue }) => queue === 'deliver-webhook').map(({ payload }) => payload);
    expect(rounds).toMatchObject([{ round: 0 }, { round: 1 }]);
    expect((await service.call('replayDelivery', `${path}/nothing:replay`)).status).toBe(404);
    await create({ id: 'other' });
    const elsewhere = `/v1/webhooks/other/deliveries/${delivery.id}:replay`;
    expect((await service.call('replayDelivery', elsewhere)).status).toBe(404);
  });

  it('that is disabled is posted nothing until it is enabled', async () => {
    await create();
    const { documents, store } = service;
    await documents.commit([store.webhooks.update('loft', 'hook', { status: 'disabled', statusReason: 'gone' })]);
    const refused = await service.call('testWebhook', '/v1/webhooks/hook:test');
    expect(refused).toMatchObject({ status: 409, body: { reason: 'webhook_disabled' } });
    const { body } = await service.call('enableWebhook', '/v1/webhooks/hook:enable');
    expect(body).toMatchObject({ status: 'enabled' });
    expect(body).not.toHaveProperty('statusReason');
    expect((await service.call('testWebhook', '/v1/webhooks/hook:test')).status).toBe(202);
  });

  it.each([
    [{ url: 'http://hooks.test/' }, 'url'],
    [{ url: 'ftp://hooks.test/' }, 'url'],
    [{ url: 'https://me:pass@hooks.test/' }, 'url'],
    [{ url: 'nonsense' }, 'url'],
    [{ types: [] }, 'types'],
    [{ types: ['booking'] }, 'types.0'],
    [{ types: ['booking.*', 'booking.*'] }, 'types'],
    [{ secret: 'whsec_x' }, 'secret'],
  ])('is refused for %j', async (part, path) => {
    expect(await create(part)).toMatchObject({ status: 400, body: { paths: [path] } });
    expect((await service.call('listWebhooks', '/v1/webhooks')).body.items).toEqual([]);
  });

  it('can be one of ten, and has an id of its own', async () => {
    for (let at = 0; at < 10; at++) expect((await create({ id: `hook-${at}` })).status).toBe(201);
    expect((await create({ id: 'hook-10' })).status).toBe(422);
    expect((await create({ id: 'hook-1' })).status).toBe(409);
  });

  it('of another tenant is not told', async () => {
    await create({ types: ['booking.*', 'conflict.*'] });
    await book();
    const { resources, outbox } = service.store;
    expect((await resources.get(service.documents, 'casa', 'kaya'))?.subscribed).toBeUndefined();
    expect(await outbox.query(service.documents, 'casa')).toEqual([]);
  });
});
