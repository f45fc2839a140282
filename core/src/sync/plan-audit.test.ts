import { describe, expect, it } from 'vitest';
import { type Content, stampOf } from '../domain/content.ts';
import type { Mapping } from '../domain/mapping.ts';
import type { LiveCalendarEvent } from '../ports/calendar-provider.ts';
import { auditMapping } from './plan-audit.ts';

const WANTED: Content = {
  start: '2027-05-01T14:00:00Z',
  end: '2027-05-01T15:00:00Z',
  title: 'Lesson',
  status: 'confirmed',
  resourceId: 'bay-1',
};
const MAPPING: Mapping = {
  id: 'e~b',
  eventId: 'e',
  bindingId: 'b',
  resourceId: 'bay-1',
  remoteId: 'r0',
  generation: 0,
  state: 'live',
  etag: '"1"',
  agreed: stampOf(WANTED),
  end: WANTED.end,
  attempts: 0,
  updatedAt: '2027-04-01T12:00:00Z',
};

function live(content: Content, part: Partial<LiveCalendarEvent> = {}): LiveCalendarEvent {
  return {
    state: 'live',
    remoteId: 'r0',
    etag: '"1"',
    updatedAt: '2027-04-01T12:00:00Z',
    ownership: { eventId: 'e', stamp: stampOf(WANTED) },
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

describe('an audit finds nothing', () => {
  it('where the calendar says what it should', () => {
    expect(auditMapping(MAPPING, WANTED, live(WANTED))).toBeNull();
  });

  it('where nothing should stand and nothing does', () => {
    expect(auditMapping({ ...MAPPING, state: 'gone' }, null, undefined)).toBeNull();
  });

  it('where an event that should not stand is no longer ours', () => {
    expect(auditMapping(MAPPING, null, unmarked(live(WANTED)))).toBeNull();
  });

  it('where the kept event of a cancelled booking was tidied away', () => {
    expect(auditMapping(MAPPING, { ...WANTED, status: 'cancelled' }, undefined)).toBeNull();
  });

  it.each([
    ['to the calendar', { dirty: 'm1', sweepAt: '2027-05-01T10:02:00Z' }],
    ['from the calendar', { inbound: 'm1', sweepAt: '2027-05-01T10:02:00Z' }],
  ])('while work %s is under way, whatever stands there', (_, marks) => {
    const working = { ...MAPPING, ...marks };
    expect(auditMapping(working, WANTED, undefined)).toBeNull();
    expect(auditMapping(working, null, live(WANTED))).toBeNull();
    expect(auditMapping(working, WANTED, live({ ...WANTED, title: 'Other' }))).toBeNull();
  });

  it('where a detached event should not stand anyway', () => {
    expect(auditMapping({ ...MAPPING, state: 'detached' }, null, unmarked(live(WANTED)))).toBeNull();
  });
});

describe('an audit has put right', () => {
  it('an event that does not stand', () => {
    const finding = { type: 'missing', eventId: 'e', remoteId: 'r0', healable: true };
    expect(auditMapping(MAPPING, WANTED, undefined)).toEqual(finding);
    expect(auditMapping({ ...MAPPING, state: 'gone' }, WANTED, undefined)).toEqual(finding);
  });

  it('an event that was never given an id', () => {
    const { remoteId: _, ...unstated } = MAPPING;
    expect(auditMapping(unstated, WANTED, undefined)).toEqual({ type: 'missing', eventId: 'e', healable: true });
  });

  it.each<[string, Partial<Content>, readonly string[]]>([
    ['a wrong time', { start: '2027-05-01T14:15:00Z' }, ['interval']],
    ['a day instead of a time', { start: '2027-05-01', end: '2027-05-02' }, ['interval']],
    ['a wrong title and status', { title: 'Other', status: 'tentative' }, ['title', 'status']],
    ['a wrong resource', { resourceId: 'bay-2' }, ['resource']],
  ])('an event with %s, naming what differs', (_, change, fields) => {
    expect(auditMapping(MAPPING, WANTED, live({ ...WANTED, ...change }))).toEqual({
      type: 'differs',
      eventId: 'e',
      remoteId: 'r0',
      fields,
      healable: true,
    });
  });

  it('an event that repeats itself, or lost our mark, though it says the right thing', () => {
    const differs = { type: 'differs', fields: [], healable: true };
    expect(auditMapping(MAPPING, WANTED, live(WANTED, { recurring: true }))).toMatchObject(differs);
    expect(auditMapping(MAPPING, WANTED, unmarked(live(WANTED)))).toMatchObject(differs);
  });

  it('an event that should not stand', () => {
    const finding = { type: 'surplus', eventId: 'e', remoteId: 'r0', healable: true };
    expect(auditMapping(MAPPING, null, live(WANTED))).toEqual(finding);
    expect(auditMapping({ ...MAPPING, state: 'gone' }, null, live(WANTED))).toEqual(finding);
  });
});

describe('an audit leaves to people', () => {
  const left = { eventId: 'e', remoteId: 'r0', healable: false };

  it('a removal that is held for them', () => {
    const held = { ...MAPPING, heldAt: '2027-04-01T12:00:00Z' };
    expect(auditMapping(held, WANTED, undefined)).toEqual({ type: 'held', ...left });
    expect(auditMapping({ ...held, inbound: 'm1' }, WANTED, undefined)).toEqual({ type: 'held', ...left });
  });

  it('a mapping that was given up', () => {
    const parked = { ...MAPPING, dirty: 'm1', parked: 'forbidden' };
    expect(auditMapping(parked, WANTED, undefined)).toEqual({ type: 'parked', ...left });
  });

  it('an event whose mark they took off', () => {
    const detached: Mapping = { ...MAPPING, state: 'detached' };
    expect(auditMapping(detached, WANTED, unmarked(live(WANTED)))).toEqual({ type: 'detached', ...left });
    expect(auditMapping(detached, WANTED, undefined)).toEqual({ type: 'detached', ...left });
  });
});

it('an event is missing even while it is marked, when nothing will ever take up the mark', () => {
  expect(auditMapping({ ...MAPPING, dirty: 'm1' }, WANTED, undefined)).toMatchObject({
    type: 'missing',
    healable: true,
  });
});
