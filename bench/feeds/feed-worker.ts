import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { BillingMeter } from '@dovetail/core/adapters/metered/billing-meter.ts';
import { meterDocumentStore } from '@dovetail/core/adapters/metered/metered-document-store.ts';
import { createLocalSealingKeys } from '@dovetail/core/adapters/secrets/local-sealing-keys.ts';
import { openSqliteDocumentStore } from '@dovetail/core/adapters/sqlite/sqlite-document-store.ts';
import { NotFound } from '@dovetail/core/domain/errors.ts';
import type { Feed } from '@dovetail/core/domain/feed.ts';
import { instantOf } from '@dovetail/core/domain/interval.ts';
import type { Resource } from '@dovetail/core/domain/resource.ts';
import type { CalendarProvider } from '@dovetail/core/ports/calendar-provider.ts';
import type { TaskPayloads } from '@dovetail/core/ports/task-queue.ts';
import type { SyncDeps } from '@dovetail/core/sync/deps.ts';
import { enqueueDueFeeds } from '@dovetail/core/sync/feeds/enqueue-due-feeds.ts';
import { syncFeed } from '@dovetail/core/sync/feeds/sync-feed.ts';
import { wire } from '@dovetail/core/wiring.ts';

export const TENANT = 'bench';

/** A resource to be added, and what it inherits from. */
export type NewResource = Pick<Resource, 'id' | 'kind' | 'relatedFrom'> & Partial<Pick<Resource, 'relations'>>;
/** A feed to be added. */
export type NewFeed = Pick<Feed, 'id' | 'url' | 'resourceId' | 'platform'>;

const NOW = Date.parse('2027-06-01T12:00:00Z');
/** `maxConcurrentDispatches` of the queue in production. */
const AT_ONCE = 20;
const silent = () => undefined;

/**
 * A worker of feeds in a process of its own: the real fetcher, flows and embedded store (in a file), a clock that is
 * moved by hand, and a queue that hands over as many tasks at once as production's.
 */
export class FeedWorker {
  readonly meter = new BillingMeter();
  readonly deps: SyncDeps;
  now = NOW;
  readonly #tasks: TaskPayloads['sync-feed'][] = [];

  constructor(folder: string) {
    this.deps = wire({
      documents: meterDocumentStore(openSqliteDocumentStore({ file: join(folder, 'feeds.sqlite') }), this.meter),
      // No resource here is mirrored to a calendar.
      google: {} as CalendarProvider,
      tasks: {
        enqueue: async ({ payload }) => {
          this.#tasks.push(payload as TaskPayloads['sync-feed']);
          return 'created';
        },
      },
      secrets: { get: () => Promise.reject(new NotFound('no secrets here')) },
      sealingKeys: createLocalSealingKeys([{ id: 'bench', key: randomBytes(32) }]),
      clock: { now: () => this.now },
      log: { info: silent, warn: silent, error: silent, alert: silent },
      publicUrl: 'http://127.0.0.1',
    });
  }

  /** Adds resources, and feeds of theirs; these are due. */
  async add(resources: readonly NewResource[], feeds: readonly NewFeed[]): Promise<void> {
    const { documents, store } = this.deps;
    const at = instantOf(this.now);
    const zone = { timeZone: 'UTC', createdAt: at } as const;
    await documents.commit([
      store.tenants.set({ id: TENANT, name: TENANT, paused: false, allowPrivateFeeds: true, ...zone }),
    ]);
    const kinds = new Map(resources.map(({ id, kind }) => [id, kind]));
    for (const { relations = [], ...resource } of resources) {
      await documents.commit([
        store.resources.set(TENANT, {
          ...{ ...resource, name: resource.id, tags: [], relations, openingHours: [] },
          ...{ ledgerRevision: 0, mirrorBindingIds: [], updatedAt: at, ...zone },
        }),
      ]);
    }
    for (const feed of feeds) {
      await documents.commit([
        store.feeds.set(TENANT, {
          ...{ ...feed, resourceKind: kinds.get(feed.resourceId) ?? 'timed', allowPrivate: true },
          ...{ status: 'healthy', paused: false, pollMinutes: 60, nextPollAt: at, ...zone },
          counters: { polls: 0, unchanged: 0, failures: 0 },
        }),
      ]);
    }
  }

  /** From now on the feed is at another address: one that shows it in another state. */
  async moveTo(feedId: string, url: string): Promise<void> {
    const { documents, store } = this.deps;
    const feed = await store.feeds.get(documents, TENANT, feedId);
    if (feed?.contentHash === undefined) throw new Error('the feed was not read');
    await documents.commit([store.feeds.set(TENANT, { ...feed, url })]);
  }

  /** Moves the time on until every feed is due again. */
  passHours(hours: number): void {
    this.now += hours * 3_600_000;
  }

  /** The schedule fires and all that it asks for is done. Answers how many feeds were read. */
  async poll(): Promise<number> {
    const count = await enqueueDueFeeds(instantOf(this.now), this.deps);
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        for (let task = this.#tasks.shift(); task; task = this.#tasks.shift()) await syncFeed(task, this.deps);
      }),
    );
    return count;
  }

  close(): Promise<void> {
    return this.deps.documents.close();
  }
}

/** A feed of nobody in particular, and the resource it is of, which is booked by the hour. */
export function ofOwnResource(id: string, url: string): readonly [NewResource, NewFeed] {
  return [
    { id, kind: 'timed' },
    { id, url, resourceId: id, platform: 'generic' },
  ];
}

/** The most memory this process ever had, in MB. */
export function peakMb(): number {
  return process.resourceUsage().maxRSS / 1024;
}
