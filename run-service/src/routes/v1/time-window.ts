import { type Interval, instantOf, msOf } from '@dovetail/core/domain/interval.ts';
import type { ResourceKind } from '@dovetail/core/domain/resource.ts';
import { invalidFields } from '../../middleware/check.ts';

const DAY_MS = 86_400_000;
const DAYS_BACK = 1;
const DAYS_SHOWN = 91;
const MOST_DAYS = 400;

/**
 * The stretch of time a caller asks about: from yesterday, for 91 days, unless it says otherwise. In instants for a
 * timed resource, otherwise in whole days (of UTC), because dates and instants compare as text only that way.
 * @throws Problem when `from` is not before `to`, or more than 400 days are asked for.
 */
export function timeWindow(
  asked: { readonly from?: string | undefined; readonly to?: string | undefined },
  kind: ResourceKind | undefined,
  now: number,
): Interval {
  const from = asked.from === undefined ? now - DAYS_BACK * DAY_MS : msOf(asked.from);
  const to = asked.to === undefined ? from + DAYS_SHOWN * DAY_MS : msOf(asked.to);
  if (from >= to) throw invalidFields([{ path: 'to', detail: 'is not after from' }]);
  if (to - from > MOST_DAYS * DAY_MS) {
    throw invalidFields([{ path: 'to', detail: `is more than ${MOST_DAYS} days after from` }]);
  }
  if (kind === 'timed') return { start: instantOf(from), end: instantOf(to) };
  return { start: dateOf(from), end: dateOf(Math.ceil(to / DAY_MS) * DAY_MS) };
}

function dateOf(ms: number): string {
  return instantOf(ms).slice(0, 10);
}
