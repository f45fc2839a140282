import { openSqliteDocumentStore } from '@dovetail/core/adapters/sqlite/sqlite-document-store.ts';
import { InvalidInput } from '@dovetail/core/domain/errors.ts';
import { mappingIdOf } from '@dovetail/core/domain/identity.ts';
import { addDays } from '@dovetail/core/domain/interval.ts';
import type { Mapping } from '@dovetail/core/domain/mapping.ts';
import type { DocumentStore } from '@dovetail/core/ports/document-store.ts';
import { defineStore } from '@dovetail/core/store/store.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resource } from '../made-resource.ts';
import { sealerOfTests } from './ledger.ts';

const store = defineStore(sealerOfTests());

let documents: DocumentStore;
beforeEach(() => {
  documents = openSqliteDocumentStore();
});
afterEach(() => documents.close());

/** Resources `r000`, `r001`, …, each created a day before the one before it. */
async function putResources(count: number, tenantId = 'loft'): Promise<string[]> {
  const ids = Array.from({ length: count }, (_, index) => `r${String(index).padStart(3, '0')}`);
  const created = (index: number) => ({
    createdAt: addDays('2027-05-01', -index),
    kind: index % 2 === 0 ? ('timed' as const) : ('nightly' as const),
  });
  await documents.commit(ids.map((id, index) => store.resources.set(tenantId, resource(id, created(index)))));
  return ids;
}

async function pagesOf(query?: Parameters<typeof store.resources.each>[2]): Promise<string[][]> {
  const pages: string[][] = [];
  for await (const page of store.resources.each(documents, 'loft', query)) pages.push(page.map(({ id }) => id));
  return pages;
}

describe('walking through a collection', () => {
  it('gives every document once, 300 at a time', async () => {
    const ids = await putResources(650);
    await putResources(5, 'casa');
    const pages = await pagesOf();
    expect(pages.map((page) => page.length)).toEqual([300, 300, 50]);
    expect(pages.flat()).toEqual(ids);
  });

  it('keeps to order and conditions from page to page', async () => {
    const ids = await putResources(650);
    const pages = await pagesOf({
      where: [{ field: 'kind', op: '==', value: 'timed' }],
      orderBy: { field: 'createdAt' },
    });
    expect(pages.map((page) => page.length)).toEqual([300, 25]);
    expect(pages.flat()).toEqual(ids.filter((_, index) => index % 2 === 0).reverse());
  });

  it('ends without an empty page when the last one is full', async () => {
    await putResources(600);
    expect((await pagesOf()).map((page) => page.length)).toEqual([300, 300]);
  });

  it('gives no page where there is nothing', async () => {
    expect(await pagesOf()).toEqual([]);
  });

  it('goes on where it was when the documents it gave are deleted meanwhile', async () => {
    await putResources(450);
    let seen = 0;
    for await (const page of store.resources.each(documents, 'loft')) {
      seen += page.length;
      await documents.commit(page.map(({ id }) => store.resources.delete('loft', id)));
    }
    expect(seen).toBe(450);
    expect(await documents.count({ from: 'tenants/loft/resources' })).toBe(0);
  });
});

describe('a page of a collection', () => {
  it('continues after the one before it', async () => {
    const ids = await putResources(5);
    const query = { orderBy: { field: 'createdAt', direction: 'desc' }, limit: 2 } as const;
    const first = await store.resources.query(documents, 'loft', query);
    const second = await store.resources.query(documents, 'loft', { ...query, after: 'r001' });
    expect([...first, ...second].map(({ id }) => id)).toEqual(ids.slice(0, 4));
  });

  it('is refused when the document to continue after is gone, rather than begin again', async () => {
    await putResources(2);
    await expect(store.resources.query(documents, 'loft', { after: 'none' })).rejects.toThrow(InvalidInput);
  });
});

describe('the mappings', () => {
  const mapping = (event: string, binding: string, part: Partial<Mapping> = {}): Mapping => ({
    id: mappingIdOf(event, binding),
    eventId: event,
    bindingId: binding,
    resourceId: 'bay-1',
    remoteId: `remote-${event}-${binding}`,
    generation: 0,
    state: 'live',
    end: '2027-05-01T15:00:00Z',
    attempts: 0,
    updatedAt: '2027-05-01T12:00:00Z',
    ...part,
  });
  const put = (tenantId: string, ...mappings: readonly Mapping[]) =>
    documents.commit(mappings.map((each) => store.mappings.set(tenantId, each)));

  it('of a binding are found by their remote ids, however many are asked for at once', async () => {
    const mappings = Array.from({ length: 95 }, (_, index) => mapping(`e${index}`, 'cal-1'));
    await put('loft', ...mappings, mapping('e1', 'cal-2', { remoteId: 'remote-e1-cal-1' }));
    const asked = [...mappings.map(({ remoteId }) => remoteId as string), 'unknown'];
    const found = await store.mappings.byRemoteIds(documents, 'loft', 'cal-1', asked);
    expect(found.map(({ id }) => id).sort()).toEqual(mappings.map(({ id }) => id).sort());
    expect(await store.mappings.byRemoteIds(documents, 'loft', 'cal-1', [])).toEqual([]);
    expect(await store.mappings.byRemoteIds(documents, 'casa', 'cal-1', asked)).toEqual([]);
  });

  it('of an event are found on all its bindings', async () => {
    await put('loft', mapping('e1', 'cal-1'), mapping('e1', 'cal-2'), mapping('e2', 'cal-1'));
    const found = await store.mappings.ofEvent(documents, 'loft', 'e1');
    expect(found.map(({ bindingId }) => bindingId).sort()).toEqual(['cal-1', 'cal-2']);
  });

  it('that are due are found for all tenants, the longest waiting first, and no more than asked for', async () => {
    const dueAt = (event: string, sweepAt: string) => mapping(event, 'cal-1', { dirty: 'm', sweepAt });
    await put('loft', dueAt('e1', '2027-05-01T12:03:00Z'), dueAt('e2', '2027-05-01T12:05:01Z'), mapping('e3', 'cal-1'));
    await put('casa', dueAt('e4', '2027-05-01T12:01:00Z'), dueAt('e5', '2027-05-01T12:05:00Z'));
    const due = await store.mappings.dueForSweep(documents, '2027-05-01T12:05:00Z', 10);
    expect(due.map(({ tenantId, value }) => [tenantId, value.eventId])).toEqual([
      ['casa', 'e4'],
      ['loft', 'e1'],
      ['casa', 'e5'],
    ]);
    expect(await store.mappings.dueForSweep(documents, '2027-05-01T12:05:00Z', 2)).toHaveLength(2);
  });

  it('that a commit marked before anybody wrote them are read as stated, without an id', async () => {
    await documents.commit([store.mappings.merge('loft', 'e~b', { eventId: 'e', bindingId: 'b', dirty: 'm1' })]);
    expect(await store.mappings.get(documents, 'loft', 'e~b')).toEqual({
      id: 'e~b',
      eventId: 'e',
      bindingId: 'b',
      dirty: 'm1',
      state: 'stated',
      generation: 0,
      attempts: 0,
    });
  });
});
