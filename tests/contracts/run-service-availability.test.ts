import { BillingMeter } from '@dovetail/core/adapters/metered/billing-meter.ts';
import { meterDocumentStore } from '@dovetail/core/adapters/metered/metered-document-store.ts';
import { eventIdOf } from '@dovetail/core/domain/identity.ts';
import { instantOf } from '@dovetail/core/domain/interval.ts';
import { commitChanges, type EventState } from '@dovetail/core/ledger/commit-changes.ts';
import { readStandingLines } from '@dovetail/core/ledger/read-standing-lines.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resource } from '../made-resource.ts';
import { NOW, type Service, startService } from './run-service-server.ts';

let service: Service;
beforeEach(async () => {
  service = await startService();
});
afterEach(() => service.close());

const guest = { key: 'loft-guest-key' };
const free = (query: string, options: object = guest, id = 'bay-1') =>
  service.call('getAvailability', `/v1/resources/${id}/availability?${query}`, options);
const casa = (query: string) => free(query, { key: 'casa-guest-key' }, 'kaya');
const freeBusy = (body: object, options: object = guest) =>
  service.call('readFreeBusy', '/v1/freebusy', { ...options, body });
const day = (from: string, to: string) => ({ start: `2027-05-03T${from}:00Z`, end: `2027-05-03T${to}:00Z` });

let events = 0;
async function hold(tenantId: string, resourceId: string, part: Partial<EventState>): Promise<EventState> {
  const source = { type: 'feed', id: 'bnb', externalUid: `uid-${++events}` } as const;
  const event: EventState = {
    ...{ id: eventIdOf(source), resourceId, kind: 'reservation', status: 'active', source, title: 'Guest A' },
    ...{ priority: 3, lastSeenAt: instantOf(NOW), start: '', end: '', ...part },
  };
  await commitChanges({ tenantId, eventIds: [event.id], decide: () => ({ events: [event] }) }, service.deps);
  return event;
}

describe('free slots of a timed resource', () => {
  beforeEach(async () => {
    const openingHours = [{ weekday: 1, opens: '09:00', closes: '13:00' }];
    await service.call('changeResource', '/v1/resources/bay-1', { body: { openingHours } });
  });

  it('lie within its opening hours and around what is booked', async () => {
    await hold('loft', 'bay-1', day('14:00', '15:00'));
    const { body } = await free('from=2027-05-03&to=2027-05-04&minutes=90');
    expect(body).toEqual({
      ...{ resourceId: 'bay-1', kind: 'timed', timeZone: 'America/New_York', minutes: 90 },
      ...{ from: '2027-05-03T04:00:00Z', to: '2027-05-04T04:00:00Z' },
      items: [day('15:00', '16:30'), day('15:30', '17:00')],
    });
  });

  it('are an hour long, or as long as its shortest booking, for the next 31 days', async () => {
    const usual = (await free('')).body;
    expect(usual).toMatchObject({ minutes: 60, from: instantOf(NOW), to: '2027-06-01T08:00:00Z' });
    expect(usual.items).toHaveLength(4 * 7 + 7);
    const bookingRules = { minMinutes: 90, maxMinutes: 120 };
    await service.call('changeResource', '/v1/resources/bay-1', { body: { bookingRules } });
    expect((await free('')).body.minutes).toBe(90);
    expect((await free('minutes=60')).body).toMatchObject({ status: 400, paths: ['minutes'] });
    expect((await free('minutes=121')).body).toMatchObject({ status: 400, paths: ['minutes'] });
  });

  it('are told for as many days as their step leaves room for', async () => {
    await service.call('changeResource', '/v1/resources/bay-1', { body: { openingHours: [] } });
    expect((await free('from=2027-05-01&to=2028-06-04')).body.items).toHaveLength(400 * 48 - 8 - 1);
    await service.call('changeResource', '/v1/resources/bay-1', { body: { bookingRules: { stepMinutes: 5 } } });
    expect((await free('')).body.items.length).toBeGreaterThan(8_900);
    expect((await free('from=2027-05-03&to=2027-07-11')).body.items).toHaveLength(69 * 288 - 11);
    const { status, body } = await free('from=2027-05-03&to=2027-07-12');
    expect({ status, paths: body.paths }).toEqual({ status: 400, paths: ['to'] });
    expect(body.detail).toContain('more than 69 days after from');
  });

  it('come back when a hold lapses, with nothing written', async () => {
    await hold('loft', 'bay-1', { ...day('13:00', '17:00'), until: instantOf(NOW + 60_000) });
    const query = 'from=2027-05-03&to=2027-05-04&minutes=240';
    expect((await free(query)).body.items).toEqual([]);
    const before = await service.documents.query({ from: { group: 'pages' } });
    service.clock.set(NOW + 60_000);
    expect((await free(query)).body.items).toEqual([day('13:00', '17:00')]);
    expect(await service.documents.query({ from: { group: 'pages' } })).toEqual(before);
  });

  it('are told while the tenant is paused', async () => {
    const tenant = await service.store.tenants.get(service.documents, 'loft');
    await service.documents.commit([service.store.tenants.set({ ...tenant!, paused: true })]);
    expect((await free('from=2027-05-03&to=2027-05-04')).body.items).not.toEqual([]);
  });
});

describe('free nights of a nightly resource', () => {
  it('are stretches between stays, with the turnover of one day', async () => {
    await hold('casa', 'kaya', { start: '2027-05-10', end: '2027-05-12' });
    await hold('casa', 'kaya', { start: '2027-05-13', end: '2027-05-31' });
    const { body } = await casa('from=2027-05-05&to=2027-06-05');
    expect(body).toEqual({
      ...{ resourceId: 'kaya', kind: 'nightly', timeZone: 'America/Bogota', minNights: 1 },
      ...{ from: '2027-05-05', to: '2027-06-05' },
      items: [
        { start: '2027-05-05', end: '2027-05-10' },
        { start: '2027-05-12', end: '2027-05-13' },
        { start: '2027-05-31', end: '2027-06-05' },
      ],
    });
  });

  it('leave out gaps that are too short, reading beyond the window for it', async () => {
    await hold('casa', 'kaya', { start: '2027-05-31', end: '2027-06-01' });
    await hold('casa', 'kaya', { start: '2027-05-10', end: '2027-05-27' });
    const gap = async (query: string) => (await casa(`from=2027-05-28&to=2027-06-02&${query}`)).body.items;
    expect(await gap('nights=4')).toEqual([
      { start: '2027-05-28', end: '2027-05-31' },
      { start: '2027-06-01', end: '2027-06-02' },
    ]);
    expect(await gap('nights=5')).toEqual([{ start: '2027-06-01', end: '2027-06-02' }]);
    const key = 'casa-admin-key';
    await service.call('changeResource', '/v1/resources/kaya', { key, body: { bookingRules: { minNights: 5 } } });
    expect(await gap('')).toEqual([{ start: '2027-06-01', end: '2027-06-02' }]);
  });

  it('are those of whole days when asked for in instants', async () => {
    const { body } = await casa('from=2027-05-05T04:00:00Z&to=2027-05-07T05:00:00Z');
    expect([body.from, body.to]).toEqual(['2027-05-04', '2027-05-07']);
  });
});

describe('busy time', () => {
  it('is told of many resources at once, merged, and without what is behind it', async () => {
    await hold('loft', 'bay-1', { ...day('14:00', '15:00'), title: 'Secret lesson' });
    await hold('loft', 'bay-1', { ...day('14:30', '16:00'), kind: 'block' });
    await hold('loft', 'bay-1', { ...day('16:00', '17:00'), status: 'missing' });
    await hold('loft', 'bay-1', { ...day('18:00', '19:00'), status: 'cancelled' });
    const reply = await freeBusy({ resourceIds: ['bay-2', 'bay-1'], from: '2027-05-03T14:45:00Z', to: '2027-05-04' });
    expect(reply.body).toEqual({
      items: [
        { resourceId: 'bay-2', busy: [] },
        { resourceId: 'bay-1', busy: [day('14:45', '17:00')] },
      ],
    });
    expect(reply.text).not.toMatch(/secret|lesson|guest|uid-|bnb/i);
  });

  it('holds what relatives take', async () => {
    const room = resource('sol', { kind: 'nightly', relations: [{ type: 'parent', resourceId: 'kaya' }] });
    const { documents, store } = service;
    const apartment = await store.resources.get(documents, 'casa', 'kaya');
    await documents.commit([
      store.resources.set('casa', room),
      store.resources.set('casa', { ...apartment!, relatedFrom: ['sol'] }),
    ]);
    await hold('casa', 'kaya', { start: '2027-05-10', end: '2027-05-12' });
    const asked = { resourceIds: ['sol'], from: '2027-05-01', to: '2027-06-01' };
    const { body } = await freeBusy(asked, { key: 'casa-guest-key' });
    expect(body.items).toEqual([{ resourceId: 'sol', busy: [{ start: '2027-05-10', end: '2027-05-12' }] }]);
  });

  it('names the resources that are not there', async () => {
    const { body } = await freeBusy({ resourceIds: ['bay-1', 'bay-9', 'kaya'], from: '2027-05-01', to: '2027-05-02' });
    expect(body).toMatchObject({ status: 422, paths: ['resourceIds.1', 'resourceIds.2'] });
    expect(body.errors[0].detail).toContain('bay-9');
  });

  it.each([
    ['no resource', { resourceIds: [] }, 'resourceIds'],
    ['too many', { resourceIds: Array.from({ length: 51 }, (_, index) => `bay-${index}`) }, 'resourceIds'],
    ['an end before the start', { to: '2027-04-01' }, 'to'],
    ['more than 400 days', { to: '2028-06-10' }, 'to'],
    ['a time before the ledger', { from: '2027-02-27' }, 'from'],
    ['a time that is none', { from: 'yesterday' }, 'from'],
  ])('is not told of %s', async (_case, part, path) => {
    const { body } = await freeBusy({ resourceIds: ['bay-1'], from: '2027-05-01', to: '2027-05-02', ...part });
    expect(body.status).toBe(400);
    expect(body.paths).toContain(path);
  });
});

describe('a search for free time', () => {
  it.each([
    ['from after to', 'from=2027-05-04&to=2027-05-03', 'to'],
    ['an empty window', 'from=2027-05-04T10:00:00Z&to=2027-05-04T10:00:00Z', 'to'],
    ['more than 400 days', 'from=2027-05-04&to=2028-06-08', 'to'],
    ['a window beyond the ledger', 'from=2029-06-20&to=2029-07-20', 'to'],
    ['a time that is none', 'from=tomorrow', 'from'],
    ['no minutes at all', 'minutes=0', 'minutes'],
    ['minutes that are no number', 'minutes=ten', 'minutes'],
    ['more than a week', 'minutes=10081', 'minutes'],
    ['nights', 'nights=2', 'nights'],
    ['a field there is not', 'length=60', 'length'],
  ])('is refused with %s', async (_case, query, path) => {
    const { body } = await free(query);
    expect(body.status).toBe(400);
    expect(body.paths).toContain(path);
  });

  it('is refused with minutes of a nightly resource, and of one that is not there', async () => {
    expect((await casa('minutes=60')).body).toMatchObject({ status: 400, paths: ['minutes'] });
    expect((await free('', guest, 'bay-9')).status).toBe(404);
    expect((await free('', guest, 'kaya')).status).toBe(404);
  });

  it('may be as long as 400 days, also across a change of clocks', async () => {
    expect((await free('from=2027-05-04&to=2028-06-07')).status).toBe(200);
    expect((await free('from=2027-10-04&to=2028-11-07')).status).toBe(200);
  });

  it('reads one page for each month of a year, however many events there are', async () => {
    for (let index = 1; index <= 28; index++) {
      const date = `2027-06-${String(index).padStart(2, '0')}`;
      await hold('loft', 'bay-1', { start: `${date}T10:00:00Z`, end: `${date}T11:00:00Z` });
    }
    const meter = new BillingMeter();
    const documents = meterDocumentStore(service.documents, meter);
    const interval = { start: '2027-05-10T00:00:00Z', end: '2028-05-10T00:00:00Z' };
    const lines = await readStandingLines(
      { tenantId: 'loft', resourceId: 'bay-1', interval },
      { ...service.deps, documents },
    );
    expect(lines).toHaveLength(28);
    expect(meter.snapshot().reads).toBe(13);
  });
});
