import { createUScheduleBookingSystem } from '@dovetail/core/adapters/uschedule/uschedule-booking-system.ts';
import { acceptBooking } from '@dovetail/core/sync/accept-booking.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RequestOptions, type Service, startService } from './run-service-server.ts';
import { startUSchedule, type UScheduleServer } from './uschedule-server.ts';

const MORNING = { start: '2027-05-02T13:00:00Z', end: '2027-05-02T14:00:00Z' };
const NOON = { start: '2027-05-02T16:00:00Z', end: '2027-05-02T17:00:00Z' };

let uschedule: UScheduleServer;
let service: Service;
beforeEach(async () => {
  uschedule = await startUSchedule();
  service = await startService({
    bookingSystem: (config) =>
      createUScheduleBookingSystem({
        baseUrl: uschedule.baseUrl,
        apiKey: async () => 'the-key',
        tenantHeader: 'loft',
        resourceIds: config.resourceIds,
      }),
  });
});
afterEach(async () => {
  await service.close();
  await uschedule.close();
});

const create = (part: object = {}, options: RequestOptions = {}) =>
  service.call('createBooking', '/v1/bookings', { body: { resourceId: 'bay-1', ...MORNING, ...part }, ...options });
const get = (id: string) => service.call('getBooking', `/v1/bookings/${id}`);
const change = (id: string, body: object) => service.call('changeBooking', `/v1/bookings/${id}`, { body });
const cancel = (id: string, body?: object) =>
  service.call('cancelBooking', `/v1/bookings/${id}:cancel`, body ? { body } : {});
const appointment = (id: string) => uschedule.control.appointments().find((each) => each.id === id);

describe('bookings', () => {
  it('are made in the booking system, and stand in the ledger at once', async () => {
    const made = await create({ title: 'Lesson', guest: { name: 'Guest A' } });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      resourceId: 'bay-1',
      ...MORNING,
      status: 'confirmed',
      title: 'Lesson',
      guest: { name: 'Guest A' },
      version: 1,
    });
    expect(appointment(made.body.source.externalUid)).toMatchObject({ resource_id: '1', title: 'Lesson' });
    expect((await get(made.body.id)).body).toEqual(made.body);
  });

  it('have their calendars driven', async () => {
    const binding = { id: 'cal', resourceId: 'bay-1', calendarId: 'bay-1@group' };
    await service.call('createBinding', '/v1/bindings', { body: binding });
    const { body } = await create();
    expect(service.tasks.tasks).toContainEqual(
      expect.objectContaining({
        queue: 'reconcile-event',
        payload: { tenantId: 'loft', eventId: body.id, bindingId: 'cal' },
      }),
    );
  });

  it("are found by the booking system's id too", async () => {
    const { body } = await create();
    expect((await get(body.source.externalUid)).body.id).toBe(body.id);
    expect((await get('apt_unknown')).status).toBe(404);
    expect((await get('a%2Fb%3Ac')).status).toBe(404);
  });

  it('are made once however often the request is repeated, even when its answer was lost', async () => {
    const headers = { 'idempotency-key': 'k-1' };
    uschedule.faults.add({ target: 'uschedule', match: 'POST /v1/appointments', dropResponse: true, times: 1 });
    const lost = await create({}, { headers });
    expect([lost.status, lost.headers.get('retry-after')]).toEqual([503, '5']);
    const made = await create({}, { headers });
    const again = await create({}, { headers });
    expect(again.body).toEqual(made.body);
    expect(uschedule.control.appointments()).toHaveLength(1);
  });

  it('are refused where another has the time, with the reason', async () => {
    await create();
    const refused = await create();
    expect(refused.body).toMatchObject({ status: 409, type: 'urn:dovetail:problem:rejected', reason: 'slot_taken' });
    expect(service.log.named('api.refused')).toMatchObject([{ fields: { reason: 'slot_taken', tenantId: 'loft' } }]);
  });

  it.each([
    ['an end before the start', { end: '2027-05-02T12:00:00Z' }, 400, 'end'],
    ['dates', { start: '2027-05-02', end: '2027-05-03' }, 400, 'start'],
    ['an unknown resource', { resourceId: 'bay-9' }, 422, 'resourceId'],
    ['a resource of another tenant', { resourceId: 'kaya' }, 422, 'resourceId'],
    ['a hold', { hold: true }, 422, 'hold'],
    [
      'more of a guest than the booking system takes',
      { guest: { name: 'A', email: 'a@example.com' } },
      400,
      'guest.email',
    ],
  ])('are refused with %s', async (_case, part, status, path) => {
    const refused = await create(part);
    expect(refused.status).toBe(status);
    expect(refused.body.paths).toContain(path);
    expect(uschedule.control.appointments()).toEqual([]);
  });

  it('cannot be made by a tenant whose only booking system takes none from here', async () => {
    await service.documents.commit([service.store.bookingSystems.delete('loft', 'uschedule')]);
    expect((await create()).body).toMatchObject({ status: 422, type: 'urn:dovetail:problem:unprocessable' });
  });

  it('of a booking system are for managers', async () => {
    const { body } = await create();
    for (const key of ['loft-guest-key', 'loft-staff-key']) {
      expect((await create(NOON, { key })).status).toBe(403);
      const path = `/v1/bookings/${body.id}`;
      expect((await service.call('cancelBooking', `${path}:cancel`, { key })).status).toBe(403);
      expect((await service.call('changeBooking', path, { key, body: NOON })).status).toBe(403);
    }
    expect((await change(body.id, { guest: { name: 'B' } })).body).toMatchObject({ status: 422, paths: ['guest'] });
    expect((await create({ ...NOON, ignoreRules: true })).body).toMatchObject({ status: 422, paths: ['ignoreRules'] });
  });

  it('move in time and to another bay', async () => {
    const { body } = await create();
    const moved = await change(body.id, { ...NOON, resourceId: 'bay-2', title: 'Moved' });
    expect(moved.body).toMatchObject({ id: body.id, ...NOON, resourceId: 'bay-2', title: 'Moved', version: 2 });
    expect(appointment(body.source.externalUid)).toMatchObject({ resource_id: '2', title: 'Moved' });
  });

  it('move at one end', async () => {
    const { body } = await create();
    expect((await change(body.id, { end: NOON.end })).body).toMatchObject({ start: MORNING.start, end: NOON.end });
    expect((await change(body.id, { end: '2027-05-02T12:00:00Z' })).body).toMatchObject({
      status: 400,
      paths: ['end'],
    });
  });

  it('do not change when they were changed elsewhere meanwhile; a second look succeeds', async () => {
    const { body } = await create();
    const elsewhere = service.deps.bookingSystem(
      (await service.store.bookingSystems.get(service.documents, 'loft', 'uschedule'))!,
      'loft',
    );
    await elsewhere!.change(body.source.externalUid, { title: 'By the front desk' }, 1);
    const refused = await change(body.id, { title: 'By us' });
    expect(refused.body).toMatchObject({ status: 412, type: 'urn:dovetail:problem:precondition-failed' });
    expect((await get(body.id)).body).toMatchObject({ title: 'By the front desk', version: 2 });
    expect((await change(body.id, { title: 'By us' })).body).toMatchObject({ title: 'By us', version: 3 });
  });

  it('are cancelled in the booking system, twice with the same result', async () => {
    const { body } = await create();
    expect((await cancel(body.id, { reason: 'rain' })).body.status).toBe('cancelled');
    expect(appointment(body.source.externalUid)?.status).toBe('cancelled');
    expect((await cancel(body.id)).body.status).toBe('cancelled');
  });

  it('that are locked tell who must act', async () => {
    const { body } = await create();
    uschedule.control.lock(body.source.externalUid);
    const refused = await change(body.id, NOON);
    expect(refused.body).toMatchObject({ status: 409, reason: 'locked' });
    expect(refused.body.detail).toContain('Unlock it');
  });

  it('of an app that takes no changes are left to it', async () => {
    const booking = {
      id: 'b-1',
      resourceId: 'bay-1',
      externalResourceId: 'one',
      ...MORNING,
      status: 'confirmed',
      version: 1,
    } as const;
    await acceptBooking({ tenantId: 'loft', systemId: 'app', bookingId: 'b-1', booking }, service.deps);
    expect((await get('b-1')).body.status).toBe('confirmed');
    expect((await change('b-1', { title: 'x' })).status).toBe(422);
    expect((await cancel('b-1')).status).toBe(422);
  });

  it('are confirmed only where they are held, and then in the booking system', async () => {
    const { body } = await create();
    const confirm = (id: string) => service.call('confirmBooking', `/v1/bookings/${id}:confirm`);
    expect((await confirm(body.id)).body).toMatchObject({ status: 422, detail: expect.stringContaining('confirmed') });
    const [held] = uschedule.control.seedAppointments([{ resource_id: '2', ...MORNING, status: 'pending' }]);
    await acceptBooking({ tenantId: 'loft', systemId: 'uschedule', bookingId: held!.id }, service.deps);
    expect((await get(held!.id)).body.status).toBe('held');
    expect((await confirm(held!.id)).body).toMatchObject({ status: 422, detail: expect.stringContaining('there') });
    expect((await confirm('nothing')).status).toBe(404);
  });

  it('are listed by window, of one resource or all', async () => {
    await create();
    await create({ resourceId: 'bay-2' });
    await create({ resourceId: 'bay-2', ...NOON });
    const list = async (query: string) =>
      (await service.call('listBookings', `/v1/bookings?${query}`)).body.items.map(
        ({ resourceId, start }: { resourceId: string; start: string }) => `${resourceId} ${start}`,
      );
    expect(await list('')).toHaveLength(3);
    expect(await list('from=2027-05-03&to=2027-05-04')).toEqual([]);
    expect(await list('resourceId=bay-2&from=2027-05-02T15:00:00Z&to=2027-05-02T18:00:00Z')).toEqual([
      `bay-2 ${NOON.start}`,
    ]);
    expect((await service.call('listBookings', '/v1/bookings?resourceId=bay-9')).status).toBe(422);
  });

  it('leave no guest in the log', async () => {
    await create({ guest: { name: 'Guest A' }, title: 'Lesson' });
    await create({ guest: { name: 'Guest A' }, title: 'Lesson' });
    expect(service.log.named('api.createBooking')).toHaveLength(1);
    expect(JSON.stringify(service.log.lines)).not.toMatch(/Guest A|Lesson/);
  });
});
