import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectBookingApp } from './booking-app.ts';
import { at, Loft } from './loft.ts';

let loft: Loft;

beforeEach(async () => {
  loft = await Loft.open();
});
afterEach(async () => {
  await loft.close();
});

/** The single proposal there is. */
async function onlyProposal() {
  const { items } = await loft.proposals();
  expect(items).toHaveLength(1);
  return items[0];
}

describe('an edit on the calendar that the booking system refuses', () => {
  it('is undone when the time is taken: both bookings stay, the event is put back, and staff see why', async () => {
    const dragged = await loft.book(1, 15, 'Lesson');
    const inTheWay = await loft.book(1, 16, 'Fitting');
    await loft.settle();
    await loft.moveOnCalendar(dragged.id, 16);
    await loft.settle();
    expect(await loft.appointment(dragged.id)).toEqual(dragged);
    expect(await loft.appointment(inTheWay.id)).toEqual(inTheWay);
    expect(await onlyProposal()).toMatchObject({
      bindingId: 'bay-1-google',
      reason: 'slot_taken',
      detail: 'Another booking has that time, so the calendar was put back.',
      wanted: { start: at(16), end: at(17) },
      kept: { start: at(15), end: at(16) },
    });
    await loft.expectAgreement();
  });

  it('is undone when the bay it was moved to is taken: the event is back on its bay and nowhere else', async () => {
    const moved = await loft.book(1, 15, 'Lesson');
    const inTheWay = await loft.book(2, 15, 'Fitting');
    await loft.settle();
    await loft.moveToBay(moved.id, 2);
    await loft.settle();
    expect(await loft.appointment(moved.id)).toEqual(moved);
    expect(await loft.appointment(inTheWay.id)).toEqual(inTheWay);
    expect(loft.eventOf(moved.id).bay).toBe(1);
    expect(loft.events(2)).toHaveLength(1);
    expect(await onlyProposal()).toMatchObject({
      reason: 'slot_taken',
      wanted: { resourceId: 'bay-2' },
      kept: { resourceId: 'bay-1' },
    });
    await loft.expectAgreement();
  });

  it('is undone as a whole when one part of it is refused', async () => {
    const dragged = await loft.book(1, 15, 'Lesson');
    await loft.book(1, 16, 'Fitting');
    await loft.settle();
    await loft.edit(dragged.id, {
      summary: 'Lesson with coach',
      start: { dateTime: at(16) },
      end: { dateTime: at(17) },
    });
    await loft.settle();
    expect(await loft.appointment(dragged.id)).toEqual(dragged);
    expect(await onlyProposal()).toMatchObject({ reason: 'slot_taken', wanted: { title: 'Lesson with coach' } });
    await loft.expectAgreement();
  });

  it.each(['completed', 'no_show'])(
    'is undone when the booking is %s: its time is no longer to be moved',
    async (status) => {
      const booked = await loft.book(1, 15);
      await loft.change(booked.id, { status });
      await loft.settle();
      const done = await loft.appointment(booked.id);
      await loft.moveOnCalendar(booked.id, 18);
      await loft.settle();
      expect(await loft.appointment(booked.id)).toEqual(done);
      await loft.moveToBay(booked.id, 2);
      await loft.settle();
      expect(await loft.appointment(booked.id)).toEqual(done);
      const { items } = await loft.proposals();
      expect(items.map(({ reason }) => reason)).toEqual(['no_writable_source', 'no_writable_source']);
      await loft.expectAgreement();
    },
  );

  it('is undone when the booking is locked, whether it was moved or deleted', async () => {
    const booked = await loft.book(1, 15);
    await loft.settle();
    loft.studio.uschedule.lock(booked.id);
    await loft.moveOnCalendar(booked.id, 18);
    await loft.settle();
    expect(await onlyProposal()).toMatchObject({ reason: 'locked', wanted: { start: at(18) } });
    await loft.expectAgreement();

    await loft.deleteOnCalendar(booked.id);
    await loft.settle();
    expect(await loft.appointment(booked.id)).toEqual(booked);
    expect((await loft.proposals()).items[0]).toMatchObject({
      reason: 'locked',
      wanted: { status: 'cancelled' },
      detail: 'The booking is locked in the booking system, so the calendar was put back.',
    });
    await loft.expectAgreement();
  });

  it('is undone when the booking is over', async () => {
    const booked = await loft.book(1, 13, 'Lesson', '2027-06-01');
    await loft.settle(3 * 3600);
    await loft.moveOnCalendar(booked.id, 18);
    await loft.settle();
    expect(await loft.appointment(booked.id)).toEqual(booked);
    expect(await onlyProposal()).toMatchObject({
      reason: 'past',
      detail: 'The booking is over and can no longer be changed, so the calendar was put back.',
    });
    await loft.expectAgreement();
  });

  it('can be made again once the reason is gone', async () => {
    const booked = await loft.book(1, 15);
    await loft.settle();
    loft.studio.uschedule.lock(booked.id);
    await loft.moveOnCalendar(booked.id, 18);
    await loft.settle();
    loft.studio.uschedule.lock(booked.id, false);
    await loft.moveOnCalendar(booked.id, 18);
    await loft.settle();
    expect(await loft.appointment(booked.id)).toMatchObject({ start: '2027-06-07T14:00:00-04:00' });
    await loft.expectAgreement();
  });
});

describe('an event whose booking comes from a system that takes no edits', () => {
  it('is put back when it is edited', async () => {
    const app = await connectBookingApp(loft);
    const { status, shown } = await app.send({ id: 'walk-in-1', bay: 1, hour: 15, version: 1 });
    expect(status).toBe(202);
    await loft.settle();
    await loft.moveOnCalendar('walk-in-1', 18);
    await loft.edit('walk-in-1', { summary: 'Renamed' });
    await loft.settle();
    expect(await onlyProposal()).toMatchObject({
      reason: 'no_writable_source',
      detail: 'This event comes from a source that takes no edits, so the calendar was put back.',
      wanted: { start: at(18), title: 'Renamed' },
      kept: { start: at(15), title: 'Walk-in' },
    });
    await loft.expectAgreement({ bookings: [shown] });
  });

  it('is put back when it is deleted', async () => {
    const app = await connectBookingApp(loft);
    const { shown } = await app.send({ id: 'walk-in-1', bay: 1, hour: 15, version: 1 });
    await loft.settle();
    await loft.deleteOnCalendar('walk-in-1');
    await loft.settle();
    expect(await onlyProposal()).toMatchObject({ reason: 'no_writable_source', wanted: { status: 'cancelled' } });
    await loft.expectAgreement({ bookings: [shown] });
  });

  it('is put back when it is moved to the other calendar', async () => {
    const app = await connectBookingApp(loft);
    const { shown } = await app.send({ id: 'walk-in-1', bay: 1, hour: 15, version: 1 });
    await loft.settle();
    await loft.moveToBay('walk-in-1', 2);
    await loft.settle();
    expect(loft.events(2)).toEqual([]);
    await loft.expectAgreement({ bookings: [shown] });
  });

  it('still follows its booking', async () => {
    const app = await connectBookingApp(loft);
    await app.send({ id: 'walk-in-1', bay: 1, hour: 15, version: 1 });
    await loft.settle();
    const { shown } = await app.send({ id: 'walk-in-1', bay: 2, hour: 17, version: 2 }, 'booking.updated');
    await loft.settle();
    await loft.expectAgreement({ bookings: [shown] });
    await app.send({ id: 'walk-in-1', bay: 2, hour: 17, version: 3 }, 'booking.cancelled');
    await loft.settle();
    await loft.expectAgreement();
  });
});
