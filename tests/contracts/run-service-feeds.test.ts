import { instantOf } from '@dovetail/core/domain/interval.ts';
import { syncFeed } from '@dovetail/core/sync/feeds/sync-feed.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NOW, type Service, startService } from './run-service-server.ts';

let service: Service;
beforeEach(async () => {
  service = await startService();
});
afterEach(() => service.close());

describe('feeds', () => {
  const URL = 'https://feeds.test/calendar/ical/12345.ics?s=0123456789abcdef';
  const create = (part: object = {}, key = 'loft-admin-key') =>
    service.call('createFeed', '/v1/feeds', { key, body: { id: 'bnb', resourceId: 'bay-1', url: URL, ...part } });

  it('are read at once and then at their interval; their address is shown masked', async () => {
    const made = await create({ platform: 'airbnb', pollMinutes: 30 });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      id: 'bnb',
      url: 'https://feeds.test/…cdef',
      platform: 'airbnb',
      status: 'healthy',
      pollMinutes: 30,
      nextPollAt: instantOf(NOW),
    });
    expect(service.tasks.tasks).toMatchObject([{ queue: 'sync-feed', payload: { tenantId: 'loft', feedId: 'bnb' } }]);
    expect((await service.store.feeds.get(service.documents, 'loft', 'bnb'))?.url).toBe(URL);
  });

  it('tell how their last read went', async () => {
    await create();
    await syncFeed({ tenantId: 'loft', feedId: 'bnb' }, service.deps);
    const { body } = await service.call('getFeed', '/v1/feeds/bnb');
    expect(body).toMatchObject({ status: 'failing', lastRun: { status: 'failed' } });
    expect((await service.call('listFeeds', '/v1/feeds')).body.items).toEqual([body]);
  });

  it('are read when staff ask, unless they are paused', async () => {
    await create();
    service.clock.set(NOW + 60_000);
    const sync = () => service.call('syncFeed', '/v1/feeds/bnb:sync');
    expect((await sync()).status).toBe(202);
    expect(service.tasks.tasks).toHaveLength(2);
    const paused = await service.call('pauseFeed', '/v1/feeds/bnb:pause');
    expect(paused.body).toMatchObject({ paused: true });
    expect(paused.body.nextPollAt).toBeUndefined();
    expect((await sync()).status).toBe(409);
    const resumed = await service.call('resumeFeed', '/v1/feeds/bnb:resume');
    expect(resumed.body).toMatchObject({ paused: false, nextPollAt: instantOf(NOW + 60_000) });
  });

  it('that were parked are read again when staff ask, and fail anew before they are parked again', async () => {
    await create();
    const failures = { polls: 9, unchanged: 0, failures: 9 };
    const parked = { status: 'parked', statusReason: 'gone', failingSince: '2027-04-01T00:00:00Z' } as const;
    for (const verb of ['sync', 'resume']) {
      await service.documents.commit([service.store.feeds.update('loft', 'bnb', { ...parked, counters: failures })]);
      const { body } = await service.call(`${verb}Feed`, `/v1/feeds/bnb:${verb}`);
      expect(body).toMatchObject({ status: 'failing', counters: { failures: 0 }, nextPollAt: instantOf(NOW) });
    }
  });

  it('are changed field by field, and read anew where that changes what they say', async () => {
    await create({
      auth: { type: 'basic', username: 'u', password: 'p' },
      platform: 'vrbo',
      limits: { daysAhead: 90 },
    });
    await service.documents.commit([service.store.feeds.update('loft', 'bnb', { contentHash: 'x', etag: '"x"' })]);
    const change = (body: object) => service.call('changeFeed', '/v1/feeds/bnb', { body });
    const stored = async () => service.store.feeds.get(service.documents, 'loft', 'bnb');
    expect((await change({ pollMinutes: 30 })).body).toMatchObject({
      pollMinutes: 30,
      auth: 'basic',
      platform: 'vrbo',
      limits: { daysAhead: 90, maxNights: 365 },
    });
    expect(await stored()).toMatchObject({ contentHash: 'x', etag: '"x"' });
    const { body } = await change({ auth: null, platform: null, limits: null, url: 'https://other.test/b.ics' });
    expect(body).toMatchObject({ url: 'https://other.test/…', platform: 'vrbo', limits: { daysAhead: 730 } });
    const after = await stored();
    expect(after).toMatchObject({ host: 'other.test', platformUnknown: true, url: 'https://other.test/b.ics' });
    for (const gone of ['auth', 'limits', 'contentHash', 'etag']) expect(after).not.toHaveProperty(gone);
  });

  it('take over the limits their tenant has chosen', async () => {
    const tenant = await service.store.tenants.get(service.documents, 'loft');
    await service.documents.commit([
      service.store.tenants.update('loft', { feedLimits: { daysAhead: 60, daysBack: 0 } }),
    ]);
    expect(tenant?.feedLimits).toBeUndefined();
    expect((await create({ limits: { daysBack: 5 } })).body.limits).toEqual({
      minNights: 1,
      maxNights: 365,
      daysAhead: 60,
      daysBack: 5,
    });
  });

  it('never show what opens them', async () => {
    for (const [index, auth] of [
      { type: 'basic', username: 'owner', password: 'topsecret' },
      { type: 'bearer', token: 'topsecret' },
      { type: 'header', name: 'X-Key', value: 'topsecret' },
    ].entries()) {
      const made = await create({ id: `bnb-${index}`, auth });
      expect(made.body.auth).toBe(auth.type);
      expect(made.text).not.toMatch(/topsecret|owner/);
    }
    const raw = await service.documents.query({ from: 'tenants/loft/feeds' });
    expect(JSON.stringify(raw)).not.toContain('topsecret');
    expect(JSON.stringify(service.log.lines)).not.toContain('topsecret');
  });

  it('begin paused when that is asked for, and can then be deleted with what they hold', async () => {
    expect((await create({ paused: true })).body).toMatchObject({ paused: true, counters: { polls: 0 } });
    expect(service.tasks.tasks).toEqual([]);
    expect((await service.call('deleteFeed', '/v1/feeds/bnb?events=release')).status).toBe(202);
    expect(service.tasks.tasks).toMatchObject([{ queue: 'sync-feed', payload: { feedId: 'bnb' } }]);
    expect((await service.call('getFeed', '/v1/feeds/bnb')).body).toMatchObject({ removing: 'release' });
    for (const verb of ['sync', 'pause', 'resume', 'accept']) {
      expect((await service.call(`${verb}Feed`, `/v1/feeds/bnb:${verb}`)).status).toBe(409);
    }
    await syncFeed({ tenantId: 'loft', feedId: 'bnb' }, service.deps);
    expect((await service.call('getFeed', '/v1/feeds/bnb')).status).toBe(404);
  });

  it('that are not suspect have nothing to accept', async () => {
    await create();
    expect((await service.call('acceptFeed', '/v1/feeds/bnb:accept')).body).toMatchObject({ status: 409 });
  });

  it('that cannot be read have a preview that says so', async () => {
    await create();
    expect((await service.call('previewFeed', '/v1/feeds/bnb:preview')).body).toMatchObject({
      status: 'failed',
      errors: ['no feed is fetched in these tests; no event was changed'],
      changes: [],
    });
  });

  it('of one resource are listed alone', async () => {
    await create();
    await create({ id: 'vrbo', resourceId: 'bay-2' });
    const { body } = await service.call('listFeeds', '/v1/feeds?resourceId=bay-2');
    expect(body.items.map(({ id }: { id: string }) => id)).toEqual(['vrbo']);
  });

  it('of a calendar program’s address are fetched like any other', async () => {
    await create({ url: 'webcal://feeds.test/a.ics' });
    expect((await service.store.feeds.get(service.documents, 'loft', 'bnb'))?.url).toBe('https://feeds.test/a.ics');
  });

  it.each([
    ['a file', { url: 'file:///etc/passwd' }, 400, 'url'],
    ['no address', { url: 'feeds' }, 400, 'url'],
    ['plain http', { url: 'http://feeds.test/a.ics' }, 400, 'url'],
    ['a user name in the address', { url: 'https://user:pass@feeds.test/a.ics' }, 400, 'url'],
    ['too short an interval', { pollMinutes: 14 }, 400, 'pollMinutes'],
    ['too long an interval', { pollMinutes: 361 }, 400, 'pollMinutes'],
    ['a header that could end its line', { auth: { type: 'bearer', token: 'a\r\nX: b' } }, 400, 'auth.token'],
    ['a limit beyond the ledger’s own', { limits: { daysAhead: 800 } }, 400, 'limits.daysAhead'],
    ['an unknown resource', { resourceId: 'bay-9' }, 422, 'resourceId'],
  ])('are refused with %s', async (_case, part, status, path) => {
    const refused = await create(part);
    expect(refused.body).toMatchObject({ status, paths: [path] });
    expect(refused.text).not.toContain('pass@');
  });

  it('of plain http are taken where the tenant may read private addresses', async () => {
    const part = { resourceId: 'kaya', url: 'http://127.0.0.1:8090/feeds/kaya-airbnb.ics' };
    expect((await create(part, 'casa-admin-key')).status).toBe(201);
  });

  it('keep their address out of the log', async () => {
    await create();
    expect(JSON.stringify(service.log.lines)).not.toContain('feeds.test');
  });
});
