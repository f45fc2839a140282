import { TemporarilyUnavailable } from '@dovetail/core/domain/errors.ts';
import { applySettings } from '@dovetail/core/sync/apply-settings.ts';
import { sweepSettings } from '@dovetail/core/sync/enqueue-settings.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NOW, type Service, startService } from './run-service-server.ts';

let service: Service;
beforeEach(async () => {
  service = await startService();
});
afterEach(() => service.close());

const DEFAULTS = {
  motopressApi: 1,
  manual: 4,
  feeds: { airbnb: 3, 'booking.com': 3, vrbo: 3, motopress: 2, generic: 5 },
};

const MINUTE = 60_000;
const APPLY = { queue: 'apply-settings', payload: { tenantId: 'loft' } };
const change = (body: object) => service.call('changeTenant', '/v1/tenant', { body });
const stored = () => service.store.tenants.get(service.documents, 'loft');

describe('whose word a tenant takes first', () => {
  const ask = async () => (await service.call('getTenant', '/v1/tenant')).body.priorities;
  const say = (priorities: object) => change({ priorities });

  it('is the default until the tenant says otherwise, source by source', async () => {
    expect(await ask()).toEqual(DEFAULTS);
    const changed = await say({ manual: 0, feeds: { airbnb: 1 } });
    expect(changed.body.priorities).toEqual({ ...DEFAULTS, manual: 0, feeds: { ...DEFAULTS.feeds, airbnb: 1 } });
    expect(await ask()).toEqual(changed.body.priorities);
    await say({});
    expect(await ask()).toEqual(DEFAULTS);
  });

  it('ranks what is entered from then on', async () => {
    await say({ manual: 0 });
    const body = { resourceId: 'bay-1', start: '2027-05-03T10:00:00Z', end: '2027-05-03T11:00:00Z' };
    const block = (await service.call('createBlock', '/v1/blocks', { body })).body;
    const events = await service.store.events.query(service.documents, 'loft');
    expect(events.map(({ source, priority }) => [source.externalUid, priority])).toEqual([[block.id, 0]]);
  });

  it.each([
    [{ manual: -1 }, 'priorities.manual'],
    [{ manual: 1.5 }, 'priorities.manual'],
    [{ feeds: { airbnb: 100 } }, 'priorities.feeds.airbnb'],
    [{ feeds: { agoda: 1 } }, 'priorities.feeds.agoda'],
  ])('is refused as %j, by the field', async (priorities, path) => {
    const refused = await say(priorities);
    expect([refused.status, refused.body.paths]).toEqual([400, [path]]);
    expect(await ask()).toEqual(DEFAULTS);
  });
});

describe('what is taken from feeds', () => {
  const USUAL = { minNights: 1, maxNights: 365, daysAhead: 730, daysBack: 30 };
  const URL = 'https://feeds.test/calendar.ics';
  const limit = (feedLimits: object | null) => change({ feedLimits });
  const ask = async () => (await service.call('getTenant', '/v1/tenant')).body.feedLimits;
  const feed = async (id: string) => (await service.call('getFeed', `/v1/feeds/${id}`)).body;
  const create = async (id: string, part: object = {}) =>
    (await service.call('createFeed', '/v1/feeds', { body: { id, resourceId: 'bay-1', url: URL, ...part } })).body;
  const apply = () => applySettings({ tenantId: 'loft' }, service.deps);

  /** As after a read. */
  const note = (id: string) =>
    service.documents.commit([service.store.feeds.update('loft', id, { contentHash: 'seen', etag: '"1"' })]);

  it('is changed limit by limit, and is the usual again with null', async () => {
    expect(await ask()).toEqual(USUAL);
    expect((await limit({ daysAhead: 400, minNights: 2 })).body.feedLimits).toEqual({
      ...USUAL,
      daysAhead: 400,
      minNights: 2,
    });
    await limit({ daysBack: 0, minNights: null });
    expect(await ask()).toEqual({ ...USUAL, daysAhead: 400, daysBack: 0 });
    expect((await limit(null)).body.feedLimits).toEqual(USUAL);
    expect(await ask()).toEqual(USUAL);
    expect(await stored()).not.toHaveProperty('feedLimits');
    await limit({ daysBack: 5 });
    await limit({ daysBack: null });
    expect(await stored()).not.toHaveProperty('feedLimits');
  });

  it('leaves priorities as they are, and they leave it', async () => {
    await change({ priorities: { manual: 0 }, feedLimits: { daysAhead: 400 } });
    await limit({ daysBack: 5 });
    const { body } = await change({ priorities: { manual: 1 } });
    expect(body).toMatchObject({ priorities: { manual: 1 }, feedLimits: { daysAhead: 400, daysBack: 5 } });
    await limit(null);
    expect((await stored())?.priorities).toEqual({ manual: 1 });
  });

  it.each([
    [{ minNights: 0 }, 'feedLimits.minNights'],
    [{ maxNights: 731 }, 'feedLimits.maxNights'],
    [{ daysAhead: 1.5 }, 'feedLimits.daysAhead'],
    [{ daysBack: '5' }, 'feedLimits.daysBack'],
    [{ nights: 5 }, 'feedLimits.nights'],
  ])('is refused as %j, by the field, as with a feed', async (limits, path) => {
    const refused = await limit(limits);
    expect([refused.status, refused.body.paths]).toEqual([400, [path]]);
    expect(await ask()).toEqual(USUAL);
    const feeds = await service.call('createFeed', '/v1/feeds', {
      body: { resourceId: 'bay-1', url: URL, limits },
    });
    expect([feeds.status, feeds.body.paths]).toEqual([400, [path.replace('feedLimits', 'limits')]]);
  });

  it('reaches the feeds that have no limits of their own, which are then read whole', async () => {
    await create('plain');
    await create('own', { limits: { daysBack: 5 } });
    for (const id of ['plain', 'own']) await note(id);
    const before = await feed('own');
    expect([(await feed('plain')).hasOwnLimits, before.hasOwnLimits]).toEqual([false, true]);
    await limit({ daysAhead: 400 });
    await apply();
    expect(await feed('plain')).toMatchObject({ limits: { ...USUAL, daysAhead: 400 }, hasOwnLimits: false });
    expect(await feed('own')).toEqual(before);
    const [plain, own] = await service.store.feeds.getMany(service.documents, 'loft', ['plain', 'own']);
    expect([plain?.contentHash, own?.contentHash]).toEqual([undefined, 'seen']);
    await note('plain');
    await apply();
    expect((await service.store.feeds.get(service.documents, 'loft', 'plain'))?.contentHash).toBe('seen');
    await limit(null);
    await apply();
    expect((await feed('plain')).limits).toEqual(USUAL);
  });

  it('holds for feeds made later, and for those that give up their own', async () => {
    await limit({ daysAhead: 400 });
    expect(await create('plain')).toMatchObject({ limits: { daysAhead: 400 }, hasOwnLimits: false });
    expect(await create('none', { limits: {} })).toMatchObject({ limits: { daysAhead: 400 }, hasOwnLimits: false });
    expect(await create('own', { limits: { daysBack: 5 } })).toMatchObject({
      limits: { daysAhead: 400, daysBack: 5 },
      hasOwnLimits: true,
    });
    const changeFeed = async (limits: object | null) =>
      (await service.call('changeFeed', '/v1/feeds/own', { body: { limits } })).body;
    expect(await changeFeed({ daysBack: 6 })).toMatchObject({ limits: { daysAhead: 400, daysBack: 6 } });
    expect(await changeFeed(null)).toMatchObject({ limits: { ...USUAL, daysAhead: 400 }, hasOwnLimits: false });
  });

  it('reaches every one of many feeds', async () => {
    await create('plain');
    const plain = (await service.store.feeds.get(service.documents, 'loft', 'plain'))!;
    const ids = Array.from({ length: 650 }, (_, index) => `feed-${index}`);
    await service.documents.commit(ids.map((id) => service.store.feeds.set('loft', { ...plain, id })));
    await limit({ daysAhead: 400 });
    await apply();
    const feeds = await service.store.feeds.query(service.documents, 'loft');
    expect(new Set(feeds.map(({ tenantLimits }) => tenantLimits?.daysAhead))).toEqual(new Set([400]));
    expect(feeds).toHaveLength(651);
  });
});

describe('a change of settings', () => {
  it('is applied to what stands by a task of its own', async () => {
    await change({ priorities: { manual: 0 } });
    expect(service.tasks.tasks).toEqual([APPLY]);
    expect(await stored()).not.toHaveProperty('applySettingsAt');
  });

  it('that says nothing changes nothing', async () => {
    const before = await stored();
    expect((await change({})).status).toBe(200);
    expect(await stored()).toEqual(before);
    expect(service.tasks.tasks).toEqual([]);
  });

  it('is found by the sweep when its task was lost, and swept once', async () => {
    service.tasks.failure = new TemporarilyUnavailable('it died');
    expect((await change({ priorities: { manual: 0 } })).status).toBe(503);
    service.tasks.failure = undefined;
    expect((await stored())?.priorities).toEqual({ manual: 0 });
    expect(await sweepSettings(service.deps)).toBe(0);
    service.clock.set(NOW + 2 * MINUTE);
    expect(await sweepSettings(service.deps)).toBe(1);
    expect(service.tasks.tasks).toEqual([APPLY]);
    expect(await sweepSettings(service.deps)).toBe(0);
    expect((await stored())?.priorities).toEqual({ manual: 0 });
  });

  it('that comes while another waits for the sweep is not taken for that one', async () => {
    service.tasks.failure = new TemporarilyUnavailable('it died');
    await change({ priorities: { manual: 0 } });
    const mark = (await stored())?.applySettingsAt ?? '';
    await change({ priorities: { manual: 1 } });
    expect(((await stored())?.applySettingsAt ?? '') > mark).toBe(true);
  });

  it('is an admin’s to make', async () => {
    for (const role of ['manager', 'staff', 'guest']) {
      const body = { feedLimits: { daysAhead: 400 } };
      expect((await service.call('changeTenant', '/v1/tenant', { key: `loft-${role}-key`, body })).status).toBe(403);
    }
  });
});
