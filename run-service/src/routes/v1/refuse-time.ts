import { RulesBroken, TimeTaken } from '@dovetail/core/domain/errors.ts';
import { addDays, type Interval, instantOf, msOf, sharedTime } from '@dovetail/core/domain/interval.ts';
import type { Resource } from '@dovetail/core/domain/resource.ts';
import type { Role } from '@dovetail/core/domain/tenant.ts';
import { searchedTime } from '@dovetail/core/ledger/availability.ts';
import { nearestFree } from '@dovetail/core/ledger/booking-rules.ts';
import { derivedIdsOf } from '@dovetail/core/ledger/derive-events.ts';
import { coveredTime, ledgerWindow } from '@dovetail/core/ledger/page-changes.ts';
import { readStandingLines } from '@dovetail/core/ledger/read-standing-lines.ts';
import type { AppDeps } from '../../app-deps.ts';
import { Problem } from '../../middleware/problem.ts';

type RefuseDeps = Pick<AppDeps, 'documents' | 'store' | 'clock'>;

/** A booking that somebody wants, and for whom its refusal is. */
export interface WantedTime {
  readonly tenantId: string;
  readonly role: Role;
  readonly resource: Resource;
  readonly interval: Interval;
  /** The booking that is to have the time, if there is one. */
  readonly eventId?: string;
}

const DAY_MS = 86_400_000;
const DAYS_AROUND = 14;
const NIGHTS_AROUND = 60;

/**
 * What `book` answers.
 * @throws Problem in place of TimeTaken and RulesBroken: it names what is in the way, as far as the caller may know, and
 * the nearest free times; whatever else `book` throws.
 */
export async function withAlternatives<T>(wanted: WantedTime, book: () => Promise<T>, deps: RefuseDeps): Promise<T> {
  try {
    return await book();
  } catch (cause) {
    const { resource, role } = wanted;
    if (cause instanceof TimeTaken) {
      // Whoever knows a hold's id may confirm it.
      const inTheWay = cause.inTheWay.map(({ id, ...taken }) => (role === 'guest' ? taken : { eventId: id, ...taken }));
      const detail = `"${resource.id}" is taken then, or too soon before or after. Choose another time or resource.`;
      const alternatives = await findAlternatives(wanted, deps);
      throw new Problem('time-taken', detail, { cause, reason: cause.reason, time: { inTheWay, alternatives } });
    }
    if (cause instanceof RulesBroken) {
      const broken = cause.broken.map(({ path, detail }) => `${path} ${detail}`).join('; ');
      const alternatives = await findAlternatives(wanted, deps);
      const detail = `"${resource.id}" cannot be booked so: ${broken}.`;
      throw new Problem('unprocessable', detail, { cause, errors: cause.broken, time: { alternatives } });
    }
    throw cause;
  }
}

async function findAlternatives(
  { tenantId, resource, interval, eventId }: WantedTime,
  deps: RefuseDeps,
): Promise<Interval[]> {
  const now = deps.clock.now();
  const covered = coveredTime(ledgerWindow(now), resource.kind);
  const window = sharedTime(around(interval), covered);
  if (window.start >= window.end) return [];
  const searched = sharedTime(searchedTime(resource, window), covered);
  const lines = await readStandingLines({ tenantId, resourceId: resource.id, interval: searched }, deps);
  const own = new Set(eventId === undefined ? [] : [eventId, ...derivedIdsOf(eventId, resource.id)]);
  const others = lines.filter(({ id }) => !own.has(id));
  return nearestFree(resource, others, interval, { window, now: instantOf(now) });
}

function around({ start, end }: Interval): Interval {
  if (start.length === 10) return { start: addDays(start, -NIGHTS_AROUND), end: addDays(end, NIGHTS_AROUND) };
  const shifted = (time: string, days: number) => instantOf(msOf(time) + days * DAY_MS);
  return { start: shifted(start, -DAYS_AROUND), end: shifted(end, DAYS_AROUND) };
}
