import { addDays } from '@dovetail/core/domain/interval.ts';
import { Temporal } from 'temporal-polyfill';
import type { Lines } from './checklist-lines.ts';
import { findFreeTime, isBusy, type Span } from './free-time.ts';
import { calendarOf } from './loft-bays.ts';
import type { StudioClient } from './studio-client.ts';

const BAY = 2;
const BINDING = `/v1/bindings/bay-${BAY}-google`;
const ZONE = 'America/New_York';
const WEEK_MINUTES = 7 * 24 * 60;

/** An event that the calendar's owner puts there, and the time it should block. */
interface OwnEvent {
  readonly what: string;
  readonly event: object;
  readonly blocks: readonly Span[];
}

/**
 * Lets what else stands on Bay 2's calendar block the bay, in a week that is free: an event, a series, whole days. Each is
 * deleted again, and the binding is left as it was.
 */
export async function walkBusyCalendar(studio: StudioClient, lines: Lines): Promise<void> {
  const { api } = studio;
  const { busyIn } = await api<{ busyIn: boolean }>('GET', BINDING);
  await api('PATCH', BINDING, { busyIn: true });
  try {
    const wanted = { resourceId: `bay-${BAY}`, minutes: WEEK_MINUTES, today: await studio.today(), daysAhead: 30 };
    const week = await findFreeTime(wanted, api);
    for (const own of eventsIn(week)) await walkEvent(studio, lines, week, own);
  } finally {
    await api('PATCH', BINDING, { busyIn });
  }
}

async function walkEvent(studio: StudioClient, lines: Lines, week: Span, own: OwnEvent): Promise<void> {
  const path = `${calendarOf(BAY)}/events`;
  const isBlocked = (spans: readonly Span[]) => isBusy([`bay-${BAY}`], week, spans, studio.api);
  const standing: string[] = [];
  const remove = async () => {
    for (const id of standing.splice(0)) await studio.google('DELETE', `${path}/${id}`);
  };
  try {
    await lines.line(
      `bay ${BAY}: ${own.what} on its calendar blocks the bay`,
      async () => {
        standing.push((await studio.google('POST', path, own.event)).id);
      },
      () => isBlocked(own.blocks),
    );
    await lines.line(`bay ${BAY}: deleted there, the bay is free again`, remove, () => isBlocked([]));
  } finally {
    await remove();
  }
}

/** Each on days of its own, all within a week that begins at `start`, whatever the time of day. */
function eventsIn({ start }: Span): readonly OwnEvent[] {
  const day = (index: number) => addDays(start.slice(0, 10), index);
  const hour = (date: string): Span => ({ start: instantAt(date, 11), end: instantAt(date, 12) });
  const series = [2, 3, 4].map((index) => hour(day(index)));
  return [
    { what: 'an event', event: eventAt(hour(day(1))), blocks: [hour(day(1))] },
    {
      what: 'a series of three days',
      event: { ...eventAt(hour(day(2))), recurrence: ['RRULE:FREQ=DAILY;COUNT=3'] },
      blocks: series,
    },
    {
      what: 'a whole day',
      event: { summary: 'Closed', start: { date: day(5) }, end: { date: day(6) } },
      blocks: [{ start: instantAt(day(5), 0), end: instantAt(day(6), 0) }],
    },
  ];
}

function eventAt({ start, end }: Span) {
  return {
    summary: 'Maintenance visit',
    start: { dateTime: start, timeZone: ZONE },
    end: { dateTime: end, timeZone: ZONE },
  };
}

/** The instant at which the bay's clocks show an hour of a date. */
function instantAt(date: string, hour: number): string {
  return Temporal.PlainDate.from(date).toZonedDateTime({ timeZone: ZONE, plainTime: { hour } }).toInstant().toString();
}
