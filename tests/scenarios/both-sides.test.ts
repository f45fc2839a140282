import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { calendarWrites, dragTo, slot } from './lessons.ts';
import { at, calendarId, Loft } from './loft.ts';

let loft: Loft;

beforeEach(async () => {
  loft = await Loft.open();
});
afterEach(async () => {
  await loft.close();
});

/** Has `acts` happen before we hear of any of them; then we hear of the booking's side or the calendar's first. */
async function unheard(first: 'booking system' | 'calendar', acts: () => Promise<unknown>): Promise<void> {
  loft.studio.uschedule.holdWebhooks();
  loft.studio.google.setPushMode({ mode: 'drop' });
  await acts();
  loft.studio.google.setPushMode({ mode: 'deliver' });
  if (first === 'booking system') {
    await loft.studio.uschedule.releaseWebhooks();
    await loft.settle();
  }
  await loft.api('POST', '/v1/bindings/bay-1-google:sync');
  await loft.settle();
  if (first === 'calendar') {
    await loft.studio.uschedule.releaseWebhooks();
    await loft.settle();
  }
}

describe.each([{ first: 'booking system' }, { first: 'calendar' }] as const)(
  'a booking changed on both sides, the $first heard of first',
  ({ first }) => {
    it('has both changes when they are of different fields', async () => {
      const { id } = await loft.book(1, 15);
      await loft.settle();
      await unheard(first, async () => {
        await loft.change(id, { title: 'Fitting' });
        await loft.edit(id, dragTo(18));
      });
      expect(await loft.appointment(id)).toMatchObject({ title: 'Fitting', start: '2027-06-07T14:00:00-04:00' });
      await loft.expectAgreement();
      await unheard(first, async () => {
        await loft.change(id, slot(20));
        await loft.edit(id, { summary: 'Fitting with coach' });
      });
      expect(await loft.appointment(id)).toMatchObject({
        title: 'Fitting with coach',
        start: '2027-06-07T16:00:00-04:00',
      });
      expect((await loft.proposals()).items).toEqual([]);
      await loft.expectAgreement();
    });

    it('is as the booking system says when both changed the same field within a minute; staff see what was lost', async () => {
      const { id } = await loft.book(1, 15);
      await loft.settle();
      await unheard(first, async () => {
        await loft.change(id, slot(17));
        await loft.settle(30);
        await loft.edit(id, dragTo(19));
      });
      expect(await loft.appointment(id)).toMatchObject({ start: '2027-06-07T13:00:00-04:00' });
      expect((await loft.proposals()).items).toMatchObject([
        {
          reason: 'changed_in_booking_system',
          wanted: { start: at(19), end: at(20) },
          kept: { start: at(17), end: at(18) },
        },
      ]);
      await loft.expectAgreement();
    });

    it('is as the calendar says when it was changed there more than a minute later; staff see what was lost', async () => {
      const { id } = await loft.book(1, 15);
      await loft.settle();
      await unheard(first, async () => {
        await loft.change(id, { title: 'Fitting' });
        await loft.settle(90);
        await loft.edit(id, { summary: 'Lesson with coach' });
      });
      expect(await loft.appointment(id)).toMatchObject({ title: 'Lesson with coach' });
      expect((await loft.proposals()).items).toMatchObject([
        { reason: 'changed_on_calendar', wanted: { title: 'Fitting' }, kept: { title: 'Lesson with coach' } },
      ]);
      await loft.expectAgreement();
    });

    it('is as the booking system says when it was changed there later', async () => {
      const { id } = await loft.book(1, 15);
      await loft.settle();
      await unheard(first, async () => {
        await loft.edit(id, { summary: 'Lesson with coach' });
        await loft.settle(90);
        await loft.change(id, { title: 'Fitting' });
      });
      expect(await loft.appointment(id)).toMatchObject({ title: 'Fitting' });
      expect((await loft.proposals()).items).toMatchObject([{ reason: 'changed_in_booking_system' }]);
      await loft.expectAgreement();
    });

    it('stands when it was moved on the one and deleted on the other; staff see the deletion', async () => {
      const { id } = await loft.book(1, 15);
      await loft.settle();
      await unheard(first, async () => {
        await loft.change(id, slot(17));
        await loft.deleteOnCalendar(id);
      });
      expect(await loft.appointment(id)).toMatchObject({ status: 'confirmed', start: '2027-06-07T13:00:00-04:00' });
      expect((await loft.proposals()).items).toMatchObject([
        { reason: 'changed_in_booking_system', wanted: { status: 'cancelled' } },
      ]);
      await loft.expectAgreement();
    });

    it('moves to the other bay at its new time when it was moved on both sides', async () => {
      const { id } = await loft.book(1, 15);
      await loft.settle();
      await unheard(first, async () => {
        await loft.change(id, slot(17));
        await loft.moveToBay(id, 2);
      });
      expect(await loft.appointment(id)).toMatchObject({ resource_id: '2', start: '2027-06-07T13:00:00-04:00' });
      await loft.expectAgreement();
    });

    it('moves to the other bay once when it was moved there on both sides', async () => {
      const { id } = await loft.book(1, 15);
      await loft.settle();
      await unheard(first, async () => {
        await loft.change(id, { resource_id: '2' });
        await loft.moveToBay(id, 2);
      });
      expect(loft.events(2)).toHaveLength(1);
      await loft.expectAgreement();
    });

    it('is gone when the booking was cancelled and the event moved to the other calendar', async () => {
      const { id } = await loft.book(1, 15);
      await loft.settle();
      await unheard(first, async () => {
        await loft.cancel(id);
        await loft.moveToBay(id, 2);
      });
      expect(await loft.appointment(id)).toMatchObject({ status: 'cancelled' });
      expect([...loft.events(1), ...loft.events(2)]).toEqual([]);
      await loft.expectAgreement();
    });

    it('is gone when the booking was cancelled and the event moved', async () => {
      const { id } = await loft.book(1, 15);
      await loft.settle();
      await unheard(first, async () => {
        await loft.cancel(id);
        await loft.edit(id, dragTo(18));
      });
      expect(await loft.appointment(id)).toMatchObject({ status: 'cancelled' });
      expect(loft.events(1)).toEqual([]);
      await loft.expectAgreement();
    });

    it('needs nothing when both made the same change', async () => {
      const { id } = await loft.book(1, 15);
      await loft.settle();
      await unheard(first, async () => {
        await loft.change(id, slot(17));
        await loft.edit(id, dragTo(17));
      });
      expect(await loft.appointment(id)).toMatchObject({ version: 2 });
      expect((await loft.proposals()).items).toEqual([]);
      await loft.expectAgreement();
    });
  },
);

describe('what belongs to staff on an event', () => {
  const OWN = {
    colorId: '11',
    description: 'Bring the left-handed clubs',
    reminders: { useDefault: false, overrides: [{ method: 'popup', minutes: 30 }] },
    attendees: [{ email: 'coach@example.com', responseStatus: 'accepted' }],
    location: 'Upstairs',
  };

  it('may be edited without causing a write on either side', async () => {
    const { id } = await loft.book(1, 15);
    await loft.settle();
    await loft.edit(id, OWN);
    loft.studio.google.resetRequestCounts();
    await loft.settle(3600);
    expect(calendarWrites(loft)).toBe(0);
    expect(await loft.appointment(id)).toMatchObject({ version: 1 });
    await loft.expectAgreement();
  });

  it('is still as they left it after the booking changed, and nobody gets mail', async () => {
    const { id } = await loft.book(1, 15);
    await loft.settle();
    await loft.edit(id, OWN);
    await loft.settle();
    await loft.change(id, { ...slot(17), title: 'Fitting' });
    await loft.settle();
    await loft.moveOnCalendar(id, 19);
    await loft.settle();
    expect(loft.eventOf(id).event).toMatchObject({ ...OWN, summary: 'Fitting' });
    expect(loft.studio.google.requestCounts()['notified'] ?? 0).toBe(0);
    await loft.expectAgreement();
  });
});

it('an edit that is undone before we look causes nothing', async () => {
  const { id } = await loft.book(1, 15);
  await loft.settle();
  await loft.moveOnCalendar(id, 18);
  await loft.moveOnCalendar(id, 15);
  loft.studio.google.resetRequestCounts();
  await loft.settle(600);
  expect(calendarWrites(loft)).toBe(0);
  expect(await loft.appointment(id)).toMatchObject({ version: 1 });
  await loft.expectAgreement();
});

it('an event that is deleted and brought back from the bin before we look causes nothing', async () => {
  const { id } = await loft.book(1, 15);
  await loft.settle();
  const { event } = loft.eventOf(id);
  await loft.deleteOnCalendar(id);
  await loft.google('PATCH', `${calendarId(1)}/events/${event.id}`, { status: 'confirmed' });
  loft.studio.google.resetRequestCounts();
  await loft.settle(600);
  expect(calendarWrites(loft)).toBe(0);
  expect(await loft.appointment(id)).toMatchObject({ status: 'confirmed', version: 1 });
  await loft.expectAgreement();
});
