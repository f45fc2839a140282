import { createUScheduleBookingSystem } from '@dovetail/core/adapters/uschedule/uschedule-booking-system.ts';
import type { Binding } from '@dovetail/core/domain/binding.ts';
import { type BookingSystemConfig, USCHEDULE_MARK } from '@dovetail/core/domain/booking-system-config.ts';
import { AccessRevoked, NotFound, PreconditionFailed, TemporarilyUnavailable } from '@dovetail/core/domain/errors.ts';
import type { LedgerEvent } from '@dovetail/core/domain/event.ts';
import type { BookingSystem } from '@dovetail/core/ports/booking-system.ts';
import type { Write } from '@dovetail/core/ports/document-store.ts';
import { askSource } from '@dovetail/core/sync/ask-source.ts';
import { commitBooking, eventIdOfBooking } from '@dovetail/core/sync/commit-booking.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRecordingLog, type RecordingLog } from '../recording-log.ts';
import { Ledger, TENANT } from './ledger.ts';
import { RecordingTaskQueue } from './run-service-server.ts';
import { startUSchedule, type UScheduleServer } from './uschedule-server.ts';

const MORNING = { start: '2027-05-03T13:00:00Z', end: '2027-05-03T14:00:00Z' };
const NOON = { start: '2027-05-03T16:00:00Z', end: '2027-05-03T17:00:00Z' };
const CONFIG: BookingSystemConfig = {
  id: 'uschedule',
  type: 'uschedule',
  webhookSecret: 'uschedule-webhooks',
  resourceIds: {},
  mark: USCHEDULE_MARK,
  priority: 2,
  createdAt: '2027-01-01T00:00:00Z',
};
const BINDING: Binding = {
  id: 'cal-1',
  resourceId: 'bay-1',
  provider: 'google',
  calendarId: 'bay-1@example.com',
  timeZone: 'America/New_York',
  mark: USCHEDULE_MARK,
  direction: 'two-way',
  busyIn: false,
  visibility: 'details',
  onCancel: 'delete',
  state: 'active',
  pullCount: 1,
  missedPushes: 0,
  createdAt: '2027-01-01T00:00:00Z',
  updatedAt: '2027-01-01T00:00:00Z',
};

describe('asking the booking system to take a calendar edit', () => {
  let ledger: Ledger;
  let server: UScheduleServer;
  let system: BookingSystem;
  let tasks: RecordingTaskQueue;
  let log: RecordingLog;

  beforeEach(async () => {
    ledger = await Ledger.open();
    server = await startUSchedule();
    system = connect('the-key');
    tasks = new RecordingTaskQueue();
    log = createRecordingLog();
  });
  afterEach(async () => {
    await server.close();
    await ledger.close();
  });

  // The third bay is one that USchedule knows and the ledger does not.
  const connect = (key: string) =>
    createUScheduleBookingSystem({
      baseUrl: server.baseUrl,
      apiKey: async () => key,
      tenantHeader: 'loft',
      resourceIds: { '1': 'bay-1', '2': 'bay-3' },
    });

  /** A lesson on bay 1, in USchedule and the ledger. */
  async function book(): Promise<LedgerEvent> {
    const booking = await system.create({ resourceId: 'bay-1', ...MORNING, title: 'Lesson' }, 'key-1');
    await commitBooking({ tenantId: TENANT, config: CONFIG, booking }, ledger.deps);
    return (await ledger.event(eventIdOfBooking(CONFIG.id, booking.id))) as LedgerEvent;
  }

  const ask = (event: LedgerEvent, act: Parameters<typeof askSource>[4], writes: readonly Write[] = []) =>
    askSource(
      { tenantId: TENANT, event, binding: BINDING },
      { config: CONFIG, system },
      writes,
      { ...ledger.deps, tasks, log },
      act,
    );

  it('takes its answer into the ledger, together with what the caller adds', async () => {
    const event = await book();
    const { store, documents } = ledger.deps;
    const writes = [store.resources.update(TENANT, 'bay-2', { name: 'renamed' })];
    const answer = await ask(event, ({ id, version }) => system.change(id, { interval: NOON }, version), writes);
    expect(answer).toEqual('done');
    expect(await ledger.event(event.id)).toMatchObject({ ...NOON, booking: { version: 2 } });
    expect((await store.resources.get(documents, TENANT, 'bay-2'))?.name).toBe('renamed');
  });

  it('takes in a booking that had already changed, and neither changes it nor writes what the caller adds', async () => {
    const event = await book();
    const { store, documents } = ledger.deps;
    const { id } = await system.change(event.source.externalUid, { title: 'Fitting' }, 1);
    const writes = [store.resources.update(TENANT, 'bay-2', { name: 'renamed' })];
    expect(await ask(event, () => system.cancel(id, 'x'), writes)).toEqual('moved-on');
    expect(await ledger.event(event.id)).toMatchObject({ title: 'Fitting', status: 'active', booking: { version: 2 } });
    expect(await system.get(id)).toMatchObject({ status: 'confirmed', version: 2 });
    expect((await store.resources.get(documents, TENANT, 'bay-2'))?.name).toBe('bay-2');
  });

  it('tells why it was refused', async () => {
    const event = await book();
    server.control.lock(event.source.externalUid);
    const answer = await ask(event, ({ id, version }) => system.change(id, { interval: NOON }, version));
    expect(answer).toEqual({ refused: 'locked' });
    expect(await ledger.event(event.id)).toEqual(event);
  });

  it.each(['when it is read', 'when it is changed'])('tells of a booking that is unknown %s', async (when) => {
    const event = await book();
    const gone = { ...event, source: { ...event.source, externalUid: 'apt_gone' } };
    const asked = when === 'when it is read' ? gone : event;
    expect(await ask(asked, () => system.cancel('apt_gone', 'x'))).toEqual({ refused: 'unknown_booking' });
  });

  it('does nothing when the booking moved on under it: it is to be looked at again', async () => {
    const event = await book();
    expect(await ask(event, ({ id }) => system.change(id, { interval: NOON }, 7))).toEqual('moved-on');
    expect(await ledger.event(event.id)).toEqual(event);
  });

  it('tells staff when it is let in no more, and waits', async () => {
    const event = await book();
    system = connect('another-key');
    await expect(ask(event, () => system.cancel(event.source.externalUid, 'x'))).rejects.toThrow(
      TemporarilyUnavailable,
    );
    expect(log.of('booking-system.access-revoked')).toMatchObject([{ severity: 'ALERT', system: 'uschedule' }]);
  });

  it('does not call the booking unknown when it is the ledger that lacks the resource it moved to', async () => {
    const event = await book();
    const asked = ask(event, ({ id, version }) => system.change(id, { resourceId: 'bay-3' }, version));
    await expect(asked).rejects.toThrow(NotFound);
    expect(await system.get(event.source.externalUid)).toMatchObject({ resourceId: 'bay-3', version: 2 });
  });

  it('says so when the write that goes with the answer comes too late', async () => {
    const event = await book();
    const stale = ledger.deps.store.resources.update(TENANT, 'bay-2', { name: 'renamed' }, '2027-01-01T00:00:00.000Z');
    const asked = ask(event, ({ id, version }) => system.change(id, { interval: NOON }, version), [stale]);
    await expect(asked).rejects.toThrow(PreconditionFailed);
    expect(await ledger.event(event.id)).toEqual(event);
  });

  it("does not take the queue's failures for the booking system's", async () => {
    const { documents, store } = ledger.deps;
    await documents.commit([store.resources.update(TENANT, 'bay-1', { mirrorBindingIds: ['cal-1', 'cal-9'] })]);
    const event = await book();
    tasks.failure = new AccessRevoked('no task may be enqueued');
    const asked = ask(event, ({ id, version }) => system.change(id, { interval: NOON }, version));
    await expect(asked).rejects.toBe(tasks.failure);
    expect(log.lines).toEqual([]);
  });
});
