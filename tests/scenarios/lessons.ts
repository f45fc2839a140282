import { type Appointment, at, type Loft } from './loft.ts';

/** The hour that begins at `hour` (UTC) of the test day, as USchedule takes it. */
export function slot(hour: number): Pick<Appointment, 'start' | 'end'> {
  return { start: at(hour), end: at(hour + 1) };
}

/** The same hour as a calendar takes it. */
export function dragTo(hour: number) {
  return { start: { dateTime: at(hour) }, end: { dateTime: at(hour + 1) } };
}

/** A lesson at 15 and a fitting at 17 (UTC) on bay 1, on its calendar already. */
export async function bookTwo(loft: Loft): Promise<[Appointment, Appointment]> {
  const booked: [Appointment, Appointment] = [await loft.book(1, 15, 'Lesson'), await loft.book(1, 17, 'Fitting')];
  await loft.settle();
  return booked;
}

/** Requests that wrote to calendars since the counts were reset, the owner's own included. */
export function calendarWrites({ studio }: Loft): number {
  const counts = studio.google.requestCounts();
  return ['events.insert', 'events.patch', 'events.delete'].reduce((sum, name) => sum + (counts[name] ?? 0), 0);
}
