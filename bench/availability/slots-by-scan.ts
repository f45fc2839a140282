import { type Interval, instantOf, msOf } from '@dovetail/core/domain/interval.ts';
import type { Resource } from '@dovetail/core/domain/resource.ts';
import { Temporal } from 'temporal-polyfill';

const MINUTE_MS = 60_000;
const STEP_MS = 30 * MINUTE_MS;

/**
 * The free slots as a program finds them that knows nothing better: each half hour of the window, if the clocks of the
 * resource show a time of its hours throughout and no booking, with its buffer, shares time with it.
 */
export function slotsByScan(
  { timeZone, openingHours, bookingRules }: Resource,
  bookings: readonly Interval[],
  window: Interval,
  minutes: number,
): Interval[] {
  const buffer = (bookingRules?.bufferAfterMinutes ?? 0) * MINUTE_MS;
  const taken = bookings.map(({ start, end }) => ({ from: msOf(start) - buffer, to: msOf(end) + buffer }));
  const slots: Interval[] = [];
  for (let from = msOf(window.start); from + minutes * MINUTE_MS <= msOf(window.end); from += STEP_MS) {
    const to = from + minutes * MINUTE_MS;
    const opening = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(timeZone);
    const closing = Temporal.Instant.fromEpochMilliseconds(to).toZonedDateTimeISO(timeZone);
    const clock = (time: Temporal.ZonedDateTime) => time.toPlainTime().toString().slice(0, 5);
    const isOpen = openingHours.some(
      ({ weekday, opens, closes }) =>
        weekday === opening.dayOfWeek &&
        weekday === closing.dayOfWeek &&
        opens <= clock(opening) &&
        clock(closing) <= closes,
    );
    if (!isOpen || taken.some((one) => one.from < to && from < one.to)) continue;
    slots.push({ start: instantOf(from), end: instantOf(to) });
  }
  return slots;
}
