import { afterEach, beforeEach, expect, it } from 'vitest';
import { at, calendarId, Loft } from './loft.ts';

let loft: Loft;

beforeEach(async () => {
  loft = await Loft.open();
});
afterEach(async () => {
  await loft.close();
});

/** Books, and takes our mark off the event, as staff do who want it for themselves. Answers with both ids. */
async function detach() {
  const { id } = await loft.book(1, 15);
  await loft.settle();
  const eventId = loft.eventOf(id).event.id as string;
  await loft.edit(id, { summary: 'Ours now', extendedProperties: { private: { loftSyncManaged: null as never } } });
  await loft.settle();
  return { id, eventId };
}

it('an event whose mark was taken off is left alone, and is reported', async () => {
  const { id, eventId } = await detach();
  expect(await loft.appointment(id)).toMatchObject({ title: 'Lesson', status: 'confirmed', version: 1 });
  expect(loft.events(1)).toMatchObject([{ id: eventId, summary: 'Ours now' }]);
  expect(loft.managed(id)[0]?.event.extendedProperties?.private).not.toHaveProperty('loftSyncManaged');
  expect((await loft.runs('pull-calendar'))[0]).toMatchObject({ changes: [{ remoteId: eventId }] });
  expect(await loft.audit(1)).toMatchObject([{ type: 'detached', remoteId: eventId, healable: false }]);
});

it('no later change of its booking touches it', async () => {
  const { id, eventId } = await detach();
  const detached = loft.events(1);
  await loft.change(id, { start: at(17), end: at(18), title: 'Fitting' });
  await loft.settle();
  await loft.api('POST', '/v1/bindings/bay-1-google:audit?dryRun=false');
  await loft.settle();
  expect(loft.events(1)).toEqual(detached);
  await loft.cancel(id);
  await loft.settle();
  expect(loft.events(1)).toEqual(detached);
  await loft.google('DELETE', `${calendarId(1)}/events/${eventId}`);
  await loft.settle();
  await loft.expectAgreement();
});

it('what becomes of it no longer touches the booking', async () => {
  const { id, eventId } = await detach();
  await loft.google('PATCH', `${calendarId(1)}/events/${eventId}`, {
    start: { dateTime: at(19) },
    end: { dateTime: at(20) },
  });
  await loft.settle();
  await loft.google('DELETE', `${calendarId(1)}/events/${eventId}`);
  await loft.settle();
  expect(await loft.appointment(id)).toMatchObject({ status: 'confirmed', version: 1 });
});

it('the other events of its calendar go on', async () => {
  await detach();
  const other = await loft.book(1, 18);
  await loft.settle();
  await loft.moveOnCalendar(other.id, 20);
  await loft.settle();
  expect(await loft.appointment(other.id)).toMatchObject({ start: '2027-06-07T16:00:00-04:00' });
});
