import { describe, expect, it } from 'vitest';
import { type Content, type ContentField, stampOf } from '../domain/content.ts';
import type { Mapping } from '../domain/mapping.ts';
import type { LiveCalendarEvent } from '../ports/calendar-provider.ts';
import { planReconcile, type ReconcileState } from './plan-reconcile.ts';

const AGREED: Content = {
  start: '2027-05-01T14:00:00Z',
  end: '2027-05-01T15:00:00Z',
  title: 'Lesson',
  status: 'confirmed',
  resourceId: 'bay-1',
};
const LATER: Content = { ...AGREED, start: '2027-05-01T16:00:00Z', end: '2027-05-01T17:00:00Z' };
const NOON = '2027-04-01T12:00:00Z';
const ALL: ReadonlySet<ContentField> = new Set(['interval', 'title', 'status', 'resource']);

const LIVE: Mapping = {
  id: 'e~b',
  eventId: 'e',
  bindingId: 'b',
  resourceId: 'bay-1',
  remoteId: 'r0',
  generation: 0,
  state: 'live',
  etag: '"1"',
  agreed: stampOf(AGREED),
  end: AGREED.end,
  dirty: 'm1',
  attempts: 0,
  updatedAt: NOON,
};

function stateWith(part: Partial<ReconcileState>, mapping: Partial<Mapping> = {}): ReconcileState {
  return {
    mapping: { ...LIVE, ...mapping },
    wanted: AGREED,
    said: part.wanted ?? AGREED,
    wantedAt: NOON,
    remote: 'unread',
    writable: ALL,
    isHeldElsewhere: false,
    past: false,
    ...part,
  };
}

function onCalendar(content: Content, part: Partial<LiveCalendarEvent> = {}): LiveCalendarEvent {
  return {
    state: 'live',
    remoteId: 'r0',
    etag: '"2"',
    updatedAt: NOON,
    ownership: { eventId: 'e', stamp: stampOf(AGREED) },
    content,
    allDay: false,
    recurring: false,
    busy: true,
    ...part,
  };
}

const TOMBSTONE = { state: 'cancelled', remoteId: 'r0' } as const;

describe('when nothing hints at an edit on the calendar', () => {
  it('writes only the fields in which the ledger moved, on the etag it knows', () => {
    expect(planReconcile(stateWith({ wanted: LATER }))).toEqual({
      do: 'write',
      content: LATER,
      fields: ['interval'],
      ifMatch: '"1"',
      refusals: [],
    });
  });

  it('settles without a call when both already agree', () => {
    expect(planReconcile(stateWith({}))).toEqual({ do: 'settle', as: 'live' });
  });

  it('inserts an event that was only stated', () => {
    expect(planReconcile(stateWith({}, { state: 'stated' })).do).toBe('insert');
  });

  it('removes an event that nobody wants any more', () => {
    expect(planReconcile(stateWith({ wanted: null }))).toEqual({ do: 'remove', ifMatch: '"1"', refusals: [] });
  });

  it('reads an event that nobody wants and of which it knows no version', () => {
    const { etag: _, ...mapping } = LIVE;
    expect(planReconcile({ ...stateWith({ wanted: null }), mapping })).toEqual({ do: 'read' });
  });

  it('reads before anything else when the calendar may have been edited', () => {
    expect(planReconcile(stateWith({ wanted: LATER }, { inbound: 'm2' }))).toEqual({ do: 'read' });
  });

  it('never inserts an event only to show it as cancelled', () => {
    const wanted: Content = { ...AGREED, status: 'cancelled' };
    expect(planReconcile(stateWith({ wanted }, { state: 'gone' }))).toEqual({ do: 'settle', as: 'gone' });
  });

  it('leaves a detached event alone', () => {
    expect(planReconcile(stateWith({ wanted: LATER }, { state: 'detached' }))).toEqual({
      do: 'settle',
      as: 'detached',
    });
  });

  it('writes over what was taken from an event that was dragged here, also where its booking says again what it said before', () => {
    const edited = { ...LATER, resourceId: 'bay-2', title: 'Fitting' };
    const dragged = { agreed: stampOf({ ...AGREED, resourceId: 'bay-2' }), taken: [stampOf(edited)] };
    expect(planReconcile(stateWith({ wanted: { ...AGREED, title: 'Fitting' } }, dragged))).toMatchObject({
      do: 'write',
      content: { ...AGREED, title: 'Fitting' },
      fields: ['interval', 'title', 'resource'],
    });
  });
});

describe('when the calendar was edited', () => {
  it('takes a moved event to the booking system', () => {
    const plan = planReconcile(stateWith({ remote: onCalendar(LATER) }));
    expect(plan).toMatchObject({ do: 'change-source', content: LATER, fields: ['interval'] });
  });

  it('merges edits of different fields on both sides', () => {
    const retitled = { ...AGREED, title: 'Lesson with coach' };
    const plan = planReconcile(stateWith({ wanted: LATER, remote: onCalendar(retitled) }));
    expect(plan).toMatchObject({ do: 'change-source', fields: ['title'] });
    expect(plan).toMatchObject({ content: { ...LATER, title: 'Lesson with coach' } });
  });

  it('lets the booking system win the same field within a minute, and keeps the loser as a proposal', () => {
    const evenLater = { ...AGREED, start: '2027-05-01T18:00:00Z', end: '2027-05-01T19:00:00Z' };
    const remote = onCalendar(evenLater, { updatedAt: '2027-04-01T12:00:59Z' });
    expect(planReconcile(stateWith({ wanted: LATER, remote }))).toMatchObject({
      do: 'write',
      content: LATER,
      refusals: [{ reason: 'changed_in_booking_system', wanted: evenLater, kept: LATER }],
    });
  });

  it('lets the calendar win the same field when it was edited over a minute later', () => {
    const evenLater = { ...AGREED, start: '2027-05-01T18:00:00Z', end: '2027-05-01T19:00:00Z' };
    const remote = onCalendar(evenLater, { updatedAt: '2027-04-01T12:01:01Z' });
    expect(planReconcile(stateWith({ wanted: LATER, remote }))).toMatchObject({
      do: 'change-source',
      content: evenLater,
      overruled: [{ reason: 'changed_on_calendar', wanted: LATER, kept: evenLater }],
      refusals: [],
    });
  });

  it('only brings the stamp up to date when both sides made the same edit', () => {
    const plan = planReconcile(stateWith({ wanted: LATER, remote: onCalendar(LATER) }));
    expect(plan).toEqual({ do: 'write', content: LATER, fields: [], ifMatch: '"2"', refusals: [] });
  });

  it('recognises a write of ours that died before it was recorded', () => {
    const remote = onCalendar(LATER, { ownership: { eventId: 'e', stamp: stampOf(LATER) } });
    expect(planReconcile(stateWith({ wanted: LATER, remote }, { inbound: 'm2' }))).toEqual({
      do: 'settle',
      as: 'live',
    });
  });

  it('restores an edit that has no writable source and explains it', () => {
    const plan = planReconcile(stateWith({ remote: onCalendar(LATER), writable: new Set() }));
    expect(plan).toMatchObject({
      do: 'write',
      content: AGREED,
      fields: ['interval'],
      refusals: [{ reason: 'no_writable_source' }],
    });
  });

  it('takes the move of a busy-only event to its source but never its title', () => {
    const edited = { ...LATER, title: 'Private' };
    const plan = planReconcile(
      stateWith({ remote: onCalendar(edited), writable: new Set(['interval', 'status', 'resource']) }),
    );
    expect(plan).toMatchObject({
      do: 'change-source',
      fields: ['interval'],
      content: LATER,
      refusals: [{ fields: ['title'] }],
    });
  });

  it('keeps what it may not change and what the booking system changed too, each for its reason', () => {
    const edited = { ...AGREED, start: '2027-05-01T18:00:00Z', end: '2027-05-01T19:00:00Z', title: 'Private' };
    const remote = onCalendar(edited, { updatedAt: '2027-04-01T12:00:59Z' });
    const writable = new Set(['interval', 'status', 'resource'] as const);
    expect(planReconcile(stateWith({ wanted: LATER, remote, writable }))).toMatchObject({
      do: 'write',
      content: LATER,
      refusals: [
        { fields: ['title'], reason: 'no_writable_source' },
        { fields: ['interval'], reason: 'changed_in_booking_system' },
      ],
    });
  });

  it('takes a title that was changed with a conversion to its source first', () => {
    const edited = { ...AGREED, start: '2027-05-01', end: '2027-05-02', title: 'Lesson with coach' };
    expect(planReconcile(stateWith({ remote: onCalendar(edited, { allDay: true }) }))).toMatchObject({
      do: 'change-source',
      fields: ['title'],
      content: { ...AGREED, title: 'Lesson with coach' },
      refusals: [{ fields: ['interval'], reason: 'unsupported_form' }],
    });
  });

  it('undoes a conversion to an all-day event', () => {
    const allDay = { ...AGREED, start: '2027-05-01', end: '2027-05-02' };
    const plan = planReconcile(stateWith({ remote: onCalendar(allDay, { allDay: true }) }));
    expect(plan).toMatchObject({ do: 'write', content: AGREED, refusals: [{ reason: 'unsupported_form' }] });
  });

  it('undoes a conversion to a recurring event', () => {
    const plan = planReconcile(stateWith({ remote: onCalendar(AGREED, { recurring: true }) }));
    expect(plan).toMatchObject({ do: 'write', refusals: [{ reason: 'unsupported_form' }] });
  });

  it('detaches an event whose mark staff took off', () => {
    const { ownership: _, ...unmarked } = onCalendar(AGREED);
    expect(planReconcile(stateWith({ remote: unmarked }))).toEqual({ do: 'settle', as: 'detached' });
  });

  it('lets the ledger decide about an event that older software marked without a stamp', () => {
    const remote = onCalendar(LATER, { ownership: { bookingId: '7' } });
    expect(planReconcile(stateWith({ remote }))).toMatchObject({ do: 'write', content: AGREED, fields: ['interval'] });
  });
});

describe('when the calendar event of a booking is on a calendar where it is not wanted', () => {
  const remote = onCalendar(AGREED);

  it('removes it in the version that was read', () => {
    expect(planReconcile(stateWith({ wanted: null, remote }))).toEqual({ do: 'remove', ifMatch: '"2"', refusals: [] });
  });

  it('leaves it to the mapping that holds it elsewhere: it may have been moved here', () => {
    const state = stateWith({ wanted: null, remote, isHeldElsewhere: true }, { seenElsewhere: true });
    expect(planReconcile(state)).toEqual({ do: 'hand-over' });
  });

  it.each([false, true])('takes what was edited on it to its source first (held elsewhere: %s)', (isHeldElsewhere) => {
    const said = { ...AGREED, resourceId: 'bay-2' };
    const edited = onCalendar({ ...AGREED, title: 'Fitting' });
    expect(planReconcile(stateWith({ wanted: null, said, remote: edited, isHeldElsewhere }))).toMatchObject({
      do: 'change-source',
      fields: ['title'],
      content: { ...said, title: 'Fitting' },
    });
  });

  it('leaves one that was dragged here, whatever it says, to the mapping that holds it', () => {
    const dragged = onCalendar({ ...AGREED, title: 'Fitting', resourceId: 'bay-2' });
    expect(planReconcile(stateWith({ wanted: null, remote: dragged, isHeldElsewhere: true })).do).toBe('hand-over');
  });

  it('removes one whose booking was cancelled, and tells what was edited on it', () => {
    const said: Content = { ...AGREED, status: 'cancelled' };
    const state = stateWith({ wanted: null, said, remote: onCalendar(LATER), writable: new Set() });
    expect(planReconcile(state)).toMatchObject({
      do: 'remove',
      ifMatch: '"2"',
      refusals: [{ fields: ['interval'], reason: 'cancelled' }],
    });
  });
});

it('has an event that stands here, and was seen on another calendar too, removed there before anything else', () => {
  const remote = onCalendar(LATER);
  expect(planReconcile(stateWith({ remote }, { seenElsewhere: true }))).toEqual({ do: 'clear-strays' });
  expect(planReconcile(stateWith({ remote, wanted: null }, { seenElsewhere: true }))).toEqual({ do: 'clear-strays' });
});

describe('when the booking system changed the booking after it was asked to take an edit on the calendar', () => {
  const overtaken = (part: Partial<ReconcileState>, mapping?: Partial<Mapping>) =>
    planReconcile(stateWith({ isOvertaken: true, ...part }, mapping));

  it('has the last word, also where it says what it said before', () => {
    expect(overtaken({ remote: onCalendar(LATER) })).toMatchObject({
      do: 'write',
      content: AGREED,
      refusals: [{ fields: ['interval'], reason: 'changed_in_booking_system' }],
    });
  });

  it('has none about an edit that was made long after, nor about what it still has from the calendar', () => {
    const late = onCalendar(LATER, { updatedAt: '2027-04-01T12:05:00Z' });
    expect(overtaken({ remote: late })).toMatchObject({ do: 'change-source', content: LATER });
    const taken = { taken: [stampOf({ ...LATER, title: 'Fitting' })] };
    const wanted = { ...AGREED, start: LATER.start, end: LATER.end };
    expect(overtaken({ wanted, remote: onCalendar(AGREED) }, taken)).toMatchObject({
      do: 'change-source',
      content: AGREED,
    });
  });
});

describe('when the ledger has what it says from an earlier edit on the calendar', () => {
  const taken = { taken: [stampOf(LATER)] };
  const evenLater = { ...AGREED, start: '2027-05-01T18:00:00Z', end: '2027-05-01T19:00:00Z' };

  it('takes the next edit too, though its stamp is of before both', () => {
    expect(planReconcile(stateWith({ wanted: LATER, remote: onCalendar(evenLater) }, taken))).toMatchObject({
      do: 'change-source',
      content: evenLater,
      overruled: [],
    });
  });

  it('takes the edit after one that is known and not in the ledger yet', () => {
    const both = { taken: [stampOf({ ...AGREED, title: 'Being told' }), stampOf(LATER)] };
    expect(planReconcile(stateWith({ wanted: LATER, remote: onCalendar(evenLater) }, both))).toMatchObject({
      do: 'change-source',
      content: evenLater,
    });
  });

  it('takes an edit back to what was there at first', () => {
    expect(planReconcile(stateWith({ wanted: LATER, remote: onCalendar(AGREED) }, taken))).toMatchObject({
      do: 'change-source',
      content: AGREED,
    });
  });

  it('takes nothing for an edit that another worker wrote over the one it was taken from', () => {
    const remote = onCalendar(evenLater, { ownership: { eventId: 'e', stamp: stampOf(evenLater) } });
    expect(planReconcile(stateWith({ wanted: LATER, remote }, taken))).toMatchObject({ do: 'write', content: LATER });
  });

  it('believes a deletion that follows', () => {
    expect(planReconcile(stateWith({ wanted: LATER, remote: TOMBSTONE }, taken))).toEqual({ do: 'find-or-cancel' });
  });
});

describe('when the event is gone from the calendar', () => {
  it('looks for it elsewhere, or cancels', () => {
    expect(planReconcile(stateWith({ remote: TOMBSTONE }))).toEqual({ do: 'find-or-cancel' });
  });

  it('settles when we took it off', () => {
    const state = stateWith({ wanted: null, remote: TOMBSTONE }, { state: 'deleting' });
    expect(planReconcile(state)).toEqual({ do: 'settle', as: 'gone' });
  });

  it('looks that it stands nowhere else when the ledger no longer wants it there either', () => {
    expect(planReconcile(stateWith({ wanted: null, remote: TOMBSTONE }))).toEqual({ do: 'take-back' });
  });

  it('puts it back, and looks that it stands nowhere else, once that was decided', () => {
    expect(planReconcile(stateWith({ remote: TOMBSTONE }, { state: 'stated' }))).toEqual({
      do: 'take-back',
      content: AGREED,
    });
  });

  it('cancels nothing when the booking was changed since, and keeps the removal as a proposal', () => {
    expect(planReconcile(stateWith({ wanted: LATER, remote: TOMBSTONE }))).toMatchObject({
      do: 'find-or-cancel',
      refusal: { reason: 'changed_in_booking_system', kept: LATER },
    });
  });

  it('cancels nothing when its source takes no edits', () => {
    expect(planReconcile(stateWith({ remote: TOMBSTONE, writable: new Set() }))).toMatchObject({
      do: 'find-or-cancel',
      refusal: { reason: 'no_writable_source', kept: AGREED },
    });
  });

  it('takes the removal of a past event for tidying', () => {
    expect(planReconcile(stateWith({ remote: TOMBSTONE, past: true }))).toEqual({ do: 'settle', as: 'gone' });
  });

  it('does not take a forgotten id for a removal', () => {
    expect(planReconcile(stateWith({ remote: null }))).toEqual({ do: 'insert', content: AGREED });
  });

  it('looks for a forgotten one that was seen elsewhere before it is put back', () => {
    const plan = planReconcile(stateWith({ remote: null }, { seenElsewhere: true }));
    expect(plan).toEqual({ do: 'take-back', content: AGREED });
  });
});

it('an event deleted right after it was moved here cancels its booking, though its stamp still names the other resource', () => {
  const moved = { agreed: stampOf({ ...AGREED, resourceId: 'bay-2' }) };
  expect(planReconcile(stateWith({ remote: TOMBSTONE }, moved)).do).toBe('find-or-cancel');
});
