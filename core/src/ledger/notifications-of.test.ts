import { describe, expect, it } from 'vitest';
import type { Conflict } from '../domain/conflict.ts';
import type { LedgerEvent } from '../domain/event.ts';
import { type Happened, notificationsOf } from './notifications-of.ts';

const NOW = '2027-05-01T08:00:00Z';
const ALL = ['booking', 'conflict', 'feed'] as const;

const event = (part: Partial<LedgerEvent> = {}): LedgerEvent => ({
  ...{ id: 'evt', resourceId: 'bay-1', kind: 'reservation', status: 'active', title: 'Lesson with Adele' },
  source: { type: 'booking-system', id: 'uschedule', externalUid: 'apt_1' },
  ...{ start: '2027-05-03T14:00:00Z', end: '2027-05-03T15:00:00Z', priority: 1, revision: 3 },
  guest: { name: 'Adele', email: 'adele@guests.test', phone: '+1 555 0100' },
  ...{ firstSeenAt: NOW, lastSeenAt: NOW, updatedAt: NOW },
  ...part,
});
const conflict = (part: Partial<Conflict> = {}): Conflict => ({
  ...{ id: 'cft', resourceId: 'bay-1', type: 'double-booking', eventIds: ['a', 'b'], status: 'open' },
  ...{ start: '2027-05-03T14:00:00Z', end: '2027-05-03T15:00:00Z', reason: 'Two want it.' },
  ...{ createdAt: NOW, updatedAt: NOW },
  ...part,
});
const told = (before: LedgerEvent | undefined, after: LedgerEvent) =>
  notificationsOf({ changes: [{ before, after }], conflicts: [] }, ALL, NOW).map(({ type }) => type);

describe('a booking', () => {
  const moved = { start: '2027-05-03T16:00:00Z', end: '2027-05-03T17:00:00Z' };
  it.each<[string, LedgerEvent | undefined, Partial<LedgerEvent>, string[]]>([
    ['is created when it comes', undefined, {}, ['booking.created']],
    ['is created when it comes back', event({ status: 'cancelled' }), {}, ['booking.created']],
    ['is nothing when it comes cancelled', undefined, { status: 'cancelled' }, []],
    ['is updated when it moves', event(), moved, ['booking.updated']],
    ['is updated when it changes its resource', event(), { resourceId: 'bay-2' }, ['booking.updated']],
    ['is updated when another goes before it', event(), { overriddenBy: 'other' }, ['booking.updated']],
    ['is updated when its feed misses it', event(), { status: 'missing' }, ['booking.updated']],
    ['is nothing when only its version is new', event(), { booking: { status: 'confirmed', version: 9 } }, []],
    ['is cancelled when it goes', event(), { status: 'cancelled' }, ['booking.cancelled']],
    ['is cancelled when staff free its time', event(), { status: 'released' }, ['booking.cancelled']],
    ['is cancelled when it becomes a block', event(), { kind: 'block' }, ['booking.cancelled']],
    ['is told by the source that shows it first', undefined, { mergedInto: 'other' }, []],
    [
      'is nobody else’s when a relative inherits it',
      undefined,
      { source: { type: 'inheritance', id: 'down', externalUid: 'x' } },
      [],
    ],
    ['is no block', undefined, { kind: 'block' }, []],
  ])('%s', (_, before, after, types) => {
    expect(told(before, event(after))).toEqual(types);
  });

  it('is told with ids and times, and nothing of its guest', () => {
    const [notification] = notificationsOf(
      { changes: [{ before: undefined, after: event() }], conflicts: [] },
      ALL,
      NOW,
    );
    expect(notification).toEqual({
      type: 'booking.created',
      timestamp: NOW,
      data: {
        ...{ eventId: 'evt', bookingId: 'apt_1', resourceId: 'bay-1', status: 'active', revision: 3 },
        ...{ start: '2027-05-03T14:00:00Z', end: '2027-05-03T15:00:00Z' },
        source: { type: 'booking-system', id: 'uschedule' },
      },
    });
    expect(JSON.stringify(notification)).not.toMatch(/adele|555|lesson/i);
  });

  it('of a feed is told without the UID, which may name anybody', () => {
    const after = event({ source: { type: 'feed', id: 'bnb', externalUid: 'adele@guests.test' } });
    expect(
      JSON.stringify(notificationsOf({ changes: [{ before: undefined, after }], conflicts: [] }, ALL, NOW)),
    ).not.toContain('adele');
  });
});

describe('a conflict', () => {
  it.each<[string, Conflict | undefined, Partial<Conflict>, string[]]>([
    ['is opened', undefined, {}, ['conflict.opened']],
    ['is opened again', conflict({ status: 'resolved' }), {}, ['conflict.opened']],
    ['is resolved', conflict(), { status: 'resolved', resolvedBy: 'staff', winnerEventId: 'a' }, ['conflict.resolved']],
    ['is nothing while it is open', conflict(), { start: '2027-05-03T14:30:00Z' }, []],
    ['is nothing when a rule settles it at once', undefined, { status: 'resolved', resolvedBy: 'rule' }, []],
  ])('%s', (_, before, after, types) => {
    const happened: Happened = { changes: [], conflicts: [{ before, after: conflict(after) }] };
    expect(notificationsOf(happened, ALL, NOW).map(({ type }) => type)).toEqual(types);
  });
});

it('tells only what somebody is subscribed to', () => {
  const happened: Happened = {
    changes: [{ before: undefined, after: event() }],
    conflicts: [{ before: undefined, after: conflict() }],
  };
  expect(notificationsOf(happened, ['conflict'], NOW).map(({ type }) => type)).toEqual(['conflict.opened']);
  expect(notificationsOf(happened, [], NOW)).toEqual([]);
});
