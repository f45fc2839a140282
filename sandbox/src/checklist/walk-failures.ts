import { all, isSame, type Lines, type Seen, settle } from './checklist-lines.ts';
import { book, calendarOf, cancel, eventsOf, type FreeHours, findFreeHours, sameInstant } from './loft-bays.ts';
import type { StudioClient } from './studio-client.ts';

const BAY = 1;
/** The calendar's id is escaped in the path, from the character after this on. */
const INSERT = `POST /calendar/v3/calendars/loft-bay-${BAY}`;

/**
 * Walks what becomes of bookings of Bay 1 while Google's answers fail and get lost, and its pushes do not come. The bookings
 * are cancelled at the end, and pushes are delivered again.
 */
export async function walkFailures(studio: StudioClient, lines: Lines): Promise<void> {
  const hours = await findFreeHours(studio);
  await isBookedOnce(studio, lines, hours, 'an answer that failed', { status: 503 });
  await isBookedOnce(studio, lines, hours, 'an answer that got lost', { dropResponse: true });
  await comesWithoutPush(studio, lines, hours);
}

async function isBookedOnce(
  studio: StudioClient,
  lines: Lines,
  hours: FreeHours,
  what: string,
  fault: object,
): Promise<void> {
  const before = await faultsMet(studio);
  await studio.sandbox('POST', '/faults', { target: 'google', match: INSERT, times: 1, ...fault });
  let id: string | undefined;
  try {
    await lines.line(
      `bay ${BAY}: after ${what}, a booking stands on the calendar, once`,
      async () => {
        id = (await book(BAY, 'Lesson', hours.next(), studio)).id;
      },
      async () =>
        all(
          isSame('how many answers failed', (await faultsMet(studio)) - before, 1),
          await isShownOnce(id as string, studio),
        ),
    );
  } catch (error) {
    await studio.sandbox('DELETE', '/faults');
    throw error;
  } finally {
    if (id !== undefined) await cancel(id, studio);
  }
}

/** Once nothing is left to do: a second event would have come by then. */
async function isShownOnce(appointmentId: string, studio: StudioClient): Promise<Seen> {
  await settle(studio);
  return isSame('how many events stand', (await eventsOf(appointmentId, BAY, studio)).length, 1);
}

async function faultsMet(studio: StudioClient): Promise<number> {
  return ((await (await studio.sandbox('GET', '/faults')).json()) as { met: number }).met;
}

async function comesWithoutPush(studio: StudioClient, lines: Lines, hours: FreeHours): Promise<void> {
  const [hour, dragged] = [hours.next(), hours.next()];
  const { id } = await book(BAY, 'Lesson', hour, studio);
  const appointment = () => studio.uschedule('GET', `/appointments/${id}`);
  try {
    await lines.until('on the calendar', async () => (await eventsOf(id, BAY, studio)).length === 1);
    await settle(studio);
    await studio.sandbox('POST', '/pushes', { mode: 'drop' });
    await lines.line(
      `bay ${BAY}: dragged on the calendar while pushes get lost, the booking moves with the next safety pull`,
      async () => {
        const [event] = await eventsOf(id, BAY, studio);
        const times = { start: { dateTime: dragged.start }, end: { dateTime: dragged.end } };
        await studio.google('PATCH', `${calendarOf(BAY)}/events/${event?.id}`, times);
        await studio.sandbox('POST', '/schedules/safety-pull');
      },
      async () => {
        const { start } = await appointment();
        return sameInstant(start, dragged.start) || `the booking should be at ${dragged.start} and is at ${start}`;
      },
    );
    await settle(studio);
    const { version } = await appointment();
    await lines.check(`bay ${BAY}: the move is not echoed: nothing changes the booking a second time`, async () => {
      await studio.sandbox('POST', '/schedules/safety-pull');
      await settle(studio);
      const [event] = await eventsOf(id, BAY, studio);
      return all(
        isSame('the version of the booking', (await appointment()).version, version),
        sameInstant(event?.start.dateTime, dragged.start) || `the event should stay at ${dragged.start}`,
      );
    });
  } finally {
    await studio.sandbox('POST', '/pushes', { mode: 'deliver' });
    await cancel(id, studio);
  }
}
