import { describe, expect, it } from 'vitest';
import type { Binding } from '../domain/binding.ts';
import type { BookingStatus } from '../domain/booking.ts';
import { DEFAULT_MARK } from '../domain/booking-system-config.ts';
import type { EventKind, EventStatus, LedgerEvent } from '../domain/event.ts';
import { BUSY_TITLE, desiredContent } from './desired-content.ts';

const EVENT: LedgerEvent = {
  id: 'e1',
  resourceId: 'bay-1',
  kind: 'reservation',
  status: 'active',
  source: { type: 'booking-system', id: 'uschedule', externalUid: '42' },
  start: '2027-05-01T14:00:00Z',
  end: '2027-05-01T15:00:00Z',
  title: 'Lesson with Ada',
  guest: { name: 'Ada', phone: '+1 555 0100' },
  booking: { status: 'confirmed', version: 1 },
  priority: 1,
  revision: 1,
  firstSeenAt: '2027-04-01T00:00:00Z',
  lastSeenAt: '2027-04-01T00:00:00Z',
  updatedAt: '2027-04-01T00:00:00Z',
};
const BINDING: Binding = {
  id: 'cal-1',
  resourceId: 'bay-1',
  provider: 'google',
  calendarId: 'bay-1@example.org',
  timeZone: 'America/New_York',
  mark: DEFAULT_MARK,
  direction: 'two-way',
  busyIn: false,
  visibility: 'details',
  onCancel: 'delete',
  state: 'active',
  pullCount: 0,
  missedPushes: 0,
  createdAt: '2027-04-01T00:00:00Z',
  updatedAt: '2027-04-01T00:00:00Z',
};
const KEEPING: Binding = { ...BINDING, onCancel: 'keep' };

describe('a calendar says', () => {
  it('time, title, status and resource of an event, and nothing of its guest', () => {
    expect(desiredContent(EVENT, BINDING)).toEqual({
      start: '2027-05-01T14:00:00Z',
      end: '2027-05-01T15:00:00Z',
      title: 'Lesson with Ada',
      status: 'confirmed',
      resourceId: 'bay-1',
    });
  });

  it('only that the time is taken when it shows no details', () => {
    const shown = desiredContent(EVENT, { ...BINDING, visibility: 'busy-only' });
    expect(shown).toMatchObject({ title: BUSY_TITLE, start: EVENT.start, end: EVENT.end, status: 'confirmed' });
    expect(JSON.stringify(shown)).not.toContain('Ada');
  });

  it.each<[BookingStatus, string]>([
    ['pending', 'tentative'],
    ['confirmed', 'confirmed'],
    ['completed', 'confirmed'],
    ['no_show', 'confirmed'],
  ])('of a booking that is %s that it is %s', (status, shown) => {
    expect(desiredContent({ ...EVENT, booking: { status } }, BINDING)).toMatchObject({ status: shown });
  });

  it('that an event without a booking is confirmed', () => {
    const { booking: _, ...block } = { ...EVENT, kind: 'block' as const };
    expect(desiredContent(block, BINDING)).toMatchObject({ status: 'confirmed' });
  });

  it('what came from another calendar of the same resource', () => {
    const source = { type: 'binding', id: 'cal-2', externalUid: 'x' } as const;
    expect(desiredContent({ ...EVENT, source }, BINDING)).not.toBeNull();
  });

  it('that a cancelled booking is cancelled, where cancelled events are kept', () => {
    const booking = { status: 'cancelled' } as const;
    const cancelled = desiredContent({ ...EVENT, status: 'cancelled', booking }, KEEPING);
    expect(cancelled).toMatchObject({ status: 'cancelled', title: 'Lesson with Ada' });
  });
});

describe('a calendar says nothing', () => {
  it('of an event that is not known', () => {
    expect(desiredContent(null, BINDING)).toBeNull();
    expect(desiredContent(null, KEEPING)).toBeNull();
  });

  it('of an event that moved to another resource, also where cancelled events are kept', () => {
    const moved = { ...EVENT, resourceId: 'bay-2' };
    expect(desiredContent(moved, BINDING)).toBeNull();
    expect(desiredContent(moved, KEEPING)).toBeNull();
  });

  it('of an event that came from it', () => {
    const source = { type: 'binding', id: 'cal-1', externalUid: 'x' } as const;
    expect(desiredContent({ ...EVENT, source }, BINDING)).toBeNull();
    expect(desiredContent({ ...EVENT, source, status: 'cancelled' }, KEEPING)).toBeNull();
  });

  it('of a feed that happens to have its id, but that event', () => {
    const source = { type: 'feed', id: 'cal-1', externalUid: 'x' } as const;
    expect(desiredContent({ ...EVENT, source }, BINDING)).not.toBeNull();
  });

  const HOLDING: readonly [EventStatus, EventKind, boolean][] = [
    ['active', 'block', true],
    ['missing', 'reservation', true],
    ['released', 'reservation', false],
    ['cancelled', 'reservation', false],
    ['cancelled', 'maintenance', false],
  ];
  it('of an event that lost a conflict: it keeps its time', () => {
    expect(desiredContent({ ...EVENT, overriddenBy: 'winner' }, BINDING)).not.toBeNull();
  });

  it('of an event that another shows already, but nothing', () => {
    expect(desiredContent({ ...EVENT, mergedInto: 'other' }, BINDING)).toBeNull();
  });

  it.each(HOLDING)('of a %s %s unless it holds its time (%s)', (status, kind, holds) => {
    expect(desiredContent({ ...EVENT, status, kind }, BINDING) !== null).toBe(holds);
  });
});
