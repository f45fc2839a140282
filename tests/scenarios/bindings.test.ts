import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectBookingApp } from './booking-app.ts';
import { type Appointment, at, type Bay, calendarId, Loft } from './loft.ts';

let loft: Loft;

beforeEach(async () => {
  loft = await Loft.open();
});
afterEach(async () => {
  await loft.close();
});

const moveTo = (hour: number) => ({ start: at(hour), end: at(hour + 1) });
const dragTo = (hour: number) => ({ start: { dateTime: at(hour) }, end: { dateTime: at(hour + 1) } });

/** Binds the bay's calendar again, with other settings. */
async function rebind(bay: Bay, settings: object): Promise<void> {
  await loft.api('DELETE', `/v1/bindings/bay-${bay}-google?events=remove`);
  await loft.settle();
  const binding = { id: `bay-${bay}-google`, resourceId: `bay-${bay}`, calendarId: calendarId(bay) };
  await loft.api('POST', '/v1/bindings', { ...binding, ...settings });
  await loft.settle();
}

async function bookBoth(): Promise<[Appointment, Appointment]> {
  const booked: [Appointment, Appointment] = [await loft.book(1, 15, 'Lesson'), await loft.book(1, 17, 'Fitting')];
  await loft.settle();
  return booked;
}

function calendarWrites(): number {
  const counts = loft.studio.google.requestCounts();
  return ['events.insert', 'events.patch', 'events.delete'].reduce((sum, name) => sum + (counts[name] ?? 0), 0);
}

describe('unbinding a calendar', () => {
  it('can keep its events: they stay as they are, and what becomes of them is no longer ours', async () => {
    const [first, second] = await bookBoth();
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
    const [first] = await bookBoth();
    const own = await loft.google('POST', `${calendarId(1)}/events`, { summary: 'Staff meeting', ...dragTo(20) });
    await loft.api('DELETE', '/v1/bindings/bay-1-google?events=remove');
    await loft.settle();
    expect(loft.events(1)).toMatchObject([{ id: own.id }]);
    expect(await loft.appointment(first.id)).toEqual(first);
    const { items } = await loft.api<{ items: unknown[] }>('GET', '/v1/bindings');
    expect(items).toMatchObject([{ id: 'bay-2-google' }]);
  });

  it('ends even when the calendar was taken from us: its events stay, and staff are told', async () => {
    await bookBoth();
    loft.studio.google.setRole(calendarId(1), 'reader');
    await loft.api('DELETE', '/v1/bindings/bay-1-google?events=remove');
    await loft.settle(60);
    const { items } = await loft.api<{ items: unknown[] }>('GET', '/v1/bindings');
    expect(items).toMatchObject([{ id: 'bay-2-google' }]);
    expect(loft.events(1)).toHaveLength(2);
    expect(loft.alerts()).toMatchObject([{ action: 'binding.events-left', binding: 'bay-1-google' }]);
    expect(loft.studio.clock.isSettled(5000)).toBe(true);
  });

  it('leaves the bay free to be bound to it again, without doubling an event', async () => {
    await bookBoth();
    await loft.api('DELETE', '/v1/bindings/bay-1-google?events=keep');
    await loft.settle();
    await loft.api('POST', '/v1/bindings', { id: 'bay-1-google', resourceId: 'bay-1', calendarId: calendarId(1) });
    await loft.settle();
    expect(loft.events(1)).toHaveLength(2);
    await loft.expectAgreement();
  });
});

describe('a paused binding', () => {
  it('neither reads nor writes its calendar, and once resumed has what was edited on both sides', async () => {
    const [first, second] = await bookBoth();
    await loft.api('POST', '/v1/bindings/bay-1-google:pause');
    await loft.settle();
    await loft.edit(first.id, dragTo(20));
    await loft.change(second.id, moveTo(18));
    const third = await loft.book(1, 22);
    const before = loft.events(1);
    await loft.settle(3600);
    expect(loft.events(1)).toEqual(before);
    expect(await loft.appointment(first.id)).toEqual(first);

    await loft.api('POST', '/v1/bindings/bay-1-google:resume');
    await loft.settle(60);
    expect(await loft.appointment(first.id)).toMatchObject({ start: '2027-06-07T16:00:00-04:00' });
    expect(loft.eventOf(third.id).bay).toBe(1);
    await loft.expectAgreement();
  });

  it('still holds the event that is moved onto its calendar: the booking moves and is not cancelled', async () => {
    const [first] = await bookBoth();
    await loft.api('POST', '/v1/bindings/bay-2-google:pause');
    await loft.moveToBay(first.id, 2);
    await loft.settle(60);
    expect(await loft.appointment(first.id)).toMatchObject({ status: 'confirmed', resource_id: '2' });
    await loft.api('POST', '/v1/bindings/bay-2-google:resume');
    await loft.settle(60);
    await loft.expectAgreement();
  });
});

describe('a binding that keeps the events of cancelled bookings', () => {
  beforeEach(() => rebind(1, { onCancel: 'keep' }));

  it('shows them as cancelled and leaves their time free', async () => {
    const [first] = await bookBoth();
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
    const [first] = await bookBoth();
    await loft.cancel(first.id);
    await loft.settle();
    await loft.moveOnCalendar(first.id, 20);
    await loft.settle();
    expect(loft.eventOf(first.id).event).toMatchObject({ start: { dateTime: '2027-06-07T11:00:00-04:00' } });
    expect((await loft.proposals()).items).toMatchObject([{ reason: 'no_writable_source' }]);
    expect(await loft.audit(1)).toEqual([]);
  });

  it('lets staff delete them for good', async () => {
    const [first] = await bookBoth();
    await loft.cancel(first.id);
    await loft.settle();
    await loft.deleteOnCalendar(first.id);
    await loft.settle(3600);
    expect(loft.managed(first.id)).toEqual([]);
    expect((await loft.proposals()).items).toEqual([]);
    await loft.expectAgreement();
  });

  it('keeps the event of a booking that staff cancel on the calendar deleted', async () => {
    const [first] = await bookBoth();
    await loft.deleteOnCalendar(first.id);
    await loft.settle(60);
    expect(await loft.appointment(first.id)).toMatchObject({ status: 'cancelled' });
    await loft.expectAgreement();
  });
});

describe('a binding that shows busy times only', () => {
  beforeEach(() => rebind(1, { visibility: 'busy-only' }));

  it('says “Busy” for every booking, in private', async () => {
    const [first] = await bookBoth();
    expect(loft.eventOf(first.id).event).toMatchObject({ summary: 'Busy', visibility: 'private' });
    expect(JSON.stringify(loft.events(1))).not.toContain('Lesson');
    expect(await loft.audit(1)).toEqual([]);
  });

  it('takes a new time, another bay and a deletion back to the booking, and never the title', async () => {
    const [first, second] = await bookBoth();
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
  beforeEach(() => rebind(1, { direction: 'mirror' }));

  it('follows its bookings', async () => {
    const [first, second] = await bookBoth();
    await loft.change(first.id, moveTo(20));
    await loft.cancel(second.id);
    await loft.settle();
    await loft.expectAgreement();
  });

  it('puts back what is edited or deleted on it, and staff see why', async () => {
    const [first, second] = await bookBoth();
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
    const [first] = await bookBoth();
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
    const [first, second] = await bookBoth();
    await expectBothAgree();
    await loft.change(first.id, moveTo(20));
    await loft.cancel(second.id);
    await loft.settle();
    expect(loft.eventsOn(SECOND)).toHaveLength(1);
    await expectBothAgree();
  });

  it('has an edit made on the first, and the first one made on it', async () => {
    const [first, second] = await bookBoth();
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
    const [first] = await bookBoth();
    const { event } = loft.eventOf(first.id);
    await loft.google('POST', `${calendarId(1)}/events/${event.id}/move?destination=${SECOND}`);
    await loft.settle();
    expect(await loft.appointment(first.id)).toEqual(first);
    await expectBothAgree();
  });

  it('moves to the other bay with the first', async () => {
    const [first] = await bookBoth();
    await loft.moveToBay(first.id, 2);
    await loft.settle();
    expect(await loft.appointment(first.id)).toMatchObject({ resource_id: '2' });
    await expectBothAgree();
  });
});

describe('an audit', () => {
  /** Staff change a calendar, and we hear of nothing. */
  async function vandalise([moved, removed]: readonly [Appointment, Appointment]): Promise<void> {
    loft.studio.google.setPushMode({ mode: 'drop' });
    await loft.edit(moved.id, { ...dragTo(20), summary: 'Not a lesson' });
    await loft.deleteOnCalendar(removed.id);
    loft.studio.google.expireSyncTokens();
  }

  it('tells what differs and changes nothing when it is a dry run', async () => {
    const booked = await bookBoth();
    await vandalise(booked);
    loft.studio.google.resetRequestCounts();
    expect((await loft.audit(1)).map(({ type, healable }) => [type, healable]).sort()).toEqual([
      ['differs', true],
      ['missing', true],
    ]);
    await loft.settle();
    expect(calendarWrites()).toBe(0);
    expect(await loft.appointment(booked[0].id)).toEqual(booked[0]);
    expect(await loft.appointment(booked[1].id)).toEqual(booked[1]);
    expect((await loft.runs('audit-calendar'))[0]).toMatchObject({ warnings: ['dry run: nothing was changed'] });
  });

  it('takes the edits that were missed to the bookings', async () => {
    const booked = await bookBoth();
    await vandalise(booked);
    await loft.api('POST', '/v1/bindings/bay-1-google:audit');
    await loft.settle();
    expect(await loft.appointment(booked[0].id)).toMatchObject({
      title: 'Not a lesson',
      start: '2027-06-07T16:00:00-04:00',
    });
    expect(await loft.appointment(booked[1].id)).toMatchObject({ status: 'cancelled' });
    await loft.expectAgreement();
  });

  it('puts back what was edited and deleted when the source takes no edits', async () => {
    const app = await connectBookingApp(loft);
    const { shown: first } = await app.send({ id: 'walk-in-1', bay: 1, hour: 15, version: 1 });
    const { shown: second } = await app.send({ id: 'walk-in-2', bay: 1, hour: 17, version: 1 });
    await loft.settle();
    await vandalise([{ id: 'walk-in-1' } as Appointment, { id: 'walk-in-2' } as Appointment]);
    await loft.api('POST', '/v1/bindings/bay-1-google:audit');
    await loft.settle();
    await loft.expectAgreement({ bookings: [first, second] });
  });

  it('puts back what the calendar has forgotten', async () => {
    const booked = await bookBoth();
    await vandalise(booked);
    loft.studio.google.purgeTombstones(calendarId(1));
    await loft.api('POST', '/v1/bindings/bay-1-google:audit');
    await loft.settle();
    expect(await loft.appointment(booked[1].id)).toMatchObject({ status: 'confirmed' });
    await loft.expectAgreement();
  });

  it('runs by itself every night', async () => {
    await loft.close();
    loft = await Loft.open({ startAt: Date.parse('2027-06-02T03:20:00Z') });
    const booked = await bookBoth();
    await vandalise(booked);
    await loft.settle(4 * 60);
    expect(await loft.binding(1)).toMatchObject({ lastAuditAt: '2027-06-02T03:23:00Z' });
    expect(await loft.appointment(booked[1].id)).toMatchObject({ status: 'cancelled' });
    await loft.expectAgreement();
  });
});
