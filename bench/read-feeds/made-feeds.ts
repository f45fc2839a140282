import { createHash } from 'node:crypto';
import { addDays } from '@dovetail/core/domain/interval.ts';

/** Feeds as platforms send them, made up: no more than the shape is theirs. */

const FIRST_DAY = '2027-01-01';
const DAYS = 700;

/** Airbnb's: dates in their order, a folded address with a code, every fifth event a closure. */
export function airbnbFeed(events: number): string {
  const head = ['PRODID:-//Airbnb Inc//Hosting Calendar 1.0//EN', 'CALSCALE:GREGORIAN', 'VERSION:2.0'];
  const vevents = Array.from({ length: events }, (_, index) => {
    const start = addDays(FIRST_DAY, Math.floor((index * DAYS) / events));
    const isClosure = index % 5 === 4;
    return [
      'BEGIN:VEVENT',
      'DTSTAMP:20270105T061500Z',
      `DTSTART;VALUE=DATE:${basic(start)}`,
      `DTEND;VALUE=DATE:${basic(addDays(start, 3))}`,
      isClosure ? 'SUMMARY:Airbnb (Not available)' : 'SUMMARY:Reserved',
      `UID:${isClosure ? '7f662ec65913' : '1418fb94e984'}-${hex(index)}@airbnb.com`,
      ...(isClosure ? [] : description(index)),
      'END:VEVENT',
    ];
  });
  return vcalendar(head, vevents);
}

/** Google Calendar's: times in a zone with its VTIMEZONE, texts and an alarm; every `everyNth` event comes weekly. */
export function googleFeed(events: number, everyNth: number): string {
  const head = [
    'PRODID:-//Google Inc//Google Calendar 70.9054//EN',
    'VERSION:2.0',
    'CALSCALE:GREGORIAN',
    'METHOD:PUBLISH',
    'X-WR-TIMEZONE:America/New_York',
    ...NEW_YORK,
  ];
  const vevents = Array.from({ length: events }, (_, index) => {
    const day = addDays(FIRST_DAY, index % DAYS);
    const at = (date: string, minutes: string) =>
      `;TZID=America/New_York:${basic(date)}T${String(8 + (index % 12)).padStart(2, '0')}${minutes}00`;
    const isSeries = index % everyNth === 0;
    return [
      'BEGIN:VEVENT',
      `DTSTART${at(day, '00')}`,
      `DTEND${at(day, '45')}`,
      ...(isSeries
        ? [`RRULE:FREQ=WEEKLY;UNTIL=${basic(addDays(day, 60))}T235959Z`, `EXDATE${at(addDays(day, 7), '00')}`]
        : []),
      'DTSTAMP:20270105T061500Z',
      `UID:${hex(index)}@google.com`,
      'CREATED:20261201T120000Z',
      `DESCRIPTION:Lesson number ${index} with a text that is long enough to be fold`,
      ' ed once or twice\\, as descriptions are\\nand a second line of it',
      'LAST-MODIFIED:20261215T120000Z',
      'LOCATION:Bay 1\\, 123 Sample Street\\, New York',
      'SEQUENCE:1',
      'STATUS:CONFIRMED',
      `SUMMARY:Lesson ${index}`,
      'TRANSP:OPAQUE',
      ...ALARM,
      'END:VEVENT',
    ];
  });
  return vcalendar(head, vevents);
}

const NEW_YORK = [
  'BEGIN:VTIMEZONE',
  'TZID:America/New_York',
  'BEGIN:DAYLIGHT',
  'TZOFFSETFROM:-0500',
  'TZOFFSETTO:-0400',
  'DTSTART:19700308T020000',
  'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU',
  'END:DAYLIGHT',
  'BEGIN:STANDARD',
  'TZOFFSETFROM:-0400',
  'TZOFFSETTO:-0500',
  'DTSTART:19701101T020000',
  'RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU',
  'END:STANDARD',
  'END:VTIMEZONE',
];
const ALARM = ['BEGIN:VALARM', 'ACTION:DISPLAY', 'TRIGGER:-P0DT0H30M0S', 'DESCRIPTION:A reminder', 'END:VALARM'];

function description(index: number): string[] {
  return [
    'DESCRIPTION:Reservation URL: https://www.airbnb.com/hosting/reservations/de',
    ` tails/HM${hex(index).slice(0, 8).toUpperCase()}\\nPhone Number (Last 4 Digits): ${1000 + (index % 9000)}`,
  ];
}

function vcalendar(head: readonly string[], events: readonly (readonly string[])[]): string {
  return ['BEGIN:VCALENDAR', ...head, ...events.flat(), 'END:VCALENDAR', ''].join('\r\n');
}

function basic(date: string): string {
  return date.replaceAll('-', '');
}

function hex(index: number): string {
  return createHash('sha256').update(String(index)).digest('hex').slice(0, 32);
}
