import { GUEST } from '../inputs/ics-lines.ts';

/** The stays that it shows. */
export const STAYS = [
  { uid: 'stay-1@airbnb.com', start: '2027-05-10', end: '2027-05-14', summary: `Reserved - ${GUEST}` },
  { uid: 'stay-2@airbnb.com', start: '2027-06-01', end: '2027-06-05', summary: 'Reserved' },
  { uid: 'stay-3@airbnb.com', start: '2027-07-01', end: '2027-07-08', summary: 'Airbnb (Not available)' },
] as const;

/** What the feeds of the fuzzed service show, unless they are told otherwise. */
export const calendarLines: readonly string[] = [
  'BEGIN:VCALENDAR',
  'VERSION:2.0',
  'PRODID:-//Airbnb Inc//Hosting Calendar 0.8.8//EN',
  ...STAYS.flatMap(({ uid, start, end, summary }) => [
    'BEGIN:VEVENT',
    `UID:${uid}`,
    `DTSTART;VALUE=DATE:${start.replaceAll('-', '')}`,
    `DTEND;VALUE=DATE:${end.replaceAll('-', '')}`,
    `SUMMARY:${summary}`,
    'DESCRIPTION:Phone Number (Last 4 Digits): 0199',
    'END:VEVENT',
  ]),
  'END:VCALENDAR',
  '',
];
