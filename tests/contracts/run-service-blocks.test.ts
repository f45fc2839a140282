import { eventIdOf } from '@dovetail/core/domain/identity.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NOW, type RequestOptions, type Service, startService } from './run-service-server.ts';

let service: Service;
beforeEach(async () => {
  service = await startService();
});
afterEach(() => service.close());

const HOUR = { resourceId: 'bay-1', start: '2027-05-02T10:00:00Z', end: '2027-05-02T12:00:00Z' };
const NIGHTS = { resourceId: 'kaya', start: '2027-05-02', end: '2027-05-05' };
const staff = (options: RequestOptions = {}): RequestOptions => ({ key: 'loft-staff-key', ...options });
const create = (part: object = {}, options: RequestOptions = {}) =>
  service.call('createBlock', '/v1/blocks', staff({ body: { ...HOUR, ...part }, ...options }));
const read = (id: string) => service.call('getBlock', `/v1/blocks/${id}`, staff());
const remove = (id: string) => service.call('deleteBlock', `/v1/blocks/${id}`, staff());
const list = (query = '') => service.call('listBlocks', `/v1/blocks?from=2027-05-01&to=2027-06-01${query}`, staff());
const reconciled = () =>
  service.tasks.tasks.filter(({ queue }) => queue === 'reconcile-event').map(({ payload }) => payload);

describe('a staff block', () => {
  it('is made by staff and read back', async () => {
    const made = await create({ title: 'League night' });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ ...HOUR, title: 'League night', kind: 'block' });
    expect((await read(made.body.id)).body).toEqual(made.body);
  });

  it('holds its time in the ledger, with the priority of what staff enter', async () => {
    const { body } = await create({ kind: 'maintenance' });
    const event = await service.store.events.get(service.documents, 'loft', body.eventId);
    const source = { type: 'staff', id: 'api', externalUid: body.id } as const;
    expect(event).toMatchObject({ ...HOUR, id: eventIdOf(source), source, status: 'active', priority: 4 });
    expect(event).toMatchObject({ kind: 'maintenance', title: 'Maintenance' });
  });

  it('has the priority that the tenant gave what staff enter', async () => {
    const tenant = await service.store.tenants.get(service.documents, 'loft');
    await service.documents.commit([service.store.tenants.set({ ...tenant!, priorities: { manual: 1 } })]);
    const { body } = await create();
    expect(await service.store.events.get(service.documents, 'loft', body.eventId)).toMatchObject({ priority: 1 });
  });

  it('says what it is when it has no title', async () => {
    expect((await create()).body.title).toBe('Blocked');
  });

  it('is put on the calendars of its resource, and taken off again', async () => {
    const binding = { id: 'cal', resourceId: 'bay-1', calendarId: 'bay-1@group' };
    await service.call('createBinding', '/v1/bindings', { body: binding });
    const { body } = await create();
    const task = { tenantId: 'loft', eventId: body.eventId, bindingId: 'cal' };
    expect(reconciled()).toEqual([task]);
    await remove(body.id);
    expect(reconciled()).toEqual([task, task]);
  });

  it('is made by the night on nightly resources', async () => {
    const key = 'casa-staff-key';
    expect((await create(NIGHTS, { key })).body).toMatchObject(NIGHTS);
    expect((await create({ resourceId: 'kaya' }, { key })).body).toMatchObject({
      status: 400,
      paths: ['start', 'end'],
    });
  });

  it.each([
    ['an end that is not after its start', { end: HOUR.start }, 'end'],
    ['dates on a resource that is booked by the hour', { start: '2027-05-02', end: '2027-05-03' }, 'start'],
    ['a kind that is none', { kind: 'reservation' }, 'kind'],
    ['an empty title', { title: ' ' }, 'title'],
    ['a field there is not', { note: 'x' }, 'note'],
  ])('is refused with %s', async (_case, part, path) => {
    const { body } = await create(part);
    expect(body.status).toBe(400);
    expect(body.paths).toContain(path);
  });

  it('is refused on a resource that is not there', async () => {
    expect((await create({ resourceId: 'bay-9' })).body).toMatchObject({ status: 422, paths: ['resourceId'] });
  });

  it('is made once under one Idempotency-Key, also when the first answer was lost', async () => {
    const headers = { 'Idempotency-Key': 'once' };
    const first = await create({}, { headers });
    await service.documents.commit(
      (await service.store.answers.query(service.documents, 'loft')).map(({ id }) =>
        service.store.answers.delete('loft', id),
      ),
    );
    service.clock.set(NOW + 60_000);
    expect((await create({}, { headers })).body).toEqual(first.body);
    expect((await list()).body.items).toHaveLength(1);
  });

  it('is gone once it is removed, and is not removed twice', async () => {
    const { body } = await create();
    expect((await remove(body.id)).status).toBe(204);
    expect((await read(body.id)).status).toBe(404);
    expect((await list()).body.items).toEqual([]);
    expect((await remove(body.id)).status).toBe(404);
    expect(await service.store.events.get(service.documents, 'loft', body.eventId)).toMatchObject({
      status: 'cancelled',
    });
  });

  it('is a run of its own, made or removed', async () => {
    const { body } = await create();
    await remove(body.id);
    const runs = await service.store.runs.query(service.documents, 'loft');
    const flows = runs.map(({ flow, trigger, counts }) => [flow, trigger, counts.added, counts.released]).sort();
    expect(flows).toEqual([
      ['keep-block', 'staff', 1, 0],
      ['remove-block', 'staff', 0, 1],
    ]);
  });
});

describe('the list of blocks', () => {
  it('holds those that share time with the window, of one resource or of all', async () => {
    const [one, two] = [
      await create(),
      await create({ resourceId: 'bay-2', start: '2027-05-20T10:00:00Z', end: '2027-05-20T11:00:00Z' }),
    ];
    await create({ start: '2027-07-01T10:00:00Z', end: '2027-07-01T11:00:00Z' });
    expect((await list()).body.items).toEqual([one.body, two.body]);
    expect((await list('&resourceId=bay-2')).body.items).toEqual([two.body]);
  });

  it('holds nothing but what staff made', async () => {
    const { body } = await create();
    const event = await service.store.events.get(service.documents, 'loft', body.eventId);
    const source = { type: 'feed', id: 'bnb', externalUid: 'x' } as const;
    await service.documents.commit([service.store.events.set('loft', { ...event!, id: 'other', source })]);
    expect((await list()).body.items).toEqual([body]);
  });
});
