import { instantOf } from '@dovetail/core/domain/interval.ts';
import type { Run } from '@dovetail/core/domain/run.ts';
import { commitChanges } from '@dovetail/core/ledger/commit-changes.ts';
import { keepDeadLetter } from '@dovetail/core/sync/keep-dead-letter.ts';
import { recordRun } from '@dovetail/core/sync/record-run.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NOW, type Service, startService } from './run-service-server.ts';

let service: Service;
beforeEach(async () => {
  service = await startService();
});
afterEach(() => service.close());

const HOUR = 3_600_000;
const record = (part: Partial<Run>, startedAt = NOW) =>
  recordRun(
    {
      tenantId: 'loft',
      flow: 'pull-calendar',
      trigger: 'push',
      status: 'success',
      startedAt,
      counts: { seen: 1 },
      ...(part as object),
    },
    service.deps,
  );

describe('runs', () => {
  const list = async (query = '') =>
    (await service.call('listRuns', `/v1/runs${query}`)).body.items.map(({ id }: { id: string }) => id);

  it('are listed with the newest first, in pages', async () => {
    const ids = [await record({}, NOW - 2 * HOUR), await record({}, NOW), await record({}, NOW - HOUR)];
    expect(await list()).toEqual([ids[1], ids[2], ids[0]]);
    const first = await service.call('listRuns', '/v1/runs?pageSize=2');
    expect(await list(`?pageSize=2&pageToken=${first.body.nextPageToken}`)).toEqual([ids[0]]);
  });

  it('are found by status, flow, resource and time, together too', async () => {
    const failed = await record({ status: 'failed', flow: 'sync-feed', resourceId: 'bay-1' }, NOW - HOUR);
    await record({ status: 'failed', resourceId: 'bay-2' });
    await record({ flow: 'sync-feed' }, NOW - 2 * HOUR);
    expect(await list('?status=failed&flow=sync-feed')).toEqual([failed]);
    expect(await list('?resourceId=bay-1')).toEqual([failed]);
    expect(await list(`?from=${instantOf(NOW - HOUR)}&to=${instantOf(NOW)}`)).toEqual([failed]);
    expect(await list('?flow=sync-feed&to=2027-05-01')).toEqual([]);
    expect((await service.call('listRuns', '/v1/runs?status=great')).body.paths).toEqual(['status']);
  });

  it('are read one by one, with their changes', async () => {
    const id = await record({ changes: [{ action: 'event.inserted', eventId: 'e1' }] });
    expect((await service.call('getRun', `/v1/runs/${id}`)).body).toMatchObject({
      id,
      startedAt: instantOf(NOW),
      counts: { seen: 1, added: 0 },
      changes: [{ action: 'event.inserted', eventId: 'e1' }],
    });
    expect((await service.call('getRun', '/v1/runs/nothing')).status).toBe(404);
  });
});

describe('proposals', () => {
  const keep = (id: string, createdAt = instantOf(NOW)) =>
    service.documents.commit([
      service.store.proposals.set('loft', {
        id,
        bindingId: 'cal',
        eventId: 'evt',
        wanted: { title: 'Guest A' },
        kept: { title: 'Guest B' },
        reason: 'slot_taken',
        detail: 'Another booking has that time.',
        createdAt,
      }),
    ]);

  it('are listed with the newest first, read and dismissed', async () => {
    await keep('p1', instantOf(NOW - HOUR));
    await keep('p2');
    const { body } = await service.call('listProposals', '/v1/proposals');
    expect(body.items).toMatchObject([
      { id: 'p2', wanted: { title: 'Guest A' }, kept: { title: 'Guest B' } },
      { id: 'p1' },
    ]);
    expect((await service.call('getProposal', '/v1/proposals/p1')).body.reason).toBe('slot_taken');
    expect((await service.call('dismissProposal', '/v1/proposals/p1')).status).toBe(204);
    expect((await service.call('getProposal', '/v1/proposals/p1')).status).toBe(404);
    expect((await service.call('dismissProposal', '/v1/proposals/p1')).status).toBe(404);
  });
});

describe('dead letters', () => {
  const keep = () =>
    keepDeadLetter(
      {
        tenantId: 'loft',
        queue: 'accept-booking',
        payload: { tenantId: 'loft', systemId: 'app', bookingId: 'b-1', webhookId: 'w', sealedBooking: 'secret.text' },
        reason: 'unknown_resource',
        detail: 'Add the resource, then replay.',
      },
      service.deps,
    );

  it('are listed with what they are about, without what they carry', async () => {
    await keep();
    const reply = await service.call('listDeadLetters', '/v1/dead-letters');
    expect(reply.body.items).toMatchObject([
      { queue: 'accept-booking', subject: { systemId: 'app', bookingId: 'b-1' }, reason: 'unknown_resource' },
    ]);
    expect(reply.text).not.toContain('secret.text');
  });

  it('are replayed with all they carry, and are then gone', async () => {
    const { id } = await keep();
    const replay = () => service.call('replayDeadLetter', `/v1/dead-letters/${id}:replay`);
    expect((await replay()).status).toBe(202);
    expect(service.tasks.tasks).toMatchObject([{ queue: 'accept-booking', payload: { sealedBooking: 'secret.text' } }]);
    expect((await service.call('listDeadLetters', '/v1/dead-letters')).body.items).toEqual([]);
    expect((await replay()).status).toBe(404);
  });
});

describe('an event', () => {
  it('can be read, and asked why it is there', async () => {
    const body = { id: 'cal', resourceId: 'bay-1', calendarId: 'bay-1@group' };
    await service.call('createBinding', '/v1/bindings', { body });
    const own = await record({ resourceId: 'bay-1' }, NOW - HOUR);
    const latest = await record({ resourceId: 'bay-1' });
    const event = {
      id: 'evt',
      resourceId: 'bay-1',
      kind: 'reservation',
      status: 'active',
      source: { type: 'booking-system', id: 'uschedule', externalUid: 'apt_1' },
      start: '2027-05-02T10:00:00Z',
      end: '2027-05-02T11:00:00Z',
      title: 'Lesson',
      priority: 1,
      booking: { status: 'confirmed', version: 4 },
      runId: own,
      lastSeenAt: instantOf(NOW),
    } as const;
    await commitChanges({ tenantId: 'loft', eventIds: ['evt'], decide: () => ({ events: [event] }) }, service.deps);
    const shown = await service.call('getEvent', '/v1/events/evt');
    const why = await service.call('explainEvent', '/v1/events/evt/why');
    expect(why.body).toMatchObject({
      event: shown.body,
      holdsTime: true,
      source: { type: 'booking-system', id: 'uschedule', externalUid: 'apt_1', name: 'uschedule' },
      booking: { status: 'confirmed', version: 4 },
      mappings: [{ bindingId: 'cal', calendarId: 'bay-1@group', state: 'stated', waiting: ['to-calendar'] }],
      runs: [{ id: own }, { id: latest }],
    });
  });

  it('that nobody knows is not found', async () => {
    expect((await service.call('getEvent', '/v1/events/nothing')).status).toBe(404);
    expect((await service.call('explainEvent', '/v1/events/nothing/why')).status).toBe(404);
  });
});
