import { type Interval, isDate } from '@dovetail/core/domain/interval.ts';
import type { Resource } from '@dovetail/core/domain/resource.ts';
import { invalidFields } from './check.ts';
import type { FieldError } from './problem.ts';

/**
 * The interval, if it can be of that resource.
 * @throws Problem when its times are not of the resource's kind, or its end is not after its start.
 */
export function checkInterval(interval: Interval, resource: Pick<Resource, 'id' | 'kind'>, prefix = ''): Interval {
  const { start, end } = interval;
  const wantsDates = resource.kind === 'nightly';
  const detail = wantsDates
    ? `must be a date, because "${resource.id}" is booked by the night`
    : `must be a time with an offset, because "${resource.id}" is booked by the hour`;
  const errors: FieldError[] = Object.entries({ start, end })
    .filter(([, value]) => isDate(value) !== wantsDates)
    .map(([field]) => ({ path: `${prefix}${field}`, detail }));
  if (errors.length === 0 && start >= end) errors.push({ path: `${prefix}end`, detail: 'is not after start' });
  if (errors.length > 0) throw invalidFields(errors);
  return { start, end };
}
