import { describe, expect, it } from 'vitest';
import { USCHEDULE_MARK } from '../../domain/booking-system-config.ts';
import type { LiveCalendarEvent } from '../../ports/calendar-provider.ts';
import { readEvent } from './read-event.ts';

const CALENDAR = { calendarId: 'c', mark: USCHEDULE_MARK, resourceId: 'bay-1', timeZone: 'America/New_York' };
const EVENT = {
  id: 'event1',
  etag: '"1"',
  status: 'confirmed',
  updated: '2027-04-01T09:00:00.123Z',
  summary: 'Lesson',
  start: { dateTime: '2027-05-01T10:00:00-04:00', timeZone: 'America/New_York' },
  end: { dateTime: '2027-05-01T11:00:00-04:00', timeZone: 'America/New_York' },
};
const read = (changes: object = {}) => readEvent({ ...EVENT, ...changes }, CALENDAR);

describe('reading a Google event', () => {
  it('tells what it says in instants and plain words', () => {
    expect(read()).toEqual({
      state: 'live',
      remoteId: 'event1',
      etag: '"1"',
      updatedAt: '2027-04-01T09:00:00Z',
      content: {
        start: '2027-05-01T14:00:00Z',
        end: '2027-05-01T15:00:00Z',
        title: 'Lesson',
        status: 'confirmed',
        resourceId: 'bay-1',
      },
      allDay: false,
      recurring: false,
      busy: true,
    });
  });

  it('needs of a deleted event no more than its id', () => {
    expect(readEvent({ id: 'event1', status: 'cancelled' }, CALENDAR)).toEqual({
      state: 'cancelled',
      remoteId: 'event1',
    });
  });

  it('tells which date of a series it is, also of one that was called off', () => {
    const place = { recurringEventId: 'series', originalStartTime: { dateTime: '2027-05-01T10:00:00-04:00' } };
    const expected = { seriesId: 'series', originalStart: '2027-05-01T14:00:00Z' };
    expect(read(place)).toMatchObject({ ...expected, recurring: true });
    expect(read({ ...place, status: 'cancelled' })).toMatchObject({ ...expected, state: 'cancelled' });
    expect(read({ ...place, originalStartTime: { date: '2027-05-01' } })).toMatchObject({
      originalStart: '2027-05-01',
    });
    expect(read({ ...place, originalStartTime: {} })).not.toHaveProperty('originalStart');
  });

  it.each([
    [{ loftSyncManaged: 'true' }, { ownership: {} }],
    [{ dovetailSyncManaged: 'true' }, { otherMark: true }],
    [{ dovetailSyncManaged: 'false', other: 'true' }, {}],
  ])('with the properties %o is known as %o', (properties, expected) => {
    const { ownership, otherMark } = read({ extendedProperties: { private: properties } }) as LiveCalendarEvent;
    expect({ ...(ownership && { ownership }), ...(otherMark && { otherMark }) }).toEqual(expected);
  });

  it('keeps dates as dates', () => {
    const event = read({ start: { date: '2027-05-01' }, end: { date: '2027-05-03' } });
    expect(event).toMatchObject({ allDay: true, content: { start: '2027-05-01', end: '2027-05-03' } });
  });

  it('resolves a local time in the zone beside it', () => {
    const start = { dateTime: '2027-12-01T10:00:00', timeZone: 'Asia/Kathmandu' };
    expect(read({ start })).toMatchObject({ content: { start: '2027-12-01T04:15:00Z' } });
  });

  it('has an empty title where there is none', () => {
    expect(read({ summary: undefined })).toMatchObject({ content: { title: '' } });
  });

  it('reads the mark only where it says true', () => {
    const properties = { bay: 'bay-2', uscheduleAppointmentId: '7', loftSyncEvent: 'e', loftSyncStamp: '1.a.b.c.d' };
    const marked = read({ extendedProperties: { private: { ...properties, loftSyncManaged: 'true' } } });
    expect(marked).toMatchObject({
      ownership: { eventId: 'e', bookingId: '7', stamp: '1.a.b.c.d' },
      content: { resourceId: 'bay-2' },
    });
    const unmarked = read({ extendedProperties: { private: { ...properties, loftSyncManaged: 'false' } } });
    expect(unmarked).not.toHaveProperty('ownership');
    expect(unmarked).toMatchObject({ content: { resourceId: 'bay-1' } });
  });

  it('accepts a mark that says nothing more, as older software leaves it', () => {
    const event = read({ extendedProperties: { private: { loftSyncManaged: 'true' } } });
    expect(event).toMatchObject({ ownership: {}, content: { resourceId: 'bay-1' } });
  });

  it.each([
    ['transparent', { transparency: 'transparent' }, false],
    ['declined by us', { attendees: [{ self: true, responseStatus: 'declined' }] }, false],
    ['declined by a guest', { attendees: [{ responseStatus: 'declined' }] }, true],
    ['opaque', { transparency: 'opaque' }, true],
  ])('takes an event that is %s for what it is', (_, changes, busy) => {
    expect(read(changes)).toMatchObject({ busy });
  });

  it.each([{ recurrence: ['RRULE:FREQ=DAILY'] }, { recurringEventId: 'series' }])('knows a series by %o', (changes) => {
    expect(read(changes)).toMatchObject({ recurring: true });
  });

  it('keeps a tentative event tentative', () => {
    expect(read({ status: 'tentative' })).toMatchObject({ content: { status: 'tentative' } });
  });
});
