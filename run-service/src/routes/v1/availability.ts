import { type Interval, instantOf, msOf, sharedTime } from '@dovetail/core/domain/interval.ts';
import type { Resource } from '@dovetail/core/domain/resource.ts';
import { freeNights, freeSlots, searchedTime } from '@dovetail/core/ledger/availability.ts';
import { busyTime } from '@dovetail/core/ledger/busy-time.ts';
import { USUAL_STEP_MINUTES } from '@dovetail/core/ledger/open-time.ts';
import { coveredTime, ledgerWindow } from '@dovetail/core/ledger/page-changes.ts';
import { readStandingLines } from '@dovetail/core/ledger/read-standing-lines.ts';
import type { z } from 'zod';
import type { AppDeps } from '../../app-deps.ts';
import { invalidFields } from '../../middleware/check.ts';
import { defineOperation, type Operation } from '../../operations/operation.ts';
import {
  availabilityQuerySchema,
  availabilitySchema,
  freeBusyQuerySchema,
  freeBusySchema,
  MOST_MINUTES,
} from '../../schemas/availability.ts';
import { byChosenId } from '../../schemas/fields.ts';
import { requireResources } from './require-resource.ts';
import { readResource } from './resources.ts';
import { searchWindow } from './search-window.ts';

type AvailabilityDeps = Pick<AppDeps, 'documents' | 'store' | 'clock'>;
type Availability = z.input<typeof availabilitySchema>;

const USUAL_MINUTES = 60;
const DAY_MS = 86_400_000;
/** Slots of one answer: 400 days of half hours, some 1.2 MB. */
const MOST_SLOTS = 20_000;

/** What is free and what is taken. Open to guests: it says nothing of who or what takes the time. */
export const availabilityOperations: readonly Operation[] = [
  defineOperation({
    id: 'getAvailability',
    method: 'get',
    path: '/v1/resources/{id}/availability',
    role: 'guest',
    summary: 'Free slots of a timed resource; free nights of a nightly one',
    params: byChosenId,
    query: availabilityQuerySchema,
    response: availabilitySchema,
    handle: async ({ tenantId, params, query }, deps) => {
      const resource = await readResource(tenantId, params.id, deps);
      const window = searchWindow(query, resource, deps.clock.now());
      return resource.kind === 'timed'
        ? findSlots(tenantId, resource, window, query, deps)
        : findNights(tenantId, resource, window, query, deps);
    },
  }),
  defineOperation({
    id: 'readFreeBusy',
    method: 'post',
    path: '/v1/freebusy',
    role: 'guest',
    summary: 'Busy time of several resources, without what is behind it',
    body: freeBusyQuerySchema,
    response: freeBusySchema,
    handle: async ({ tenantId, body }, deps) => {
      const named = body.resourceIds.map((id, index) => ({ path: `resourceIds.${index}`, id }));
      const resources = await requireResources(tenantId, named, deps);
      const items = resources.map(async (resource) => ({
        resourceId: resource.id,
        busy: await findBusy(tenantId, resource, body, deps),
      }));
      return { items: await Promise.all(items) };
    },
  }),
];

async function findSlots(
  tenantId: string,
  resource: Resource,
  window: Interval,
  asked: z.output<typeof availabilityQuerySchema>,
  deps: AvailabilityDeps,
): Promise<Availability> {
  const { minMinutes, maxMinutes = MOST_MINUTES } = resource.bookingRules ?? {};
  const { minutes = minMinutes ?? Math.min(USUAL_MINUTES, maxMinutes), nights } = asked;
  if (nights !== undefined) throw invalidFields([{ path: 'nights', detail: isNot(resource, 'by the night') }]);
  if (minutes < (minMinutes ?? 1)) {
    const detail = `is less than the ${minMinutes} minutes of the shortest booking of "${resource.id}"`;
    throw invalidFields([{ path: 'minutes', detail }]);
  }
  if (minutes > maxMinutes) {
    const detail = `is more than the ${maxMinutes} minutes of the longest booking of "${resource.id}"`;
    throw invalidFields([{ path: 'minutes', detail }]);
  }
  refuseManySlots(resource, window);
  const standing = await linesWithin(tenantId, resource, searchedTime(resource, window), deps);
  const now = instantOf(deps.clock.now());
  return { ...shown(resource, window), minutes, items: freeSlots(resource, standing, { window, now, minutes }) };
}

/** Whatever the opening hours, so that one can know it beforehand. */
function refuseManySlots({ id, bookingRules }: Resource, { start, end }: Interval): void {
  const { stepMinutes = USUAL_STEP_MINUTES } = bookingRules ?? {};
  const days = (MOST_SLOTS * stepMinutes) / (24 * 60);
  if (msOf(end) - msOf(start) <= days * DAY_MS) return;
  const detail = `is more than ${Math.floor(days)} days after from, the most at once of "${id}", where bookings begin every ${stepMinutes} minutes`;
  throw invalidFields([{ path: 'to', detail }]);
}

async function findNights(
  tenantId: string,
  resource: Resource,
  window: Interval,
  { minutes, nights = 1 }: z.output<typeof availabilityQuerySchema>,
  deps: AvailabilityDeps,
): Promise<Availability> {
  if (minutes !== undefined) throw invalidFields([{ path: 'minutes', detail: isNot(resource, 'by the hour') }]);
  const covered = coveredTime(ledgerWindow(deps.clock.now()), 'nightly');
  const searched = sharedTime(searchedTime(resource, window, nights), covered);
  const standing = await linesWithin(tenantId, resource, searched, deps);
  const now = instantOf(deps.clock.now());
  const items = freeNights(resource, standing, { window, now, searched, nights });
  return { ...shown(resource, window), minNights: resource.bookingRules?.minNights ?? 1, items };
}

async function findBusy(
  tenantId: string,
  resource: Resource,
  asked: { readonly from: string; readonly to: string },
  deps: AvailabilityDeps,
): Promise<Interval[]> {
  const now = deps.clock.now();
  const window = searchWindow(asked, resource, now);
  const { start } = coveredTime(ledgerWindow(now), resource.kind);
  if (window.start < start) {
    throw invalidFields([{ path: 'from', detail: `lies before ${start}, from which on the ledger is kept` }]);
  }
  return busyTime(await linesWithin(tenantId, resource, window, deps), window);
}

function linesWithin(tenantId: string, { id }: Resource, interval: Interval, deps: AvailabilityDeps) {
  return readStandingLines({ tenantId, resourceId: id, interval }, deps);
}

function shown({ id, kind, timeZone }: Resource, { start, end }: Interval) {
  return { resourceId: id, kind, timeZone, from: start, to: end };
}

function isNot({ id }: Resource, how: string): string {
  return `"${id}" is not booked ${how}`;
}
