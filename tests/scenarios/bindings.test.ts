import { openSqliteDocumentStore } from '@dovetail/core/adapters/sqlite/sqlite-document-store.ts';
import { TemporarilyUnavailable } from '@dovetail/core/domain/errors.ts';
import { bindCalendar } from '@dovetail/core/sync/bind-calendar.ts';
import { type BindingDraft, createBinding } from '@dovetail/core/sync/create-binding.ts';
import { resumeBinding } from '@dovetail/run-service/routes/v1/steer-binding.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FailingStore } from './failing-store.ts';
import { bookTwo, dragTo, slot } from './lessons.ts';
import { calendarId, Loft } from './loft.ts';

const BAY_1: BindingDraft = {
  id: 'bay-1-google',
  resourceId: 'bay-1',
  calendarId: calendarId(1),
  provider: 'google',
  direction: 'two-way',
  busyIn: false,
  visibility: 'details',
  onCancel: 'delete',
};

const BAY_2 = { id: 'bay-2-google', resourceId: 'bay-2', calendarId: calendarId(2) };

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

describe('unbinding a calendar', () => {
  it('can keep its events: they stay as they are, and what becomes of them is no longer ours', async () => {
    const [first, second] = await bookTwo(loft);
    const standing = loft.events(1);
    await loft.api('DELETE', '/v1/bindings/bay-1-google?events=keep');
    await loft.settle();
    expect(loft.events(1)).toEqual(standing);
    await loft.moveOnCalendar(first.id, 20);
    await loft.deleteOnCalendar(second.id);
    await loft.change(second.id, { title: 'Lesson' });
    await loft.book(1, 22);
    await loft.settle(3600);
    expect(await loft.appointment(first.id)).toEqual(first);
    expect(await loft.appointment(second.id)).toMatchObject({ status: 'confirmed' });
    expect(loft.events(1)).toHaveLength(1);
    expect(loft.studio.google.channels().filter((channel) => channel.calendarId === calendarId(1))).toEqual([]);
  });

  it('can remove its events: ours go, others stay, no booking is cancelled, and the binding is gone', async () => {
    const [first] = await bookTwo(loft);
    const own = await loft.google('POST', `${calendarId(1)}/events`, { summary: 'Staff meeting', ...dragTo(20) });
    await loft.api('DELETE', '/v1/bindings/bay-1-google?events=remove');
    await loft.settle();
    expect(loft.events(1)).toMatchObject([{ id: own.id }]);
    expect(await loft.appointment(first.id)).toEqual(first);
    const { items } = await loft.api<{ items: unknown[] }>('GET', '/v1/bindings');
    expect(items).toMatchObject([{ id: 'bay-2-google' }]);
  });

  it.each([1, 2, 3, 4, 5])(
    'while it is bound anew, before commit %i of that, leaves no channel and no dead letter',
    async (nth) => {
      await bookTwo(loft);
      await loft.api('POST', '/v1/bindings/bay-1-google:pause');
      await loft.api('POST', '/v1/bindings/bay-1-google:resume');
      documents.beforeCommit(nth, () => loft.api('DELETE', '/v1/bindings/bay-1-google?events=keep'));
      await loft.settle(60);
      expect(documents.disarm()).toBe(false);
      expect(loft.events(1)).toHaveLength(2);
      expect(loft.studio.google.channels().filter((channel) => channel.calendarId === calendarId(1))).toEqual([]);
      expect(loft.alerts()).toEqual([]);
      expect(await loft.api('GET', '/v1/bindings')).toMatchObject({ items: [{ id: 'bay-2-google' }] });
    },
  );

  it('leaves no dead letter of another, onto which an event is moved from it just then', async () => {
    const [first] = await bookTwo(loft);
    await loft.moveToBay(first.id, 2);
    await loft.settle(60);
    await loft.moveToBay(first.id, 1);
    documents.beforeCommit(1, () => loft.api('DELETE', '/v1/bindings/bay-2-google?events=keep'));
    await loft.settle(60);
    expect(documents.disarm()).toBe(false);
    expect(loft.alerts()).toEqual([]);
    expect(await loft.appointment(first.id)).toMatchObject({ resource_id: '2', status: 'confirmed' });
  });

  it('ends even when the calendar was taken from us: its events stay, and staff are told', async () => {
    await bookTwo(loft);
    loft.studio.google.setRole(calendarId(1), 'reader');
    await loft.api('DELETE', '/v1/bindings/bay-1-google?events=remove');
    await loft.settle(60);
    const { items } = await loft.api<{ items: unknown[] }>('GET', '/v1/bindings');
    expect(items).toMatchObject([{ id: 'bay-2-google' }]);
    expect(loft.events(1)).toHaveLength(2);
    expect(loft.alerts()).toMatchObject([{ action: 'binding.events-left', binding: 'bay-1-google' }]);
    expect(loft.studio.clock.isSettled(5000)).toBe(true);
  });

  it.each([
    { events: 'keep', left: 2, nth: 2 },
    { events: 'keep', left: 2, nth: 3 },
    { events: 'remove', left: 0, nth: 2 },
  ])('with its events to $events ends so although it died at commit $nth', async ({ events, left, nth }) => {
    await bookTwo(loft);
    documents.failCommit(nth, 'not applied');
    const answer = await fetch(`${loft.studio.url}/v1/bindings/bay-1-google?events=${events}`, {
      method: 'DELETE',
      headers: { authorization: 'Bearer loft-admin-key' },
    });
    expect(answer.status).toBe(503);
    await loft.settle(1200);
    const { items } = await loft.api<{ items: unknown[] }>('GET', '/v1/bindings');
    expect(items).toMatchObject([{ id: 'bay-2-google' }]);
    expect(loft.events(1)).toHaveLength(left);
    expect(loft.studio.google.channels().filter((channel) => channel.calendarId === calendarId(1))).toEqual([]);
  });

  it.each([2, 3])(
    'takes nothing from the one that is made anew before its commit %i, as somebody else ended it',
    async (nth) => {
      await bookTwo(loft);
      const { deps } = loft.studio;
      documents.beforeCommit(nth, async () => {
        await bindCalendar({ tenantId: 'loft', bindingId: BAY_1.id }, deps);
        await createBinding({ tenantId: 'loft', draft: BAY_1 }, deps);
        await bindCalendar({ tenantId: 'loft', bindingId: BAY_1.id }, deps);
      });
      await loft.api('DELETE', '/v1/bindings/bay-1-google?events=keep');
      await loft.settle();
      expect(await loft.binding(1)).toMatchObject({ state: 'active' });
      expect(loft.events(1)).toHaveLength(2);
      await loft.expectAgreement();
    },
  );

  it('leaves the bay free to be bound to it again, without doubling an event', async () => {
    await bookTwo(loft);
    await loft.api('DELETE', '/v1/bindings/bay-1-google?events=keep');
    await loft.settle();
    await loft.api('POST', '/v1/bindings', { id: 'bay-1-google', resourceId: 'bay-1', calendarId: calendarId(1) });
    await loft.settle();
    expect(loft.events(1)).toHaveLength(2);
    await loft.expectAgreement();
  });

  it('keeps an event, too, that was dragged to the calendar and has its id from the other', async () => {
    const [first] = await bookTwo(loft);
    await loft.moveToBay(first.id, 2);
    await loft.settle(60);
    const dragged = loft.eventOf(first.id);
    await loft.api('DELETE', '/v1/bindings/bay-2-google?events=keep');
    await loft.settle();
    await loft.api('POST', '/v1/bindings', { id: 'bay-2-google', resourceId: 'bay-2', calendarId: calendarId(2) });
    await loft.settle(60);
    expect(loft.eventOf(first.id)).toMatchObject({ bay: 2, event: { id: dragged.event.id } });
    await loft.change(first.id, { title: 'Fitting' });
    await loft.settle();
    expect(loft.eventOf(first.id).event.summary).toBe('Fitting');
  });

  it('has such an event stand for its booking also while the other calendar, to be left by it, still has it too', async () => {
    const [first] = await bookTwo(loft);
    await loft.moveToBay(first.id, 2);
    await loft.settle(60);
    const { id } = loft.eventOf(first.id).event;
    await loft.api('DELETE', '/v1/bindings/bay-2-google?events=keep');
    await loft.change(first.id, { resource_id: '1' });
    await loft.settle(60);
    expect(loft.managed(first.id)).toMatchObject([{ bay: 1 }, { bay: 2 }]);
    await loft.change(first.id, { resource_id: '2' });
    const forgetful = { ...loft.studio.deps, tasks: { enqueue: () => Promise.resolve('created' as const) } };
    await createBinding({ tenantId: 'loft', draft: { ...BAY_1, ...BAY_2 } }, forgetful);
    await bindCalendar({ tenantId: 'loft', bindingId: BAY_2.id }, forgetful);
    await loft.settle(1200);
    expect(loft.eventOf(first.id)).toMatchObject({ bay: 2, event: { id } });
    await loft.expectAgreement();
  });
});

describe('a calendar that is set to work by a process that ends before it asks for the rest', () => {
  const silent = () => ({
    ...loft.studio.deps,
    tasks: { enqueue: () => Promise.reject(new TemporarilyUnavailable('the process is gone')) },
  });

  it.each([
    [
      'bound anew',
      async () => {
        await loft.api('DELETE', '/v1/bindings/bay-1-google?events=remove');
        await loft.settle();
        await createBinding({ tenantId: 'loft', draft: BAY_1 }, silent());
      },
    ],
    [
      'resumed',
      async () => {
        await loft.api('POST', '/v1/bindings/bay-1-google:pause');
        await resumeBinding('loft', 'bay-1-google', silent());
      },
    ],
  ])('has its events within the hour, though somebody has it read first: %s', async (_how, setToWork) => {
    const [first] = await bookTwo(loft);
    await expect(setToWork()).rejects.toThrow(TemporarilyUnavailable);
    await loft.change(first.id, { title: 'Fitting' });
    await loft.api('POST', '/v1/bindings/bay-1-google:sync');
    await loft.settle(3600);
    expect(loft.events(1)).toHaveLength(2);
    expect(loft.eventOf(first.id).event.summary).toBe('Fitting');
    await loft.expectAgreement();
  });
});

describe('a paused binding', () => {
  it('once resumed no longer has what was moved to the other bay meanwhile', async () => {
    const [first] = await bookTwo(loft);
    await loft.api('POST', '/v1/bindings/bay-1-google:pause');
    await loft.change(first.id, { resource_id: '2' });
    await loft.settle(600);
    expect(loft.managed(first.id)).toHaveLength(2);
    await loft.api('POST', '/v1/bindings/bay-1-google:resume');
    await loft.settle();
    expect(loft.eventOf(first.id).bay).toBe(2);
  });

  it('neither reads nor writes its calendar, and once resumed has what was edited on both sides', async () => {
    const [first, second] = await bookTwo(loft);
    await loft.api('POST', '/v1/bindings/bay-1-google:pause');
    await loft.settle();
    await loft.edit(first.id, dragTo(20));
    await loft.change(second.id, slot(18));
    const third = await loft.book(1, 22);
    const before = loft.events(1);
    const { lastPullAt } = await loft.binding(1);
    await loft.settle(3600);
    expect(loft.events(1)).toEqual(before);
    expect(await loft.binding(1)).toMatchObject({ state: 'paused', lastPullAt });
    expect(await loft.appointment(first.id)).toEqual(first);

    await loft.api('POST', '/v1/bindings/bay-1-google:resume');
    await loft.settle(60);
    expect(await loft.appointment(first.id)).toMatchObject({ start: '2027-06-07T16:00:00-04:00' });
    expect(loft.eventOf(third.id).bay).toBe(1);
    await loft.expectAgreement();
  });

  it('still holds the event that is moved onto its calendar: the booking moves and is not cancelled', async () => {
    const [first] = await bookTwo(loft);
    await loft.api('POST', '/v1/bindings/bay-2-google:pause');
    await loft.moveToBay(first.id, 2);
    await loft.settle(60);
    expect(await loft.appointment(first.id)).toMatchObject({ status: 'confirmed', resource_id: '2' });
    await loft.api('POST', '/v1/bindings/bay-2-google:resume');
    await loft.settle(60);
    await loft.expectAgreement();
  });

  it('keeps what was dragged onto it and cannot stay until it is resumed: meanwhile the event is back on its own too', async () => {
    const [first] = await bookTwo(loft);
    const { start, end } = await loft.appointment(first.id);
    loft.studio.uschedule.seedAppointments([{ resource_id: '2', start, end, title: 'Fitting' }]);
    await loft.sandbox('POST', '/schedules/poll-bookings');
    await loft.settle();
    await loft.api('POST', '/v1/bindings/bay-2-google:pause');
    await loft.moveToBay(first.id, 2);
    const before = loft.events(2);
    await loft.settle(3600);
    expect(loft.events(2)).toEqual(before);
    expect(loft.managed(first.id).map(({ bay }) => bay)).toEqual([1, 2]);

    await loft.api('POST', '/v1/bindings/bay-2-google:resume');
    await loft.settle(60);
    expect(loft.eventOf(first.id).bay).toBe(1);
    await loft.expectAgreement();
  });
});

describe('a second calendar bound to the same bay', () => {
  const SECOND = 'loft-lobby@sandbox';

  beforeEach(async () => {
    loft.studio.google.createCalendar(SECOND, { timeZone: 'America/New_York' });
    await loft.api('POST', '/v1/bindings', { id: 'lobby', resourceId: 'bay-1', calendarId: SECOND });
    await loft.settle();
  });

  /** Both calendars of bay 1 show the same, each event once. */
  async function expectBothAgree(): Promise<void> {
    const said = (events: ReturnType<Loft['events']>) =>
      events.map(({ summary, start, end, extendedProperties }) => [
        extendedProperties?.private?.uscheduleAppointmentId,
        summary,
        start?.dateTime,
        end?.dateTime,
      ]);
    expect(said(loft.eventsOn(SECOND)).sort()).toEqual(said(loft.events(1)).sort());
    const { findings } = await loft.api<{ findings: unknown[] }>('POST', '/v1/bindings/lobby:audit?dryRun=true');
    expect(findings).toEqual([]);
    await loft.expectAgreement();
  }

  it('shows what the first shows', async () => {
    const [first, second] = await bookTwo(loft);
    await expectBothAgree();
    await loft.change(first.id, slot(20));
    await loft.cancel(second.id);
    await loft.settle();
    expect(loft.eventsOn(SECOND)).toHaveLength(1);
    await expectBothAgree();
  });

  it('has an edit made on the first, and the first one made on it', async () => {
    const [first, second] = await bookTwo(loft);
    await loft.moveOnCalendar(first.id, 20);
    await loft.settle();
    await expectBothAgree();
    const shown = loft.eventsOn(SECOND).find(({ summary }) => summary === 'Fitting');
    await loft.google('PATCH', `${SECOND}/events/${shown?.id}`, { summary: 'Fitting for two' });
    await loft.settle();
    expect(await loft.appointment(second.id)).toMatchObject({ title: 'Fitting for two' });
    await expectBothAgree();
    await loft.google('DELETE', `${SECOND}/events/${shown?.id}`);
    await loft.settle();
    expect(await loft.appointment(second.id)).toMatchObject({ status: 'cancelled' });
    await expectBothAgree();
  });

  it('gives back an event that is moved onto it from the first: it shows the booking already', async () => {
    const [first] = await bookTwo(loft);
    const { event } = loft.eventOf(first.id);
    await loft.google('POST', `${calendarId(1)}/events/${event.id}/move?destination=${SECOND}`);
    await loft.settle();
    expect(await loft.appointment(first.id)).toEqual(first);
    await expectBothAgree();
  });

  it('moves to the other bay with the first', async () => {
    const [first] = await bookTwo(loft);
    await loft.moveToBay(first.id, 2);
    await loft.settle();
    expect(await loft.appointment(first.id)).toMatchObject({ resource_id: '2' });
    await expectBothAgree();
  });
});
