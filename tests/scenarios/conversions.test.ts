import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Loft } from './loft.ts';

let loft: Loft;

beforeEach(async () => {
  loft = await Loft.open();
});
afterEach(async () => {
  await loft.close();
});

describe.each([
  {
    form: 'an all-day event',
    edit: {
      start: { date: '2027-06-07', dateTime: null, timeZone: null },
      end: { date: '2027-06-08', dateTime: null, timeZone: null },
    },
  },
  { form: 'a recurring event', edit: { recurrence: ['RRULE:FREQ=WEEKLY;COUNT=10'] } },
  {
    form: 'a recurring all-day event',
    edit: {
      start: { date: '2027-06-07', dateTime: null, timeZone: null },
      end: { date: '2027-06-08', dateTime: null, timeZone: null },
      recurrence: ['RRULE:FREQ=DAILY;COUNT=3'],
    },
  },
])('a booking that is made $form on the calendar', ({ edit }) => {
  it('is put back, and staff see why', async () => {
    const booked = await loft.book(1, 15);
    await loft.settle();
    await loft.edit(booked.id, edit);
    await loft.settle();
    expect(await loft.appointment(booked.id)).toEqual(booked);
    const { event } = loft.eventOf(booked.id);
    expect(event).toMatchObject({ start: { dateTime: '2027-06-07T11:00:00-04:00' }, summary: 'Lesson' });
    expect(event.recurrence ?? []).toEqual([]);
    expect((await loft.proposals()).items).toMatchObject([
      {
        reason: 'unsupported_form',
        detail: 'A booking cannot become an all-day or recurring event, so the calendar was put back.',
      },
    ]);
    await loft.expectAgreement();
  });

  it('keeps the title that it was given with it', async () => {
    const { id, start } = await loft.book(1, 15);
    await loft.settle();
    await loft.edit(id, { ...edit, summary: 'Lesson with coach' });
    await loft.settle();
    expect(await loft.appointment(id)).toMatchObject({ title: 'Lesson with coach', start });
    const { event } = loft.eventOf(id);
    expect(event).toMatchObject({ start: { dateTime: '2027-06-07T11:00:00-04:00' }, summary: 'Lesson with coach' });
    expect(event.recurrence ?? []).toEqual([]);
    expect((await loft.proposals()).items).toMatchObject([{ reason: 'unsupported_form' }]);
    await loft.expectAgreement();
  });

  it('can be moved as before once it was put back', async () => {
    const { id } = await loft.book(1, 15);
    await loft.settle();
    await loft.edit(id, edit);
    await loft.settle();
    await loft.moveOnCalendar(id, 18);
    await loft.settle();
    expect(await loft.appointment(id)).toMatchObject({ start: '2027-06-07T14:00:00-04:00' });
    await loft.expectAgreement();
  });
});

it('a single date of a series that staff made of a booking is not taken for the booking', async () => {
  const booked = await loft.book(1, 15);
  await loft.settle();
  loft.studio.google.setPushMode({ mode: 'drop' });
  await loft.edit(booked.id, { recurrence: ['RRULE:FREQ=WEEKLY;COUNT=10'] });
  const { event } = loft.eventOf(booked.id);
  await loft.google('PATCH', `loft-bay-1@sandbox/events/${event.id}_20270614T150000Z`, { summary: 'Moved one' });
  loft.studio.google.setPushMode({ mode: 'deliver' });
  await loft.api('POST', '/v1/bindings/bay-1-google:sync');
  await loft.settle(60);
  expect(await loft.appointment(booked.id)).toEqual(booked);
});
