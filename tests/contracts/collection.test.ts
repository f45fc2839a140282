import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteDocumentStore } from '@dovetail/core/adapters/sqlite/sqlite-document-store.ts';
import type { Binding } from '@dovetail/core/domain/binding.ts';
import { DEFAULT_MARK } from '@dovetail/core/domain/booking-system-config.ts';
import { InvalidInput, PreconditionFailed } from '@dovetail/core/domain/errors.ts';
import type { LedgerEvent } from '@dovetail/core/domain/event.ts';
import type { Feed } from '@dovetail/core/domain/feed.ts';
import { type DeadLetter, NO_COUNTS, type Proposal, type Run } from '@dovetail/core/domain/run.ts';
import type { DocumentStore } from '@dovetail/core/ports/document-store.ts';
import { defineStore } from '@dovetail/core/store/store.ts';
import type { StoredAnswer } from '@dovetail/core/store/stored-answer.ts';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { resource } from '../made-resource.ts';
import { lesson, sealerOfTests } from './ledger.ts';

const AT = '2027-05-01T12:00:00Z';
const NOW = Date.parse(AT);
const DAY_MS = 86_400_000;
/** Stands for whatever must not be readable at rest. */
const SECRET = 'Ada Lovelace';

const store = defineStore(sealerOfTests());

const EVENT: LedgerEvent = {
  ...(lesson('42') as Omit<LedgerEvent, 'revision' | 'firstSeenAt' | 'updatedAt'>),
  title: `Lesson with ${SECRET}`,
  guest: { name: SECRET, email: `${SECRET}@example.org`, phone: SECRET },
  raw: { text: `SUMMARY:${SECRET}`, cutFrom: 9_000 },
  revision: 1,
  firstSeenAt: AT,
  updatedAt: AT,
};
const BINDING: Binding = {
  id: 'cal-1',
  resourceId: 'bay-1',
  provider: 'google',
  calendarId: 'bay-1@example.org',
  timeZone: 'America/New_York',
  mark: DEFAULT_MARK,
  direction: 'two-way',
  busyIn: false,
  visibility: 'details',
  onCancel: 'delete',
  state: 'active',
  pullCount: 0,
  missedPushes: 0,
  createdAt: AT,
  updatedAt: AT,
};
const FEED: Feed = {
  id: 'f1',
  resourceId: 'bay-1',
  resourceKind: 'timed',
  timeZone: 'America/New_York',
  url: `https://example.org/${SECRET}`,
  platform: 'airbnb',
  status: 'healthy',
  paused: false,
  pollMinutes: 15,
  nextPollAt: AT,
  counters: { polls: 0, unchanged: 0, failures: 0 },
  createdAt: AT,
};
const PROPOSAL: Proposal = {
  id: 'p1',
  bindingId: 'cal-1',
  eventId: EVENT.id,
  wanted: { title: SECRET },
  kept: { title: SECRET },
  reason: 'slot_taken',
  detail: 'Another booking has that time.',
  createdAt: AT,
};
const RUN: Run = {
  id: 'r1',
  flow: 'pull-calendar',
  trigger: 'push',
  status: 'success',
  startedAt: AT,
  finishedAt: AT,
  counts: NO_COUNTS,
  changes: [{ action: SECRET }],
  warnings: [],
  errors: [],
  timingsMs: { fetch: 0, parse: 0, plan: 0, commit: 0 },
};
const LETTER: DeadLetter = {
  id: 'd1',
  queue: 'accept-booking',
  payload: { bookingId: SECRET },
  reason: 'unknown_resource',
  detail: 'No resource answers to that.',
  createdAt: AT,
};
const ANSWER: StoredAnswer = { id: 'a1', requestHash: 'h', startedAt: AT, status: 201, body: { guest: SECRET } };

describe('sealed fields', () => {
  it('are in no file of the store in plain, and come back as they were', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'dovetail-collection-'));
    const documents = openSqliteDocumentStore({ file: join(folder, 'store.db') });
    onTestFinished(async () => {
      await documents.close();
      rmSync(folder, { recursive: true });
    });
    const controlled = { ...BINDING, calendarId: 'readable-at-rest' };
    await documents.commit([
      store.events.set('loft', EVENT),
      store.feeds.set('loft', FEED),
      store.proposals.set('loft', PROPOSAL),
      store.runs.create('loft', RUN, NOW),
      store.deadLetters.create('loft', LETTER),
      store.answers.set('loft', ANSWER, NOW),
      store.tenants.setApiKey(SECRET, { tenantId: 'loft', role: 'admin', label: 'test', createdAt: AT }),
      store.bindings.set('loft', controlled),
    ]);
    expect(await store.events.get(documents, 'loft', EVENT.id)).toEqual(EVENT);
    expect(await store.feeds.get(documents, 'loft', 'f1')).toEqual(FEED);
    expect(await store.proposals.get(documents, 'loft', 'p1')).toEqual(PROPOSAL);
    expect(await store.runs.get(documents, 'loft', 'r1')).toEqual(RUN);
    expect(await store.deadLetters.get(documents, 'loft', 'd1')).toEqual(LETTER);
    expect(await store.answers.get(documents, 'loft', 'a1')).toEqual(ANSWER);
    expect(await store.tenants.byApiKey(documents, SECRET)).toMatchObject({ tenantId: 'loft', role: 'admin' });
    expect(await store.tenants.byApiKey(documents, `${SECRET}!`)).toBeNull();

    const files = readdirSync(folder).map((name) => readFileSync(join(folder, name)));
    const atRest = Buffer.concat(files).toString('latin1');
    expect(atRest).toContain('readable-at-rest');
    expect(atRest).not.toContain('Lovelace');
  });

  it('can only be written whole: the types know no other way', () => {
    // @ts-expect-error a sealed field cannot be updated by itself
    store.events.update('loft', 'e', { title: 'x' });
    // @ts-expect-error nor merged
    store.feeds.merge('loft', 'f', { url: 'x' });
    expect(store.events.update('loft', 'e', { runId: 'r' }).type).toBe('update');
  });
});

describe('a collection', () => {
  let documents: DocumentStore;
  beforeEach(() => {
    documents = openSqliteDocumentStore();
  });
  afterEach(() => documents.close());

  const raw = async (path: string) => (await documents.get(path))?.data;

  it('stores an event without its sealed fields beside the others', async () => {
    await documents.commit([store.events.set('loft', EVENT)]);
    const data = await raw(`tenants/loft/events/${EVENT.id}`);
    expect(data).toMatchObject({ resourceId: 'bay-1', start: EVENT.start, sealed: { k: 'test' } });
    for (const field of ['id', 'title', 'guest', 'raw']) expect(data).not.toHaveProperty(field);
  });

  it('seals nothing where there is nothing to seal', async () => {
    const { body: _, ...pending } = ANSWER;
    await documents.commit([store.answers.set('loft', pending, NOW)]);
    expect(await raw('tenants/loft/idempotency/a1')).not.toHaveProperty('sealed');
    expect(await store.answers.get(documents, 'loft', 'a1')).toEqual(pending);
  });

  it('keeps tenants apart that use the same ids', async () => {
    await documents.commit([
      store.events.set('loft', EVENT),
      store.events.set('casa', { ...EVENT, title: 'of casa' }),
      store.resources.set('loft', resource('bay-1')),
    ]);
    expect((await store.events.get(documents, 'loft', EVENT.id))?.title).toBe(EVENT.title);
    expect((await store.events.get(documents, 'casa', EVENT.id))?.title).toBe('of casa');
    expect(await store.resources.get(documents, 'casa', 'bay-1')).toBeNull();
    expect(await store.events.query(documents, 'casa')).toMatchObject([{ title: 'of casa' }]);
    const everyone = await store.events.queryAllTenants(documents, {});
    expect(everyone.map(({ tenantId, value }) => [tenantId, value.title])).toEqual([
      ['casa', 'of casa'],
      ['loft', EVENT.title],
    ]);
  });

  it('opens nothing that was carried over from another tenant', async () => {
    await documents.commit([store.events.set('loft', EVENT)]);
    const data = (await raw(`tenants/loft/events/${EVENT.id}`))!;
    await documents.commit([{ type: 'set', path: `tenants/casa/events/${EVENT.id}`, data }]);
    await expect(store.events.get(documents, 'casa', EVENT.id)).rejects.toThrow(InvalidInput);
  });

  it.each(['a/b', 'p/events/q', '', '.', '..', 'a\0'])('knows nothing called %j', async (id) => {
    await expect(store.events.get(documents, 'loft', id)).rejects.toThrow(InvalidInput);
    await expect(store.events.get(documents, id, 'e')).rejects.toThrow(InvalidInput);
    await expect(store.tenants.get(documents, id)).rejects.toThrow(InvalidInput);
  });

  it('removes the fields that an update gives as undefined, and leaves the others', async () => {
    await documents.commit([store.bindings.set('loft', { ...BINDING, syncToken: 't1', renewAt: AT })]);
    await documents.commit([store.bindings.update('loft', 'cal-1', { syncToken: undefined, pullCount: 1 })]);
    const { id: _, ...fields } = BINDING;
    expect(await raw('tenants/loft/bindings/cal-1')).toEqual({ ...fields, renewAt: AT, pullCount: 1 });
    expect(await store.bindings.get(documents, 'loft', 'cal-1')).toEqual({ ...BINDING, renewAt: AT, pullCount: 1 });
  });

  it('removes what a merge gives as undefined, too, and makes what was not there', async () => {
    const part = { eventId: 'e', bindingId: 'b', dirty: 'm1', parked: undefined };
    await documents.commit([store.mappings.merge('loft', 'e~b', part)]);
    expect(await raw('tenants/loft/mappings/e~b')).toEqual({ eventId: 'e', bindingId: 'b', dirty: 'm1' });
    await documents.commit([store.mappings.merge('loft', 'e~b', { dirty: undefined, inbound: 'm2' })]);
    expect(await raw('tenants/loft/mappings/e~b')).toEqual({ eventId: 'e', bindingId: 'b', inbound: 'm2' });
  });

  it('updates only the state it was shown, when asked to', async () => {
    await documents.commit([store.bindings.set('loft', BINDING)]);
    const seen = await store.bindings.getVersioned(documents, 'loft', 'cal-1');
    expect(seen?.value).toEqual(BINDING);
    await documents.commit([store.bindings.update('loft', 'cal-1', { pullCount: 1 }, seen?.updateTime)]);
    const late = documents.commit([store.bindings.update('loft', 'cal-1', { pullCount: 2 }, seen?.updateTime)]);
    await expect(late).rejects.toThrow(PreconditionFailed);
    expect(await store.bindings.getVersioned(documents, 'loft', 'none')).toBeNull();
  });

  it('gives many in the order they were asked for, null where there is none', async () => {
    await documents.commit(['a', 'b'].map((id) => store.resources.set('loft', resource(id))));
    const found = await store.resources.getMany(documents, 'loft', ['b', 'none', 'a', 'b']);
    expect(found.map((each) => each?.id)).toEqual(['b', undefined, 'a', 'b']);
    expect(await store.resources.getMany(documents, 'loft', [])).toEqual([]);
  });

  it('lets runs expire after 90 days and answers after one, and shows nobody when', async () => {
    await documents.commit([
      store.runs.create('loft', RUN, NOW),
      store.answers.set('loft', ANSWER, NOW),
      store.deadLetters.create('loft', LETTER),
    ]);
    expect(await raw('tenants/loft/runs/r1')).toMatchObject({ expireAt: new Date(NOW + 90 * DAY_MS) });
    expect(await raw('tenants/loft/idempotency/a1')).toMatchObject({ expireAt: new Date(NOW + DAY_MS) });
    expect(await raw('tenants/loft/deadLetters/d1')).not.toHaveProperty('expireAt');
    expect(await store.runs.get(documents, 'loft', 'r1')).not.toHaveProperty('expireAt');
  });
});
