import type { Appointment } from '@dovetail/sandbox/checklist/studio-client.ts';
import { openLoop } from './open-loop.ts';
import type { Rig } from './rig.ts';

const FIRST_HOUR_AHEAD = 30 * 24;
const HOUR_MS = 3_600_000;

export const BOOKINGS_PER_SECOND = 20;
/** Simulated latency of every call to Google. */
export const PROVIDER_LATENCY_MS = 100;

/** An appointment with the time it was made, which is when its webhook was sent. */
export interface Booked extends Appointment {
  readonly created_at: string;
}

/** Makes bookings in USchedule at a fixed rate, the rooms in turn, each in an hour of its own. */
export async function bookSteadily(rooms: readonly string[], seconds: number, rig: Rig): Promise<Booked[]> {
  const firstHour = Math.ceil(Date.now() / HOUR_MS) + FIRST_HOUR_AHEAD;
  const booked: Booked[] = [];
  await openLoop({ perSecond: BOOKINGS_PER_SECOND, seconds }, async (index) => {
    const start = (firstHour + Math.floor(index / rooms.length)) * HOUR_MS;
    const appointment = await rig.client.uschedule<Booked>('POST', '/appointments', {
      resource_id: rooms[index % rooms.length],
      title: `Lesson ${index}`,
      customer: { name: 'Robin Example' },
      start: new Date(start).toISOString(),
      end: new Date(start + HOUR_MS).toISOString(),
    });
    booked.push(appointment);
  });
  return booked;
}
