import { instantOf } from '@dovetail/core/domain/interval.ts';
import { commitChanges, type EventState } from '@dovetail/core/ledger/commit-changes.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NOW, type Service, startService } from './run-service-server.ts';

let service: Service;
beforeEach(async () => {
  service = await startService();
});
afterEach(() => service.close());

const BAY = { id: 'bay-3', name: 'Bay 3', kind: 'timed', timeZone: 'Europe/Berlin' };
const create = (part: object = {}) => service.call('createResource', '/v1/resources', { body: { ...BAY, ...part } });
const change = (id: string, body: object) => service.call('changeResource', `/v1/resources/${id}`, { body });
const remove = (id: string) => service.call('deleteResource', `/v1/resources/${id}`);

async function hold(id: string, part: Partial<EventState> = {}): Promise<void> {
  const event: EventState = {
    id,
    resourceId: 'bay-1',
    kind: 'reservation',
    status: 'active',
    source: { type: 'booking-system', id: 'uschedule', externalUid: id },
    start: '2027-05-02T10:00:00Z',
    end: '2027-05-02T11:00:00Z',
    title: `Title of ${id}`,
    priority: 1,
    lastSeenAt: instantOf(NOW),
    ...part,
  };
  const input = { tenantId: 'loft', eventIds: [id], decide: () => ({ events: [event] }) };
  await commitChanges(input, service.deps);
}

describe('resources', () => {
  it('are made with the id the caller chose, and read back', async () => {
    const made = await create({ tags: ['indoor'], openingHours: [{ weekday: 1, opens: '08:00', closes: '24:00' }] });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ ...BAY, tags: ['indoor'], relations: [], createdAt: instantOf(NOW) });
    expect((await service.call('getResource', '/v1/resources/bay-3')).body).toEqual(made.body);
  });

  it('take booking rules, which can be changed as a whole and removed', async () => {
    const bookingRules = { bufferAfterMinutes: 15, minMinutes: 60 };
    expect((await create({ bookingRules })).body.bookingRules).toEqual(bookingRules);
    expect((await change('bay-3', { bookingRules: { stepMinutes: 20 } })).body.bookingRules).toEqual({
      stepMinutes: 20,
    });
    expect((await change('bay-3', { name: 'Bay' })).body.bookingRules).toEqual({ stepMinutes: 20 });
    expect((await change('bay-3', { bookingRules: { maxNights: 2 } })).body.paths).toEqual(['bookingRules.maxNights']);
    expect((await change('bay-3', { bookingRules: null })).body).not.toHaveProperty('bookingRules');
    expect((await service.call('getResource', '/v1/resources/bay-3')).body).not.toHaveProperty('bookingRules');
  });

  it('may be open past midnight', async () => {
    const openingHours = [{ weekday: 6, opens: '18:00', closes: '02:00' }];
    expect((await create({ openingHours })).body.openingHours).toEqual(openingHours);
  });

  it('get an id when none was chosen', async () => {
    const made = await create({ id: undefined });
    expect((await service.call('getResource', `/v1/resources/${made.body.id}`)).body.name).toBe('Bay 3');
  });

  it('are not made twice', async () => {
    await create();
    expect((await create()).body).toMatchObject({ status: 409, type: 'urn:dovetail:problem:already-exists' });
  });

  it.each([
    ['a zone nobody knows', { timeZone: 'America/Nowhere' }, 'timeZone'],
    ['a check-in time on a timed one', { checkInTime: '15:00' }, 'checkInTime'],
    ['an id with a slash', { id: 'a/b' }, 'id'],
    ['an id in capitals', { id: 'Bay' }, 'id'],
    [
      'an hour of one digit',
      { openingHours: [{ weekday: 1, opens: '9:00', closes: '08:00' }] },
      'openingHours.0.opens',
    ],
    [
      'hours that are empty',
      { openingHours: [{ weekday: 1, opens: '09:00', closes: '09:00' }] },
      'openingHours.0.closes',
    ],
    [
      'an eighth day of the week',
      { openingHours: [{ weekday: 8, opens: '08:00', closes: '09:00' }] },
      'openingHours.0.weekday',
    ],
    ['a least stay on a timed one', { bookingRules: { minNights: 2 } }, 'bookingRules.minNights'],
    [
      'a buffer on a nightly one',
      { kind: 'nightly', bookingRules: { bufferAfterMinutes: 5 } },
      'bookingRules.bufferAfterMinutes',
    ],
    [
      'a longest booking below the shortest',
      { bookingRules: { minMinutes: 60, maxMinutes: 30 } },
      'bookingRules.maxMinutes',
    ],
    ['a step of no time', { bookingRules: { stepMinutes: 0 } }, 'bookingRules.stepMinutes'],
    ['a rule there is not', { bookingRules: { price: 3 } }, 'bookingRules.price'],
  ])('are refused with %s', async (_case, part, path) => {
    const reply = await create(part);
    expect(reply.status).toBe(400);
    expect(reply.body.paths).toContain(path);
  });

  it('are refused with a relation that leads nowhere', async () => {
    const to = (resourceId: string) => ({ relations: [{ type: 'parent', resourceId }] });
    expect((await create(to('bay-9'))).body).toMatchObject({ status: 422, paths: ['relations.0.resourceId'] });
    expect((await create(to('bay-3'))).status).toBe(422);
    expect((await create(to('bay-1'))).body.relations).toEqual([{ type: 'parent', resourceId: 'bay-1' }]);
  });

  it('change in the named fields alone', async () => {
    await service.call('createResource', '/v1/resources', {
      body: { id: 'room', name: 'Room', kind: 'nightly', timeZone: 'UTC', checkInTime: '15:00', checkOutTime: '11:00' },
    });
    service.clock.set(NOW + 60_000);
    const changed = await change('room', { name: 'Garden room', checkInTime: null });
    expect(changed.status).toBe(200);
    expect(changed.body).toMatchObject({
      name: 'Garden room',
      checkOutTime: '11:00',
      updatedAt: instantOf(NOW + 60_000),
    });
    expect(changed.body).not.toHaveProperty('checkInTime');
    expect((await service.call('getResource', '/v1/resources/room')).body).toEqual(changed.body);
  });

  it.each([
    ['nothing', {}],
    ['the kind', { kind: 'nightly' }],
    ['the id', { id: 'other' }],
    ['a check-in time of a timed one', { checkInTime: '15:00' }],
  ])('do not change in %s', async (_case, body) => {
    expect((await change('bay-1', body)).status).toBe(400);
  });

  it('take their bindings along into a new time zone', async () => {
    const body = { id: 'cal', resourceId: 'bay-1', calendarId: 'bay-1@group' };
    await service.call('createBinding', '/v1/bindings', { body });
    await change('bay-1', { timeZone: 'Europe/Lisbon' });
    const binding = await service.store.bindings.get(service.documents, 'loft', 'cal');
    expect(binding?.timeZone).toBe('Europe/Lisbon');
  });

  it('are removed once nothing hangs on them', async () => {
    expect((await remove('bay-1')).status).toBe(204);
    expect((await service.call('getResource', '/v1/resources/bay-1')).status).toBe(404);
    expect((await remove('bay-1')).status).toBe(404);
  });

  it('stay while a calendar is bound', async () => {
    await service.call('createBinding', '/v1/bindings', { body: { id: 'cal', resourceId: 'bay-1', calendarId: 'c' } });
    expect((await remove('bay-1')).body).toMatchObject({ status: 409, type: 'urn:dovetail:problem:in-use' });
    expect((await remove('bay-2')).status).toBe(204);
  });

  it('stay while a feed is read', async () => {
    const body = { id: 'bnb', resourceId: 'kaya', url: 'https://feeds.test/kaya.ics' };
    await service.call('createFeed', '/v1/feeds', { key: 'casa-admin-key', body });
    expect((await service.call('deleteResource', '/v1/resources/kaya', { key: 'casa-admin-key' })).status).toBe(409);
  });

  it('stay while an event is to come, but not for one that is over or cancelled', async () => {
    await hold('over', { start: '2027-04-01T10:00:00Z', end: '2027-04-01T11:00:00Z' });
    await hold('cancelled', { status: 'cancelled' });
    await hold('standing');
    expect((await remove('bay-1')).body.detail).toContain('standing');
    await hold('standing', { status: 'cancelled' });
    expect((await remove('bay-1')).status).toBe(204);
  });
});

describe('lists', () => {
  it('come in pages that join up', async () => {
    const seen: string[][] = [];
    let token = '';
    do {
      const reply = await service.call('listResources', `/v1/resources?pageSize=1${token && `&pageToken=${token}`}`);
      seen.push(reply.body.items.map(({ id }: { id: string }) => id));
      token = reply.body.nextPageToken ?? '';
    } while (token);
    expect(seen).toEqual([['bay-1'], ['bay-2']]);
  });

  it.each([
    ['a page token that is none', 'pageToken=@@@', 'pageToken'],
    ['a page token with something behind it', `pageToken=${Buffer.from('bay-1').toString('base64url')}@`, 'pageToken'],
    ['a page token nobody gave out', `pageToken=${Buffer.from('a/b').toString('base64url')}`, 'pageToken'],
    ['a page token of something that is gone', `pageToken=${Buffer.from('gone').toString('base64url')}`, 'pageToken'],
    ['no items', 'pageSize=0', 'pageSize'],
    ['too many items', 'pageSize=501', 'pageSize'],
    ['half an item', 'pageSize=1.5', 'pageSize'],
    ['a parameter that is misspelt', 'pagesize=10', 'pagesize'],
    ['a parameter given twice', 'pageSize=10&pageSize=20', 'pageSize'],
  ])('refuse %s', async (_case, query, path) => {
    const reply = await service.call('listResources', `/v1/resources?${query}`);
    expect(reply.body).toMatchObject({ status: 400, paths: [path] });
  });
});

describe("a resource's events", () => {
  const list = (query = '') => service.call('listResourceEvents', `/v1/resources/bay-1/events${query}`);
  const ids = async (query?: string) => (await list(query)).body.items.map(({ id }: { id: string }) => id);

  beforeEach(async () => {
    await hold('before', { start: '2027-05-10T08:00:00Z', end: '2027-05-10T09:00:00Z' });
    await hold('long', { start: '2027-05-01T08:00:00Z', end: '2027-06-01T09:00:00Z', kind: 'block' });
    await hold('inside', { start: '2027-05-10T09:30:00Z', end: '2027-05-10T10:00:00Z', status: 'cancelled' });
    await hold('after', { start: '2027-05-10T11:00:00Z', end: '2027-05-10T12:00:00Z' });
    await hold('elsewhere', { resourceId: 'bay-2', start: '2027-05-10T09:30:00Z', end: '2027-05-10T10:00:00Z' });
  });

  it('are those that share time with the window; touching it is not enough', async () => {
    expect(await ids('?from=2027-05-10T09:00:00Z&to=2027-05-10T11:00:00Z')).toEqual(['inside', 'long']);
  });

  it('can be asked for by status', async () => {
    expect(await ids('?from=2027-05-10T09:00:00Z&to=2027-05-10T11:00:00Z&status=cancelled')).toEqual(['inside']);
  });

  it('come in full pages, whatever the status leaves out', async () => {
    const window = 'from=2027-05-10&to=2027-05-11&status=active&pageSize=1';
    const first = await list(`?${window}`);
    const second = await list(`?${window}&pageToken=${first.body.nextPageToken}`);
    const idsOf = ({ body }: typeof first) => body.items.map(({ id }: { id: string }) => id);
    expect([idsOf(first), idsOf(second)]).toEqual([['before'], ['after']]);
    // What is cancelled, and the block that reservations go before, lie between and behind.
    expect(second.body).not.toHaveProperty('nextPageToken');
  });

  it('tell source, title and status, but nothing of how the ledger keeps them', async () => {
    const { body } = await list('?from=2027-05-10T11:00:00Z&to=2027-05-10T11:30:00Z&status=active');
    expect(body.items[0]).toMatchObject({
      id: 'after',
      kind: 'reservation',
      status: 'active',
      title: 'Title of after',
      source: { type: 'booking-system', id: 'uschedule', externalUid: 'after' },
    });
    expect(body.items[0]).not.toHaveProperty('revision');
  });

  it.each([
    ['a window that ends before it begins', '?from=2027-05-11&to=2027-05-10', 'to'],
    ['a window of over 400 days', '?from=2027-01-01&to=2028-03-01', 'to'],
    ['a time that is none', '?from=yesterday', 'from'],
    ['a status that is none', '?status=gone', 'status'],
  ])('refuse %s', async (_case, query, path) => {
    expect((await list(query)).body).toMatchObject({ status: 400, paths: [path] });
  });

  it('are nobody’s when there is no such resource', async () => {
    expect((await service.call('listResourceEvents', '/v1/resources/bay-9/events')).status).toBe(404);
  });

  it('are listed by dates on nightly resources', async () => {
    const stay = { resourceId: 'kaya', start: '2027-05-02', end: '2027-05-05' } as const;
    const event = { ...stay, id: 'stay', kind: 'reservation', status: 'active', title: 'Stay', priority: 3 } as const;
    const source = { type: 'feed', id: 'bnb', externalUid: 'x' } as const;
    const decide = () => ({ events: [{ ...event, source, lastSeenAt: instantOf(NOW) }] });
    await commitChanges({ tenantId: 'casa', eventIds: ['stay'], decide }, service.deps);
    const found = async (query: string) =>
      (await service.call('listResourceEvents', `/v1/resources/kaya/events${query}`, { key: 'casa-staff-key' })).body
        .items.length;
    expect(await found('?from=2027-05-04&to=2027-05-05')).toBe(1);
    expect(await found('?from=2027-05-05&to=2027-05-06')).toBe(0);
    expect(await found('?from=2027-05-04T22:00:00Z&to=2027-05-04T23:00:00Z')).toBe(1);
  });
});
