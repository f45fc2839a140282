import { BillingMeter } from '@dovetail/core/adapters/metered/billing-meter.ts';
import { meterDocumentStore } from '@dovetail/core/adapters/metered/metered-document-store.ts';
import { createLocalSealingKeys } from '@dovetail/core/adapters/secrets/local-sealing-keys.ts';
import {
  openSqliteDocumentStore,
  type SqliteDocumentStoreOptions,
} from '@dovetail/core/adapters/sqlite/sqlite-document-store.ts';
import type { LedgerEvent } from '@dovetail/core/domain/event.ts';
import { eventIdOf, mappingIdOf } from '@dovetail/core/domain/identity.ts';
import type { Mapping } from '@dovetail/core/domain/mapping.ts';
import {
  type CommitDeps,
  type CommitResult,
  commitChanges,
  type EventState,
} from '@dovetail/core/ledger/commit-changes.ts';
import type { DocumentStore, StoredDocument } from '@dovetail/core/ports/document-store.ts';
import type { Task } from '@dovetail/core/ports/task-queue.ts';
import type { PageLine } from '@dovetail/core/store/pages.ts';
import { createSealer } from '@dovetail/core/store/sealed.ts';
import { defineStore } from '@dovetail/core/store/store.ts';
import { resource } from '../made-resource.ts';
import { createRecordingLog } from '../recording-log.ts';

export const TENANT = 'loft';
export const START = Date.parse('2027-05-01T12:00:00Z');

/** The groups of documents a ledger commit may write. */
const GROUPS = ['resources', 'pages', 'events', 'mappings', 'deliveries'];

export function sealerOfTests() {
  return createSealer(createLocalSealingKeys([{ id: 'test', key: new Uint8Array(32).fill(7) }]));
}

/** A lesson on Bay 1, booked as `uid`, unless `part` says otherwise. */
export function lesson(uid: string, part: Partial<EventState> = {}): EventState {
  const source = { type: 'booking-system', id: 'uschedule', externalUid: uid } as const;
  return {
    id: eventIdOf(source),
    resourceId: 'bay-1',
    kind: 'reservation',
    status: 'active',
    source,
    start: '2027-05-03T14:00:00Z',
    end: '2027-05-03T15:00:00Z',
    title: 'Lesson',
    priority: 2,
    booking: { status: 'confirmed', version: 1 },
    lastSeenAt: '2027-05-01T12:00:00Z',
    ...part,
  };
}

/**
 * A ledger of two bays, each mirrored to a calendar, on the embedded store. The clock stands until it is moved, ids
 * count upwards, and what Firestore would bill is counted.
 */
export class Ledger {
  readonly meter = new BillingMeter();
  readonly log = createRecordingLog();
  readonly deps: CommitDeps;
  readonly tasks: Task[] = [];
  now = START;
  #ids = 0;

  constructor(documents: DocumentStore) {
    this.deps = {
      documents: meterDocumentStore(documents, this.meter),
      store: defineStore(sealerOfTests()),
      clock: { now: () => this.now },
      newId: () => `mark-${++this.#ids}`,
      log: this.log,
      tasks: { enqueue: async (task) => this.#take(task) },
    };
  }

  static async open(options: SqliteDocumentStoreOptions = {}): Promise<Ledger> {
    const ledger = new Ledger(openSqliteDocumentStore(options));
    const { documents, store } = ledger.deps;
    await documents.commit(
      ['1', '2'].map((bay) =>
        store.resources.set(TENANT, resource(`bay-${bay}`, { mirrorBindingIds: [`cal-${bay}`] })),
      ),
    );
    ledger.meter.reset();
    return ledger;
  }

  close(): Promise<void> {
    return this.deps.documents.close();
  }

  #take(task: Task): 'created' {
    this.tasks.push(task);
    return 'created';
  }

  /** Commits these states, whatever was there. */
  put(...events: readonly EventState[]): Promise<CommitResult> {
    const eventIds = events.map((event) => event.id);
    return commitChanges({ tenantId: TENANT, eventIds, decide: () => ({ events }) }, this.deps);
  }

  event(id: string): Promise<LedgerEvent | null> {
    return this.deps.store.events.get(this.deps.documents, TENANT, id);
  }

  mapping(eventId: string, bindingId: string): Promise<Mapping | null> {
    return this.deps.store.mappings.get(this.deps.documents, TENANT, mappingIdOf(eventId, bindingId));
  }

  async revision(resourceId: string): Promise<number | undefined> {
    const found = await this.deps.store.resources.get(this.deps.documents, TENANT, resourceId);
    return found?.ledgerRevision;
  }

  async lines(resourceId: string, month: string): Promise<readonly PageLine[]> {
    const [page] = await this.deps.store.pages.getMany(this.deps.documents, TENANT, resourceId, [month]);
    return page?.lines ?? [];
  }

  /** Ids on a page, in its order. */
  async idsOn(resourceId: string, month: string): Promise<string[]> {
    return (await this.lines(resourceId, month)).map((line) => line.id);
  }

  /** Every document a commit could have touched, to compare before and after. */
  async contents(): Promise<StoredDocument[]> {
    const groups = await Promise.all(GROUPS.map((group) => this.deps.documents.query({ from: { group } })));
    return groups.flat();
  }

  /** What `work` would have been billed for. */
  async billed(work: () => Promise<unknown>): Promise<{ reads: number; writes: number; deletes: number }> {
    this.meter.reset();
    await work();
    const { reads, writes, deletes } = this.meter.snapshot();
    return { reads, writes, deletes };
  }
}
