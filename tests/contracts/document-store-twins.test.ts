import { openSqliteDocumentStore, openStoreOver } from '@dovetail/core/adapters/sqlite/sqlite-document-store.ts';
import type { DocumentData, DocumentStore, Filter, Query, Value } from '@dovetail/core/ports/document-store.ts';
import { MemoryRows } from '@dovetail/sandbox/simulation/memory-rows.ts';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { openFirestore } from '../firestore/open-firestore.ts';

const host = inject('firestoreEmulator');

/** Few and close together, so that queries find some, and some are equal. */
const scalar: fc.Arbitrary<Value> = fc.oneof(
  fc.constantFrom(null, true, false, Number.NaN, -0, 0, 1, 1.5, -1, 1e300, Infinity),
  fc.constantFrom('', 'a', 'aa', 'a\0', 'b', 'é', '\ud7ff', '\ue000', '😀'),
  fc.constantFrom(0, 1, -1, 1_000).map((instant) => new Date(instant)),
  fc.uint8Array({ maxLength: 2, max: 1 }),
);
const map = fc.dictionary(fc.constantFrom('a', 'b', 'aa'), scalar, { maxKeys: 2, noNullPrototype: true });
const value: fc.Arbitrary<Value> = fc.oneof(
  { arbitrary: scalar, weight: 4 },
  { arbitrary: fc.array(fc.oneof(scalar, map), { maxLength: 2 }), weight: 1 },
  { arbitrary: map, weight: 1 },
);

const field = fc.constantFrom('x', 'y');
const documents: fc.Arbitrary<DocumentData[]> = fc.array(fc.record({ x: value, y: value }, { requiredKeys: [] }), {
  minLength: 10,
  maxLength: 25,
});
const filter: fc.Arbitrary<Filter> = fc.oneof(
  fc.record({ field, op: fc.constantFrom<Filter['op'][]>('==', '<', '<=', '>', '>='), value }),
  fc.record({ field, op: fc.constant<Filter['op']>('array-contains'), value: scalar }),
  fc.record({ field, op: fc.constant<Filter['op']>('in'), value: fc.array(scalar, { minLength: 1, maxLength: 3 }) }),
);
const question = fc.record(
  {
    where: fc.array(filter, { maxLength: 2 }),
    orderBy: fc.record({ field, direction: fc.constantFrom('asc' as const, 'desc' as const) }),
    limit: fc.integer({ min: 1, max: 8 }),
  },
  { requiredKeys: [] },
);

/** Whatever is stored and asked, the embedded store answers as Firestore does, and that of the simulation as both. */
describe.skipIf(host === null)('the document stores', () => {
  let firestore: DocumentStore;
  const sqlite = openSqliteDocumentStore();
  const memory = openStoreOver(new MemoryRows());
  let round = 0;

  beforeAll(() => {
    firestore = openFirestore(String(host));
  });
  afterAll(async () => {
    await Promise.all([firestore.close(), sqlite.close(), memory.close()]);
  });

  /** What a store answers, without its update times, which are its own; or the kind of its refusal. */
  async function answer(store: DocumentStore, query: Query): Promise<unknown> {
    try {
      const first = await store.query(query);
      const last = first.at(-1);
      const next = last ? await store.query({ ...query, startAfter: last }) : [];
      return [first, next].map((page) => page.map(({ id, data }) => ({ id, data })));
    } catch (error) {
      return (error as { kind?: string }).kind ?? error;
    }
  }

  it('answer every query alike', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(documents, fc.array(question, { minLength: 12, maxLength: 12 }), async (stored, questions) => {
        const from = `twins/round/run${++round}`;
        const writes = stored.map((data, index) => ({ type: 'set' as const, path: `${from}/${index}`, data }));
        await Promise.all([firestore.commit(writes), sqlite.commit(writes), memory.commit(writes)]);
        const compared = questions.map(async (each) => {
          const query = { from, ...each };
          const expected = await answer(firestore, query);
          expect(await answer(sqlite, query), JSON.stringify(query)).toEqual(expected);
          expect(await answer(memory, query), JSON.stringify(query)).toEqual(expected);
        });
        await Promise.all(compared);
      }),
      { numRuns: 25 },
    );
  });
});
