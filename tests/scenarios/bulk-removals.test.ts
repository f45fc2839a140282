import { openSqliteDocumentStore } from '@dovetail/core/adapters/sqlite/sqlite-document-store.ts';
import { TemporarilyUnavailable } from '@dovetail/core/domain/errors.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FailingStore } from './failing-store.ts';
import { at, calendarId, Loft } from './loft.ts';

let documents: FailingStore;
let loft: Loft;

beforeEach(async () => {
  documents = new FailingStore(openSqliteDocumentStore());
  loft = await Loft.open({ documents });
});
afterEach(async () => {
  await loft.close();
  await documents.close();
});

/** Books bay 1 so many hours a day, from 2027-06-10 on. */
async function bookDays(days: number, hours = 4): Promise<readonly { readonly id: string }[]> {
  const seeds = Array.from({ length: days * hours }, (_, index) => {
    const [day, hour] = [`2027-06-${10 + Math.floor(index / hours)}`, 13 + (index % hours)];
    return { resource_id: '1', start: at(hour, day), end: at(hour + 1, day), title: `Lesson ${index + 1}` };
  });
  const booked = loft.studio.uschedule.seedAppointments(seeds);
  await loft.sandbox('POST', '/schedules/poll-bookings');
  await loft.settle();
  expect(loft.events(1)).toHaveLength(booked.length);
  return booked;
}

/** Deletes the events one after the other, as clean-up tools do; waits a while after every `batch`. */
async function cleanUp(booked: readonly { readonly id: string }[], batch = booked.length, seconds = 0): Promise<void> {
  for (const [index, { id }] of booked.entries()) {
    await loft.deleteOnCalendar(id);
    if ((index + 1) % batch === 0 && seconds > 0) await loft.settle(seconds);
  }
  await loft.settle(60);
}

function cancelled(): number {
  return loft.studio.uschedule.appointments().filter(({ status }) => status === 'cancelled').length;
}

/** Nothing was cancelled, `count` removals wait for staff, and they were told once. */
async function expectHeld(count: number): Promise<void> {
  expect(cancelled()).toBe(0);
  expect((await loft.audit(1)).filter(({ type }) => type === 'held')).toHaveLength(count);
  expect(await loft.binding(1)).toMatchObject({ removalsHeldAt: expect.any(String) });
  expect(loft.alerts()).toMatchObject([{ action: 'removals.held', binding: 'bay-1-google' }]);
}

describe('many events deleted at once by a clean-up tool', () => {
  it('cancel no booking: thirty of forty are held, and staff are told once', async () => {
    const booked = await bookDays(10);
    await cleanUp(booked.slice(0, 30));
    await expectHeld(30);
    const [run] = await loft.runs('pull-calendar');
    expect(run).toMatchObject({ status: 'held', counts: { missing: 30 }, warnings: [expect.stringContaining('wait')] });
  });

  it('cancel no booking when they are seen in several pulls', async () => {
    const booked = await bookDays(10);
    await cleanUp(booked.slice(0, 30), 4, 1.5);
    await expectHeld(30);
    expect((await loft.runs('pull-calendar')).filter(({ status }) => status === 'held').length).toBeGreaterThan(1);
  });

  it('cancel no booking when pushes were lost and the calendar had to be read whole', async () => {
    const booked = await bookDays(4);
    loft.studio.google.setPushMode({ mode: 'drop' });
    await cleanUp(booked.slice(0, 12));
    loft.studio.google.expireSyncTokens();
    await loft.settle(20 * 60);
    await expectHeld(12);
  });

  it('cancel no booking when an audit finds them first', async () => {
    const booked = await bookDays(4);
    loft.studio.google.setPushMode({ mode: 'drop' });
    await cleanUp(booked.slice(0, 12));
    await loft.api('POST', '/v1/bindings/bay-1-google:audit?dryRun=false');
    await loft.settle(60);
    await expectHeld(12);
  });

  it.each([1, 2, 3])(
    'cancel no booking when the pull dies at its commit %i and cannot run again for long',
    async (nth) => {
      const booked = await bookDays(4);
      loft.studio.google.setPushMode({ mode: 'drop' });
      for (const { id } of booked.slice(0, 12)) await loft.deleteOnCalendar(id);
      documents.failCommit(nth, 'not applied', new TemporarilyUnavailable('it died', { retryAfterMs: 600_000 }));
      await loft.sandbox('POST', '/schedules/safety-pull');
      await loft.settle(1800);
      await expectHeld(12);
    },
  );

  it('cancel their bookings once staff say that they were meant', async () => {
    const booked = await bookDays(4);
    await cleanUp(booked.slice(0, 12));
    expect(await loft.api('POST', '/v1/bindings/bay-1-google:accept')).toEqual({ count: 12 });
    await loft.settle(60);
    expect(cancelled()).toBe(12);
    expect(await loft.binding(1)).not.toHaveProperty('removalsHeldAt');
    await loft.expectAgreement();
  });

  it('are all put back once staff say that they were a mistake', async () => {
    const booked = await bookDays(4);
    await cleanUp(booked.slice(0, 12));
    expect(await loft.api('POST', '/v1/bindings/bay-1-google:restore')).toEqual({ count: 12 });
    await loft.settle(60);
    expect(cancelled()).toBe(0);
    expect(loft.events(1)).toHaveLength(16);
    await loft.expectAgreement();
  });

  it.each([
    ['restore', 0],
    ['accept', 12],
  ])('go by what staff say (%s) also where each of them has still to be looked at', async (decision, count) => {
    const booked = await bookDays(4);
    for (const { id } of booked.slice(0, 12)) await loft.deleteOnCalendar(id);
    await loft.settle(1.5);
    expect(await loft.binding(1)).toMatchObject({ removalsHeldAt: expect.any(String) });
    expect((await loft.audit(1)).filter(({ type }) => type === 'held')).toEqual([]);
    await loft.api('POST', `/v1/bindings/bay-1-google:${decision}`);
    await loft.settle(60);
    expect(cancelled()).toBe(count);
    expect(loft.events(1)).toHaveLength(16 - count);
    await loft.expectAgreement();
  });

  it('stay held while their calendar is paused and resumed', async () => {
    const booked = await bookDays(4);
    await cleanUp(booked.slice(0, 12));
    await loft.api('POST', '/v1/bindings/bay-1-google:pause');
    await loft.settle(60);
    await loft.api('POST', '/v1/bindings/bay-1-google:resume');
    await loft.settle(60);
    await expectHeld(12);
    expect(await loft.api('POST', '/v1/bindings/bay-1-google:accept')).toEqual({ count: 12 });
    await loft.settle(60);
    expect(cancelled()).toBe(12);
    await loft.expectAgreement();
  });

  it('are all put back where staff say so while those after the first two hundred are still being marked', async () => {
    const booked = await bookDays(21, 10);
    loft.studio.google.setPushMode({ mode: 'drop' });
    for (const { id } of booked) await loft.deleteOnCalendar(id);
    documents.beforeCommit(2, () => loft.api('POST', '/v1/bindings/bay-1-google:restore'));
    await loft.sandbox('POST', '/schedules/safety-pull');
    await loft.settle(120);
    expect(documents.disarm()).toBe(false);
    expect(cancelled()).toBe(0);
    await loft.expectAgreement();
  });

  it('are held again at once where the tool goes on after they were put back', async () => {
    const booked = await bookDays(4);
    await cleanUp(booked.slice(0, 12));
    await loft.api('POST', '/v1/bindings/bay-1-google:restore');
    await loft.settle(60);
    await cleanUp(booked.slice(12, 15));
    expect(cancelled()).toBe(0);
    expect((await loft.audit(1)).filter(({ type }) => type === 'held')).toHaveLength(3);
    await loft.api('POST', '/v1/bindings/bay-1-google:restore');
    await loft.settle(60);
    await loft.expectAgreement();
  });

  it('follow one that was dragged to the other bay, when all are put back', async () => {
    const booked = await bookDays(4);
    const [dragged] = booked as [{ id: string }];
    for (const { id } of booked.slice(1, 12)) await loft.deleteOnCalendar(id);
    await loft.moveToBay(dragged.id, 2);
    await loft.settle(1.5);
    await loft.api('POST', '/v1/bindings/bay-1-google:restore');
    await loft.settle(60);
    expect(cancelled()).toBe(0);
    expect(await loft.appointment(dragged.id)).toMatchObject({ resource_id: '2' });
    await loft.expectAgreement();
  });

  it('do not keep the other bay or an edited event waiting', async () => {
    const booked = await bookDays(4);
    const other = await loft.book(2, 13);
    await cleanUp(booked.slice(0, 12));
    await loft.deleteOnCalendar(other.id);
    await loft.edit(booked[14]?.id as string, { summary: 'Fitting' });
    await loft.settle();
    expect(await loft.appointment(other.id)).toMatchObject({ status: 'cancelled' });
    expect(await loft.appointment(booked[14]?.id as string)).toMatchObject({ title: 'Fitting' });
    expect(cancelled()).toBe(1);
  });

  it('hold what is deleted later, until staff have decided', async () => {
    const booked = await bookDays(4);
    await cleanUp(booked.slice(0, 12));
    await loft.settle(3600);
    await loft.deleteOnCalendar(booked[14]?.id as string);
    await loft.settle(60);
    await expectHeld(13);
    expect((await loft.runs('pull-calendar'))[0]).toMatchObject({ status: 'held' });
    await loft.api('POST', '/v1/bindings/bay-1-google:restore');
    await loft.settle(60);
    await loft.expectAgreement();
  });

  it('follow their bookings meanwhile: moved, its event is back; cancelled, nothing is left to decide', async () => {
    const booked = await bookDays(4);
    await cleanUp(booked.slice(0, 12));
    const [moved, called] = booked as [{ id: string }, { id: string }];
    await loft.change(moved.id, { start: '2027-07-01T13:00:00Z', end: '2027-07-01T14:00:00Z' });
    await loft.cancel(called.id);
    await loft.settle();
    expect(loft.eventOf(moved.id).event).toMatchObject({ start: { dateTime: '2027-07-01T09:00:00-04:00' } });
    expect((await loft.audit(1)).filter(({ type }) => type === 'held')).toHaveLength(10);
    await loft.api('POST', '/v1/bindings/bay-1-google:accept');
    await loft.settle(60);
    expect(await loft.appointment(moved.id)).toMatchObject({ status: 'confirmed' });
    await loft.expectAgreement();
  });
});

it('five deletions cancel their bookings, however few events there are', async () => {
  const booked = await bookDays(2);
  await cleanUp(booked.slice(0, 5));
  expect(cancelled()).toBe(5);
  expect(loft.alerts()).toEqual([]);
  await loft.expectAgreement();
});

it('eight deletions cancel their bookings when they are a fifth of the calendar', async () => {
  const booked = await bookDays(10);
  await cleanUp(booked.slice(0, 8));
  expect(cancelled()).toBe(8);
  await loft.expectAgreement();
});

it('deleting events that are over cancels nothing and tells nobody', async () => {
  const booked = [];
  for (const hour of [13, 14, 15, 16, 17, 18, 19, 20]) booked.push(await loft.book(1, hour, 'Lesson', '2027-06-01'));
  await loft.settle(10 * 3600);
  await cleanUp(booked);
  expect(cancelled()).toBe(0);
  expect(loft.events(1)).toEqual([]);
  expect(loft.alerts()).toEqual([]);
  expect(await loft.audit(1)).toEqual([]);
});

it('events that vanish with their whole calendar cancel nothing', async () => {
  const booked = await bookDays(2);
  loft.studio.google.setRole(calendarId(1), 'none');
  await loft.settle(3600);
  expect(cancelled()).toBe(0);
  expect(await loft.appointment(booked[0]?.id as string)).toMatchObject({ status: 'confirmed' });
});
