import { afterEach, beforeEach, expect, it } from 'vitest';
import { at, calendarId, Loft } from './loft.ts';

let loft: Loft;

beforeEach(async () => {
  loft = await Loft.open();
});
afterEach(() => loft.close());

const TIMES = { start: at(15), end: at(17) };
const SHOWN = { summary: 'League night', start: { dateTime: '2027-06-07T11:00:00-04:00' }, status: 'confirmed' };

/** Staff close bay 1 from 15 to 17 (UTC) of the test day. */
async function close(): Promise<{ readonly id: string; readonly eventId: string }> {
  const body = { resourceId: 'bay-1', ...TIMES, title: 'League night' };
  const block = await loft.api<{ id: string; eventId: string }>('POST', '/v1/blocks', body);
  await loft.settle();
  return block;
}

/** Bay 1's calendar shows just these events, nothing is pending, and an audit finds nothing. */
async function expectShown(...events: readonly object[]): Promise<void> {
  expect(loft.events(1)).toMatchObject(events);
  expect([...(await loft.audit(1)), ...(await loft.audit(2))]).toEqual([]);
  expect(loft.studio.clock.isSettled(5000)).toBe(true);
}

it("stands on its bay's calendar, and leaves it when it is removed", async () => {
  const { id } = await close();
  await expectShown(SHOWN);
  await loft.api('DELETE', `/v1/blocks/${id}`);
  await loft.settle();
  await expectShown();
});

it.each([
  {
    edit: 'deleted',
    make: (path: string) => loft.google('DELETE', path),
    wanted: { status: 'cancelled' },
    kept: { status: 'confirmed' },
  },
  {
    edit: 'moved',
    make: (path: string) => loft.google('PATCH', path, { start: { dateTime: at(19) }, end: { dateTime: at(21) } }),
    wanted: { start: at(19), end: at(21) },
    kept: TIMES,
  },
])('is put back when it is $edit on the calendar, and staff see why', async ({ make, wanted, kept }) => {
  await close();
  await make(`${calendarId(1)}/events/${loft.events(1)[0]?.id}`);
  await loft.settle();
  expect((await loft.proposals()).items).toMatchObject([
    {
      bindingId: 'bay-1-google',
      reason: 'no_writable_source',
      detail: 'This event comes from a source that takes no edits, so the calendar was put back.',
      wanted,
      kept,
    },
  ]);
  await expectShown(SHOWN);
});

it('stays whole on the calendar under a booking that is made all the same', async () => {
  await close();
  const booked = await loft.book(1, 15);
  await loft.settle();
  await expectShown(SHOWN, { summary: 'Lesson' });
  await loft.cancel(booked.id);
  await loft.settle();
  await expectShown(SHOWN);
});

it('explains itself', async () => {
  const { id, eventId } = await close();
  expect(await loft.api('GET', `/v1/events/${eventId}/why`)).toMatchObject({
    holdsTime: true,
    event: { kind: 'block', source: { type: 'staff', id: 'api', externalUid: id } },
    mappings: [{ bindingId: 'bay-1-google', state: 'live' }],
  });
});
