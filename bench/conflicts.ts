import { BillingMeter } from '@dovetail/core/adapters/metered/billing-meter.ts';
import { meterDocumentStore } from '@dovetail/core/adapters/metered/metered-document-store.ts';
import { openSqliteDocumentStore } from '@dovetail/core/adapters/sqlite/sqlite-document-store.ts';
import { eventIdOf } from '@dovetail/core/domain/identity.ts';
import { addDays, instantOf } from '@dovetail/core/domain/interval.ts';
import type { Resource } from '@dovetail/core/domain/resource.ts';
import { commitChanges, type EventState } from '@dovetail/core/ledger/commit-changes.ts';
import type { Benchmark, Figure } from './figure.ts';
import { ledgerDeps, plainResource } from './ledger-deps.ts';

const NOW = Date.parse('2027-05-01T08:00:00Z');
const TENANT = 'bench';
const STAYS = 200;
const ROUNDS = 3;

/**
 * What deciding costs: stays that leave each other alone, stays that each meet one of another feed, and stays of rooms
 * that an apartment inherits, one commit each.
 */
export const conflicts: Benchmark = {
  name: 'conflicts',
  async run({ progress }) {
    const figures: Figure[] = [];
    const alone = await best(
      'stays that leave each other alone',
      [room('a', [])],
      (index) => [stay('a', 'x', index)],
      progress,
    );
    figures.push(figureOf('a stay that meets nobody', alone));
    const meeting = await best(
      'stays that each meet another',
      [room('a', [])],
      (index) => [stay('a', 'x', index), stay('a', 'y', index)],
      progress,
    );
    figures.push(figureOf('a stay and the one it meets, decided', meeting));
    const family = await best(
      'stays that an apartment inherits',
      [room('house', [], ['a', 'b', 'c']), ...['a', 'b', 'c'].map((id) => room(id, ['house']))],
      (index) => [stay(['a', 'b', 'c'][index % 3] as string, 'x', index)],
      progress,
    );
    figures.push(figureOf('a stay that an apartment inherits', family));
    figures.push({
      name: 'time of a decided pair against two stays',
      measured: { ratio: meeting.ms / (2 * alone.ms) },
    });
    figures.push({ name: 'time of an inherited stay against a stay', measured: { ratio: family.ms / alone.ms } });
    return figures;
  },
};

interface Cost {
  /** Milliseconds an index. */
  readonly ms: number;
  readonly reads: number;
  readonly writes: number;
}

function figureOf(name: string, { reads, writes }: Cost): Figure {
  return { name, measured: { reads, writes } };
}

async function best(
  what: string,
  resources: readonly Resource[],
  staysOf: (index: number) => readonly EventState[],
  progress: (line: string) => void,
): Promise<Cost> {
  progress(what);
  let fastest: Cost | undefined;
  for (let round = 0; round < ROUNDS; round++) {
    const cost = await measure(resources, staysOf);
    if (!fastest || cost.ms < fastest.ms) fastest = cost;
  }
  return fastest as Cost;
}

async function measure(
  resources: readonly Resource[],
  staysOf: (index: number) => readonly EventState[],
): Promise<Cost> {
  const meter = new BillingMeter();
  const documents = meterDocumentStore(openSqliteDocumentStore(), meter);
  const deps = ledgerDeps(documents, NOW);
  try {
    await documents.commit(resources.map((resource) => deps.store.resources.set(TENANT, resource)));
    meter.reset();
    const startedAt = performance.now();
    for (let index = 0; index < STAYS; index++) {
      for (const state of staysOf(index)) {
        await commitChanges({ tenantId: TENANT, eventIds: [state.id], decide: () => ({ events: [state] }) }, deps);
      }
    }
    const ms = (performance.now() - startedAt) / STAYS;
    const { reads, writes } = meter.snapshot();
    return { ms, reads: reads / STAYS, writes: writes / STAYS };
  } finally {
    await documents.close();
  }
}

function room(id: string, parents: readonly string[], relatedFrom: readonly string[] = []): Resource {
  const relations = parents.map((resourceId) => ({ type: 'parent', resourceId }) as const);
  return plainResource(id, NOW, { kind: 'nightly', timeZone: 'America/Bogota', relations, relatedFrom });
}

/** Two nights of every third, so that those of one feed never meet. */
function stay(resourceId: string, feed: string, index: number): EventState {
  const source = { type: 'feed', id: `${feed}-${resourceId}`, externalUid: `${feed}-${index}` } as const;
  const start = addDays('2027-05-02', index * 3);
  return {
    ...{ id: eventIdOf(source), resourceId, kind: 'reservation', status: 'active', source, title: 'Reserved' },
    ...{ start, end: addDays(start, 2), priority: feed === 'x' ? 2 : 3, lastSeenAt: instantOf(NOW) },
  };
}
