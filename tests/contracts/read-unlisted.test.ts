import type { Binding } from '@dovetail/core/domain/binding.ts';
import { USCHEDULE_MARK } from '@dovetail/core/domain/booking-system-config.ts';
import type { Mapping, MappingState } from '@dovetail/core/domain/mapping.ts';
import type { CalendarEvent, CalendarProvider } from '@dovetail/core/ports/calendar-provider.ts';
import { readUnlisted } from '@dovetail/core/sync/read-unlisted.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Ledger, TENANT } from './ledger.ts';

const CREATED = '2027-04-01T08:00:00Z';
const binding: Binding = {
  ...{ id: 'cal-1', resourceId: 'bay-1', provider: 'google', calendarId: 'bay-1@group' },
  ...{ timeZone: 'America/New_York', mark: USCHEDULE_MARK, direction: 'two-way', busyIn: false },
  ...{ visibility: 'details', onCancel: 'delete', state: 'active', pullCount: 0, missedPushes: 0 },
  ...{ createdAt: CREATED, updatedAt: CREATED },
};

let ledger: Ledger;

beforeEach(async () => {
  ledger = await Ledger.open();
});
afterEach(() => ledger.close());

/** States of the mappings that are told of, each with what the calendar has by its id. */
async function told(item: CalendarEvent | null, listed: readonly string[] = []): Promise<[MappingState, unknown][]> {
  const states = ['stated', 'live', 'deleting', 'gone', 'detached'] as const;
  const { documents, store, clock } = ledger.deps;
  const mappings = states.map(
    (state): Mapping => ({
      ...{ id: `${state}~cal-1`, eventId: state, bindingId: 'cal-1', resourceId: 'bay-1', remoteId: `of-${state}` },
      ...{ generation: 0, state, end: '2027-06-01T12:00:00Z', attempts: 0, updatedAt: CREATED },
    }),
  );
  await documents.commit(mappings.map((mapping) => store.mappings.set(TENANT, mapping)));
  const provider = { get: async () => item } as Partial<CalendarProvider> as CalendarProvider;
  const found: [MappingState, unknown][] = [];
  const on = { tenantId: TENANT, binding };
  const deps = { documents, store, clock, calendars: { google: provider } };
  for await (const { mapping, item: its } of readUnlisted(new Set(listed), on, deps)) found.push([mapping.state, its]);
  return found.sort(([a], [b]) => (a < b ? -1 : 1));
}

const deleted = (updatedAt?: string): CalendarEvent => ({
  ...{ state: 'cancelled', remoteId: 'x', ...(updatedAt !== undefined && { updatedAt }) },
});

describe('what a full read did not list', () => {
  it.each([['2027-04-30T10:00:00Z'], [CREATED], [undefined]])(
    'is told of where it was deleted, also before it is known to stand (at %s)',
    async (at) => {
      expect(await told(deleted(at))).toEqual([
        ['live', deleted(at)],
        ['stated', deleted(at)],
      ]);
    },
  );

  it('is no removal where it was deleted before the calendar was bound, and is still to be put there', async () => {
    const before = deleted('2027-04-01T07:59:59Z');
    expect(await told(before)).toEqual([['live', before]]);
  });

  it('is forgotten only if it is known to have stood', async () => {
    expect(await told(null)).toEqual([['live', null]]);
  });

  it('is not asked for where it was listed', async () => {
    expect(await told(deleted(), ['of-live', 'of-stated'])).toEqual([]);
  });
});
