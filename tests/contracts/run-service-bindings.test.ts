import { DEFAULT_MARK, USCHEDULE_MARK } from '@dovetail/core/domain/booking-system-config.ts';
import { AccessRevoked } from '@dovetail/core/domain/errors.ts';
import { instantOf } from '@dovetail/core/domain/interval.ts';
import { commitChanges } from '@dovetail/core/ledger/commit-changes.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NOW, type RequestOptions, type Service, startService } from './run-service-server.ts';

let service: Service;
beforeEach(async () => {
  service = await startService();
});
afterEach(() => service.close());

const DRAFT = { id: 'cal', resourceId: 'bay-1', calendarId: 'bay-1@group' };
const bind = (part: object = {}, options: RequestOptions = {}) =>
  service.call('createBinding', '/v1/bindings', { body: { ...DRAFT, ...part }, ...options });
const get = (id = 'cal') => service.call('getBinding', `/v1/bindings/${id}`);
const act = (operation: string, verb: string) => service.call(operation, `/v1/bindings/cal:${verb}`);
const tasksOf = (queue: string) => service.tasks.tasks.filter((task) => task.queue === queue);
const stored = (id = 'cal') => service.store.bindings.get(service.documents, 'loft', id);

describe('bindings', () => {
  it('are made active, carry the mark of the booking system, and are filled', async () => {
    // The first by id; a tenant of two booking systems decides by their names.
    await service.documents.commit([service.store.bookingSystems.delete('loft', 'app')]);
    const made = await bind();
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      ...DRAFT,
      provider: 'google',
      direction: 'two-way',
      busyIn: false,
      visibility: 'details',
      onCancel: 'delete',
      state: 'active',
      bookingSystemId: 'uschedule',
    });
    expect(await stored()).toMatchObject({ mark: USCHEDULE_MARK, timeZone: 'America/New_York' });
    expect(tasksOf('bind-calendar')).toMatchObject([{ payload: { tenantId: 'loft', bindingId: 'cal' } }]);
    const resource = await service.store.resources.get(service.documents, 'loft', 'bay-1');
    expect(resource?.mirrorBindingIds).toEqual(['cal']);
  });

  it('carry our own mark where there is no booking system', async () => {
    const body = { id: 'cal', resourceId: 'kaya', calendarId: 'kaya@group' };
    await service.call('createBinding', '/v1/bindings', { key: 'casa-manager-key', body });
    const binding = await service.store.bindings.get(service.documents, 'casa', 'cal');
    expect(binding?.mark).toEqual(DEFAULT_MARK);
    expect(binding).not.toHaveProperty('systemId');
  });

  it('bind a calendar once in a tenant', async () => {
    await bind();
    const twice = await bind({ id: 'other', resourceId: 'bay-2' });
    expect(twice.body).toMatchObject({ status: 409, type: 'urn:dovetail:problem:already-exists' });
    expect((await bind({ calendarId: 'another@group' })).status).toBe(409);
    expect((await bind({ id: 'other', resourceId: 'bay-2', calendarId: 'another@group' })).status).toBe(201);
  });

  it('say whether the calendar blocks its resource, and have it read', async () => {
    await bind();
    const change = (body: object, options: RequestOptions = {}) =>
      service.call('changeBinding', '/v1/bindings/cal', { body, ...options });
    expect((await change({ busyIn: true })).body).toMatchObject({ id: 'cal', busyIn: true });
    expect(await stored()).toMatchObject({ busyIn: true });
    expect(tasksOf('pull-calendar')).toMatchObject([{ payload: { bindingId: 'cal', trigger: 'staff' } }]);
    expect((await change({ busyIn: 'yes' })).body).toMatchObject({ status: 400, paths: ['busyIn'] });
    expect((await change({})).status).toBe(400);
    expect((await change({ busyIn: true, calendarId: 'other' })).status).toBe(400);
    expect((await change({ busyIn: true }, { key: 'loft-staff-key' })).status).toBe(403);
    await service.documents.commit([service.store.bindings.update('loft', 'cal', { state: 'removing' })]);
    expect((await change({ busyIn: false })).body).toMatchObject({ status: 409 });
  });

  it.each([
    ['an unknown resource', { resourceId: 'bay-9' }, 422, 'resourceId'],
    ['a resource of another tenant', { resourceId: 'kaya' }, 422, 'resourceId'],
    ['a provider we do not speak', { provider: 'caldav' }, 400, 'provider'],
    ['no calendar', { calendarId: ' ' }, 400, 'calendarId'],
    ['a direction that is none', { direction: 'both' }, 400, 'direction'],
  ])('are refused with %s', async (_case, part, status, path) => {
    const refused = await bind(part);
    expect(refused.body).toMatchObject({ status, paths: [path] });
    expect(service.tasks.tasks).toEqual([]);
  });

  it('are listed, all or of one resource, without what only we need', async () => {
    await bind();
    await bind({ id: 'two', resourceId: 'bay-2', calendarId: 'bay-2@group' });
    const list = async (query = '') => (await service.call('listBindings', `/v1/bindings${query}`)).body.items;
    expect((await list()).map(({ id }: { id: string }) => id)).toEqual(['cal', 'two']);
    expect((await list('?resourceId=bay-2')).map(({ id }: { id: string }) => id)).toEqual(['two']);
    expect((await list())[0]).not.toHaveProperty('syncToken');
  });

  it('pause, and resume with a new fill', async () => {
    await bind();
    expect((await act('pauseBinding', 'pause')).body.state).toBe('paused');
    expect((await act('pauseBinding', 'pause')).status).toBe(200);
    expect((await act('resumeBinding', 'resume')).body.state).toBe('active');
    expect(tasksOf('bind-calendar')).toHaveLength(2);
    expect((await get()).body.state).toBe('active');
  });

  it('resume once access is back, and forget why they stopped', async () => {
    await bind();
    const part = { state: 'needs-access', stateReason: 'Share it again.' } as const;
    await service.documents.commit([service.store.bindings.update('loft', 'cal', part)]);
    expect((await get()).body.stateReason).toBe('Share it again.');
    const resumed = await act('resumeBinding', 'resume');
    expect(resumed.body).not.toHaveProperty('stateReason');
    expect(await stored()).not.toHaveProperty('stateReason');
  });

  it('are read when staff ask, unless they are paused', async () => {
    await bind();
    expect((await act('syncBinding', 'sync')).status).toBe(202);
    expect(tasksOf('pull-calendar')).toMatchObject([{ payload: { bindingId: 'cal', trigger: 'staff' } }]);
    await act('pauseBinding', 'pause');
    expect((await act('syncBinding', 'sync')).body).toMatchObject({
      status: 409,
      type: 'urn:dovetail:problem:wrong-state',
    });
    expect((await act('auditBinding', 'audit')).status).toBe(409);
  });

  it('are audited: a dry run reports, the real thing also heals', async () => {
    await bind();
    await holdTime('evt');
    await service.documents.commit([service.store.mappings.delete('loft', 'evt~cal')]);
    const dry = await service.call('auditBinding', '/v1/bindings/cal:audit?dryRun=true');
    expect(dry.body).toMatchObject({ findings: [{ type: 'unmapped', eventId: 'evt', healable: true }], healed: 0 });
    const real = await service.call('auditBinding', '/v1/bindings/cal:audit');
    expect(real.body.healed).toBe(1);
    const run = await service.call('getRun', `/v1/runs/${real.body.runId}`);
    expect(run.body).toMatchObject({ flow: 'audit-calendar', trigger: 'staff' });
    expect((await service.call('auditBinding', '/v1/bindings/cal:audit?dryRun=perhaps')).body.paths).toEqual([
      'dryRun',
    ]);
  });

  it('let staff decide about held removals', async () => {
    await bind();
    await holdTime('evt');
    const { store, documents } = service;
    const held = { state: 'live', heldAt: instantOf(NOW) } as const;
    for (const [operation, verb] of [
      ['acceptRemovals', 'accept'],
      ['restoreRemovals', 'restore'],
    ] as const) {
      await documents.commit([
        store.mappings.merge('loft', 'evt~cal', held),
        store.bindings.update('loft', 'cal', { removalsHeldAt: instantOf(NOW) }),
      ]);
      expect((await get()).body.removalsHeldAt).toBe(instantOf(NOW));
      expect((await act(operation, verb)).body).toEqual({ count: 1 });
      expect((await get()).body).not.toHaveProperty('removalsHeldAt');
    }
  });

  it('go at once when their events may stay', async () => {
    await bind();
    const gone = await service.call('deleteBinding', '/v1/bindings/cal?events=keep');
    expect(gone.status).toBe(202);
    expect((await get()).status).toBe(404);
  });

  it('go once their events are gone, when those are to be removed', async () => {
    await bind();
    await holdTime('evt');
    expect((await service.call('deleteBinding', '/v1/bindings/cal?events=remove')).status).toBe(202);
    expect((await get()).body.state).toBe('removing');
    for (const [operation, verb] of [
      ['pauseBinding', 'pause'],
      ['resumeBinding', 'resume'],
      ['syncBinding', 'sync'],
    ] as const) {
      expect((await act(operation, verb)).status).toBe(409);
    }
  });

  it('do not go before it is said what becomes of their events', async () => {
    await bind();
    expect((await service.call('deleteBinding', '/v1/bindings/cal')).body).toMatchObject({
      status: 400,
      paths: ['events'],
    });
    expect((await get()).status).toBe(200);
  });

  it('that nobody knows are answered alike by every action', async () => {
    for (const [operation, verb] of [
      ['pauseBinding', 'pause'],
      ['resumeBinding', 'resume'],
      ['syncBinding', 'sync'],
      ['auditBinding', 'audit'],
      ['acceptRemovals', 'accept'],
      ['restoreRemovals', 'restore'],
    ] as const) {
      expect((await act(operation, verb)).status).toBe(404);
    }
  });

  it('tell who must act when the calendar cannot be watched or stopped any more', async () => {
    await bind();
    const google = service.deps.calendars.google as { list: unknown };
    google.list = () => Promise.reject(new AccessRevoked('the calendar is not shared'));
    expect((await act('auditBinding', 'audit')).body).toMatchObject({ findings: [], healed: 0 });
    expect((await get()).body).toMatchObject({
      state: 'needs-access',
      stateReason: expect.stringContaining('Share it'),
    });
  });
});

async function holdTime(id: string): Promise<void> {
  const event = {
    id,
    resourceId: 'bay-1',
    kind: 'reservation',
    status: 'active',
    source: { type: 'booking-system', id: 'uschedule', externalUid: id },
    start: '2027-05-02T10:00:00Z',
    end: '2027-05-02T11:00:00Z',
    title: 'Lesson',
    priority: 1,
    lastSeenAt: instantOf(NOW),
  } as const;
  await commitChanges({ tenantId: 'loft', eventIds: [id], decide: () => ({ events: [event] }) }, service.deps);
}
