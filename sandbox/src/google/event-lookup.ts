import type { CalendarRecord, StoredEvent } from './calendar-store.ts';
import { instanceEvent, instancesOf, seriesIdOf } from './recurrence.ts';

/** The event under an id, cancelled ones included; ids of a series' dates are found although they are not stored. */
export function findEvent(calendar: CalendarRecord, id: string): StoredEvent | undefined {
  const stored = calendar.events.get(id);
  if (stored) return stored;
  const series = calendar.events.get(seriesIdOf(id) ?? '');
  if (!series?.event.recurrence) return undefined;
  return expandSeries(calendar, series).find(({ event }) => event.id === id);
}

/** The dates of a stored series as events of their own, each replaced by its exception where there is one. */
export function expandSeries(calendar: CalendarRecord, series: StoredEvent): StoredEvent[] {
  return instancesOf(series.event, series.times).map(
    (instance) =>
      calendar.events.get(instance.id) ?? {
        event: instanceEvent(series.event, instance, calendar.timeZone),
        times: instance.times,
        change: series.change,
      },
  );
}
