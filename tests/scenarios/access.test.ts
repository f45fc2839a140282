import { openSqliteDocumentStore } from '@dovetail/core/adapters/sqlite/sqlite-document-store.ts';
import { NotFound } from '@dovetail/core/domain/errors.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FailingStore } from './failing-store.ts';
import { dragTo, slot } from './lessons.ts';
import { type Appointment, calendarId, Loft } from './loft.ts';

let loft: Loft;

beforeEach(async () => {
  loft = await Loft.open();
});
afterEach(async () => {
  await loft.close();
});

interface Bookings {
  readonly movedHere: Appointment;
  readonly dragged: Appointment;
  readonly deleted: Appointment;
  readonly cancelled: Appointment;
}

async function bookFour(): Promise<Bookings> {
  const [movedHere, dragged, deleted, cancelled] = [
    await loft.book(1, 13, 'Moved in USchedule'),
    await loft.book(1, 14, 'Dragged'),
    await loft.book(1, 15, 'Deleted'),
    await loft.book(1, 16, 'Cancelled in USchedule'),
  ];
  await loft.settle();
  return { movedHere, dragged, deleted, cancelled };
}

/** Both sides go on working while we may not write to the calendar. */
async function editBothSides({ movedHere, dragged, deleted, cancelled }: Bookings): Promise<Appointment> {
  await loft.edit(dragged.id, dragTo(20));
  await loft.deleteOnCalendar(deleted.id);
  await loft.change(movedHere.id, slot(18));
  await loft.cancel(cancelled.id);
  return loft.book(1, 22, 'New');
}

/** Everything edited meanwhile has arrived on the other side. */
async function expectArrived({ movedHere, dragged, deleted, cancelled }: Bookings, added: Appointment): Promise<void> {
  expect(await loft.binding(1)).toMatchObject({ state: 'active' });
  expect(await loft.appointment(dragged.id)).toMatchObject({ start: '2027-06-07T16:00:00-04:00' });
  expect(await loft.appointment(deleted.id)).toMatchObject({ status: 'cancelled' });
  expect(await loft.appointment(movedHere.id)).toMatchObject({ start: '2027-06-07T14:00:00-04:00' });
  expect(loft.managed(cancelled.id)).toEqual([]);
  expect(loft.eventOf(added.id).bay).toBe(1);
  await loft.expectAgreement();
}

/** What the bookings and the calendar say, to be compared later. */
function bothSides() {
  return { events: loft.studio.google.events(calendarId(1)), appointments: loft.studio.uschedule.appointments() };
}

describe.each([{ role: 'freeBusyReader' }, { role: 'none' }] as const)(
  'while our access to a calendar is lowered to $role',
  ({ role }) => {
    it('the binding is parked, nothing is changed on either side, and staff are told once', async () => {
      const booked = await bookFour();
      loft.studio.google.setRole(calendarId(1), role);
      await editBothSides(booked);
      const before = bothSides();
      await loft.settle(3600);
      expect(bothSides()).toEqual(before);
      expect(await loft.binding(1)).toMatchObject({
        state: 'needs-access',
        stateReason: expect.stringContaining('Share it again'),
      });
      expect(loft.alerts()).toMatchObject([{ action: 'binding.needs-access', binding: 'bay-1-google' }]);
      expect((await loft.deadLetters()).items).toEqual([]);
      expect((await loft.proposals()).items).toEqual([]);
    });

    it('the other bay goes on', async () => {
      loft.studio.google.setRole(calendarId(1), role);
      await loft.book(1, 15);
      const other = await loft.book(2, 15);
      await loft.settle(1800);
      await loft.moveOnCalendar(other.id, 18);
      await loft.settle();
      expect(await loft.appointment(other.id)).toMatchObject({ start: '2027-06-07T14:00:00-04:00' });
    });

    it('and then restored, the binding resumes by itself and everything edited meanwhile arrives', async () => {
      const booked = await bookFour();
      loft.studio.google.setRole(calendarId(1), role);
      const added = await editBothSides(booked);
      await loft.settle(3600);
      loft.studio.google.setRole(calendarId(1), 'writer');
      await loft.settle(16 * 60);
      await expectArrived(booked, added);
    });

    it('and then restored, staff can resume the binding at once', async () => {
      const booked = await bookFour();
      loft.studio.google.setRole(calendarId(1), role);
      const added = await editBothSides(booked);
      await loft.settle(3600);
      loft.studio.google.setRole(calendarId(1), 'writer');
      await loft.api('POST', '/v1/bindings/bay-1-google:resume');
      await loft.settle(60);
      await expectArrived(booked, added);
    });

    it('resuming too early parks the binding again', async () => {
      await bookFour();
      loft.studio.google.setRole(calendarId(1), role);
      await loft.settle(3600);
      const before = bothSides();
      await loft.api('POST', '/v1/bindings/bay-1-google:resume');
      await loft.settle(60);
      expect(await loft.binding(1)).toMatchObject({ state: 'needs-access' });
      expect(bothSides()).toEqual(before);
    });
  },
);

describe('when the account we use is revoked', () => {
  it('every binding is parked as needing access, and staff are told once for each', async () => {
    const booked = await bookFour();
    loft.studio.google.revokeServiceAccount(true);
    await editBothSides(booked);
    const before = bothSides();
    await loft.settle(3600);
    expect(bothSides()).toEqual(before);
    const { items } = await loft.api<{ items: unknown[] }>('GET', '/v1/bindings');
    expect(items).toMatchObject([
      { id: 'bay-1-google', state: 'needs-access', stateReason: expect.any(String) },
      { id: 'bay-2-google', state: 'needs-access', stateReason: expect.any(String) },
    ]);
    expect(loft.alerts().map(({ action, binding }) => [action, binding])).toEqual(
      expect.arrayContaining([
        ['binding.needs-access', 'bay-1-google'],
        ['binding.needs-access', 'bay-2-google'],
      ]),
    );
    expect(loft.alerts()).toHaveLength(2);
    expect((await loft.deadLetters()).items).toEqual([]);
  });

  it('and given back, both bindings resume by themselves and everything edited meanwhile arrives', async () => {
    const booked = await bookFour();
    loft.studio.google.revokeServiceAccount(true);
    const added = await editBothSides(booked);
    await loft.settle(3600);
    loft.studio.google.revokeServiceAccount(false);
    await loft.settle(16 * 60);
    await expectArrived(booked, added);
  });
});

describe('an error is no evidence of a deletion', () => {
  it.each([
    { what: 'reading fails', match: 'GET /calendar/v3/', status: 503 },
    { what: 'the calendar is not found', match: 'GET /calendar/v3/', status: 404 },
    { what: 'reading is refused', match: 'GET /calendar/v3/', status: 403, reason: 'forbidden' },
    { what: 'everything is “gone”', match: 'GET /calendar/v3/', status: 410, reason: 'deleted' },
  ])('while $what, also right after the sync token expired', async ({ what: _, ...fault }) => {
    const booked = await bookFour();
    loft.studio.google.expireSyncTokens();
    loft.studio.faults.add({ target: 'google', ...fault });
    await loft.api('POST', '/v1/bindings/bay-1-google:sync');
    await loft.change(booked.movedHere.id, slot(18));
    await loft.settle(1800);
    loft.studio.faults.clear();
    await loft.settle(1800);
    for (const { id } of Object.values(booked))
      expect(await loft.appointment(id)).toMatchObject({ status: 'confirmed' });
    await loft.expectAgreement();
  });

  it('while a list is cut short', async () => {
    const booked = await bookFour();
    loft.studio.google.expireSyncTokens();
    loft.studio.faults.add({ target: 'google', match: 'GET /calendar/v3/', truncate: true });
    await loft.api('POST', '/v1/bindings/bay-1-google:sync');
    await loft.settle(1800);
    loft.studio.faults.clear();
    await loft.settle(1800);
    for (const { id } of Object.values(booked))
      expect(await loft.appointment(id)).toMatchObject({ status: 'confirmed' });
    await loft.expectAgreement();
  });

  it('while the calendar an event was moved to cannot be read: the booking moves once it can be', async () => {
    const { dragged } = await bookFour();
    loft.studio.faults.add({
      target: 'google',
      match: `GET /calendar/v3/calendars/${encodeURIComponent(calendarId(2))}`,
      status: 503,
    });
    await loft.moveToBay(dragged.id, 2);
    await loft.settle(600);
    expect(await loft.appointment(dragged.id)).toMatchObject({ status: 'confirmed', resource_id: '1' });
    loft.studio.faults.clear();
    await loft.settle(3600);
    expect(await loft.appointment(dragged.id)).toMatchObject({ status: 'confirmed', resource_id: '2' });
    await loft.expectAgreement();
  });
});

it('a record of ours that is missing is no lost access: nothing is parked, and the edit arrives', async () => {
  const documents = new FailingStore(openSqliteDocumentStore());
  await loft.close();
  loft = await Loft.open({ documents });
  const { id } = await loft.book(1, 15);
  await loft.settle();
  await loft.moveOnCalendar(id, 18);
  documents.failCommit(1, 'not applied', new NotFound('no such document'));
  await loft.settle(60);
  expect(await loft.binding(1)).toMatchObject({ state: 'active' });
  expect(loft.alerts().filter(({ action }) => action === 'binding.needs-access')).toEqual([]);
  await loft.settle(1200);
  expect(await loft.appointment(id)).toMatchObject({ start: '2027-06-07T14:00:00-04:00' });
});
