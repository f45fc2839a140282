import { recordRun } from '@dovetail/core/sync/record-run.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { calendarFile, eventsOf, hour, importFile } from './import-files.ts';
import { NOW, type Service, startService } from './run-service-server.ts';

let service: Service;
beforeEach(async () => {
  service = await startService();
});
afterEach(() => service.close());

const TWO = calendarFile([hour('a', 10, 10, 'SUMMARY:Lesson'), hour('b', 11, 10, 'SUMMARY:Fitting')]);
const revert = (id: string) => service.call('revertRun', `/v1/runs/${id}:revert`);
const lastRun = async (flow: string) => (await service.call('listRuns', `/v1/runs?flow=${flow}`)).body.items[0];
const events = () => service.store.events.query(service.documents, 'loft', { orderBy: { field: 'start' } });

describe('reverting an import', () => {
  it('cancels what it added, and puts back what it changed or cancelled', async () => {
    await importFile(service, TWO);
    const before = await eventsOf(service);
    const changed = [hour('a', 10, 14, 'SUMMARY:Long lesson'), hour('c', 12, 10, 'SUMMARY:New')];
    const { body: run } = await importFile(service, calendarFile(changed), '&replace=true');
    expect(run.counts).toMatchObject({ added: 1, changed: 1, released: 1 });
    const reverted = await revert(run.id);
    expect(reverted.body).toMatchObject({
      flow: 'revert-run',
      status: 'success',
      reverts: run.id,
      revertible: false,
      counts: { changed: 3 },
    });
    expect(await eventsOf(service)).toEqual([...before, '05-12T10:00 cancelled New']);
    expect((await service.call('getRun', `/v1/runs/${run.id}`)).body).toMatchObject({
      revertible: false,
      revertedBy: reverted.body.id,
    });
  });

  it('is done once, however often it is asked for', async () => {
    const { body: run } = await importFile(service, TWO);
    const first = await revert(run.id);
    const after = await events();
    expect((await revert(run.id)).body).toEqual(first.body);
    expect(await events()).toEqual(after);
    expect((await revert(first.body.id)).body.reason).toBe('not_revertible');
  });

  it('leaves what has changed since, and names it', async () => {
    const { body: run } = await importFile(service, TWO);
    await importFile(service, TWO.replace('SUMMARY:Lesson', 'SUMMARY:Other'));
    const { body } = await revert(run.id);
    const [a] = await events();
    expect(body).toMatchObject({ status: 'partial', counts: { changed: 1, setAside: 1 } });
    expect(body.changes).toContainEqual({
      ...{ action: 'kept', eventId: a?.id, resourceId: 'bay-1', reason: 'it has changed since' },
    });
    expect(await eventsOf(service)).toEqual(['05-10T10:00 active Other', '05-11T10:00 cancelled Fitting']);
  });

  it('is refused when all of it has changed since', async () => {
    const { body: run } = await importFile(service, TWO);
    const later = await importFile(service, TWO.replaceAll('T10', 'T12').replaceAll('T11', 'T13'));
    const refused = await revert(run.id);
    expect(refused).toMatchObject({ status: 409, body: { reason: 'changed_since' } });
    expect(refused.body.detail).toContain((await events())[0]?.id);
    await revert(later.body.id);
    expect((await revert(run.id)).status).toBe(200);
    expect((await events()).map(({ status }) => status)).toEqual(['cancelled', 'cancelled']);
  });

  it('is not disturbed by conflicts that came and went', async () => {
    const { body: run } = await importFile(service, TWO);
    const other = await importFile(service, calendarFile([hour('x', 10)]), '&set=other');
    expect((await revert(run.id)).body.status).toBe('success');
    expect((await revert(other.body.id)).body.status).toBe('success');
    const { items } = (await service.call('listConflicts', '/v1/conflicts')).body;
    expect(items).toMatchObject([{ status: 'resolved', resolvedBy: 'overlap-ended' }]);
  });

  it('lets the same file be imported again', async () => {
    const { body: run } = await importFile(service, TWO);
    await revert(run.id);
    expect((await importFile(service, TWO)).body.counts).toMatchObject({ changed: 2 });
    expect(await eventsOf(service)).toEqual(['05-10T10:00 active Lesson', '05-11T10:00 active Fitting']);
  });
});

describe('reverting what staff decided', () => {
  const interval = { start: '2027-05-12T10:00:00Z', end: '2027-05-12T12:00:00Z' };

  it('takes a block away again, and puts one back', async () => {
    const { body: block } = await service.call('createBlock', '/v1/blocks', {
      body: { resourceId: 'bay-1', ...interval },
    });
    await service.call('deleteBlock', `/v1/blocks/${block.id}`);
    await revert((await lastRun('remove-block')).id);
    expect((await service.call('getBlock', `/v1/blocks/${block.id}`)).body).toEqual(block);
    await revert((await lastRun('keep-block')).id);
    expect((await service.call('getBlock', `/v1/blocks/${block.id}`)).status).toBe(404);
  });

  it('holds time again that was freed, and frees it again', async () => {
    await importFile(service, TWO);
    const [event] = await events();
    await service.call('releaseEvent', `/v1/events/${event?.id}:release`);
    await revert((await lastRun('release-event')).id);
    expect((await events())[0]).toMatchObject({ status: 'active' });
    service.clock.set(NOW + 60_000);
    await service.call('releaseEvent', `/v1/events/${event?.id}:release`);
    await service.call('restoreEvent', `/v1/events/${event?.id}:restore`);
    await revert((await lastRun('restore-event')).id);
    expect((await events())[0]).toMatchObject({ status: 'released', staffReleasedAt: '2027-05-01T08:01:00Z' });
  });

  it('opens a conflict again that was decided, with the time that went with it', async () => {
    await importFile(service, calendarFile([hour('a', 10)]));
    await importFile(service, calendarFile([hour('b', 10)]), '&set=other');
    const [open] = (await service.call('listConflicts', '/v1/conflicts?status=open')).body.items;
    const before = (await events()).map(({ id, status, overriddenBy }) => ({ id, status, overriddenBy }));
    await service.call('resolveConflict', `/v1/conflicts/${open.id}:resolve`, {
      body: { winnerEventId: open.eventIds[0], release: true },
    });
    expect((await events()).map(({ status }) => status).sort()).toEqual(['active', 'released']);
    const { body } = await revert((await lastRun('resolve-conflict')).id);
    expect(body).toMatchObject({ status: 'success', counts: { setAside: 0 } });
    expect((await events()).map(({ id, status, overriddenBy }) => ({ id, status, overriddenBy }))).toEqual(before);
    const [again] = (await service.call('listConflicts', '/v1/conflicts?status=open')).body.items;
    expect(again).toMatchObject({ id: open.id, type: open.type, eventIds: open.eventIds });
  });

  it('lets neither event go before the other any more, when a decision freed no time', async () => {
    await importFile(service, calendarFile([hour('a', 10)]));
    await importFile(service, calendarFile([hour('b', 10)]), '&set=other');
    const [open] = (await service.call('listConflicts', '/v1/conflicts?status=open')).body.items;
    const winnerEventId = open.eventIds[0];
    await service.call('resolveConflict', `/v1/conflicts/${open.id}:resolve`, { body: { winnerEventId } });
    expect((await events()).map(({ overriddenBy }) => overriddenBy)).toContain(winnerEventId);
    await revert((await lastRun('resolve-conflict')).id);
    expect((await events()).map(({ overriddenBy }) => overriddenBy)).toEqual([undefined, undefined]);
  });

  it('leaves a conflict that was decided otherwise since', async () => {
    await importFile(service, calendarFile([hour('a', 10)]));
    await importFile(service, calendarFile([hour('b', 10)]), '&set=other');
    const [open] = (await service.call('listConflicts', '/v1/conflicts?status=open')).body.items;
    const [a, b] = open.eventIds;
    const path = `/v1/conflicts/${open.id}:resolve`;
    await service.call('resolveConflict', path, { body: { winnerEventId: a } });
    const first = await lastRun('resolve-conflict');
    service.clock.set(NOW + 60_000);
    await service.call('resolveConflict', path, { body: { winnerEventId: b } });
    expect(await revert(first.id)).toMatchObject({ status: 409, body: { reason: 'changed_since' } });
    expect((await service.call('getConflict', `/v1/conflicts/${open.id}`)).body.winnerEventId).toBe(b);
  });
});

describe('what cannot be reverted', () => {
  it("is a feed's run, whose next poll would undo it, and any other that staff did not make", async () => {
    const run = { tenantId: 'loft', trigger: 'schedule', status: 'success', startedAt: NOW, counts: {} } as const;
    const feed = await revert(await recordRun({ ...run, flow: 'sync-feed' }, service.deps));
    expect(feed).toMatchObject({ status: 409, body: { reason: 'not_revertible' } });
    expect(feed.body.detail).toContain('next poll of the feed would bring it all back');
    expect((await revert(await recordRun({ ...run, flow: 'rederive' }, service.deps))).status).toBe(409);
    expect((await revert('nothing')).status).toBe(404);
  });
});
