import type { Conflict } from '@dovetail/core/domain/conflict.ts';
import { instantOf } from '@dovetail/core/domain/interval.ts';
import { commitChanges } from '@dovetail/core/ledger/commit-changes.ts';
import { keepDeadLetter } from '@dovetail/core/sync/keep-dead-letter.ts';
import { recordRun } from '@dovetail/core/sync/record-run.ts';
import type { Operation } from '@dovetail/run-service/operations/operation.ts';
import { v1Operations } from '@dovetail/run-service/routes/v1/v1-operations.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { calendarFile } from './import-files.ts';
import { expectProblem, NOW, type Service, startService } from './run-service-server.ts';

/** Something of `loft`'s behind every kind of id there is; each says so in its text. */
const TAINT = 'OfLoftAlone';

let service: Service;
let ids: Readonly<Record<string, string>>;

beforeAll(async () => {
  service = await startService();
  const { store, documents, deps } = service;
  const name = TAINT;
  await service.call('createResource', '/v1/resources', { body: { id: 'hall', name, kind: 'timed', timeZone: 'UTC' } });
  await service.call('createBinding', '/v1/bindings', {
    body: { id: 'cal', resourceId: 'hall', calendarId: `${TAINT}@g` },
  });
  await service.call('createFeed', '/v1/feeds', {
    body: { id: 'bnb', resourceId: 'hall', url: `https://${TAINT}.test/a` },
  });
  await service.call('createWebhook', '/v1/webhooks', {
    body: { id: 'hook', url: `https://${TAINT}.test/`, types: ['booking.*'], description: TAINT },
  });
  const event = {
    // Bookings are looked up under ids of this very form.
    id: 'abcdefghijklmnopqrstuv0123',
    resourceId: 'hall',
    kind: 'reservation',
    status: 'active',
    source: { type: 'booking-system', id: 'uschedule', externalUid: 'apt_1' },
    start: '2027-05-02T10:00:00Z',
    end: '2027-05-02T11:00:00Z',
    title: TAINT,
    priority: 1,
    lastSeenAt: instantOf(NOW),
  } as const;
  await commitChanges({ tenantId: 'loft', eventIds: [event.id], decide: () => ({ events: [event] }) }, deps);
  const hour = { resourceId: 'hall', start: '2027-05-04T10:00:00Z', end: '2027-05-04T11:00:00Z' };
  const block = await service.call('createBlock', '/v1/blocks', { body: { ...hour, title: TAINT } });
  const publication = await service.call('createPublication', '/v1/publications', {
    body: { resourceIds: ['hall'], name: TAINT },
  });
  const conflict: Conflict = {
    ...{ id: 'conf', type: 'double-booking', status: 'open', resourceId: 'hall', eventIds: [event.id, 'other'] },
    ...{ start: event.start, end: event.end, reason: TAINT, createdAt: instantOf(NOW), updatedAt: instantOf(NOW) },
  };
  await documents.commit([store.conflicts.set('loft', conflict)]);
  const proposal = {
    bindingId: 'cal',
    eventId: event.id,
    wanted: { title: TAINT },
    kept: {},
    reason: 'x',
    detail: TAINT,
  };
  await documents.commit([store.proposals.set('loft', { id: 'prop', ...proposal, createdAt: instantOf(NOW) })]);
  const run = {
    tenantId: 'loft',
    flow: 'pull-calendar',
    trigger: TAINT,
    status: 'success',
    startedAt: NOW,
    counts: {},
  } as const;
  const letter = { tenantId: 'loft', queue: 'poll-bookings', payload: { tenantId: 'loft', systemId: TAINT } } as const;
  ids = {
    resources: 'hall',
    bookings: event.id,
    blocks: block.body.id,
    'booking-systems': 'uschedule',
    bindings: 'cal',
    events: event.id,
    conflicts: 'conf',
    feeds: 'bnb',
    publications: publication.body.id,
    proposals: 'prop',
    imports: await previewOfLoft(),
    webhooks: 'hook',
    keys: (await store.tenants.apiKeysOf(documents, 'loft'))[0]?.id ?? '',
    runs: await recordRun(run, deps),
    'dead-letters': (await keepDeadLetter({ ...letter, reason: TAINT, detail: TAINT }, deps)).id,
  };
});
afterAll(() => service.close());

async function previewOfLoft(): Promise<string> {
  const file = calendarFile([['UID:a', `SUMMARY:${TAINT}`, 'DTSTART:20270502T100000Z', 'DTEND:20270502T110000Z']]);
  const reply = await service.call('previewImport', '/v1/imports?resourceId=hall', { body: file, headers: CALENDAR });
  return reply.body.id;
}

const CALENDAR = { 'content-type': 'text/calendar' };

/** Bodies and queries that would be good for the tenant that owns the ids in them. */
interface TestRequest {
  readonly body?: object | string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
}
const REQUESTS: Readonly<Record<string, TestRequest>> = {
  createResource: {
    body: { name: 'x', kind: 'timed', timeZone: 'UTC', relations: [{ type: 'parent', resourceId: 'hall' }] },
  },
  changeResource: { body: { name: 'taken over' } },
  createBooking: { body: { resourceId: 'hall', start: '2027-05-03T10:00:00Z', end: '2027-05-03T11:00:00Z' } },
  changeBooking: { body: { title: 'taken over' } },
  createBlock: { body: { resourceId: 'hall', start: '2027-05-03T10:00:00Z', end: '2027-05-03T11:00:00Z' } },
  readFreeBusy: { body: { resourceIds: ['hall'], from: '2027-05-01', to: '2027-05-09' } },
  createBinding: { body: { resourceId: 'hall', calendarId: 'other@g' } },
  changeBinding: { body: { busyIn: true } },
  deleteBinding: { query: '?events=remove' },
  createFeed: { body: { resourceId: 'hall', url: 'https://feeds.test/b.ics' } },
  previewNewFeed: { body: { resourceId: 'hall', url: 'https://feeds.test/b.ics' } },
  changeFeed: { body: { pollMinutes: 30 } },
  createKey: { body: { role: 'staff', label: 'x' } },
  changeTenant: { body: { priorities: { manual: 2 } } },
  createWebhook: { body: { id: 'hook', url: 'https://hooks.test/', types: ['booking.*'] } },
  changeWebhook: { body: { types: ['feed.*'] } },
  previewImport: { body: calendarFile([]), query: '?resourceId=hall', headers: CALENDAR },
  createPublication: { body: { resourceIds: ['hall'] } },
  changePublication: { body: { name: 'taken over' } },
  resolveConflict: { body: { winnerEventId: 'abcdefghijklmnopqrstuv0123' } },
  listBookings: { query: '?from=2027-05-01&to=2027-05-09' },
  listBlocks: { query: '?from=2027-05-01&to=2027-05-09' },
};

const collectionOf = ({ path }: Operation) => path.split('/')[2] ?? '';

function ask(operation: Operation, key: string | null) {
  const { body, headers, query = '' } = REQUESTS[operation.id] ?? {};
  const id = ids[collectionOf(operation)] ?? 'x';
  const path = `${operation.path.replace('{id}', id)}${query}`;
  return service.send(operation.method.toUpperCase(), path, {
    key,
    ...(body && { body }),
    ...(headers && { headers }),
  });
}

/** Everything `loft` has, as it lies in the store. */
async function everythingOfLoft(): Promise<string> {
  const names = [
    'resources',
    'events',
    'conflicts',
    'bindings',
    'mappings',
    'feeds',
    'publications',
    'proposals',
    'imports',
    'webhooks',
    'webhookDeliveries',
    'outbox',
    'runs',
    'deadLetters',
    'idempotency',
  ];
  const found = await Promise.all(names.map((name) => service.documents.query({ from: `tenants/loft/${name}` })));
  const { documents, store } = service;
  const tokens = await documents.query({ from: 'publicationTokens' });
  return JSON.stringify([found, tokens, await store.tenants.apiKeysOf(documents, 'loft')]);
}

const named = v1Operations.map((operation) => [operation.id, operation] as const);
const ofTenant = named.filter(([, { path }]) => path.startsWith('/v1/tenant'));
/** Nothing in these bodies could be another's. */
const ofItself = named.filter(([id]) => id === 'createWebhook' || id === 'createKey');
const single = named.filter(([, operation]) => operation.path.includes('{id}'));

describe('a key of one tenant', () => {
  it.each(single)('finds nothing of another by its id: %s', async (_id, operation) => {
    const before = await everythingOfLoft();
    const reply = await ask(operation, 'casa-admin-key');
    expectProblem(reply);
    expect(reply.status).toBe(404);
    expect(reply.text).not.toContain(TAINT);
    expect(await everythingOfLoft()).toBe(before);
  });

  it.each(ofTenant)('acts on its own business: %s', async (_id, operation) => {
    const before = await everythingOfLoft();
    const reply = await ask(operation, 'casa-admin-key');
    expect(reply.body).toMatchObject({ id: 'casa' });
    expect(reply.text).not.toContain(TAINT);
    expect(await everythingOfLoft()).toBe(before);
  });

  it.each(named.filter((entry) => ![...single, ...ofTenant, ...ofItself].includes(entry)))(
    'reaches nothing of another by lists or bodies: %s',
    async (_id, operation) => {
      const before = await everythingOfLoft();
      const reply = await ask(operation, 'casa-admin-key');
      if (operation.method === 'get') {
        expect(reply.status).toBe(200);
        expect(reply.body.items).not.toContainEqual(expect.objectContaining({ id: ids[collectionOf(operation)] }));
      } else {
        expectProblem(reply);
        expect(reply.status).toBe(422);
      }
      expect(reply.text).not.toContain(TAINT);
      expect(await everythingOfLoft()).toBe(before);
    },
  );

  it.each(ofItself)(
    'makes something of its own, under the same id where it chooses one: %s',
    async (_id, operation) => {
      const before = await everythingOfLoft();
      const reply = await ask(operation, 'casa-admin-key');
      expect(reply.status).toBe(201);
      expect(reply.text).not.toContain(TAINT);
      expect(await everythingOfLoft()).toBe(before);
    },
  );

  it("cannot go on from another's page", async () => {
    const pageToken = Buffer.from('hall').toString('base64url');
    const reply = await service.send('GET', `/v1/resources?pageToken=${pageToken}`, { key: 'casa-admin-key' });
    expect(reply.status).toBe(400);
  });

  it('sees all of its own that the other could not: the ids above are good', async () => {
    for (const [, operation] of single.filter(([, { method }]) => method === 'get')) {
      expect([operation.id, (await ask(operation, 'loft-staff-key')).status]).toEqual([operation.id, 200]);
    }
  });
});

describe('every operation', () => {
  it('that writes is not for staff, but for their own decisions about time', () => {
    const asked = named.filter(([, { method, role }]) => method !== 'get' && role === 'staff').map(([id]) => id);
    // An invitation is made anew each time, and kept nowhere.
    const writes = asked.filter((id) => id !== 'inviteToBooking');
    const blocks = ['createBlock', 'deleteBlock'];
    const imports = ['commitImport', 'previewImport'];
    const decisions = ['releaseEvent', 'resolveConflict', 'restoreEvent', 'revertRun'];
    expect(writes.sort()).toEqual(['changeBooking', ...imports, ...blocks, ...decisions].sort());
  });

  it.each(named)('asks for a key: %s', async (_id, operation) => {
    const reply = await ask(operation, null);
    expectProblem(reply);
    expect(reply.status).toBe(401);
  });

  it('that is open to guests says nothing of others, or is about what they book themselves', () => {
    const open = named.filter(([, { role }]) => role === 'guest').map(([id]) => id);
    const booking = ['cancelBooking', 'confirmBooking', 'createBooking'];
    expect(open.sort()).toEqual([...booking, 'getAvailability', 'readFreeBusy']);
  });

  it.each(named.filter(([, { role }]) => role !== 'guest'))('is closed to guests: %s', async (_id, operation) => {
    const reply = await ask(operation, 'loft-guest-key');
    expectProblem(reply);
    expect(reply.status).toBe(403);
  });

  it.each(named.filter(([, { role }]) => role !== 'staff' && role !== 'guest'))(
    'that is not for staff is closed to them: %s',
    async (_id, operation) => {
      expect((await ask(operation, 'loft-staff-key')).status).toBe(403);
    },
  );
});
