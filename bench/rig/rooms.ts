import type { Rig } from './rig.ts';

const SETTLING_MS = 1_000;
const PATIENCE_MS = 180_000;

/** `room-001`, `room-002`, … */
export function roomIds(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `room-${String(index + 1).padStart(3, '0')}`);
}

/** The calendar a room is bound to. */
export function calendarOf(room: string): string {
  return `${room}@sandbox`;
}

/** Makes each room a resource through the API, with a calendar of its own. */
export async function addRooms(rooms: readonly string[], rig: Rig): Promise<void> {
  for (const id of rooms) {
    rig.google.createCalendar(calendarOf(id), { timeZone: 'America/New_York' });
    await rig.client.api('POST', '/v1/resources', { id, name: id, kind: 'timed', timeZone: 'America/New_York' });
  }
}

/** Binds each room's calendar through the API, and waits until they have been read and filled. */
export async function bindRooms(rooms: readonly string[], rig: Rig): Promise<void> {
  for (const id of rooms) {
    await rig.client.api('POST', '/v1/bindings', { id: `${id}-google`, resourceId: id, calendarId: calendarOf(id) });
  }
  await settle(rig);
}

/** Waits until nothing runs and nothing is due within a second. @throws Error after three minutes. */
export async function settle(rig: Rig): Promise<void> {
  if (!(await rig.clock.settled(SETTLING_MS, PATIENCE_MS))) throw new Error('the services did not come to rest');
}
