import type { Conflict } from '@dovetail/core/domain/conflict.ts';
import type { LedgerEvent } from '@dovetail/core/domain/event.ts';
import type { RunCounts, RunStatus } from '@dovetail/core/domain/run.ts';
import type { StudioOptions } from '@dovetail/sandbox/studio/studio.ts';
import { expect } from 'vitest';
import { type BodyEntry, calendarBody, type Maker } from '../feeds/calendar-body.ts';
import { Loft } from './loft.ts';

/** A feed as the API answers it. */
export interface ShownFeed {
  readonly id: string;
  readonly url: string;
  readonly status: string;
  readonly statusReason?: string;
  readonly suspicion?: { readonly reason: string };
  readonly platform: string;
  readonly nextPollAt?: string;
  readonly lastRun?: { readonly id: string; readonly status: string };
  readonly counters: { readonly polls: number; readonly unchanged: number; readonly failures: number };
}

/** A run as the API answers it, as far as these tests look. */
export interface ShownRun {
  readonly id: string;
  readonly trigger: string;
  readonly status: RunStatus;
  readonly counts: RunCounts;
  readonly changes: readonly {
    readonly action: string;
    readonly eventId: string;
    readonly start: string;
    readonly end: string;
  }[];
  readonly warnings: readonly string[];
  readonly errors: readonly string[];
}

/** For tests of weeks: what is due is read twice a day. */
export const TWICE_A_DAY = { 'poll-feeds': '0 */12 * * *' } as const;

/** Days pass in a second this way: only feeds are read, and those when they are due. */
const FEEDS_ONLY = {
  sweep: '30 0 1 1 *',
  'safety-pull': '31 0 1 1 *',
  'poll-bookings': '32 0 1 1 *',
  'renew-channels': '33 0 1 1 *',
  audit: '34 0 1 1 *',
  'extend-pages': '35 0 1 1 *',
  'poll-feeds': '*/15 * * * *',
};

/**
 * The apartment's studio as its owner meets it: feeds that platforms serve on one side, the ledger of each room on the
 * other. Everything goes over HTTP.
 */
export class Casa {
  readonly loft: Loft;

  constructor(loft: Loft) {
    this.loft = loft;
  }

  static async open(options: Partial<StudioOptions> = {}): Promise<Casa> {
    return new Casa(await Loft.open({ ...options, crons: { ...FEEDS_ONLY, ...options.crons } }));
  }

  close(): Promise<void> {
    return this.loft.close();
  }

  api<T>(method: string, path: string, body?: unknown): Promise<T> {
    return this.loft.api<T>(method, path, body, 'casa-admin-key');
  }

  /** Lets hours pass, with every poll that falls due in them. */
  passHours(hours: number): Promise<void> {
    return this.loft.settle(hours * 3600);
  }

  /** Replaces a feed's body through the sandbox. */
  async put(feedId: string, body: string): Promise<void> {
    const response = await fetch(`${this.loft.studio.sandboxUrl}/feeds/${feedId}.ics`, {
      method: 'PUT',
      headers: { 'content-type': 'text/calendar' },
      body,
    });
    expect(response.status).toBeLessThan(300);
  }

  /** The feed's body as it now is. */
  body(feedId: string): string {
    return Buffer.from(this.loft.studio.feeds.read(feedId) ?? []).toString();
  }

  /** From now on the feed shows these entries. */
  shows(feedId: string, entries: readonly BodyEntry[], maker: Maker = 'airbnb'): Promise<void> {
    return this.put(feedId, calendarBody(entries, maker, this.loft.studio.clock.now()));
  }

  /** Has the feed read now, and answers how it is then. */
  async read(feedId: string): Promise<ShownFeed> {
    await this.api('POST', `/v1/feeds/${feedId}:sync`);
    await this.loft.settle(5);
    return this.feed(feedId);
  }

  feed(feedId: string): Promise<ShownFeed> {
    return this.api('GET', `/v1/feeds/${feedId}`);
  }

  /** A resource of the tenant's, and a feed from the sandbox for each of `feedIds`, all of them read. */
  async add(
    resource: { readonly id: string; readonly kind: 'timed' | 'nightly'; readonly timeZone: string },
    ...feedIds: readonly string[]
  ): Promise<void> {
    await this.api('POST', '/v1/resources', { ...resource, name: resource.id });
    for (const id of feedIds) {
      const url = `${this.loft.studio.sandboxUrl}/feeds/${id}.ics`;
      await this.api('POST', '/v1/feeds', { id, resourceId: resource.id, url });
    }
    await this.loft.settle(5);
  }

  /** What is said to be taken twice on a resource, the earliest first. */
  async conflicts(resourceId: string): Promise<readonly Conflict[]> {
    const path = `/v1/conflicts?resourceId=${resourceId}&pageSize=100`;
    const { items } = await this.api<{ items: readonly Conflict[] }>('GET', path);
    return [...items].sort((a, b) => (a.start < b.start ? -1 : 1));
  }

  /** The runs that read feeds, the newest first. */
  async runs(): Promise<readonly ShownRun[]> {
    return (await this.api<{ items: readonly ShownRun[] }>('GET', '/v1/runs?flow=sync-feed&pageSize=100')).items;
  }

  run(id: string): Promise<ShownRun> {
    return this.api('GET', `/v1/runs/${id}`);
  }

  /** The resource's own events, the earliest first; what it inherits from relatives is left out. */
  async events(resourceId: string): Promise<readonly LedgerEvent[]> {
    const path = `/v1/resources/${resourceId}/events?from=2027-05-15&to=2028-05-01&pageSize=100`;
    const { items } = await this.api<{ items: readonly LedgerEvent[] }>('GET', path);
    return items
      .filter(({ source }) => source.type === 'feed')
      .sort((a, b) => (a.start + a.id < b.start + b.id ? -1 : 1));
  }

  /** What each event is and where it stands, without when it was last looked at. */
  async lines(resourceId: string) {
    const events = await this.events(resourceId);
    return events.map(({ id, start, end, status, title, kind }) => ({ id, start, end, status, title, kind }));
  }

  /** As `start/end status` each. */
  async times(resourceId: string): Promise<string[]> {
    return (await this.events(resourceId)).map(({ start, end, status }) => `${start}/${end} ${status}`);
  }

  /** Every room's own events, to compare before and after. */
  async everything(): Promise<Readonly<Record<string, readonly LedgerEvent[]>>> {
    const found: Record<string, readonly LedgerEvent[]> = {};
    for (const id of ['kaya', 'sol', 'mar', 'simmer-highs']) found[id] = await this.events(id);
    return found;
  }
}
