import type { Proposal } from '@dovetail/core/domain/run.ts';
import { SANDBOX_MOTOPRESS_KEY } from '@dovetail/sandbox/motopress/motopress-simulator.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HOUSE, KAYA, SOL, stay } from '../contracts/motopress-server.ts';
import { Loft } from './loft.ts';

/** Until the booking systems were polled again, and what that led to is done. */
const POLLED = 400;
const CALENDARS = { 'simmer-highs': 'casa-house@sandbox', kaya: 'casa-kaya@sandbox' } as const;

let loft: Loft;
beforeEach(async () => {
  loft = await Loft.open();
  for (const [resourceId, calendarId] of Object.entries(CALENDARS)) {
    loft.studio.google.createCalendar(calendarId, { timeZone: 'America/Bogota' });
    const binding = { id: `${resourceId}-google`, resourceId, provider: 'google', calendarId, direction: 'two-way' };
    await casa('POST', '/v1/bindings', binding);
  }
  await loft.settle(60);
});
afterEach(() => loft.close());

/** What the API says of an event in the ledger. */
interface Entry {
  readonly id: string;
  readonly resourceId: string;
  readonly status: string;
  readonly source: { readonly id: string; readonly externalUid: string };
}

const casa = <T>(method: string, path: string, body?: unknown) => loft.api<T>(method, path, body, 'casa-admin-key');
const inMotoPress = (id: string) => loft.studio.motopress.bookings().find((booking) => String(booking.id) === id);

/** A guest books on the website. */
async function book(...seed: Parameters<typeof stay>): Promise<string> {
  const [booking] = loft.studio.motopress.seed(stay(...seed));
  await loft.settle(POLLED);
  return String(booking?.id);
}

/** Staff change a booking in WordPress. */
async function changeInMotoPress(id: string, body: unknown, method = 'POST'): Promise<void> {
  const response = await fetch(`${loft.studio.sandboxUrl}/motopress/wp-json/mphb/v1/bookings/${id}`, {
    method,
    headers: { authorization: `Basic ${btoa(SANDBOX_MOTOPRESS_KEY)}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(200);
  await loft.settle(POLLED);
}

/** The ledger's events of MotoPress bookings, by their ids there. */
async function inLedger(id: string): Promise<Entry[]> {
  const found = await Promise.all(
    ['simmer-highs', 'kaya', 'sol'].map((resource) =>
      casa<{ items: Entry[] }>('GET', `/v1/resources/${resource}/events?from=2027-08-01&to=2028-01-01`),
    ),
  );
  const events = found.flatMap(({ items }) => items);
  return events.filter(({ source }) => source.id === 'motopress' && source.externalUid === id);
}

/** What stands on the calendars for a booking. */
function onCalendars(id: string) {
  return Object.values(CALENDARS).flatMap((calendarId) =>
    loft
      .eventsOn(calendarId)
      .filter(({ extendedProperties }) => extendedProperties?.private?.dovetailBookingId === id)
      .map((event) => ({ calendarId, remoteId: event.id, start: event.start?.date, end: event.end?.date, event })),
  );
}

/** Staff change the booking's event in their calendar's own program. */
async function editOnCalendar(id: string, change: unknown, method = 'PATCH'): Promise<void> {
  const [{ calendarId, remoteId } = { calendarId: '', remoteId: '' }] = onCalendars(id);
  await loft.google(method, `${calendarId}/events/${remoteId}`, method === 'PATCH' ? change : undefined);
  await loft.settle(60);
}
const moveOnCalendar = (id: string, start: string, end: string) =>
  editOnCalendar(id, { start: { date: start }, end: { date: end } });

async function expectRefused(id: string, reason: string): Promise<void> {
  const { items } = await casa<{ items: Proposal[] }>('GET', '/v1/proposals');
  const events = await inLedger(id);
  expect(items.filter(({ eventId }) => eventId === events[0]?.id).map((proposal) => proposal.reason)).toContain(reason);
}

describe('a booking made in MotoPress', () => {
  it('is in the ledger before any feed tells of it, and on the calendar of its accommodation', async () => {
    const id = await book('2027-09-06', '2027-09-10');
    expect(await inLedger(id)).toMatchObject([
      { resourceId: 'simmer-highs', kind: 'reservation', status: 'active', start: '2027-09-06', end: '2027-09-10' },
    ]);
    expect(onCalendars(id)).toMatchObject([
      {
        calendarId: CALENDARS['simmer-highs'],
        start: '2027-09-06',
        end: '2027-09-10',
        event: { summary: 'Sample Guest' },
      },
    ]);
  });

  it('follows what staff change there, and is written once for each change', async () => {
    const id = await book('2027-09-06', '2027-09-10');
    const before = await inLedger(id);
    const commits = () => loft.log.of('booking.committed').filter(({ booking }) => booking === id).length;
    await loft.settle(POLLED);
    expect(await inLedger(id)).toEqual(before);
    expect(commits()).toBe(1);
    await changeInMotoPress(id, { check_out_date: '2027-09-12' });
    expect(onCalendars(id)).toMatchObject([{ start: '2027-09-06', end: '2027-09-12' }]);
    expect(commits()).toBe(2);
    await changeInMotoPress(id, {}, 'DELETE');
    expect(onCalendars(id)).toEqual([]);
    expect((await inLedger(id)).filter(({ status }) => status === 'active')).toEqual([]);
  });

  it('loses an accommodation of two: that one alone becomes free', async () => {
    const id = await book('2027-09-06', '2027-09-10', {
      reserved_accommodations: [SOL, KAYA].map((accommodation) => ({ accommodation, adults: 1 })),
    });
    expect(onCalendars(`${id}-2`)).toMatchObject([{ calendarId: CALENDARS.kaya }]);
    await changeInMotoPress(id, { reserved_accommodations: [{ accommodation: SOL, adults: 1 }] });
    expect(onCalendars(`${id}-2`)).toEqual([]);
    expect(await inLedger(id)).toMatchObject([{ resourceId: 'sol', status: 'active' }]);
    expect(await casa('GET', '/v1/dead-letters')).toMatchObject({ items: [] });
    expect(loft.alerts()).toEqual([]);
  });
});

describe('an edit on the calendar of a MotoPress booking', () => {
  let id: string;
  beforeEach(async () => {
    id = await book('2027-09-06', '2027-09-10');
  });

  it('moves the booking in MotoPress, once', async () => {
    await moveOnCalendar(id, '2027-09-20', '2027-09-25');
    expect(inMotoPress(id)).toMatchObject({ check_in_date: '2027-09-20', check_out_date: '2027-09-25' });
    const [moved] = await inLedger(id);
    expect(moved).toMatchObject({ start: '2027-09-20', end: '2027-09-25' });
    await loft.settle(POLLED);
    expect(await inLedger(id)).toEqual([moved]);
    expect(onCalendars(id)).toMatchObject([{ start: '2027-09-20', end: '2027-09-25' }]);
  });

  it('onto nights that are taken is restored, and kept with the reason', async () => {
    await book('2027-09-20', '2027-09-25');
    await moveOnCalendar(id, '2027-09-22', '2027-09-26');
    expect(onCalendars(id)).toMatchObject([{ start: '2027-09-06', end: '2027-09-10' }]);
    expect(inMotoPress(id)).toMatchObject({ check_in_date: '2027-09-06' });
    await expectRefused(id, 'slot_taken');
  });

  it('of its title is restored, because MotoPress has none; a move beside it stays', async () => {
    await editOnCalendar(id, { summary: 'VIP', start: { date: '2027-09-20' }, end: { date: '2027-09-25' } });
    expect(inMotoPress(id)).toMatchObject({ check_in_date: '2027-09-20' });
    expect(onCalendars(id)).toMatchObject([{ start: '2027-09-20', event: { summary: 'Sample Guest' } }]);
    await expectRefused(id, 'title_not_writable');
  });

  it('that deletes it cancels the booking', async () => {
    await editOnCalendar(id, undefined, 'DELETE');
    await loft.settle(POLLED);
    expect(inMotoPress(id)).toMatchObject({ status: 'cancelled' });
    expect(onCalendars(id)).toEqual([]);
  });

  it("that moves it to another accommodation's calendar moves it there", async () => {
    const [{ calendarId, remoteId } = { calendarId: '', remoteId: '' }] = onCalendars(id);
    await loft.google('POST', `${calendarId}/events/${remoteId}/move?destination=${CALENDARS.kaya}`);
    await loft.settle(POLLED);
    expect(inMotoPress(id)?.reserved_accommodations).toMatchObject([{ accommodation: KAYA, adults: 2, children: 1 }]);
    expect(onCalendars(id)).toMatchObject([{ calendarId: CALENDARS.kaya }]);
    expect(await inLedger(id)).toMatchObject([{ resourceId: 'kaya', status: 'active' }]);
  });

  it('waits while MotoPress does not answer, and is made when it does', async () => {
    loft.studio.faults.add({ target: 'motopress', status: 503 });
    await moveOnCalendar(id, '2027-09-20', '2027-09-25');
    expect(inMotoPress(id)).toMatchObject({ check_in_date: '2027-09-06' });
    await loft.sandbox('DELETE', '/faults');
    await loft.settle(1_200);
    expect(inMotoPress(id)).toMatchObject({ check_in_date: '2027-09-20' });
  });
});

it('a MotoPress booking that was imported from elsewhere is left to its own feed', async () => {
  const id = await book('2027-09-06', '2027-09-10', { imported: true });
  expect(await inLedger(id)).toEqual([]);
  expect(inMotoPress(id)?.reserved_accommodations).toMatchObject([{ accommodation: HOUSE }]);
});
