import { USCHEDULE_MARK } from '@dovetail/core/domain/booking-system-config.ts';
import { PreconditionFailed, SyncTokenExpired } from '@dovetail/core/domain/errors.ts';
import { holdsTime } from '@dovetail/core/domain/event.ts';
import type { CalendarEvent, CalendarProvider, LiveCalendarEvent } from '@dovetail/core/ports/calendar-provider.ts';
import type { Transaction } from '@dovetail/core/ports/document-store.ts';
import type { SyncDeps } from '@dovetail/core/sync/deps.ts';
import { pullCalendar } from '@dovetail/core/sync/pull-calendar.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Ledger, sealerOfTests, TENANT } from './ledger.ts';

/**
 * A calendar that answers as the port promises, and may leave out of its lists what it has: as no provider should, and
 * as every provider may one day.
 */
class Calendar {
  readonly events = new Map<string, CalendarEvent>();
  readonly hidden = new Set<string>();
  /** Runs once, after the next list was put together and before it is answered. */
  meanwhile: (() => Promise<void>) | undefined;
  /** Ids asked for one by one. */
  readonly asked: string[] = [];
  #changed: string[] = [];

  put(remoteId: string, hour: number, part: Partial<LiveCalendarEvent> = {}): void {
    const at = (hours: number) => `2027-05-03T${String(hours).padStart(2, '0')}:00:00Z`;
    const content = { title: 'Dentist', status: 'confirmed', resourceId: 'bay-1', start: at(hour), end: at(hour + 1) };
    this.events.set(remoteId, {
      ...{ state: 'live', remoteId, etag: '"1"', updatedAt: '2027-05-01T11:59:30Z' },
      ...{ content: content as LiveCalendarEvent['content'], allDay: false, recurring: false, busy: true },
      ...part,
    });
    this.#changed.push(remoteId);
  }

  remove(remoteId: string): void {
    this.events.set(remoteId, { state: 'cancelled', remoteId });
    this.#changed.push(remoteId);
  }

  readonly provider: CalendarProvider = {
    list: async (_calendar, { syncToken }) => {
      if (syncToken === 'dead') throw new SyncTokenExpired('dead');
      const all = [...this.events.values()].filter(
        ({ state, remoteId }) => state === 'live' && !this.hidden.has(remoteId),
      );
      const since = this.#changed.slice(Number(syncToken ?? 0)).map((id) => this.events.get(id) as CalendarEvent);
      const page = {
        items: syncToken === undefined ? all : [...new Set(since)],
        nextSyncToken: String(this.#changed.length),
        canWrite: true,
        timeZone: 'America/New_York',
      };
      const { meanwhile } = this;
      this.meanwhile = undefined;
      await meanwhile?.();
      return page;
    },
    listDates: async () => null,
    get: async (_calendar, remoteId) => {
      this.asked.push(remoteId);
      return this.events.get(remoteId) ?? null;
    },
    insert: () => Promise.reject(new Error('nothing is written')),
    patch: () => Promise.reject(new Error('nothing is written')),
    delete: () => Promise.reject(new Error('nothing is written')),
    watch: () => Promise.reject(new Error('nothing is watched')),
    stop: () => Promise.reject(new Error('nothing is watched')),
  };
}

let ledger: Ledger;
let calendar: Calendar;
let deps: SyncDeps;

beforeEach(async () => {
  ledger = await Ledger.open();
  calendar = new Calendar();
  const refuse = () => Promise.reject(new Error('not in these tests'));
  deps = {
    ...ledger.deps,
    calendars: { google: calendar.provider },
    bookingSystem: () => null,
    tasks: { enqueue: async () => 'created' },
    feeds: { fetch: refuse },
    webhooks: { post: refuse },
    sealer: sealerOfTests(),
    push: { address: 'https://dovetail.test/webhook/gcal', channelKey: refuse },
  };
  const { documents, store } = deps;
  await documents.commit([
    store.bindings.set(TENANT, {
      ...{ id: 'cal-1', resourceId: 'bay-1', provider: 'google', calendarId: 'bay-1@group' },
      ...{ timeZone: 'America/New_York', mark: USCHEDULE_MARK, direction: 'two-way', busyIn: true },
      ...{ visibility: 'details', onCancel: 'delete', state: 'active', pullCount: 0, missedPushes: 0 },
      ...{ createdAt: '2027-01-01T00:00:00Z', updatedAt: '2027-01-01T00:00:00Z' },
    }),
  ]);
});
afterEach(() => ledger.close());

const pull = () => pullCalendar({ tenantId: TENANT, bindingId: 'cal-1', trigger: 'staff' }, deps);
const binding = () => deps.store.bindings.get(deps.documents, TENANT, 'cal-1');

/** Has the next pull read the whole calendar. */
async function loseToken(): Promise<void> {
  await deps.documents.commit([deps.store.bindings.update(TENANT, 'cal-1', { syncToken: 'dead' })]);
}

/** The hours that are blocked. */
async function hours(): Promise<number[]> {
  const events = await deps.store.events.query(deps.documents, TENANT);
  return events
    .filter(holdsTime)
    .map(({ start }) => Number(start.slice(11, 13)))
    .sort((a, b) => a - b);
}

describe('a full read that does not list an event', () => {
  beforeEach(async () => {
    calendar.put('a', 10);
    calendar.put('b', 12);
    await pull();
    expect(await hours()).toEqual([10, 12]);
    await loseToken();
  });

  it('frees nothing: the event is asked for, and stands', async () => {
    calendar.hidden.add('a');
    await pull();
    expect(calendar.asked).toEqual(['a']);
    expect(await hours()).toEqual([10, 12]);
  });

  it('frees nothing though the whole list is empty', async () => {
    calendar.hidden.add('a').add('b');
    await pull();
    expect(await hours()).toEqual([10, 12]);
  });

  it('follows the event where it has moved meanwhile', async () => {
    calendar.put('a', 15);
    calendar.hidden.add('a');
    await pull();
    expect(await hours()).toEqual([12, 15]);
  });

  it('frees its time when the event was deleted', async () => {
    calendar.remove('a');
    await pull();
    expect(await hours()).toEqual([12]);
  });
});

describe('two pulls at once', () => {
  beforeEach(async () => {
    calendar.put('a', 10);
    await pull();
  });

  it('end with what the later one saw, though the earlier one commits last', async () => {
    calendar.put('a', 12);
    calendar.meanwhile = async () => {
      calendar.put('a', 15);
      await pull();
      expect(await hours()).toEqual([15]);
    };
    await expect(pull()).rejects.toThrow(PreconditionFailed);
    expect(await hours()).toEqual([15]);
    await pull();
    expect(await hours()).toEqual([15]);
  });

  it('end so also when the later one found all as it was, and the earlier one what it no longer is', async () => {
    calendar.put('a', 12);
    calendar.meanwhile = async () => {
      calendar.put('a', 10);
      await pull();
    };
    await expect(pull()).rejects.toThrow(PreconditionFailed);
    expect(await hours()).toEqual([10]);
  });

  it('end so when the earlier one commits while the later one has still to store its token', async () => {
    calendar.put('a', 12);
    const earlier = pausedAfterList();
    const older = pull().catch((error: unknown) => error);
    await earlier.listed;
    calendar.put('a', 10);
    const { transact } = deps.documents;
    // The later pull has found all as it was and is about to store its token: now the earlier one goes on.
    let isFirst = true;
    const documents = Object.assign(Object.create(deps.documents) as SyncDeps['documents'], {
      transact: async <T>(body: (transaction: Transaction) => Promise<T>): Promise<T> => {
        if (isFirst) {
          isFirst = false;
          earlier.goOn();
          await older;
        }
        return transact.call(deps.documents, body) as Promise<T>;
      },
    });
    const input = { tenantId: TENANT, bindingId: 'cal-1', trigger: 'staff' } as const;
    await expect(pullCalendar(input, { ...deps, documents })).rejects.toThrow(PreconditionFailed);
    await pull();
    expect(await hours()).toEqual([10]);
  });
});

/** The next list waits until it is told to go on. */
function pausedAfterList(): { readonly listed: Promise<void>; readonly goOn: () => void } {
  let goOn = () => {};
  let tell = () => {};
  const listed = new Promise<void>((resolve) => {
    tell = resolve;
  });
  calendar.meanwhile = () =>
    new Promise<void>((resolve) => {
      goOn = resolve;
      tell();
    });
  return { listed, goOn: () => goOn() };
}

describe('what it costs', () => {
  it('to hear of an event that changed nothing is a handful of reads and the sync token', async () => {
    for (let index = 0; index < 9; index++) calendar.put(`e${index}`, 8 + index);
    await pull();
    calendar.put('e1', 9);
    const { reads, writes } = await ledger.billed(pull);
    expect(writes).toBe(1);
    expect(reads).toBeLessThanOrEqual(6);
  });

  it('of a pull that found nothing is one read', async () => {
    calendar.put('a', 10);
    await pull();
    expect(await ledger.billed(pull)).toEqual({ reads: 1, writes: 0, deletes: 0 });
  });
});

it('keeps the sync token of an earlier read while its blocks are not all committed', async () => {
  calendar.put('a', 10);
  await pull();
  const before = await binding();
  calendar.put('b', 12);
  const failing = Object.assign(Object.create(deps.documents) as SyncDeps['documents'], {
    transact: () => Promise.reject(new Error('it died')),
  });
  const input = { tenantId: TENANT, bindingId: 'cal-1', trigger: 'staff' } as const;
  await expect(pullCalendar(input, { ...deps, documents: failing })).rejects.toThrow('it died');
  expect(await binding()).toEqual(before);
  await pull();
  expect(await hours()).toEqual([10, 12]);
});
