import { describe, expect, it } from 'vitest';
import { DEFAULT_MARK, ownershipMark, USCHEDULE_MARK } from './booking-system-config.ts';

describe('an ownership mark', () => {
  it('of USchedule has the names that automations on its calendars look for', () => {
    expect(USCHEDULE_MARK).toEqual({
      managed: 'loftSyncManaged',
      bookingId: 'uscheduleAppointmentId',
      resource: 'bay',
      eventId: 'loftSyncEvent',
      stamp: 'loftSyncStamp',
    });
  });

  it('of anything else begins with our name', () => {
    expect(DEFAULT_MARK).toEqual({
      managed: 'dovetailSyncManaged',
      bookingId: 'dovetailBookingId',
      resource: 'dovetailResource',
      eventId: 'dovetailSyncEvent',
      stamp: 'dovetailSyncStamp',
    });
  });

  it.each([USCHEDULE_MARK, DEFAULT_MARK, ownershipMark('acme')])(
    'never gives one name to two things: $managed',
    (mark) => {
      expect(new Set(Object.values(mark)).size).toBe(5);
    },
  );
});
