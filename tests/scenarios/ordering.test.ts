import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectBookingApp } from './booking-app.ts';
import { EDITS, expectArrival, expectFortyAdopted } from './checklist-edits.ts';
import { at, Loft } from './loft.ts';

let loft: Loft;

beforeEach(async () => {
  loft = await Loft.open();
});
afterEach(async () => {
  await loft.close();
});

const FIVE_MINUTES = 300;

describe.each([
  { what: 'not delivered', delivery: { mode: 'drop' }, settlesWithin: FIVE_MINUTES + 60 },
  { what: 'delivered twice', delivery: { mode: 'duplicate' }, settlesWithin: 60 },
  { what: 'delivered an hour late', delivery: { mode: 'delay', ms: 3_600_000 }, settlesWithin: 3_700 },
] as const)('when webhooks are $what', ({ delivery, settlesWithin }) => {
  it.each(EDITS)('$edit arrives once', async (edit) => {
    await expectArrival(loft, edit, { before: () => loft.studio.uschedule.setDelivery(delivery), settlesWithin });
  });
});

describe('when tasks are delivered twice at the same time', () => {
  it.each(EDITS)('$edit arrives once', async (edit) => {
    await expectArrival(loft, edit, { before: () => loft.studio.tasks.duplicateNext(1000) });
  });

  it('a calendar with forty bookings is bound whole, and no event of it is doubled', async () => {
    await expectFortyAdopted(loft, { after: () => loft.studio.tasks.duplicateNext(1000) });
  });
});

describe('when the answers of tasks are lost', () => {
  it.each(EDITS)('$edit arrives once', async (edit) => {
    await expectArrival(loft, edit, { before: () => loft.studio.tasks.dropAnswers(12) });
  });

  it('a calendar with forty bookings is bound whole, and no event of it is doubled', async () => {
    await expectFortyAdopted(loft, { after: () => loft.studio.tasks.dropAnswers(60) });
  });
});

describe('webhooks in another order than the changes they tell of', () => {
  it('end in the latest state of the booking', async () => {
    loft.studio.uschedule.holdWebhooks();
    const { id } = await loft.book(1, 15);
    await loft.change(id, { start: at(17), end: at(18) });
    await loft.change(id, { title: 'Fitting' });
    await loft.studio.uschedule.releaseWebhooks('newest-first');
    await loft.settle();
    expect(loft.eventOf(id).event).toMatchObject({
      summary: 'Fitting',
      start: { dateTime: '2027-06-07T13:00:00-04:00' },
    });
    await loft.expectAgreement();
  });

  it('do not bring a cancelled booking back', async () => {
    const { id } = await loft.book(1, 15);
    await loft.settle();
    loft.studio.uschedule.holdWebhooks();
    await loft.change(id, { title: 'Fitting' });
    await loft.cancel(id);
    await loft.studio.uschedule.releaseWebhooks('newest-first');
    await loft.settle();
    expect(loft.managed(id)).toEqual([]);
    await loft.expectAgreement();
  });

  it('cost one write to the calendar', async () => {
    const { id } = await loft.book(1, 15);
    await loft.settle();
    loft.studio.uschedule.holdWebhooks();
    await loft.change(id, { start: at(17), end: at(18) });
    await loft.change(id, { title: 'Fitting' });
    loft.studio.google.resetRequestCounts();
    await loft.studio.uschedule.releaseWebhooks('newest-first');
    await loft.settle();
    expect(loft.studio.google.requestCounts()['events.patch']).toBe(1);
  });

  it('that carry whole bookings end in the latest version, a late one changing nothing', async () => {
    const app = await connectBookingApp(loft);
    const walkIn = { id: 'walk-in-1', bay: 1 } as const;
    const { shown } = await app.send({ ...walkIn, hour: 17, version: 2 }, 'booking.updated');
    await loft.settle();
    const late = await app.send({ ...walkIn, hour: 15, version: 1 });
    await loft.settle();
    expect(late.status).toBe(202);
    await loft.expectAgreement({ bookings: [shown] });
  });

  it('that carry whole bookings without versions end in the later of two states of one second', async () => {
    const app = await connectBookingApp(loft);
    const walkIn = { id: 'walk-in-1', bay: 1 } as const;
    await app.send({ ...walkIn, hour: 15, updatedAt: '2027-06-01T10:00:00.250Z' });
    await loft.settle();
    const { shown } = await app.send({ ...walkIn, hour: 17, updatedAt: '2027-06-01T10:00:00.3Z' }, 'booking.updated');
    await loft.settle();
    await loft.expectAgreement({ bookings: [shown] });
    await app.send({ ...walkIn, hour: 19, updatedAt: '2027-06-01T10:00:00.299999Z' }, 'booking.updated');
    await loft.settle();
    await loft.expectAgreement({ bookings: [shown] });
  });

  it('that come after an edit on the calendar do not undo it', async () => {
    const { id } = await loft.book(1, 15);
    await loft.settle();
    loft.studio.uschedule.holdWebhooks();
    await loft.change(id, { title: 'Fitting' });
    await loft.moveOnCalendar(id, 18);
    await loft.settle();
    await loft.studio.uschedule.releaseWebhooks('newest-first');
    await loft.settle();
    expect(await loft.appointment(id)).toMatchObject({ title: 'Fitting', start: '2027-06-07T14:00:00-04:00' });
    await loft.expectAgreement();
  });
});
