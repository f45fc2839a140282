import type { Benchmark, Figure } from './figure.ts';
import { percentiles } from './percentiles.ts';
import { BOOKINGS_PER_SECOND, type Booked, bookSteadily, PROVIDER_LATENCY_MS } from './rig/booking-load.ts';
import { watchBusyness } from './rig/busyness.ts';
import { type Rig, startRig } from './rig/rig.ts';
import { addRooms, bindRooms, calendarOf, roomIds, settle } from './rig/rooms.ts';

const ROOMS = 100;
const SECONDS = 30;
const QUICK = { rooms: 20, seconds: 5 };

/**
 * From the webhook that says a booking was made until the event stands on its calendar, and how much of that is ours: the
 * time until the provider got the request. The queue's own dispatching counts as ours.
 */
export const latency: Benchmark = {
  name: 'latency',
  async run({ quick, profileFolder, progress }) {
    const rooms = roomIds(quick ? QUICK.rooms : ROOMS);
    const seconds = quick ? QUICK.seconds : SECONDS;
    const rig = await startRig({ rooms, profileFolder });
    try {
      progress(`binding the calendars of ${rooms.length} rooms`);
      await addRooms(rooms, rig);
      await bindRooms(rooms, rig);
      rig.faults.add({ target: 'google', latencyMs: PROVIDER_LATENCY_MS });
      rig.google.resetRequestCounts();
      progress(`${BOOKINGS_PER_SECOND} bookings a second for ${seconds} s`);
      const busyness = watchBusyness();
      const booked = await bookSteadily(rooms, seconds, rig);
      const busy = busyness();
      await settle(rig);
      return [...durations(rooms, booked, rig), callsPerBooking(booked.length, rig), busy];
    } finally {
      await rig.stop();
    }
  },
};

function durations(rooms: readonly string[], booked: readonly Booked[], rig: Rig): Figure[] {
  const eventIds = eventsByAppointment(rooms, rig);
  const times = booked.map(({ id, created_at }) => {
    const insert = rig.inserts.get(eventIds.get(id) ?? '');
    if (!insert) throw new Error(`appointment ${id} is on no calendar`);
    return { sentAt: Date.parse(created_at), ...insert };
  });
  const overhead = percentiles(times.map(({ sentAt, arrivedAt }) => arrivedAt - sentAt));
  const provider = percentiles(times.map(({ arrivedAt, writtenAt }) => writtenAt - arrivedAt));
  const whole = percentiles(times.map(({ sentAt, writtenAt }) => writtenAt - sentAt));
  const { p50, p95, p99 } = overhead;
  const ratios = { p50: p50 / provider.p50, p95: p95 / provider.p50, p99: p99 / provider.p50 };
  return [
    { name: `${times.length} bookings, webhook to calendar`, measured: whole, unit: 'ms' },
    { name: 'of which the provider', measured: provider, unit: 'ms' },
    { name: 'of which ours', measured: overhead, unit: 'ms', atMost: { p99: 100 } },
    { name: 'ours against the provider', measured: ratios, atMost: { p99: 1 } },
  ];
}

function callsPerBooking(bookings: number, rig: Rig): Figure {
  const counts = Object.entries(rig.google.requestCounts()).map(([method, count]) => [method, count / bookings]);
  const measured = Object.fromEntries(counts) as Record<string, number>;
  return { name: 'calls to Google a booking', measured, atMost: { 'events.insert': 1 } };
}

/** The calendar event of each appointment. @throws Error when an appointment has two. */
function eventsByAppointment(rooms: readonly string[], rig: Rig): Map<string, string> {
  const found = new Map<string, string>();
  for (const event of rooms.flatMap((room) => rig.google.events(calendarOf(room)))) {
    const appointment = event.extendedProperties?.private?.['uscheduleAppointmentId'];
    if (appointment === undefined) continue;
    if (found.has(appointment)) throw new Error(`appointment ${appointment} has two events`);
    found.set(appointment, event.id ?? '');
  }
  return found;
}
