import { describe, expect, it } from 'vitest';
import type { LiveCalendarEvent } from '../../ports/calendar-provider.ts';
import { type BusyReader, busyDateOf } from './busy-date.ts';

const BAY: BusyReader = {
  resource: { kind: 'timed', timeZone: 'America/New_York' },
  calendarZone: 'Europe/Berlin',
  showsTitles: true,
};
const ROOM: BusyReader = {
  resource: { kind: 'nightly', timeZone: 'America/Bogota', checkInTime: '15:00', checkOutTime: '11:00' },
  calendarZone: 'America/Bogota',
  showsTitles: true,
};
const HOUR = { start: '2027-06-07T15:00:00Z', end: '2027-06-07T16:00:00Z' };

function event(part: Partial<LiveCalendarEvent> = {}, content: object = HOUR): LiveCalendarEvent {
  return {
    state: 'live',
    remoteId: 'r1',
    etag: '"1"',
    updatedAt: '2027-06-01T00:00:00Z',
    content: { ...HOUR, title: 'Dentist', status: 'confirmed', resourceId: 'bay-1', ...content },
    allDay: false,
    recurring: false,
    busy: true,
    ...part,
  };
}
const day = (start: string, end: string) => event({ allDay: true }, { start, end });

describe('the time that an event which is not ours takes', () => {
  it('is its own on a timed resource', () => {
    expect(busyDateOf(event(), BAY)).toEqual({ key: '', title: 'Dentist', ...HOUR });
  });

  it.each<[string, Partial<LiveCalendarEvent>]>([
    ['shown as free, or declined', { busy: false }],
    ['one of ours', { ownership: {} }],
    ['one of ours under another configuration', { otherMark: true }],
  ])('is none when it is %s', (_what, part) => {
    expect(busyDateOf(event(part), BAY)).toBeNull();
  });

  it('is none when it has no length, on nightly resources too', () => {
    const moment = event({}, { start: '2027-06-07T01:00:00Z', end: '2027-06-07T01:00:00Z' });
    expect(busyDateOf(moment, BAY)).toBeNull();
    expect(busyDateOf(moment, ROOM)).toBeNull();
  });

  it.each([
    ['2027-06-08', '2027-06-10', '2027-06-07T22:00:00Z', '2027-06-09T22:00:00Z'],
    ['2027-03-28', '2027-03-29', '2027-03-27T23:00:00Z', '2027-03-28T22:00:00Z'],
    ['2027-10-31', '2027-11-01', '2027-10-30T22:00:00Z', '2027-10-31T23:00:00Z'],
  ])('of whole days from %s to %s is from midnight to midnight where the calendar is', (from, to, start, end) => {
    expect(busyDateOf(day(from, to), BAY)).toMatchObject({ start, end });
  });

  it('begins an hour later on a day without a midnight', () => {
    const beirut = { ...BAY, calendarZone: 'Asia/Beirut' };
    expect(busyDateOf(day('2027-03-28', '2027-03-29'), beirut)).toMatchObject({ start: '2027-03-27T22:00:00Z' });
  });

  it.each([
    ['whole days: their nights', day('2028-03-10', '2028-03-12'), '2028-03-10', '2028-03-12'],
    ['an evening: that night', timed('2028-03-11T01:00', '2028-03-11T04:00'), '2028-03-10', '2028-03-11'],
    ['a day past both: two nights', timed('2028-03-20T14:00', '2028-03-20T23:00'), '2028-03-19', '2028-03-21'],
  ])('on a nightly resource takes %s', (_what, item, start, end) => {
    expect(busyDateOf(item, ROOM)).toMatchObject({ start, end });
  });

  it('on a nightly resource is none between check-out and check-in', () => {
    expect(busyDateOf(timed('2028-03-14T16:00', '2028-03-14T20:00'), ROOM)).toBeNull();
  });

  it('is named within its series by where the rule puts it', () => {
    const date = event({ seriesId: 's', originalStart: '2027-06-06T15:00:00Z', recurring: true });
    expect(busyDateOf(date, BAY)).toMatchObject({ key: '2027-06-06T15:00:00Z' });
  });
});

describe('the title of a block', () => {
  it.each<[string, Partial<BusyReader>, Partial<LiveCalendarEvent>, string]>([
    ['Dentist', {}, {}, 'Dentist'],
    ['Dentist', { showsTitles: false }, {}, 'Busy'],
    ['Dentist', {}, { private: true }, 'Busy'],
    ['', {}, {}, 'Busy'],
    [' \r\n\t ', {}, {}, 'Busy'],
    ['a\r\nBEGIN:VEVENT', {}, {}, 'a BEGIN:VEVENT'],
    ['x'.repeat(100_000), {}, {}, 'x'.repeat(500)],
  ])('%#: says no more than it should', (title, reader, part, expected) => {
    expect(busyDateOf(event(part, { title }), { ...BAY, ...reader })?.title).toBe(expected);
  });
});

function timed(start: string, end: string): LiveCalendarEvent {
  return event({}, { start: `${start}:00Z`, end: `${end}:00Z` });
}
