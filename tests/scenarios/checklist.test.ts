import type { Bay } from '@dovetail/sandbox/studio/loft-bays.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { at, Loft } from './loft.ts';

let loft: Loft;

beforeEach(async () => {
  loft = await Loft.open();
});
afterEach(async () => {
  await loft.close();
});

describe.each<{ bay: Bay; other: Bay }>([
  { bay: 1, other: 2 },
  { bay: 2, other: 1 },
])('bay $bay', ({ bay, other }) => {
  it('shows a new booking on its calendar', async () => {
    const { id } = await loft.book(bay, 15, 'Lesson');
    await loft.settle();
    expect(loft.eventOf(id)).toMatchObject({
      bay,
      event: { summary: 'Lesson', start: { dateTime: '2027-06-07T11:00:00-04:00' } },
    });
    await loft.expectAgreement();
  });

  it('follows a booking that is moved, renamed and cancelled in USchedule', async () => {
    const { id } = await loft.book(bay, 15);
    await loft.settle();
    await loft.change(id, { start: at(17), end: at(18) });
    await loft.settle();
    await loft.expectAgreement();
    await loft.change(id, { title: 'Fitting' });
    await loft.settle();
    await loft.expectAgreement();
    await loft.cancel(id);
    await loft.settle();
    expect(loft.managed(id)).toEqual([]);
    await loft.expectAgreement();
  });

  it('moves the booking whose event was dragged to another hour', async () => {
    const { id } = await loft.book(bay, 15);
    await loft.settle();
    await loft.moveOnCalendar(id, 18);
    await loft.settle();
    expect(await loft.appointment(id)).toMatchObject({ start: '2027-06-07T14:00:00-04:00', version: 2 });
    await loft.expectAgreement();
  });

  it('renames the booking whose event was renamed', async () => {
    const { id } = await loft.book(bay, 15);
    await loft.settle();
    await loft.edit(id, { summary: 'Lesson with coach' });
    await loft.settle();
    expect(await loft.appointment(id)).toMatchObject({ title: 'Lesson with coach', version: 2 });
    await loft.expectAgreement();
  });

  it('cancels the booking whose event was deleted', async () => {
    const { id } = await loft.book(bay, 15);
    await loft.settle();
    await loft.deleteOnCalendar(id);
    await loft.settle();
    expect(await loft.appointment(id)).toMatchObject({ status: 'cancelled' });
    await loft.expectAgreement();
  });

  it('moves the booking whose event was moved to the other calendar', async () => {
    const { id } = await loft.book(bay, 15);
    await loft.settle();
    await loft.moveToBay(id, other);
    await loft.settle();
    expect(await loft.appointment(id)).toMatchObject({ resource_id: String(other) });
    expect(loft.eventOf(id).bay).toBe(other);
    await loft.expectAgreement();
  });

  it('is back where it was after being moved to the other calendar and back', async () => {
    const { id } = await loft.book(bay, 15);
    await loft.settle();
    await loft.moveToBay(id, other);
    await loft.settle();
    await loft.moveToBay(id, bay);
    await loft.settle();
    expect(await loft.appointment(id)).toMatchObject({ resource_id: String(bay), status: 'confirmed' });
    await loft.expectAgreement();
  });

  it('writes nothing in answer to its own writes', async () => {
    const { id } = await loft.book(bay, 15);
    await loft.settle();
    await loft.moveOnCalendar(id, 18);
    await loft.settle();
    loft.studio.google.resetRequestCounts();
    const { version } = await loft.appointment(id);
    await loft.settle(3600);
    const {
      'events.insert': inserts,
      'events.patch': patches,
      'events.delete': deletes,
    } = loft.studio.google.requestCounts();
    expect([inserts, patches, deletes]).toEqual([undefined, undefined, undefined]);
    expect(await loft.appointment(id)).toMatchObject({ version });
  });

  it('adopts the events that are already there when a calendar with forty bookings is bound', async () => {
    await loft.api('DELETE', `/v1/bindings/bay-${bay}-google?events=keep`);
    await loft.settle();
    const booked = [];
    for (let day = 10; day < 20; day++) {
      for (const hour of [13, 14, 15, 16])
        booked.push(await loft.book(bay, hour, `Lesson ${day}/${hour}`, `2027-06-${day}`));
    }
    await loft.settle();
    for (const { id, start, end, title } of booked.slice(0, 20)) {
      await loft.google('POST', `loft-bay-${bay}@sandbox/events`, {
        summary: title,
        start: { dateTime: start },
        end: { dateTime: end },
        extendedProperties: { private: { loftSyncManaged: 'true', uscheduleAppointmentId: id, bay: String(bay) } },
      });
    }
    await loft.api('POST', '/v1/bindings', {
      id: `bay-${bay}-google`,
      resourceId: `bay-${bay}`,
      calendarId: `loft-bay-${bay}@sandbox`,
    });
    await loft.settle(60);
    expect(loft.events(bay)).toHaveLength(40);
    await loft.expectAgreement();
  });
});
