import { instantOf } from '@dovetail/core/domain/interval.ts';
import { commitChanges } from '@dovetail/core/ledger/commit-changes.ts';
import { syncFeed } from '@dovetail/core/sync/sync-feed.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { expectProblem, NOW, type Service, startService } from './run-service-server.ts';

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
    const sync = () => service.call('syncFeed', '/v1/feeds/bnb:sync');
    expect((await sync()).status).toBe(202);
    expect(service.tasks.tasks).toHaveLength(2);
    await service.documents.commit([service.store.feeds.update('loft', 'bnb', { paused: true })]);
    expect((await sync()).status).toBe(409);
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
    ['too short an interval', { pollMinutes: 1 }, 400, 'pollMinutes'],
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

describe('publications', () => {
  const publish = (part: object = {}) =>
    service.call('createPublication', '/v1/publications', { body: { resourceIds: ['bay-1'], ...part } });
  const read = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    service.send(method, path, { key: null, headers });
  const pathOf = (url: string) => url.slice('https://dovetail.test'.length);

  async function holdTime(): Promise<void> {
    const event = {
      id: 'evt',
      resourceId: 'bay-1',
      kind: 'reservation',
      status: 'active',
      source: { type: 'booking-system', id: 'uschedule', externalUid: 'apt_1' },
      start: '2027-05-02T10:00:00Z',
      end: '2027-05-02T11:00:00Z',
      title: 'Guest A',
      priority: 1,
      lastSeenAt: instantOf(NOW),
    } as const;
    await commitChanges({ tenantId: 'loft', eventIds: ['evt'], decide: () => ({ events: [event] }) }, service.deps);
  }

  it('are told their address once, and serve their calendar there', async () => {
    await holdTime();
    const { body } = await publish();
    expect(body.url).toMatch(/^https:\/\/dovetail\.test\/ics\/[\w-]{43}\.ics$/);
    const reply = await read(pathOf(body.url));
    expect(reply.status).toBe(200);
    expect(reply.headers.get('content-type')).toBe('text/calendar; charset=utf-8');
    expect(reply.text).toMatch(/^BEGIN:VCALENDAR\r\n/);
    expect(reply.text).toContain('DTSTART:20270502T100000Z');
    expect(reply.text).not.toContain('Guest A');
  });

  it('answer 304 to whoever has the present state, and anew after a change', async () => {
    const path = pathOf((await publish()).body.url);
    const etag = (await read(path)).headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[^"]+"$/);
    for (const known of [etag, `W/${etag}`, `"older", ${etag}`, '*']) {
      const same = await read(path, { 'if-none-match': known });
      expect([same.status, same.text, same.headers.get('etag')]).toEqual([304, '', etag]);
    }
    expect((await read(path, { 'if-none-match': '"older"' })).status).toBe(200);
    await holdTime();
    expect((await read(path, { 'if-none-match': etag })).status).toBe(200);
  });

  it('answer HEAD without a body', async () => {
    const reply = await read(pathOf((await publish()).body.url), {}, 'HEAD');
    expect([reply.status, reply.text, reply.headers.has('etag')]).toEqual([200, '', true]);
  });

  it.each(['/ics/unknown.ics', `/ics/${'A'.repeat(43)}.ics`, '/ics/a%2Fb.ics', '/ics/.ics', '/ics/x'])(
    'are not found under %s',
    async (path) => {
      const reply = await read(path);
      expectProblem(reply);
      expect(reply.status).toBe(404);
    },
  );

  it('fail rather than serve an empty calendar', async () => {
    await holdTime();
    const path = pathOf((await publish()).body.url);
    service.documents.query = () => Promise.reject(new Error('disk gone'));
    const reply = await read(path);
    expectProblem(reply);
    expect(reply.status).toBe(500);
    expect(reply.headers.has('etag')).toBe(false);
    expect(service.log.named('request.failed')).toHaveLength(1);
    expect(JSON.stringify([reply.body, service.log.lines.map(({ fields }) => fields.requestId)])).not.toContain('disk');
  });

  it.each([
    ['an unknown resource', { resourceIds: ['bay-1', 'bay-9'] }, 422, 'resourceIds.1'],
    ['a resource of another tenant', { resourceIds: ['kaya'] }, 422, 'resourceIds.0'],
    ['no resource', { resourceIds: [] }, 400, 'resourceIds'],
    ['a resource twice', { resourceIds: ['bay-1', 'bay-1'] }, 400, 'resourceIds'],
  ])('are refused with %s', async (_case, part, status, path) => {
    expect((await publish(part)).body).toMatchObject({ status, paths: [path] });
  });
});
