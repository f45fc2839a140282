import { openSqliteDocumentStore } from '@dovetail/core/adapters/sqlite/sqlite-document-store.ts';
import type { Bay } from '@dovetail/sandbox/studio/loft-bays.ts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { at, calendarId, Loft } from './loft.ts';

interface Booking {
  readonly id: string;
  readonly resourceId: string;
  readonly start: string;
  readonly end: string;
  readonly status: string;
  readonly title: string;
}

let loft: Loft;

/** The Loft without USchedule: its bookings are made with us, and its bays are still bound to their calendars. */
beforeEach(async () => {
  const documents = openSqliteDocumentStore();
  loft = await Loft.open({ documents });
  await documents.commit([{ type: 'delete', path: 'tenants/loft/bookingSystems/uschedule' }]);
});
afterEach(() => loft.close());

const book = (bay: Bay, hour: number, part: object = {}) =>
  loft.api<Booking>('POST', '/v1/bookings', {
    ...{ resourceId: `bay-${bay}`, start: at(hour), end: at(hour + 1), title: 'Lesson' },
    ...part,
  });
const read = (id: string) => loft.api<Booking>('GET', `/v1/bookings/${id}`);
const shown = (bay: Bay) =>
  loft.events(bay).map(({ summary, start }) => `${summary} ${start?.dateTime?.slice(11, 16)}`);
const eventPath = (bay: Bay) => `${calendarId(bay)}/events/${loft.events(bay)[0]?.id}`;
const drag = (bay: Bay, hour: number, more: object = {}) =>
  loft.google('PATCH', eventPath(bay), {
    ...{ start: { dateTime: at(hour) }, end: { dateTime: at(hour + 1) } },
    ...more,
  });

/** Calendars, ledger and marks agree, as an audit sees it. */
async function expectAgreement(): Promise<void> {
  expect([...(await loft.audit(1)), ...(await loft.audit(2))]).toEqual([]);
  expect(loft.studio.clock.isSettled(5000)).toBe(true);
}

it('stands on its calendar, moves there, and leaves it when it is cancelled', async () => {
  const { id } = await book(1, 15);
  await loft.settle();
  expect(shown(1)).toEqual(['Lesson 11:00']);
  await loft.api('PATCH', `/v1/bookings/${id}`, { start: at(17), end: at(18) });
  await loft.settle();
  expect(shown(1)).toEqual(['Lesson 13:00']);
  await loft.api('PATCH', `/v1/bookings/${id}`, { resourceId: 'bay-2' });
  await loft.settle();
  expect([shown(1), shown(2)]).toEqual([[], ['Lesson 13:00']]);
  await loft.api('POST', `/v1/bookings/${id}:cancel`);
  await loft.settle();
  expect([shown(1), shown(2)]).toEqual([[], []]);
  await expectAgreement();
});

it('held, it stands on no calendar until it is confirmed, and lapses without a trace', async () => {
  const kept = await book(1, 15, { hold: true, holdMinutes: 30 });
  await book(1, 17, { hold: true, holdMinutes: 30 });
  await loft.settle();
  expect(shown(1)).toEqual([]);
  await loft.api('POST', `/v1/bookings/${kept.id}:confirm`);
  await loft.settle();
  expect(shown(1)).toEqual(['Lesson 11:00']);
  await loft.settle(3600);
  expect(shown(1)).toEqual(['Lesson 11:00']);
  const { items } = await loft.api<{ items: object[] }>('GET', '/v1/bookings?from=2027-06-07&to=2027-06-08');
  expect(items).toMatchObject([{ status: 'confirmed' }, { status: 'cancelled' }]);
  await expectAgreement();
});

it('dragged to a free time on the calendar, it moves, and its old time is free', async () => {
  const { id } = await book(1, 15);
  await loft.settle();
  await drag(1, 19, { summary: 'Long lesson' });
  await loft.settle();
  expect(await read(id)).toMatchObject({ id, start: at(19), end: at(20), title: 'Long lesson', status: 'confirmed' });
  expect(shown(1)).toEqual(['Long lesson 15:00']);
  expect((await loft.proposals()).items).toEqual([]);
  const [run] = await loft.runs('change-booking');
  expect(run).toMatchObject({ trigger: 'calendar', status: 'success' });
  await book(1, 15);
  await loft.settle();
  await expectAgreement();
});

it('dragged to a time that is taken, it is put back, and staff see why', async () => {
  const { id } = await book(1, 15);
  await loft.settle();
  await loft.api('POST', '/v1/blocks', { resourceId: 'bay-1', start: at(19), end: at(21), title: 'League night' });
  await drag(1, 20);
  await loft.settle();
  expect(await read(id)).toMatchObject({ start: at(15), end: at(16) });
  expect(shown(1).sort()).toEqual(['League night 15:00', 'Lesson 11:00']);
  expect((await loft.proposals()).items).toMatchObject([
    { eventId: id, reason: 'slot_taken', wanted: { start: at(20), end: at(21) }, kept: { start: at(15) } },
  ]);
  await expectAgreement();
});

it('dragged over a hold that has lapsed, it moves', async () => {
  const { id } = await book(1, 15);
  await book(1, 19, { hold: true, holdMinutes: 10 });
  await loft.settle(700);
  await drag(1, 19);
  await loft.settle();
  expect(await read(id)).toMatchObject({ start: at(19) });
  await expectAgreement();
});

it('moved to the calendar of another bay, it is of that bay, if it is free there', async () => {
  const { id } = await book(1, 15);
  await loft.settle();
  const move = (bay: Bay, to: Bay) => loft.google('POST', `${eventPath(bay)}/move?destination=${calendarId(to)}`);
  await move(1, 2);
  await loft.settle();
  expect(await read(id)).toMatchObject({ resourceId: 'bay-2', start: at(15) });
  expect([shown(1), shown(2)]).toEqual([[], ['Lesson 11:00']]);
  await book(1, 15, { title: 'Other' });
  await loft.settle();
  await move(2, 1);
  await loft.settle();
  expect(await read(id)).toMatchObject({ resourceId: 'bay-2' });
  expect([shown(1), shown(2)]).toEqual([['Other 11:00'], ['Lesson 11:00']]);
  expect((await loft.proposals()).items).toMatchObject([{ eventId: id, reason: 'slot_taken' }]);
  await expectAgreement();
});

it('deleted on the calendar, it is cancelled, and its time is free', async () => {
  const { id } = await book(1, 15);
  await loft.settle();
  await loft.google('DELETE', eventPath(1));
  await loft.settle();
  expect((await read(id)).status).toBe('cancelled');
  await book(1, 15, { title: 'Next' });
  await loft.settle();
  expect(shown(1)).toEqual(['Next 11:00']);
  await expectAgreement();
});

it('changed on both sides at once, it ends on one time, and nothing is lost', async () => {
  const { id } = await book(1, 15);
  await loft.settle();
  await drag(1, 19);
  await loft.api('PATCH', `/v1/bookings/${id}`, { start: at(21), end: at(22) });
  await loft.settle(60);
  const { start } = await read(id);
  expect(shown(1)).toEqual([`Lesson ${start === at(21) ? '17:00' : '15:00'}`]);
  expect((await loft.proposals()).items).toHaveLength(1);
  await expectAgreement();
});
