import { describe, expect, it } from 'vitest';
import { ownershipMark } from '../../domain/booking-system-config.ts';
import { insertBody, patchBody } from './write-event.ts';

const CALENDAR = { calendarId: 'c', mark: ownershipMark('x'), resourceId: 'bay-1', timeZone: 'America/New_York' };
const CONTENT = {
  start: '2027-05-01T14:00:00Z',
  end: '2027-05-01T15:00:00Z',
  title: 'Lesson',
  status: 'confirmed',
  resourceId: 'bay-1',
} as const;
const OWNERSHIP = { eventId: 'e', bookingId: '7', stamp: '1.a.b.c.d' };
const PROPERTIES = { xSyncManaged: 'true', xSyncEvent: 'e', xBookingId: '7', xSyncStamp: '1.a.b.c.d' };

describe('writing a Google event', () => {
  it('puts content, mark and stamp in one body', () => {
    const draft = { content: CONTENT, ownership: OWNERSHIP, description: 'd' };
    expect(insertBody(CALENDAR, 'event1', draft)).toEqual({
      id: 'event1',
      summary: 'Lesson',
      status: 'confirmed',
      transparency: 'opaque',
      description: 'd',
      start: { dateTime: '2027-05-01T14:00:00Z', timeZone: 'America/New_York' },
      end: { dateTime: '2027-05-01T15:00:00Z', timeZone: 'America/New_York' },
      extendedProperties: { private: { ...PROPERTIES, xResource: 'bay-1' } },
    });
  });

  it('hides a private event from readers', () => {
    const draft = { content: CONTENT, ownership: OWNERSHIP, private: true };
    expect(insertBody(CALENDAR, 'event1', draft)).toMatchObject({ visibility: 'private' });
  });

  it('writes nights as dates', () => {
    const content = { ...CONTENT, start: '2027-05-01', end: '2027-05-03' };
    const body = insertBody(CALENDAR, 'event1', { content, ownership: {} });
    expect(body).toMatchObject({ start: { date: '2027-05-01' }, end: { date: '2027-05-03' } });
  });

  it('names nothing that the patch does not', () => {
    expect(patchBody(CALENDAR, { ownership: OWNERSHIP }, undefined)).toEqual({
      extendedProperties: { private: PROPERTIES },
    });
  });

  it('clears the form of time that the event leaves', () => {
    const timed = patchBody(CALENDAR, { interval: CONTENT, ownership: {} }, undefined);
    expect(timed.start).toEqual({ date: null, dateTime: '2027-05-01T14:00:00Z', timeZone: 'America/New_York' });
    const interval = { start: '2027-05-01', end: '2027-05-03' };
    const nightly = patchBody(CALENDAR, { interval, ownership: {} }, undefined);
    expect(nightly.end).toEqual({ date: '2027-05-03', dateTime: null, timeZone: null });
  });

  it('ends a series, for an interval happens once', () => {
    expect(patchBody(CALENDAR, { interval: CONTENT, ownership: {} }, undefined)).toMatchObject({ recurrence: null });
  });
});
