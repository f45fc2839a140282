import { describe, expect, it } from 'vitest';
import { type Content, stampOf } from '../domain/content.ts';
import type { Mapping, MappingState } from '../domain/mapping.ts';
import type { CalendarEvent, LiveCalendarEvent } from '../ports/calendar-provider.ts';
import { planPull } from './plan-pull.ts';

const AGREED: Content = {
  start: '2027-05-01T14:00:00Z',
  end: '2027-05-01T15:00:00Z',
  title: 'Lesson',
  status: 'confirmed',
  resourceId: 'bay-1',
};
const LATER: Content = { ...AGREED, start: '2027-05-01T16:00:00Z', end: '2027-05-01T17:00:00Z' };

function mapping(part: Partial<Mapping> = {}): Mapping {
  return {
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
    attempts: 0,
    updatedAt: '2027-04-01T12:00:00Z',
    ...part,
  };
}

/** An event that says `content` and carries the stamp of `stamped`. */
function live(content: Content, stamped: Content = content, part: Partial<LiveCalendarEvent> = {}): LiveCalendarEvent {
  return {
    state: 'live',
    remoteId: 'r0',
    etag: '"2"',
    updatedAt: '2027-04-01T12:00:00Z',
    ownership: { eventId: 'e', stamp: stampOf(stamped) },
    content,
    allDay: false,
    recurring: false,
    busy: true,
    ...part,
  };
}

function unmarked(event: LiveCalendarEvent): LiveCalendarEvent {
  const { ownership: _, ...rest } = event;
  return rest;
}

const TOMBSTONE: CalendarEvent = { state: 'cancelled', remoteId: 'r0' };

describe('a listed event under an id of ours', () => {
  it('is an echo when it says what both sides agreed on', () => {
    expect(planPull(live(AGREED), mapping())).toBe('echo');
  });

  it('is an echo when its etag alone is new: colour, reminders and guests belong to staff', () => {
    expect(planPull(live(AGREED, AGREED, { etag: '"99"', busy: false }), mapping())).toBe('echo');
  });

  it.each<[string, Content]>([
    ['moved', LATER],
    ['retitled', { ...AGREED, title: 'Lesson with Ada' }],
    ['made tentative', { ...AGREED, status: 'tentative' }],
    ['given another resource', { ...AGREED, resourceId: 'bay-2' }],
  ])('is an edit when it was %s since our stamp', (_, content) => {
    expect(planPull(live(content, AGREED), mapping())).toBe('edited');
    expect(planPull(live(content, AGREED), mapping({ dirty: 'm1' }))).toBe('edited');
  });

  it('is an edit when it was made recurring, whatever else it says', () => {
    expect(planPull(live(AGREED, AGREED, { recurring: true }), mapping())).toBe('edited');
    expect(planPull(live(AGREED, AGREED, { recurring: true }), mapping({ dirty: 'm1' }))).toBe('edited');
  });

  it('is looked at when it carries a write of ours that was never recorded', () => {
    expect(planPull(live(LATER), mapping())).toBe('edited');
  });

  it('is an echo of a write of ours whose task is still at work', () => {
    expect(planPull(live(LATER), mapping({ dirty: 'm1' }))).toBe('echo');
  });

  it('is looked at when somebody put a stamp of before back', () => {
    expect(planPull(live(AGREED), mapping({ agreed: stampOf(LATER) }))).toBe('edited');
  });

  it('is looked at when it carries our mark without a stamp', () => {
    expect(planPull(live(AGREED, AGREED, { ownership: { bookingId: '7' } }), mapping())).toBe('edited');
  });

  it('is looked at when its stamp is not one of ours', () => {
    expect(planPull(live(AGREED, AGREED, { ownership: { stamp: 'nonsense' } }), mapping())).toBe('edited');
  });

  it('is an edit when our mark was taken off', () => {
    expect(planPull(unmarked(live(AGREED)), mapping())).toBe('edited');
    expect(planPull(unmarked(live(AGREED)), mapping({ dirty: 'm1' }))).toBe('edited');
  });

  it('is elsewhere when it was brought back from the bin, with our mark', () => {
    expect(planPull(live(AGREED), mapping({ state: 'gone' }))).toBe('elsewhere');
    expect(planPull(live(LATER, AGREED), mapping({ state: 'gone' }))).toBe('elsewhere');
    expect(planPull(unmarked(live(AGREED)), mapping({ state: 'gone' }))).toBe('edited');
  });

  it('is looked at when it still stands while we are removing it', () => {
    expect(planPull(live(LATER, AGREED), mapping({ state: 'deleting' }))).toBe('edited');
  });

  it('is left alone for good once it was detached', () => {
    const detached = mapping({ state: 'detached' });
    for (const item of [live(AGREED), live(LATER, AGREED), unmarked(live(LATER)), TOMBSTONE]) {
      expect(planPull(item, detached)).toBe('echo');
    }
  });
});

describe('a tombstone under an id of ours', () => {
  it('is an echo when it is the tombstone of an event that is just being revived, and vanished when it is another', () => {
    const reviving = mapping({ state: 'stated', etag: '"7"' });
    expect(planPull({ ...TOMBSTONE, etag: '"7"' }, reviving)).toBe('echo');
    expect(planPull({ ...TOMBSTONE, etag: '"9"' }, reviving)).toBe('vanished');
  });

  it.each<[MappingState, string]>([
    ['live', 'vanished'],
    ['stated', 'vanished'],
    ['deleting', 'echo'],
    ['gone', 'echo'],
    ['detached', 'echo'],
  ])('of a mapping that is %s is: %s', (state, verdict) => {
    expect(planPull(TOMBSTONE, mapping({ state }))).toBe(verdict);
    expect(planPull(TOMBSTONE, mapping({ state, dirty: 'm1' }))).toBe(verdict);
  });
});

describe('a listed event under an id that is not ours', () => {
  const foreign = { remoteId: 'r1' };

  it('is elsewhere when it carries our mark, whether its mark leads to a mapping or not', () => {
    expect(planPull(live(AGREED, AGREED, foreign), mapping())).toBe('elsewhere');
    expect(planPull(live(AGREED, AGREED, foreign), null)).toBe('elsewhere');
    expect(planPull(live(AGREED, AGREED, foreign), mapping({ state: 'detached' }))).toBe('elsewhere');
  });

  it('is elsewhere while our own id is not yet stated', () => {
    const { remoteId: _, ...unstated } = mapping();
    expect(planPull(live(AGREED), unstated)).toBe('elsewhere');
  });

  it('is nothing of ours without our mark', () => {
    expect(planPull(unmarked(live(AGREED, AGREED, foreign)), null)).toBe('unmanaged');
  });

  it('is nothing of ours once it is gone', () => {
    expect(planPull({ state: 'cancelled', remoteId: 'r1' }, null)).toBe('unmanaged');
    expect(planPull({ state: 'cancelled', remoteId: 'r1' }, mapping())).toBe('unmanaged');
  });
});
