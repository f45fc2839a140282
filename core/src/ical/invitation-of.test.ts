import { describe, expect, it } from 'vitest';
import type { LedgerEvent } from '../domain/event.ts';
import type { Resource } from '../domain/resource.ts';
import { type InvitationSubject, invitationOf } from './invitation-of.ts';

const BOOKING: LedgerEvent = {
  id: 'e1',
  resourceId: 'bay-1',
  kind: 'reservation',
  status: 'active',
  source: { type: 'booking-system', id: 'app', externalUid: '7' },
  title: 'Lesson',
  start: '2027-05-01T14:00:00Z',
  end: '2027-05-01T15:00:00Z',
  priority: 1,
  revision: 3,
  firstSeenAt: '2027-04-01T00:00:00Z',
  lastSeenAt: '2027-04-02T00:00:00Z',
  updatedAt: '2027-04-02T00:00:00Z',
};
const RESOURCE: Resource = {
  id: 'bay-1',
  name: 'Bay 1',
  kind: 'timed',
  timeZone: 'America/New_York',
  tags: [],
  relations: [],
  openingHours: [],
  ledgerRevision: 0,
  mirrorBindingIds: [],
  createdAt: '2027-01-01T00:00:00Z',
  updatedAt: '2027-01-01T00:00:00Z',
};
const SUBJECT: InvitationSubject = {
  tenant: { id: 'loft', name: 'The Loft', createdAt: '2027-01-01T00:00:00Z' },
  organizer: { name: 'The Loft', email: 'desk@loft.example' },
  resource: RESOURCE,
  booking: BOOKING,
  attendee: { name: 'Ana', email: 'ana@example.com' },
};
const invite = (booking: Partial<LedgerEvent> = {}, part: Partial<InvitationSubject> = {}) =>
  invitationOf({ ...SUBJECT, ...part, booking: { ...BOOKING, ...booking } });

describe('what an invitation says', () => {
  it('is who invites whom, to what, where and when', () => {
    expect(invite()).toEqual({
      method: 'REQUEST',
      uid: expect.stringMatching(/^[a-v0-9]{32}@dovetail$/),
      sequence: 3,
      stampAt: '2027-04-02T00:00:00Z',
      title: 'Lesson',
      location: 'Bay 1, The Loft',
      start: BOOKING.start,
      end: BOOKING.end,
      organizer: SUBJECT.organizer,
      attendee: SUBJECT.attendee,
    });
  });

  it('stays while the booking does, and has a higher sequence in each later state', () => {
    expect(invite()).toEqual(invite());
    const moved = invite({ start: '2027-05-02T14:00:00Z', end: '2027-05-02T15:00:00Z', revision: 4 });
    expect([moved.uid, moved.sequence]).toEqual([invite().uid, 4]);
    const cancelled = invite({ status: 'cancelled', revision: 5 });
    expect(cancelled).toMatchObject({ method: 'CANCEL', uid: invite().uid, sequence: 5 });
  });

  it('is another booking’s in another tenant, though both are called alike', () => {
    const other = { ...SUBJECT.tenant, id: 'casa' };
    expect(invite({}, { tenant: other }).uid).not.toBe(invite().uid);
  });

  it('is news when the place is renamed', () => {
    const resource = { ...RESOURCE, name: 'Bay One', updatedAt: '2027-04-03T00:00:00Z' };
    expect(invite({}, { resource })).toMatchObject({ sequence: 3, stampAt: '2027-04-03T00:00:00Z' });
  });

  it('names the place where a booking has no title, and the business where the place is gone', () => {
    expect(invite({ title: ' ' }).title).toBe('Bay 1, The Loft');
    expect(invite({ status: 'cancelled' }, { resource: undefined })).toMatchObject({ location: 'The Loft' });
  });

  it('tells of a stay when one comes and leaves', () => {
    const stay = { start: '2027-05-01', end: '2027-05-03' };
    const room = { ...RESOURCE, kind: 'nightly', checkInTime: '15:00', checkOutTime: '11:00' } as const;
    expect(invite(stay, { resource: room }).description).toEqual([
      'Check-in: 2027-05-01, from 15:00',
      'Check-out: 2027-05-03, until 11:00',
    ]);
    expect(invite({ ...stay, checkInTime: '18:00' }, { resource: room }).description?.[0]).toContain('from 18:00');
    expect(invite(stay).description).toEqual(['Check-in: 2027-05-01', 'Check-out: 2027-05-03']);
  });
});
