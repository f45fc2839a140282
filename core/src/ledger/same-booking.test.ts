import { describe, expect, it } from 'vitest';
import { type SourcedEvent, sameBooking } from './same-booking.ts';

const AIRBNB: SourcedEvent = {
  resourceId: 'kaya',
  kind: 'reservation',
  source: { type: 'feed', id: 'airbnb', externalUid: 'uid-1' },
  start: '2027-06-10',
  end: '2027-06-14',
};
const MOTOPRESS: SourcedEvent = { ...AIRBNB, source: { type: 'feed', id: 'motopress', externalUid: 'uid-2' } };

describe('two sources tell of one booking', () => {
  it('by the UID that one of them passed on', () => {
    const source = { ...MOTOPRESS.source, externalUid: 'uid-1' };
    expect(sameBooking(AIRBNB, { ...MOTOPRESS, source })).toBe('uid');
  });

  it('by the reservation code, whatever their dates', () => {
    const moved = { ...MOTOPRESS, start: '2027-06-12', reservationCode: 'HMABC' };
    expect(sameBooking({ ...AIRBNB, reservationCode: 'HMABC' }, moved)).toBe('reservation-code');
  });

  it.each([
    ['2027-06-10', '2027-06-14'],
    ['2027-06-09', '2027-06-14'],
    ['2027-06-11', '2027-06-15'],
  ])('by the end of the phone number and dates a day apart at most: %s to %s', (start, end) => {
    const known = { ...AIRBNB, guest: { phoneLast4: '0101' } };
    expect(sameBooking(known, { ...MOTOPRESS, start, end, guest: { phone: '+57 300 555 0101' } })).toBe('phone');
  });
});

describe('two sources tell of two bookings', () => {
  it('when only their dates agree: the nights may have been sold twice', () => {
    expect(sameBooking(AIRBNB, MOTOPRESS)).toBeNull();
  });

  it('when their reservation codes differ, though the phone or the UID agrees', () => {
    const guest = { phoneLast4: '0101' };
    const source = { ...MOTOPRESS.source, externalUid: 'uid-1' };
    const other = { ...MOTOPRESS, source, guest, reservationCode: 'HMTWO' };
    expect(sameBooking({ ...AIRBNB, guest, reservationCode: 'HMONE' }, other)).toBeNull();
  });

  it.each([
    ['the phone agrees and the dates are two days apart', { start: '2027-06-12', guest: { phoneLast4: '0101' } }],
    ['the phone differs', { guest: { phoneLast4: '0102' } }],
    ['one has no whole phone number', { guest: { phone: '10' } }],
    ['they are of two resources', { resourceId: 'sol', guest: { phoneLast4: '0101' } }],
    ['one is a block', { kind: 'block' as const, guest: { phoneLast4: '0101' } }],
    ['they are of one source', { source: AIRBNB.source, guest: { phoneLast4: '0101' } }],
  ])('when %s', (_, part) => {
    expect(sameBooking({ ...AIRBNB, guest: { phoneLast4: '0101' } }, { ...MOTOPRESS, ...part })).toBeNull();
  });

  it('on a timed resource unless they begin and end at the very same instants', () => {
    const timed = { start: '2027-06-10T10:00:00Z', end: '2027-06-10T11:00:00Z', guest: { phoneLast4: '0101' } };
    expect(sameBooking({ ...AIRBNB, ...timed }, { ...MOTOPRESS, ...timed })).toBe('phone');
    const later = { ...timed, end: '2027-06-10T12:00:00Z' };
    expect(sameBooking({ ...AIRBNB, ...timed }, { ...MOTOPRESS, ...later })).toBeNull();
  });
});
