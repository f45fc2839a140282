import { BillingMeter } from '@dovetail/core/adapters/metered/billing-meter.ts';
import { meterDocumentStore } from '@dovetail/core/adapters/metered/metered-document-store.ts';
import { openSqliteDocumentStore } from '@dovetail/core/adapters/sqlite/sqlite-document-store.ts';
import { eventIdOf } from '@dovetail/core/domain/identity.ts';
import { type Interval, instantOf } from '@dovetail/core/domain/interval.ts';
import { freeSlots, searchedTime } from '@dovetail/core/ledger/availability.ts';
import { type CommitDeps, commitChanges, type EventState } from '@dovetail/core/ledger/commit-changes.ts';
import { readStandingLines } from '@dovetail/core/ledger/read-standing-lines.ts';
import { slotsByScan } from './availability/slots-by-scan.ts';
import type { Benchmark } from './figure.ts';
import { ledgerDeps, plainResource } from './ledger-deps.ts';
import { percentiles } from './percentiles.ts';
import { timed } from './timed.ts';

const NOW = Date.parse('2027-06-01T08:00:00Z');
const TENANT = 'bench';
const DAY_MS = 86_400_000;
const DAYS = 60;
const BOOKINGS = 1_000;
const MINUTES = 60;
const ROUNDS = 200;
const SCANS = 10;

const WEEK = [1, 2, 3, 4, 5, 6, 7] as const;
const BAY = plainResource('bay-1', NOW, {
  openingHours: WEEK.map((weekday) => ({ weekday, opens: '06:00', closes: '23:00' })),
  bookingRules: { bufferAfterMinutes: 10 },
});

/**
 * What is free on one resource for 60 days with 1,000 bookings: its pages read from the embedded store and searched, against
 * a scan that asks of each slot whether any booking takes it. Both must find the same.
 */
export const availability: Benchmark = {
  name: 'availability',
  async run({ progress }) {
    progress(`${BOOKINGS} bookings in ${DAYS} days`);
    const meter = new BillingMeter();
    const documents = meterDocumentStore(openSqliteDocumentStore(), meter);
    try {
      const deps = ledgerDeps(documents, NOW);
      const bookings = madeBookings();
      await commitAll(bookings, deps);
      const window = { start: instantOf(NOW), end: instantOf(NOW + DAYS * DAY_MS) };
      meter.reset();
      const found = await search(window, deps);
      const { reads } = meter.snapshot();
      const ours: number[] = [];
      for (let round = 0; round < ROUNDS; round++) ours.push(await timed(() => search(window, deps)));
      progress('the same by a scan');
      const scans: number[] = [];
      for (let round = 0; round < SCANS; round++) {
        scans.push(await timed(async () => checkSame(found, slotsByScan(BAY, bookings, window, MINUTES))));
      }
      const [searched, scanned] = [percentiles(ours), percentiles(scans)];
      return [
        { name: 'free slots of 60 days, pages read and searched', measured: searched, unit: 'ms' },
        { name: 'the same by a scan of all bookings for each slot', measured: scanned, unit: 'ms' },
        { name: 'documents read for it', measured: { reads }, atMost: { reads: 4 } },
        { name: 'time of the search against the scan', measured: { ratio: searched.p50 / scanned.p50 } },
      ];
    } finally {
      await documents.close();
    }
  },
};

async function search(window: Interval, deps: CommitDeps): Promise<Interval[]> {
  const interval = searchedTime(BAY, window);
  const standing = await readStandingLines({ tenantId: TENANT, resourceId: BAY.id, interval }, deps);
  return freeSlots(BAY, standing, { window, now: instantOf(NOW), minutes: MINUTES });
}

/** Spread over the 60 days, a half to two hours each; they may overlap, as a feed's may. */
function madeBookings(): EventState[] {
  return Array.from({ length: BOOKINGS }, (_, index) => {
    const source = { type: 'feed', id: 'bench', externalUid: String(index) } as const;
    const start = NOW + ((index * 7919) % (DAYS * 96)) * (DAY_MS / 96);
    return {
      ...{ id: eventIdOf(source), resourceId: BAY.id, kind: 'reservation', status: 'active', source },
      ...{ start: instantOf(start), end: instantOf(start + (1 + (index % 4)) * 1_800_000) },
      ...{ title: 'Lesson', priority: 3, lastSeenAt: instantOf(NOW) },
    };
  });
}

async function commitAll(bookings: readonly EventState[], deps: CommitDeps): Promise<void> {
  await deps.documents.commit([deps.store.resources.set(TENANT, BAY)]);
  for (let from = 0; from < bookings.length; from += 100) {
    const events = bookings.slice(from, from + 100);
    await commitChanges({ tenantId: TENANT, eventIds: events.map(({ id }) => id), decide: () => ({ events }) }, deps);
  }
}

function checkSame(found: readonly Interval[], scanned: readonly Interval[]): void {
  if (JSON.stringify(found) !== JSON.stringify(scanned)) {
    throw new Error(`the search finds ${found.length} slots, the scan ${scanned.length} or others`);
  }
}
