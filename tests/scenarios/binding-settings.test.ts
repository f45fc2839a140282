import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bookTwo, dragTo, slot } from './lessons.ts';
import { calendarId, Loft } from './loft.ts';

let loft: Loft;

beforeEach(async () => {
  loft = await Loft.open();
});
afterEach(async () => {
  await loft.close();
});

/** Binds bay 1 to its calendar again, with other settings. */
async function rebind(settings: object): Promise<void> {
  await loft.api('DELETE', '/v1/bindings/bay-1-google?events=remove');
  await loft.settle();
  const binding = { id: 'bay-1-google', resourceId: 'bay-1', calendarId: calendarId(1) };
  await loft.api('POST', '/v1/bindings', { ...binding, ...settings });
  await loft.settle();
}

describe('a binding that keeps the events of cancelled bookings', () => {
  beforeEach(() => rebind({ onCancel: 'keep' }));

  it('shows them as cancelled and leaves their time free', async () => {
    const [first] = await bookTwo(loft);
    await loft.cancel(first.id);
    await loft.settle();
    expect(loft.eventOf(first.id).event).toMatchObject({
      summary: 'Cancelled: Lesson',
      status: 'confirmed',
      transparency: 'transparent',
    });
    expect(await loft.audit(1)).toEqual([]);
  });

  it('puts back what is edited on them, and staff see why', async () => {
    const [first] = await bookTwo(loft);
    await loft.cancel(first.id);
    await loft.settle();
    await loft.moveOnCalendar(first.id, 20);
    await loft.settle();
    expect(loft.eventOf(first.id).event).toMatchObject({ start: { dateTime: '2027-06-07T11:00:00-04:00' } });
    expect((await loft.proposals()).items).toMatchObject([{ reason: 'no_writable_source' }]);
    expect(await loft.audit(1)).toEqual([]);
  });

  it('lets staff delete them for good', async () => {
    const [first] = await bookTwo(loft);
    await loft.cancel(first.id);
    await loft.settle();
    await loft.deleteOnCalendar(first.id);
    await loft.settle(3600);
    expect(loft.managed(first.id)).toEqual([]);
    expect((await loft.proposals()).items).toEqual([]);
    await loft.expectAgreement();
  });

  it('keeps the event of a booking that staff cancel on the calendar deleted', async () => {
    const [first] = await bookTwo(loft);
    await loft.deleteOnCalendar(first.id);
    await loft.settle(60);
    expect(await loft.appointment(first.id)).toMatchObject({ status: 'cancelled' });
    await loft.expectAgreement();
  });
});

describe('a binding that shows busy times only', () => {
  beforeEach(() => rebind({ visibility: 'busy-only' }));

  it('says “Busy” for every booking, in private', async () => {
    const [first] = await bookTwo(loft);
    expect(loft.eventOf(first.id).event).toMatchObject({ summary: 'Busy', visibility: 'private' });
    expect(JSON.stringify(loft.events(1))).not.toContain('Lesson');
    expect(await loft.audit(1)).toEqual([]);
  });

  it('takes a new time, another bay and a deletion back to the booking, and never the title', async () => {
    const [first, second] = await bookTwo(loft);
    await loft.edit(first.id, { ...dragTo(20), summary: 'Dentist' });
    await loft.deleteOnCalendar(second.id);
    await loft.settle();
    expect(await loft.appointment(first.id)).toMatchObject({ title: 'Lesson', start: '2027-06-07T16:00:00-04:00' });
    expect(await loft.appointment(second.id)).toMatchObject({ status: 'cancelled' });
    expect(loft.eventOf(first.id).event).toMatchObject({ summary: 'Busy' });
    await loft.moveToBay(first.id, 2);
    await loft.settle();
    expect(await loft.appointment(first.id)).toMatchObject({ resource_id: '2', title: 'Lesson' });
    expect(loft.eventOf(first.id)).toMatchObject({ bay: 2, event: { summary: 'Lesson' } });
    expect(await loft.audit(1)).toEqual([]);
  });
});

describe('a mirror', () => {
  beforeEach(() => rebind({ direction: 'mirror' }));

  it('follows its bookings', async () => {
    const [first, second] = await bookTwo(loft);
    await loft.change(first.id, slot(20));
    await loft.cancel(second.id);
    await loft.settle();
    await loft.expectAgreement();
  });

  it('puts back what is edited or deleted on it, and staff see why', async () => {
    const [first, second] = await bookTwo(loft);
    await loft.moveOnCalendar(first.id, 20);
    await loft.deleteOnCalendar(second.id);
    await loft.settle();
    expect(await loft.appointment(first.id)).toEqual(first);
    expect(await loft.appointment(second.id)).toEqual(second);
    const { items } = await loft.proposals();
    expect(items.map(({ reason }) => reason)).toEqual(['no_writable_source', 'no_writable_source']);
    await loft.expectAgreement();
  });

  it('takes back what is moved to another calendar, and what is moved onto it', async () => {
    const [first] = await bookTwo(loft);
    const other = await loft.book(2, 20);
    await loft.settle();
    await loft.moveToBay(first.id, 2);
    await loft.moveToBay(other.id, 1);
    await loft.settle();
    expect(await loft.appointment(first.id)).toEqual(first);
    expect(await loft.appointment(other.id)).toEqual(other);
    await loft.expectAgreement();
  });
});
