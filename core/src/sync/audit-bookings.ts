import type { BookingSystemConfig } from '../domain/booking-system-config.ts';
import { AccessRevoked, InvalidInput } from '../domain/errors.ts';
import type { LedgerEvent } from '../domain/event.ts';
import { taskNameOf } from '../domain/identity.ts';
import { instantOf } from '../domain/interval.ts';
import type { RunChange, RunStatus } from '../domain/run.ts';
import { acceptPolled, setAside } from './accept-polled.ts';
import { eventIdOfBooking } from './commit-booking.ts';
import type { SyncDeps } from './deps.ts';
import { endLostBookings } from './end-lost-bookings.ts';
import { compareHolding, type LossPlan, planLosses } from './plan-bookings-audit.ts';
import { canList, type ListingSystem, readHolding } from './read-holding.ts';
import { recordRun } from './record-run.ts';

/** Losses are committed after so many questions, so that an audit that breaks off need not ask them again. */
const ASKED_AT_ONCE = 20;

/** One audit of one booking system. */
interface BookingsAudit {
  readonly tenantId: string;
  readonly config: BookingSystemConfig;
  readonly system: ListingSystem;
  readonly startedAt: number;
  /** What it changed so far. */
  readonly changes: RunChange[];
}

/**
 * Compares what a booking system holds with the ledger, and asks by its id for whatever only one side holds: changes that
 * nothing told of are taken up, and a booking that the system says it does not know is `missing`, holding its time. Six
 * hours later it is asked for again and then cancelled. Many at once wait for staff, who are told.
 *
 * That a booking is not listed is no evidence, nor is a system that does not answer or gives no access. Systems that keep
 * every booking are not audited.
 * @throws RateLimited, TemporarilyUnavailable.
 */
export async function auditBookings(
  input: { readonly tenantId: string; readonly systemId: string },
  deps: SyncDeps,
): Promise<void> {
  const { tenantId, systemId } = input;
  const config = await deps.store.bookingSystems.get(deps.documents, tenantId, systemId);
  const system = config && deps.bookingSystem(config, tenantId);
  if (!config || !canList(system)) return;
  const work: BookingsAudit = { tenantId, config, system, startedAt: deps.clock.now(), changes: [] };
  try {
    await compareAndAsk(work, deps);
  } catch (error) {
    if (!(error instanceof AccessRevoked)) throw error;
    // Polling, which needs the same access, tells staff.
    deps.log.warn('bookings.no-access', { tenantId, systemId, error });
    await record(
      work,
      { status: 'failed', errors: ['the booking system gives no access; nothing was believed'] },
      deps,
    );
  }
}

async function compareAndAsk(work: BookingsAudit, deps: SyncDeps): Promise<void> {
  const { tenantId, config } = work;
  const { absent, unexpected, future } = compareHolding(await readHolding(work, deps));
  for (const bookingId of unexpected) await readAgain(bookingId, work, deps);
  const ids = absent.map(({ id }) => id);
  const events = (await deps.store.events.getMany(deps.documents, tenantId, ids)).filter((event) => event !== null);
  const before = events.filter(({ status }) => status === 'missing');
  const standing = events.filter(({ status }) => status === 'active');
  let found = 0;
  for (let from = 0; from < standing.length; from += ASKED_AT_ONCE) {
    found += await endUnknown(standing.slice(from, from + ASKED_AT_ONCE), 'missing', work, deps);
  }
  const plan = planLosses({ before, found, future, heldAt: config.removalsHeldAt, now: deps.clock.now() });
  await endUnknown(plan.due, 'cancelled', work, deps);
  const holdBegins = await settle(plan, before.length + found, work, deps);
  if (work.changes.length === 0 && !holdBegins) return;
  const warnings = plan.held ? ['many bookings are unknown to their system; they wait for staff to accept it'] : [];
  await record(work, { status: plan.held ? 'held' : 'success', seen: future, warnings }, deps);
}

/** Asks for each of these, and commits what has become of those that the system does not know. Answers how many. */
async function endUnknown(
  events: readonly LedgerEvent[],
  status: 'missing' | 'cancelled',
  work: BookingsAudit,
  deps: SyncDeps,
): Promise<number> {
  const askedAt = deps.clock.now();
  const unknown: LedgerEvent[] = [];
  for (const event of events) {
    if ((await readAgain(event.source.externalUid, work, deps)) === 'unknown') unknown.push(event);
  }
  const changes = await endLostBookings({ tenantId: work.tenantId, events: unknown, status, askedAt }, deps);
  work.changes.push(...changes);
  return changes.length;
}

/** Reads a booking by its id and takes up what has changed about it. */
async function readAgain(
  bookingId: string,
  { tenantId, config, system, changes }: BookingsAudit,
  deps: SyncDeps,
): Promise<'known' | 'unknown'> {
  try {
    const booking = await system.get(bookingId);
    if (!booking) return 'unknown';
    const isNews = await acceptPolled(tenantId, config, booking, deps);
    if (isNews) changes.push({ action: 'changed', eventId: eventIdOfBooking(config.id, bookingId) });
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    await setAside(tenantId, config, bookingId, error.message, deps);
  }
  return 'known';
}

/** Begins or ends the hold, and has what waits for its time looked at again then. Answers whether a hold began. */
async function settle(
  { held, nextDueAt }: LossPlan,
  lost: number,
  { tenantId, config, startedAt }: BookingsAudit,
  deps: SyncDeps,
): Promise<boolean> {
  const systemId = config.id;
  const begins = held && config.removalsHeldAt === undefined;
  await deps.documents.commit([
    deps.store.bookingSystems.update(tenantId, systemId, {
      lastAuditAt: instantOf(startedAt),
      ...(begins && { removalsHeldAt: instantOf(startedAt) }),
      ...(!held && { removalsHeldAt: undefined }),
    }),
  ]);
  if (begins) deps.log.alert('bookings.held', { tenantId, systemId, count: lost });
  if (nextDueAt !== undefined) {
    const name = taskNameOf('audit-bookings', tenantId, systemId, nextDueAt);
    await deps.tasks.enqueue({ queue: 'audit-bookings', name, payload: { tenantId, systemId }, runAt: nextDueAt });
  }
  return begins;
}

function record(
  { tenantId, config, startedAt, changes }: BookingsAudit,
  told: { status: RunStatus; seen?: number; warnings?: readonly string[]; errors?: readonly string[] },
  deps: SyncDeps,
): Promise<string> {
  const count = (wanted: string) => changes.filter(({ action }) => action === wanted).length;
  const { seen = 0, ...rest } = told;
  const counts = { seen, changed: count('changed'), missing: count('missing'), released: count('cancelled') };
  const flow = { tenantId, systemId: config.id, flow: 'audit-bookings', trigger: 'schedule' };
  return recordRun({ ...flow, ...rest, startedAt, counts, changes }, deps);
}
