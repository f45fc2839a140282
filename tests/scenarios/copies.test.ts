import type { Bay } from '@dovetail/sandbox/studio/loft-bays.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { at, calendarId, Loft } from './loft.ts';

let loft: Loft;

beforeEach(async () => {
  loft = await Loft.open();
});
afterEach(async () => {
  await loft.close();
});

/** Duplicates an appointment's event as a calendar's own program does: a new id, everything else alike. */
async function duplicate(appointmentId: string, bay: Bay, hour: number): Promise<string> {
  const { summary, extendedProperties } = loft.eventOf(appointmentId).event;
  const copy = await loft.google('POST', `${calendarId(bay)}/events`, {
    summary,
    extendedProperties,
    start: { dateTime: at(hour) },
    end: { dateTime: at(hour + 1) },
  });
  return copy.id as string;
}

describe.each<{ where: string; bay: Bay }>([
  { where: 'on the same calendar', bay: 1 },
  { where: 'onto the other calendar', bay: 2 },
])('an event that staff duplicate $where', ({ bay }) => {
  it('is nobody’s booking, is left alone, and is named in the run', async () => {
    const booked = await loft.book(1, 15);
    await loft.settle();
    const copy = await duplicate(booked.id, bay, 18);
    await loft.settle();
    expect(loft.studio.uschedule.appointments()).toHaveLength(1);
    expect(await loft.appointment(booked.id)).toEqual(booked);
    expect(loft.events(bay).find(({ id }) => id === copy)).toMatchObject({ sequence: 0, status: 'confirmed' });
    expect((await loft.runs('pull-calendar'))[0]).toMatchObject({
      bindingId: `bay-${bay}-google`,
      changes: [{ action: 'copy-ignored', remoteId: copy }],
      warnings: [expect.stringContaining(copy)],
    });
    await loft.expectAgreement({ copies: [copy] });
  });

  it('stays out of the way of the original, and may be edited and deleted without effect', async () => {
    const booked = await loft.book(1, 15);
    await loft.settle();
    const copy = await duplicate(booked.id, bay, 18);
    await loft.settle();
    await loft.google('PATCH', `${calendarId(bay)}/events/${copy}`, { summary: 'Something else' });
    await loft.settle();
    expect(await loft.appointment(booked.id)).toEqual(booked);

    const original = loft.events(1).find(({ start }) => start?.dateTime === '2027-06-07T11:00:00-04:00');
    await loft.google('PATCH', `${calendarId(1)}/events/${original?.id}`, { summary: 'Lesson with coach' });
    await loft.settle();
    expect(await loft.appointment(booked.id)).toMatchObject({ title: 'Lesson with coach' });
    await loft.change(booked.id, { start: at(16), end: at(17) });
    await loft.settle();
    await loft.expectAgreement({ copies: [copy] });

    await loft.google('DELETE', `${calendarId(bay)}/events/${copy}`);
    await loft.settle();
    expect(await loft.appointment(booked.id)).toMatchObject({ status: 'confirmed' });
    await loft.expectAgreement();
  });
});

it('a copy stays a copy when the calendar is read whole', async () => {
  const { id } = await loft.book(1, 15);
  await loft.settle();
  const copy = await duplicate(id, 1, 18);
  loft.studio.google.expireSyncTokens();
  await loft.settle();
  await loft.api('POST', '/v1/bindings/bay-1-google:sync');
  await loft.settle();
  await loft.expectAgreement({ copies: [copy] });
});

it('an original that is deleted cancels its booking although a copy of it stands', async () => {
  const booked = await loft.book(1, 15);
  await loft.settle();
  const original = loft.eventOf(booked.id).event.id as string;
  const copy = await duplicate(booked.id, 1, 18);
  await loft.settle();
  await loft.google('DELETE', `${calendarId(1)}/events/${original}`);
  await loft.settle();
  expect(await loft.appointment(booked.id)).toMatchObject({ status: 'cancelled' });
  await loft.expectAgreement({ copies: [copy] });
});
