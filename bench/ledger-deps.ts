import { randomBytes } from 'node:crypto';
import { createStructuredLog } from '@dovetail/core/adapters/log/structured-log.ts';
import { createLocalSealingKeys } from '@dovetail/core/adapters/secrets/local-sealing-keys.ts';
import { instantOf } from '@dovetail/core/domain/interval.ts';
import type { Resource } from '@dovetail/core/domain/resource.ts';
import { createSealer } from '@dovetail/core/store/sealed.ts';
import { defineStore } from '@dovetail/core/store/store.ts';
import type { SyncDeps } from '@dovetail/core/sync/deps.ts';

/** What flows of the ledger take: everything is sealed as in production, nothing is logged, tasks lead nowhere. */
export type LedgerDeps = Pick<SyncDeps, 'documents' | 'store' | 'log' | 'tasks' | 'clock' | 'newId'>;

/** The deps of a benchmark that calls flows on `documents` while the clock stands at `now` (milliseconds since 1970). */
export function ledgerDeps(documents: LedgerDeps['documents'], now: number): LedgerDeps {
  return {
    documents,
    store: defineStore(createSealer(createLocalSealingKeys([{ id: 'bench', key: randomBytes(32) }]))),
    log: createStructuredLog({ service: 'bench', write: () => {} }),
    tasks: { enqueue: async () => 'created' },
    clock: { now: () => now },
    newId: () => randomBytes(10).toString('hex'),
  };
}

/** A timed resource that is always open, with what matters to the benchmark in `part`. */
export function plainResource(id: string, now: number, part: Partial<Resource> = {}): Resource {
  return {
    ...{ id, name: id, kind: 'timed', timeZone: 'America/New_York', tags: [], relations: [], openingHours: [] },
    ...{ ledgerRevision: 0, mirrorBindingIds: [], createdAt: instantOf(now), updatedAt: instantOf(now) },
    ...part,
  };
}
