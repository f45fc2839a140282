import { conflictIdOf } from '@dovetail/core/domain/conflict.ts';
import type { LedgerEvent } from '@dovetail/core/domain/event.ts';
import { eventIdOf } from '@dovetail/core/domain/identity.ts';
import { commitChanges, type EventState } from '@dovetail/core/ledger/commit-changes.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Service, startService } from './run-service-server.ts';

let service: Service;
beforeEach(async () => {
  service = await startService();
});
afterEach(() => service.close());

/** A lesson on bay 1 that a feed tells of. */
function lesson(feed: string, part: Partial<EventState> = {}): EventState {
  const source = { type: 'feed', id: feed, externalUid: `${feed}-1` } as const;
  return {
    id: eventIdOf(source),
    resourceId: 'bay-1',
    kind: 'reservation',
    status: 'active',
    source,
    start: '2027-05-03T14:00:00Z',
    end: '2027-05-03T15:00:00Z',
    title: `Lesson of ${feed}`,
    priority: 3,
    lastSeenAt: '2027-05-01T08:00:00Z',
    ...part,
  };
}

const FIRST = lesson('first');
const SECOND = lesson('second');
const CONFLICT = conflictIdOf(FIRST.id, SECOND.id);

function put(...events: readonly EventState[]) {
  const eventIds = events.map(({ id }) => id);
  return commitChanges({ tenantId: 'loft', eventIds, decide: () => ({ events }) }, service.deps);
}

async function event(id: string): Promise<LedgerEvent> {
  return (await service.call('getEvent', `/v1/events/${id}`)).body;
}

describe('a conflict', () => {
  beforeEach(() => put(FIRST, SECOND));

  it('is in the review queue until staff resolve it, and then among the settled', async () => {
    const listed = async (query: string) =>
      (await service.call('listConflicts', `/v1/conflicts${query}`)).body.items.map(({ id }: { id: string }) => id);
    expect(await listed('?status=open')).toEqual([CONFLICT]);
    expect(await listed('?status=resolved')).toEqual([]);
    const body = { winnerEventId: SECOND.id };
    const resolved = await service.call('resolveConflict', `/v1/conflicts/${CONFLICT}:resolve`, { body });
    expect(resolved.body).toMatchObject({ status: 'resolved', resolvedBy: 'staff', winnerEventId: SECOND.id });
    expect(await listed('?status=open')).toEqual([]);
    expect(await listed('?status=resolved&resourceId=bay-1')).toEqual([CONFLICT]);
    expect(await listed('?resourceId=bay-2')).toEqual([]);
    expect((await event(FIRST.id)).status).toBe('overridden');
    expect((await event(SECOND.id)).status).toBe('active');
  });

  it('stays as staff decided while both go on as before, and the loser keeps its time', async () => {
    const body = { winnerEventId: SECOND.id };
    await service.call('resolveConflict', `/v1/conflicts/${CONFLICT}:resolve`, { body });
    await put({ ...FIRST, end: '2027-05-03T15:30:00Z', priority: 1 });
    expect((await service.call('getConflict', `/v1/conflicts/${CONFLICT}`)).body).toMatchObject({
      resolvedBy: 'staff',
      winnerEventId: SECOND.id,
    });
    const why = (await service.call('explainEvent', `/v1/events/${FIRST.id}/why`)).body;
    expect(why).toMatchObject({ holdsTime: true, overriddenBy: SECOND.id, conflicts: [{ id: CONFLICT }] });
  });

  it('can free the loser’s time, which its source does not take back by repeating itself', async () => {
    const body = { winnerEventId: SECOND.id, release: true };
    await service.call('resolveConflict', `/v1/conflicts/${CONFLICT}:resolve`, { body });
    await put({ ...FIRST, title: 'Said again' });
    expect((await event(FIRST.id)).status).toBe('released');
    expect((await service.call('getConflict', `/v1/conflicts/${CONFLICT}`)).body).toMatchObject({
      status: 'resolved',
      resolvedBy: 'staff',
    });
    await service.call('restoreEvent', `/v1/events/${FIRST.id}:restore`);
    expect((await event(FIRST.id)).status).toBe('overridden');
  });

  it.each(['booking-system', 'direct'] as const)(
    'frees no booking’s time: one of a %s is to be cancelled',
    async (type) => {
      const source = { type, id: 'uschedule', externalUid: 'apt_1' };
      const booking = lesson('booked', { id: eventIdOf(source), source });
      await put(booking);
      const path = `/v1/conflicts/${conflictIdOf(booking.id, SECOND.id)}:resolve`;
      const body = { winnerEventId: SECOND.id, release: true };
      expect(await service.call('resolveConflict', path, { body })).toMatchObject({
        status: 409,
        body: { reason: 'held_by_booking_system' },
      });
      expect((await service.call('resolveConflict', path, { body: { winnerEventId: SECOND.id } })).status).toBe(200);
      expect((await event(booking.id)).status).toBe('overridden');
    },
  );

  it('frees nothing that holds no time any more, so there is nothing to hold again', async () => {
    await put({ ...FIRST, status: 'released' });
    const body = { winnerEventId: SECOND.id, release: true };
    const resolved = await service.call('resolveConflict', `/v1/conflicts/${CONFLICT}:resolve`, { body });
    expect(resolved.body).toMatchObject({ resolvedBy: 'staff', winnerEventId: SECOND.id });
    expect(resolved.body.reason).toBe('Staff decided; the other held no time any more.');
    const refused = await service.call('restoreEvent', `/v1/events/${FIRST.id}:restore`);
    expect(refused).toMatchObject({ status: 409, body: { reason: 'not_released' } });
    const { items } = (await service.call('listRuns', '/v1/runs?flow=resolve-conflict')).body;
    await service.call('revertRun', `/v1/runs/${items[0].id}:revert`);
    expect((await event(FIRST.id)).status).toBe('released');
  });

  it('leaves a run that says what staff decided', async () => {
    const body = { winnerEventId: SECOND.id };
    await service.call('resolveConflict', `/v1/conflicts/${CONFLICT}:resolve`, { body });
    const { items } = (await service.call('listRuns', '/v1/runs?flow=resolve-conflict')).body;
    expect(items).toMatchObject([{ trigger: 'staff', resourceId: 'bay-1', changes: [{ eventId: FIRST.id }] }]);
  });

  it('is refused a winner that is not of the two, and one that nobody knows is not found', async () => {
    const wrong = { body: { winnerEventId: 'other' } };
    const refused = await service.call('resolveConflict', `/v1/conflicts/${CONFLICT}:resolve`, wrong);
    expect([refused.status, refused.body.paths]).toEqual([400, ['winnerEventId']]);
    expect((await service.call('resolveConflict', '/v1/conflicts/nothing:resolve', wrong)).status).toBe(404);
  });
});

describe('an event', () => {
  it('can be released by staff, whatever its source goes on to show, and restored', async () => {
    await put(FIRST);
    const release = () => service.call('releaseEvent', `/v1/events/${FIRST.id}:release`);
    expect((await release()).body.status).toBe('released');
    await put({ ...FIRST, title: 'Said again' });
    const why = (await service.call('explainEvent', `/v1/events/${FIRST.id}/why`)).body;
    expect(why).toMatchObject({ holdsTime: false, staffReleasedAt: '2027-05-01T08:00:00Z' });
    expect(await release()).toMatchObject({ status: 409, body: { reason: 'not_holding' } });
    const restored = await service.call('restoreEvent', `/v1/events/${FIRST.id}:restore`);
    expect(restored.body.status).toBe('active');
  });

  it.each([
    ['of a booking system', { type: 'booking-system', id: 'uschedule', externalUid: '1' }, 'held_by_booking_system'],
    ['that a rule inherits', { type: 'inheritance', id: 'down', externalUid: '1' }, 'inherited'],
  ] as const)('%s is not staff’s to release', async (_, source, reason) => {
    const state = lesson('first', { source, id: eventIdOf(source) });
    await put(state);
    const refused = await service.call('releaseEvent', `/v1/events/${state.id}:release`);
    expect(refused).toMatchObject({ status: 409, body: { reason } });
  });

  it('that staff did not release cannot be restored', async () => {
    await put(FIRST);
    const refused = await service.call('restoreEvent', `/v1/events/${FIRST.id}:restore`);
    expect(refused).toMatchObject({ status: 409, body: { reason: 'not_released' } });
  });
});
