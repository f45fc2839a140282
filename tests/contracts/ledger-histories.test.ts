import { instantOf, monthsOf } from '@dovetail/core/domain/interval.ts';
import type { EventState } from '@dovetail/core/ledger/commit-changes.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Ledger, lesson, START, TENANT } from './ledger.ts';

const HOUR = 3_600_000;
const RESOURCES = ['bay-1', 'bay-2'];
const MONTHS = monthsOf({ start: '2027-01-01', end: '2028-01-01' });
/** Two months before the present one; earlier ones have no pages. */
const FIRST_PAGED = '2027-03';

/** From hours to months long, from before the paged months to well after. */
const interval = fc
  .tuple(
    fc.integer({ min: -2_400, max: 2_400 }),
    fc.oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 1_700 })),
  )
  .map(([from, hours]) => ({ start: instantOf(START + from * HOUR), end: instantOf(START + (from + hours) * HOUR) }));

const state: fc.Arbitrary<EventState> = fc
  .record({
    uid: fc.constantFrom('1', '2', '3', '4', '5'),
    interval,
    resourceId: fc.constantFrom(...RESOURCES),
    status: fc.constantFrom(
      'active' as const,
      'active' as const,
      'missing' as const,
      'released' as const,
      'cancelled' as const,
    ),
    title: fc.constantFrom('Lesson', 'Other'),
    version: fc.nat(3),
  })
  .map(({ uid, interval: times, version, ...part }) =>
    lesson(uid, { ...part, ...times, booking: { status: 'confirmed', version } }),
  );
const change = fc.uniqueArray(state, { minLength: 1, maxLength: 4, selector: ({ id }) => id });

/** What the pages of a resource should say, from the events alone: the ids of each month, in order. */
function expectedPages(events: readonly EventState[], resourceId: string): (readonly [string, string[]])[] {
  const standing = events
    .filter((event) => event.resourceId === resourceId && event.status !== 'released' && event.status !== 'cancelled')
    .sort((a, b) => (`${a.start} ${a.id}` < `${b.start} ${b.id}` ? -1 : 1));
  return MONTHS.map((month) => {
    const listed = month < FIRST_PAGED ? [] : standing.filter((event) => monthsOf(event).includes(month));
    return [month, listed.map(({ id }) => id)] as const;
  });
}

describe('whatever happens to a ledger', () => {
  it('its pages say what its events say, and its mappings carry the last mark they were given', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 12 }), async (history) => {
        let aborts = 0;
        const ledger = await Ledger.open({ abortTransactions: () => ++aborts % 3 === 0 });
        const events = new Map<string, EventState>();
        const marks = new Map<string, string>();
        for (const states of history) {
          const { marked } = await ledger.put(...states);
          for (const event of states) events.set(event.id, event);
          for (const { eventId, bindingId, mark } of marked) marks.set(`${eventId}~${bindingId}`, mark);
        }
        for (const resourceId of RESOURCES) {
          const { documents, store } = ledger.deps;
          const pages = await store.pages.getMany(documents, TENANT, resourceId, MONTHS);
          const listed = pages.map(({ month, lines }) => [month, lines.map(({ id }) => id)] as const);
          expect(listed).toEqual(expectedPages([...events.values()], resourceId));
          for (const line of pages.flatMap(({ lines }) => lines)) {
            const { start, end, status } = events.get(line.id)!;
            expect(line).toMatchObject({ start, end, status });
          }
        }
        const mappings = await ledger.deps.documents.query({ from: `tenants/${TENANT}/mappings` });
        expect(mappings.map(({ id, data }) => [id, data.dirty])).toEqual(
          [...marks.entries()].sort(([a], [b]) => (a < b ? -1 : 1)),
        );
        await ledger.close();
      }),
      { numRuns: 60 },
    );
  });
});
