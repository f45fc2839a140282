import { remoteEventIdOf } from '@dovetail/core/domain/identity.ts';
import { eventIdOfBooking } from '@dovetail/core/sync/commit-booking.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectBookingApp } from './booking-app.ts';
import { bookTwo, calendarWrites, dragTo } from './lessons.ts';
import { type Appointment, calendarId, Loft } from './loft.ts';

let loft: Loft;

beforeEach(async () => {
  loft = await Loft.open();
});
afterEach(async () => {
  await loft.close();
});

describe('an audit', () => {
  /** Staff change a calendar, and we hear of nothing. */
  async function vandalise([moved, removed]: readonly [Appointment, Appointment]): Promise<void> {
    loft.studio.google.setPushMode({ mode: 'drop' });
    await loft.edit(moved.id, { ...dragTo(20), summary: 'Not a lesson' });
    await loft.deleteOnCalendar(removed.id);
    loft.studio.google.expireSyncTokens();
  }

  it('tells what differs and changes nothing when it is a dry run', async () => {
    const booked = await bookTwo(loft);
    await vandalise(booked);
    loft.studio.google.resetRequestCounts();
    expect((await loft.audit(1)).map(({ type, healable }) => [type, healable]).sort()).toEqual([
      ['differs', true],
      ['missing', true],
    ]);
    await loft.settle();
    expect(calendarWrites(loft)).toBe(0);
    expect(await loft.appointment(booked[0].id)).toEqual(booked[0]);
    expect(await loft.appointment(booked[1].id)).toEqual(booked[1]);
    expect((await loft.runs('audit-calendar'))[0]).toMatchObject({ warnings: ['dry run: nothing was changed'] });
  });

  it('takes the edits that were missed to the bookings', async () => {
    const booked = await bookTwo(loft);
    await vandalise(booked);
    await loft.api('POST', '/v1/bindings/bay-1-google:audit');
    await loft.settle();
    expect(await loft.appointment(booked[0].id)).toMatchObject({
      title: 'Not a lesson',
      start: '2027-06-07T16:00:00-04:00',
    });
    expect(await loft.appointment(booked[1].id)).toMatchObject({ status: 'cancelled' });
    await loft.expectAgreement();
  });

  it('puts back what was edited and deleted when the source takes no edits', async () => {
    const app = await connectBookingApp(loft);
    const { shown: first } = await app.send({ id: 'walk-in-1', bay: 1, hour: 15, version: 1 });
    const { shown: second } = await app.send({ id: 'walk-in-2', bay: 1, hour: 17, version: 1 });
    await loft.settle();
    await vandalise([{ id: 'walk-in-1' } as Appointment, { id: 'walk-in-2' } as Appointment]);
    await loft.api('POST', '/v1/bindings/bay-1-google:audit');
    await loft.settle();
    await loft.expectAgreement({ bookings: [first, second] });
  });

  it('puts back what the calendar has forgotten', async () => {
    const booked = await bookTwo(loft);
    await vandalise(booked);
    loft.studio.google.purgeTombstones(calendarId(1));
    await loft.api('POST', '/v1/bindings/bay-1-google:audit');
    await loft.settle();
    expect(await loft.appointment(booked[1].id)).toMatchObject({ status: 'confirmed' });
    await loft.expectAgreement();
  });

  it('removes what stands there though our own record says that it is gone', async () => {
    const { id } = await loft.book(1, 15);
    await loft.settle();
    const { store, documents } = loft.studio.deps;
    const [mapping] = await store.mappings.query(documents, 'loft');
    await documents.commit([store.mappings.update('loft', mapping?.id ?? '', { state: 'gone', etag: undefined })]);
    await loft.cancel(id);
    await loft.settle();
    expect((await loft.audit(1)).map(({ type, healable }) => [type, healable])).toEqual([['surplus', true]]);
    await loft.api('POST', '/v1/bindings/bay-1-google:audit');
    await loft.settle();
    expect(loft.events(1)).toEqual([]);
    await loft.expectAgreement();
  });

  it('removes what a process put there and died before it took it off, as another was dragged there', async () => {
    const booked = await loft.book(1, 15);
    await loft.settle();
    await loft.moveToBay(booked.id, 2);
    await loft.settle();
    const { summary, start, end, extendedProperties } = loft.eventOf(booked.id).event;
    const eventId = eventIdOfBooking('uschedule', booked.id);
    const id = remoteEventIdOf('loft', eventId, 'bay-2-google', 0);
    await loft.google('POST', `${calendarId(2)}/events`, { id, summary, start, end, extendedProperties });
    await loft.settle();
    expect(await loft.audit(2)).toEqual([{ type: 'stranger', eventId, remoteId: id, healable: true }]);
    await loft.api('POST', '/v1/bindings/bay-2-google:audit');
    await loft.settle();
    expect(loft.eventOf(booked.id).event.id).not.toBe(id);
    await loft.expectAgreement();
  });

  it('puts right what a lost record of ours left', async () => {
    const [first, second] = await bookTwo(loft);
    const { store, documents } = loft.studio.deps;
    const mappings = await store.mappings.query(documents, 'loft');
    await documents.commit(mappings.map(({ id }) => store.mappings.delete('loft', id)));
    await loft.change(second.id, { title: 'Fitting for two' });
    await loft.settle();
    expect((await loft.audit(1)).map(({ type }) => type)).toContain('unmapped');
    await loft.api('POST', '/v1/bindings/bay-1-google:audit');
    await loft.settle();
    expect(loft.eventOf(first.id).bay).toBe(1);
    await loft.expectAgreement();
  });

  it('runs by itself every night', async () => {
    await loft.close();
    loft = await Loft.open({ startAt: Date.parse('2027-06-02T03:20:00Z') });
    const booked = await bookTwo(loft);
    await vandalise(booked);
    await loft.settle(4 * 60);
    expect(await loft.binding(1)).toMatchObject({ lastAuditAt: '2027-06-02T03:23:00Z' });
    expect(await loft.appointment(booked[1].id)).toMatchObject({ status: 'cancelled' });
    await loft.expectAgreement();
  });
});
