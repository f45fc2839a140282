import { createHash } from 'node:crypto';
import { BillingMeter } from '@dovetail/core/adapters/metered/billing-meter.ts';
import { meterDocumentStore } from '@dovetail/core/adapters/metered/metered-document-store.ts';
import { openSqliteDocumentStore } from '@dovetail/core/adapters/sqlite/sqlite-document-store.ts';
import { NotFound } from '@dovetail/core/domain/errors.ts';
import type { LedgerEvent } from '@dovetail/core/domain/event.ts';
import type { Feed } from '@dovetail/core/domain/feed.ts';
import { instantOf } from '@dovetail/core/domain/interval.ts';
import type { Resource } from '@dovetail/core/domain/resource.ts';
import type { Run } from '@dovetail/core/domain/run.ts';
import type { DocumentStore } from '@dovetail/core/ports/document-store.ts';
import type { FeedAnswer, FeedRequest } from '@dovetail/core/ports/feed-fetcher.ts';
import { defineStore } from '@dovetail/core/store/store.ts';
import type { SyncDeps } from '@dovetail/core/sync/deps.ts';
import { syncFeed } from '@dovetail/core/sync/feeds/sync-feed.ts';
import { sealerOfTests } from '../contracts/ledger.ts';
import { createRecordingLog, type RecordingLog } from '../recording-log.ts';
import { type BodyEntry, calendarBody, type Maker } from './calendar-body.ts';

export const TENANT = 'casa';
export const HOUR_MS = 3_600_000;
/** 00:00 on the resource, whose zone is UTC-5 all year. */
export const START = Date.parse('2027-06-01T05:00:00Z');

/** An event of the feed, as short as a test wants to see it. */
export interface Line {
  readonly id: string;
  readonly kind: string;
  readonly start: string;
  readonly end: string;
  readonly status: string;
}

export interface HistoryOptions {
  readonly documents?: DocumentStore;
  readonly feed?: Partial<Feed>;
  readonly resource?: Partial<Resource>;
  /** The feed's server sends entity tags and honours them. */
  readonly etags?: boolean;
}

/**
 * One feed and what becomes of it: a server whose body a test replaces, a clock it moves, and the ledger after each
 * read. Everything between is the real thing, on the embedded store, with billed operations counted.
 */
export class FeedHistory {
  readonly meter = new BillingMeter();
  readonly log: RecordingLog = createRecordingLog();
  readonly deps: SyncDeps;
  now = START;
  readonly #etags: boolean;
  #body = calendarBody([]);
  #failure: Error | undefined;
  #ids = 0;
  /** What the server was asked, the latest last. */
  readonly requests: FeedRequest[] = [];

  constructor(options: HistoryOptions = {}) {
    const documents = meterDocumentStore(options.documents ?? openSqliteDocumentStore(), this.meter);
    const sealer = sealerOfTests();
    const refuse = () => Promise.reject(new NotFound('not part of these tests'));
    this.#etags = options.etags ?? false;
    this.deps = {
      documents,
      sealer,
      store: defineStore(sealer),
      clock: { now: () => this.now },
      newId: () => `id${String(++this.#ids).padStart(6, '0')}`,
      log: this.log,
      tasks: { enqueue: async () => 'created' },
      feeds: { fetch: (request) => this.#answer(request) },
      webhooks: { post: refuse },
      bookingSystem: () => null,
      push: { address: 'https://dovetail.test/webhook/gcal', channelKey: async () => 'key' },
      calendars: {
        google: {
          list: refuse,
          listDates: refuse,
          get: refuse,
          insert: refuse,
          patch: refuse,
          delete: refuse,
          watch: refuse,
          stop: refuse,
        },
      },
    };
  }

  /** A feed of a nightly resource, not read yet. */
  static async open(options: HistoryOptions = {}): Promise<FeedHistory> {
    const history = new FeedHistory(options);
    const { documents, store } = history.deps;
    await documents.commit([
      store.tenants.set({
        id: TENANT,
        name: 'Casa',
        timeZone: 'America/Bogota',
        paused: false,
        allowPrivateFeeds: false,
        createdAt: instantOf(START),
      }),
      store.resources.set(TENANT, resource(options.resource)),
      store.feeds.set(TENANT, feed(options.feed)),
    ]);
    history.meter.reset();
    return history;
  }

  close(): Promise<void> {
    return this.deps.documents.close();
  }

  /** From now on the feed shows these entries, or answers with this text. */
  shows(body: string | readonly BodyEntry[], maker: Maker = 'nobody'): this {
    this.#body = typeof body === 'string' ? body : calendarBody(body, maker, this.now);
    this.#failure = undefined;
    return this;
  }

  /** From now on the feed cannot be read. */
  fails(error: Error): this {
    this.#failure = error;
    return this;
  }

  /** Reads the feed, some hours after the last time, and answers what the ledger then holds. */
  async read(afterHours = 0): Promise<Line[]> {
    this.now += afterHours * HOUR_MS;
    await syncFeed({ tenantId: TENANT, feedId: 'feed' }, this.deps);
    return this.ledger();
  }

  /** The events of the feed, by start. */
  async events(): Promise<LedgerEvent[]> {
    const events: LedgerEvent[] = [];
    for await (const page of this.deps.store.events.each(this.deps.documents, TENANT)) events.push(...page);
    return events.sort((a, b) => (a.start + a.id < b.start + b.id ? -1 : 1));
  }

  async ledger(): Promise<Line[]> {
    return (await this.events()).map(({ id, kind, start, end, status }) => ({ id, kind, start, end, status }));
  }

  /** As `start/end status` each, for those that hold their time or not. */
  async times(): Promise<string[]> {
    return (await this.ledger()).map(({ start, end, status }) => `${start}/${end} ${status}`);
  }

  async feed(): Promise<Feed> {
    return (await this.deps.store.feeds.get(this.deps.documents, TENANT, 'feed')) as Feed;
  }

  async runs(): Promise<Run[]> {
    return this.deps.store.runs.query(this.deps.documents, TENANT, { orderBy: { field: 'startedAt' } });
  }

  /** What `work` is billed for. */
  async billed(work: () => Promise<unknown>): Promise<{ reads: number; writes: number; deletes: number }> {
    this.meter.reset();
    await work();
    const { reads, writes, deletes } = this.meter.snapshot();
    return { reads, writes, deletes };
  }

  async #answer(request: FeedRequest): Promise<FeedAnswer> {
    this.requests.push(request);
    if (this.#failure) throw this.#failure;
    const etag = `"${createHash('sha256').update(this.#body).digest('hex').slice(0, 16)}"`;
    if (this.#etags && request.etag === etag) return { type: 'not-modified' };
    const bytes = new TextEncoder().encode(this.#body);
    return { type: 'body', bytes, contentType: 'text/calendar; charset=utf-8', ...(this.#etags && { etag }) };
  }
}

function feed(part: Partial<Feed> = {}): Feed {
  return {
    id: 'feed',
    resourceId: 'room',
    resourceKind: 'nightly',
    timeZone: 'America/Bogota',
    url: 'https://feeds.test/room.ics',
    host: 'feeds.test',
    platform: 'generic',
    status: 'healthy',
    paused: false,
    pollMinutes: 60,
    nextPollAt: instantOf(START),
    counters: { polls: 0, unchanged: 0, failures: 0 },
    createdAt: instantOf(START),
    ...part,
  };
}

function resource(part: Partial<Resource> = {}): Resource {
  return {
    id: 'room',
    name: 'Room',
    kind: 'nightly',
    timeZone: 'America/Bogota',
    tags: [],
    relations: [],
    openingHours: [],
    ledgerRevision: 0,
    mirrorBindingIds: [],
    createdAt: instantOf(START),
    updatedAt: instantOf(START),
    ...part,
  };
}
