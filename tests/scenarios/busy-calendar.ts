import type { LedgerEvent } from '@dovetail/core/domain/event.ts';
import type { calendar_v3 } from 'googleapis/build/src/apis/calendar/v3.js';
import { expect } from 'vitest';
import { at, calendarId, Loft } from './loft.ts';

type CalendarEvent = calendar_v3.Schema$Event;

/** A second calendar of bay 1, on which its blocks are mirrored. */
export const LOBBY = 'loft-lobby@sandbox';

/** The bay's calendar, whose own events block the bay. */
export const BUSY = calendarId(1);

/** Opens the studio with the events of bay 1's calendar blocking the bay, and the lobby's calendar bound beside it. */
export async function openBusy(options: Parameters<typeof Loft.open>[0] = {}): Promise<Loft> {
  const loft = await Loft.open(options);
  loft.studio.google.createCalendar(LOBBY, { timeZone: 'America/New_York' });
  await loft.api('POST', '/v1/bindings', { id: 'lobby', resourceId: 'bay-1', calendarId: LOBBY });
  await turn(loft, true);
  return loft;
}

/** Says whether bay 1's calendar blocks the bay. */
export async function turn(loft: Loft, busyIn: boolean): Promise<void> {
  await loft.api('PATCH', '/v1/bindings/bay-1-google', { busyIn });
  await loft.settle();
}

/** An hour (UTC) of a test day, as a calendar takes it. */
export function hour(from: number, day?: string, hours = 1): CalendarEvent {
  return { start: { dateTime: at(from, day) }, end: { dateTime: at(from + hours, day) } };
}

/** The owner puts an event on the calendar. */
export async function put(loft: Loft, event: CalendarEvent, calendar = BUSY): Promise<string> {
  return (await loft.google('POST', `${calendar}/events`, { summary: 'Dentist', ...event })).id as string;
}

/** The owner changes an event, or one date of a series. */
export async function change(loft: Loft, id: string, event: CalendarEvent, calendar = BUSY): Promise<void> {
  await loft.google('PATCH', `${calendar}/events/${id}`, event);
}

export async function remove(loft: Loft, id: string, calendar = BUSY): Promise<void> {
  await loft.google('DELETE', `${calendar}/events/${id}`);
}

/** The blocks that hold time on bay 1, by their start, as the API shows them. */
export async function blocks(loft: Loft): Promise<LedgerEvent[]> {
  const { items } = await loft.ledger(1);
  return items
    .filter(({ source, status }) => source.type === 'binding' && ['active', 'missing', 'overridden'].includes(status))
    .sort((a, b) => (a.start < b.start ? -1 : 1));
}

/** The starts of these blocks. */
export async function starts(loft: Loft): Promise<string[]> {
  return (await blocks(loft)).map(({ start }) => start);
}

/**
 * The blocks are just these, the lobby's calendar shows them, the bay's own calendar shows none of them a second time,
 * nothing is pending and an audit finds nothing.
 */
export async function expectBlocks(
  loft: Loft,
  ...wanted: readonly (readonly [from: string, to: string, title?: string])[]
): Promise<void> {
  const held = await blocks(loft);
  expect(held.map(({ start, end }) => [start, end])).toEqual(wanted.map(([from, to]) => [from, to]));
  wanted.forEach(([, , title], index) => {
    if (title !== undefined) expect(held[index]?.title).toBe(title);
  });
  const mirrored = loft.eventsOn(LOBBY).map(({ start, summary }) => [Date.parse(start?.dateTime ?? ''), summary]);
  const expected = held.map(({ start, title }) => [Date.parse(start), title]);
  const bookings = (await loft.ledger(1)).items.filter(
    ({ source, status }) => source.type !== 'binding' && status !== 'cancelled',
  );
  expect(mirrored.sort()).toEqual([...expected, ...bookings.map((b) => [Date.parse(b.start), b.title])].sort());
  expect(managed(loft)).toHaveLength(bookings.length);
  const { findings } = await loft.api<{ findings: unknown[] }>('POST', '/v1/bindings/lobby:audit?dryRun=true');
  expect([...findings, ...(await loft.audit(1))]).toEqual([]);
  expect(loft.studio.clock.isSettled(5000)).toBe(true);
}

function managed(loft: Loft): CalendarEvent[] {
  return loft.events(1).filter(({ extendedProperties }) => extendedProperties?.private?.loftSyncManaged === 'true');
}
