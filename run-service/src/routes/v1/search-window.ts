import { addDays, type Interval, instantOf, isDate, msOf } from '@dovetail/core/domain/interval.ts';
import type { Resource } from '@dovetail/core/domain/resource.ts';
import { dateAt, startOfDay } from '@dovetail/core/ical/local-time.ts';
import { coveredTime, ledgerWindow } from '@dovetail/core/ledger/page-changes.ts';
import { invalidFields } from '../../middleware/check.ts';

const DAY_MS = 86_400_000;
const USUAL_DAYS = 31;
const MOST_DAYS = 400;

/**
 * The window of a search for free or busy time, in the resource's kind of time: from now, for 31 days, unless the caller
 * says otherwise. Dates are days of the resource, wherever the caller is.
 * @throws Problem when `from` is not before `to`, more than 400 days are asked for, or `to` lies beyond what the ledger
 * keeps pages of: what is not known is neither free nor busy.
 */
export function searchWindow(
  asked: { readonly from?: string | undefined; readonly to?: string | undefined },
  resource: Pick<Resource, 'kind' | 'timeZone'>,
  now: number,
): Interval {
  const { kind } = resource;
  const start = timeOf(asked.from ?? instantOf(now), resource, 'first');
  const end = asked.to === undefined ? usualEnd(start, kind) : timeOf(asked.to, resource, 'last');
  if (start >= end) throw invalidFields([{ path: 'to', detail: 'is not after from' }]);
  if (msOf(end) - msOf(start) > MOST_DAYS * DAY_MS + SLACK_MS) {
    throw invalidFields([{ path: 'to', detail: `is more than ${MOST_DAYS} days after from` }]);
  }
  const covered = coveredTime(ledgerWindow(now), kind);
  if (end > covered.end) {
    throw invalidFields([{ path: 'to', detail: `lies beyond ${covered.end}, up to which the ledger reaches` }]);
  }
  return { start, end };
}

/** Days of a zone may be longer together than as many of UTC: clocks are put back by two hours at most. */
const SLACK_MS = 2 * 3_600_000;

function timeOf(time: string, { kind, timeZone }: Pick<Resource, 'kind' | 'timeZone'>, side: 'first' | 'last'): string {
  if (kind === 'timed') return isDate(time) ? startOfDay(time, timeZone) : time;
  if (isDate(time)) return time;
  // A night that is asked about in part is asked about.
  const date = dateAt(time, timeZone);
  return side === 'first' || startOfDay(date, timeZone) === time ? date : addDays(date, 1);
}

function usualEnd(start: string, kind: Resource['kind']): string {
  return kind === 'nightly' ? addDays(start, USUAL_DAYS) : instantOf(msOf(start) + USUAL_DAYS * DAY_MS);
}
