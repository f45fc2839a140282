import type { CalendarRecord, StoredEvent } from './calendar-store.ts';
import { findInstance, type Instance, instanceEvent, instanceOf, instancesOf, type TimeRange } from './recurrence.ts';

/** The event under an id, cancelled ones included; ids of a series' dates are found although they are not stored. */
export function findEvent(calendar: CalendarRecord, id: string): StoredEvent | undefined {
  const stored = calendar.events.get(id);
  if (stored) return stored;
  const series = calendar.events.get(instanceOf(id)?.seriesId ?? '');
  if (!series?.event.recurrence) return undefined;
  const instance = findInstance(series.event, series.times, id);
  return instance && asEvent(calendar, series, instance);
}

/**
 * The dates of a stored series as events of their own, each replaced by its exception where there is one. Of a range,
 * those whose original place may touch it, and every exception.
 */
export function expandSeries(calendar: CalendarRecord, series: StoredEvent, range?: TimeRange): StoredEvent[] {
  const dates = new Map(
    instancesOf(series.event, series.times, range).map((instance) => [
      instance.id,
      asEvent(calendar, series, instance),
    ]),
  );
  for (const [id, stored] of calendar.events) {
    if (stored.event.recurringEventId === series.event.id) dates.set(id, stored);
  }
  return [...dates.values()];
}

/**
 * The changed dates of a series that it no longer has after a change of its own: they go with their places (assumed; the
 * reference does not say).
 */
export function strandedDates(calendar: CalendarRecord, series: StoredEvent): StoredEvent[] {
  return [...calendar.events.values()].filter(({ event }) => {
    if (event.recurringEventId !== series.event.id || event.status === 'cancelled') return false;
    return !series.event.recurrence || !findInstance(series.event, series.times, event.id ?? '');
  });
}

function asEvent(calendar: CalendarRecord, series: StoredEvent, instance: Instance): StoredEvent {
  return (
    calendar.events.get(instance.id) ?? {
      event: instanceEvent(series.event, instance, calendar.timeZone),
      times: instance.times,
      change: series.change,
    }
  );
}
