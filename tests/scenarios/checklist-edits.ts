import type { Bay } from '@dovetail/sandbox/studio/loft-bays.ts';
import { expect } from 'vitest';
import { type Appointment, at, calendarId, type Loft } from './loft.ts';

/** One edit of The Loft's checklist, made to a booking of Bay 1 at 15:00 (UTC). */
export interface ChecklistEdit {
  readonly edit: string;
  /** Makes the edit as a person would. Answers with the id of the appointment that is concerned. */
  readonly make: (loft: Loft, bookedId: string) => Promise<string>;
  /** What USchedule says of that appointment once the edit has arrived. */
  readonly becomes: Partial<Appointment>;
}

/** Something that goes wrong around an edit. */
export interface Trouble {
  /** Sets in before the edit is made. */
  readonly before?: (loft: Loft) => void;
  /** Sets in when the edit is made and the service has not heard of it: whoever made it is spared. */
  readonly after?: (loft: Loft) => void;
  /** Seconds of the studio's time after which both sides must agree; 60 when absent, before any sweep or poll. */
  readonly settlesWithin?: number;
}

export const EDITS: readonly ChecklistEdit[] = [
  {
    edit: 'a booking made in USchedule',
    make: async (loft) => (await loft.book(1, 20, 'Second lesson')).id,
    becomes: { start: '2027-06-07T16:00:00-04:00', title: 'Second lesson', version: 1 },
  },
  {
    edit: 'a booking moved in USchedule',
    make: (loft, id) => changed(loft, id, { start: at(17), end: at(18) }),
    becomes: { start: '2027-06-07T13:00:00-04:00', version: 2 },
  },
  {
    edit: 'a booking renamed in USchedule',
    make: (loft, id) => changed(loft, id, { title: 'Fitting' }),
    becomes: { title: 'Fitting', version: 2 },
  },
  {
    edit: 'a booking given the other bay in USchedule',
    make: (loft, id) => changed(loft, id, { resource_id: '2' }),
    becomes: { resource_id: '2', version: 2 },
  },
  {
    edit: 'a booking cancelled in USchedule',
    make: async (loft, id) => (await loft.cancel(id)).id,
    becomes: { status: 'cancelled', version: 2 },
  },
  {
    edit: 'an event moved on the calendar',
    make: (loft, id) => loft.moveOnCalendar(id, 18).then(() => id),
    becomes: { start: '2027-06-07T14:00:00-04:00', end: '2027-06-07T15:00:00-04:00', version: 2 },
  },
  {
    edit: 'an event renamed on the calendar',
    make: (loft, id) => loft.edit(id, { summary: 'Lesson with coach' }).then(() => id),
    becomes: { title: 'Lesson with coach', version: 2 },
  },
  {
    edit: 'an event deleted on the calendar',
    make: (loft, id) => loft.deleteOnCalendar(id).then(() => id),
    becomes: { status: 'cancelled', version: 2 },
  },
  {
    edit: 'an event moved to the other bay’s calendar',
    make: (loft, id) => loft.moveToBay(id, 2).then(() => id),
    becomes: { resource_id: '2', status: 'confirmed', version: 2 },
  },
];

/** The edit arrives on the other side in spite of the trouble, once, and both sides agree afterwards. */
export async function expectArrival(
  loft: Loft,
  { make, becomes }: ChecklistEdit,
  { before, after, settlesWithin = 60 }: Trouble,
): Promise<void> {
  const { uschedule, faults } = loft.studio;
  const booked = await loft.book(1, 15);
  await loft.settle();
  before?.(loft);
  const id = await unheard(
    loft,
    () => make(loft, booked.id),
    () => after?.(loft),
  );
  const known = uschedule.appointments().length;
  await loft.settle(settlesWithin);
  faults.clear();
  expect(await loft.appointment(id)).toMatchObject(becomes);
  expect(uschedule.appointments()).toHaveLength(known);
  await loft.expectAgreement();
}

/** Binds a bay anew that has forty bookings, half of them on its calendar already, and expects all to be there once. */
export async function expectFortyAdopted(loft: Loft, { after, settlesWithin = 120 }: Trouble): Promise<void> {
  await loft.api('DELETE', '/v1/bindings/bay-1-google?events=keep');
  await loft.settle();
  const booked = loft.studio.uschedule.seedAppointments(fortySeeds(1));
  for (const { id, start, end, title } of booked.slice(0, 20)) {
    await loft.google('POST', `${calendarId(1)}/events`, {
      summary: title,
      start: { dateTime: start },
      end: { dateTime: end },
      extendedProperties: { private: { loftSyncManaged: 'true', uscheduleAppointmentId: id, bay: '1' } },
    });
  }
  after?.(loft);
  await loft.api('POST', '/v1/bindings', { id: 'bay-1-google', resourceId: 'bay-1', calendarId: calendarId(1) });
  await loft.settle(settlesWithin);
  loft.studio.faults.clear();
  expect(loft.events(1)).toHaveLength(40);
  await loft.expectAgreement();
}

/** Forty lessons on ten days. */
function fortySeeds(bay: Bay) {
  return Array.from({ length: 40 }, (_, index) => {
    const [day, hour] = [`2027-06-${10 + Math.floor(index / 4)}`, 13 + (index % 4)];
    return { resource_id: String(bay), start: at(hour, day), end: at(hour + 1, day), title: `Lesson ${index + 1}` };
  });
}

/** USchedule's webhooks wait for `meanwhile`; a calendar's pushes are not sent for a moment anyway. */
async function unheard<T>(loft: Loft, edit: () => Promise<T>, meanwhile: () => void): Promise<T> {
  loft.studio.uschedule.holdWebhooks();
  const made = await edit();
  meanwhile();
  await loft.studio.uschedule.releaseWebhooks();
  return made;
}

async function changed(loft: Loft, id: string, change: Partial<Omit<Appointment, 'id'>>): Promise<string> {
  await loft.change(id, change);
  return id;
}
