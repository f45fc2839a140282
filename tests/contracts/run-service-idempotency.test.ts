import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RequestOptions, type Service, startService } from './run-service-server.ts';

let service: Service;
beforeEach(async () => {
  service = await startService();
});
afterEach(() => service.close());

const BODY = { resourceIds: ['bay-1'] };
const publish = (key: string, options: RequestOptions = {}) =>
  service.call('createPublication', '/v1/publications', {
    body: BODY,
    ...options,
    headers: { 'idempotency-key': key, ...options.headers },
  });

/** The record the service keeps for a key, as it lies in the store. */
async function storedAnswers() {
  return service.documents.query({ from: 'tenants/loft/idempotency' });
}

describe('Idempotency-Key', () => {
  it('repeats the answer of the first time', async () => {
    const first = await publish('k-1');
    const again = await publish('k-1');
    expect(again.body).toEqual(first.body);
    expect(again.status).toBe(201);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(await service.documents.query({ from: 'publicationTokens' })).toHaveLength(1);
  });

  it('carries out two requests under two keys, and each one without a key', async () => {
    await publish('k-1');
    await publish('k-2');
    for (let i = 0; i < 2; i++) await service.call('createPublication', '/v1/publications', { body: BODY });
    expect(await service.documents.query({ from: 'publicationTokens' })).toHaveLength(4);
  });

  it('refuses the key for another body or another address', async () => {
    await publish('k-1');
    const otherBody = await publish('k-1', { body: { resourceIds: ['bay-2'] } });
    expect(otherBody.body).toMatchObject({ status: 422, type: 'urn:dovetail:problem:idempotency-key-reused' });
    const otherAddress = await service.call('deleteResource', '/v1/resources/bay-1', {
      headers: { 'idempotency-key': 'k-1' },
    });
    expect(otherAddress.status).toBe(422);
  });

  it('asks to wait while the first request is being worked on', async () => {
    const held = holdCommits();
    const first = publish('k-1');
    await held.reached;
    const second = await publish('k-1');
    expect(second.body).toMatchObject({ status: 409, type: 'urn:dovetail:problem:request-in-progress' });
    expect(second.headers.get('retry-after')).toBe('1');
    held.release();
    expect((await first).status).toBe(201);
  });

  it('takes a request up again that was begun and never answered', async () => {
    const held = holdCommits();
    const lost = publish('k-1');
    await held.reached;
    service.clock.set(service.clock.now() + 5 * 60_000 + 1000);
    expect((await publish('k-1')).status).toBe(201);
    held.release();
    await lost;
  });

  it('keeps no refusal: the key may try again', async () => {
    const headers = { 'idempotency-key': 'k-1' };
    const body = {
      id: 'bay-3',
      name: 'Bay 3',
      kind: 'timed',
      timeZone: 'UTC',
      relations: [{ type: 'parent', resourceId: 'bay-4' }],
    };
    expect((await service.call('createResource', '/v1/resources', { body, headers })).status).toBe(422);
    expect(await storedAnswers()).toEqual([]);
    await service.call('createResource', '/v1/resources', { body: { ...body, id: 'bay-4', relations: [] } });
    expect((await service.call('createResource', '/v1/resources', { body, headers })).status).toBe(201);
  });

  it('forgets after a day', async () => {
    const first = await publish('k-1');
    service.clock.set(service.clock.now() + 86_400_000 + 1000);
    expect((await publish('k-1')).body.url).not.toBe(first.body.url);
  });

  it('keeps the answer sealed, under a hash of the key, with an end', async () => {
    const { body } = await publish('k-1');
    const [stored] = await storedAnswers();
    expect(stored?.id).toMatch(/^[0-9a-f]{64}$/);
    expect(stored?.data.expireAt).toEqual(new Date(service.clock.now() + 86_400_000));
    expect(JSON.stringify(stored?.data)).not.toContain(body.id);
  });

  it("is the tenant's own: another's same key is another key", async () => {
    await publish('k-1');
    const other = await publish('k-1', { key: 'casa-admin-key', body: { resourceIds: ['kaya'] } });
    expect([other.status, other.headers.has('idempotent-replayed')]).toEqual([201, false]);
  });

  it.each(['', 'x'.repeat(256)])('refuses a key of no or too many characters', async (key) => {
    expect((await publish(key)).body).toMatchObject({ status: 400, paths: ['Idempotency-Key'] });
  });

  it('means nothing to reads', async () => {
    await service.call('listResources', '/v1/resources', { headers: { 'idempotency-key': 'k-1' } });
    expect(await storedAnswers()).toEqual([]);
  });
});

/** Holds the next commit back until it is released. */
function holdCommits(): { readonly reached: Promise<void>; release(): void } {
  const { documents } = service;
  const commit = documents.commit.bind(documents);
  const held = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  documents.commit = async (writes) => {
    documents.commit = commit;
    reached.resolve();
    await held.promise;
    return commit(writes);
  };
  return { reached: reached.promise, release: held.resolve };
}
