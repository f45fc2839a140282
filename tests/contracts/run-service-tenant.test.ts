import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Service, startService } from './run-service-server.ts';

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

describe('whose word a tenant takes first', () => {
  const ask = async () => (await service.call('getTenant', '/v1/tenant')).body.priorities;
  const say = (priorities: object) => service.call('changeTenant', '/v1/tenant', { body: { priorities } });

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
