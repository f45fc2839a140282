import { all, isSame, type Lines } from './checklist-lines.ts';
import { book, calendarOf, cancel, eventOf, findFreeHours, sameInstant } from './loft-bays.ts';
import type { Appointment, StudioClient } from './studio-client.ts';

const BAY = 1;

interface Proposal {
  readonly eventId: string;
  readonly reason: string;
}

/** Drags a booking of Bay 1 on its calendar to an hour that is taken. Both bookings are cancelled at the end. */
export async function walkRefusals(studio: StudioClient, lines: Lines): Promise<void> {
  const hours = await findFreeHours(studio);
  const [hour, taken] = [hours.next(), hours.next()];
  const booked: Appointment[] = [];
  const eventId = async () => (await eventOf(booked[0]?.id as string, BAY, studio))?.id;
  try {
    booked.push(await book(BAY, 'Lesson', hour, studio), await book(BAY, 'Taken', taken, studio));
    await lines.until('on the calendar', async () => (await eventId()) !== undefined);
    const [{ id }] = booked as [Appointment];
    await lines.line(
      `bay ${BAY}: dragged to a time that is taken, the event is put back, and staff see why`,
      async () => {
        const times = { start: { dateTime: taken.start }, end: { dateTime: taken.end } };
        await studio.google('PATCH', `${calendarOf(BAY)}/events/${await eventId()}`, times);
      },
      async () => {
        const start = (await eventOf(id, BAY, studio))?.start.dateTime;
        const appointment = await studio.uschedule('GET', `/appointments/${id}`);
        return all(
          isSame('why it was put back', await reasonsOf(id, studio), ['slot_taken']),
          sameInstant(start, hour.start) || `the event should be back at ${hour.start} and is at ${start}`,
          sameInstant(appointment.start, hour.start) || `the booking should stay at ${hour.start} and is elsewhere`,
        );
      },
    );
  } finally {
    for (const { id } of booked) await cancel(id, studio);
  }
}

/** The reasons for which edits of an appointment were refused. */
async function reasonsOf(appointmentId: string, { api }: StudioClient): Promise<string[]> {
  const { id } = await api<{ id: string }>('GET', `/v1/bookings/${appointmentId}`);
  const reasons: string[] = [];
  let after = '';
  do {
    const page = await api<{ items: readonly Proposal[]; nextPageToken?: string }>('GET', `/v1/proposals?${after}`);
    reasons.push(...page.items.filter(({ eventId }) => eventId === id).map(({ reason }) => reason));
    after = page.nextPageToken === undefined ? '' : `pageToken=${encodeURIComponent(page.nextPageToken)}`;
  } while (after !== '');
  return reasons;
}
