import { instantOf } from '@dovetail/core/domain/interval.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type BodyEntry, calendarBody } from '../feeds/calendar-body.ts';
import { Casa } from './casa.ts';

/** The resource stands in New York; the calendars that sell it are kept elsewhere. */
const BAY = { id: 'bay', kind: 'timed', timeZone: 'America/New_York' } as const;
const HOUR = 3_600_000;

/** Clocks as in Chicago, but put back on the first Sunday of October: no table of zones has them. */
const STUDIO_TIME = [
  'BEGIN:VTIMEZONE',
  'TZID:Studio Time',
  ...observance('DAYLIGHT', '20070311T020000', '-0600', '-0500', 'BYMONTH=3;BYDAY=2SU'),
  ...observance('STANDARD', '20071007T020000', '-0500', '-0600', 'BYMONTH=10;BYDAY=1SU'),
  'END:VTIMEZONE',
];

let casa: Casa;
const processZone = process.env['TZ'];

afterEach(async () => {
  if (processZone === undefined) delete process.env['TZ'];
  else process.env['TZ'] = processZone;
  await casa.close();
});

/**
 * A calendar brings one hour or a series of them, and another platform has sold the hour before each of `starts`, that
 * hour, and the one after it: the calendar's hours stand at `starts`, and those alone are sold twice.
 */
async function sellTwice(entry: Omit<BodyEntry, 'uid'>, header: readonly string[], starts: readonly string[]) {
  await casa.put('calendar', calendarBody([{ uid: 'hour', ...entry }], 'nobody', 0, header));
  const sold = starts.flatMap((start) => [-1, 0, 1].map((beside) => hoursAfter(start, beside)));
  await casa.shows(
    'platform',
    sold.map((start) => ({ uid: start, start, end: hoursAfter(start, 1) })),
    'nobody',
  );
  await casa.add(BAY, 'calendar', 'platform');
  const events = await casa.events(BAY.id);
  const from = (feedId: string) => events.filter(({ source }) => source.id === feedId);
  const hours = starts.map((start) => ({ start, end: hoursAfter(start, 1) }));
  expect(from('calendar').map(({ start, end }) => ({ start, end }))).toEqual(hours);
  const idsAt = (at: string) => events.filter(({ start }) => start === at).map(({ id }) => id);
  const conflicts = (await casa.conflicts(BAY.id)).map(({ type, start, end, eventIds }) => {
    return { type, start, end, eventIds: [...eventIds].sort() };
  });
  expect(conflicts).toEqual(
    hours.map((hour) => ({ type: 'double-booking', ...hour, eventIds: idsAt(hour.start).sort() })),
  );
}

function hoursAfter(instant: string, hours: number): string {
  return instantOf(Date.parse(instant) + hours * HOUR);
}

describe.each(['UTC', 'America/Chicago'])('a process in %s', (zone) => {
  beforeEach(async () => {
    process.env['TZ'] = zone;
    casa = await Casa.open();
  });

  /** Eleven in New York, ten in Chicago: whoever overlooks a zone is an hour beside it, or five. */
  it.each([
    ['in a zone by its IANA name', ';TZID=America/Chicago:20270908T', [10, 11], []],
    ['in a zone by its Windows name', ';TZID=Central Standard Time:20270908T', [10, 11], []],
    ['in a zone that its file describes', ';TZID=Studio Time:20270908T', [10, 11], STUDIO_TIME],
    ['in the zone of its calendar', ':20270908T', [10, 11], ['X-WR-TIMEZONE:America/Chicago']],
    ['in no zone, by the clock of the resource', ':20270908T', [11, 12], []],
  ])('takes an hour %s, and finds that it is sold twice', async (_zone, day, [from, to], header) => {
    await sellTwice({ start: `${day}${from}0000`, end: `${day}${to}0000` }, header, ['2027-09-08T15:00:00Z']);
  });

  it.each([
    ['put back in Berlin', ';TZID=Europe/Berlin:20271024', ['10-24T15', '10-31T16', '11-07T16'], []],
    ['put forward in Berlin', ';TZID=W. Europe Standard Time:20280319', ['03-19T16', '03-26T15', '04-02T15'], []],
    ['put back as the file says', ';TZID=Studio Time:20270926', ['09-26T22', '10-03T23', '10-10T23'], STUDIO_TIME],
    [
      'put forward in the zone of the calendar',
      ':20270926',
      ['09-26T07', '10-03T06', '10-10T06'],
      ['X-WR-TIMEZONE:Australia/Sydney'],
    ],
    ['put back where the resource stands', ':20271031', ['10-31T21', '11-07T22', '11-14T22'], []],
    ['put forward where the resource stands', ':20280305', ['03-05T22', '03-12T21', '03-19T21'], []],
  ])('takes five o’clock on three Sundays while clocks are %s', async (_what, day, hours, header) => {
    const entry = { start: `${day}T170000`, end: `${day}T180000`, lines: ['RRULE:FREQ=WEEKLY;COUNT=3'] };
    const year = /\d{4}/.exec(day)?.[0];
    await sellTwice(
      entry,
      header,
      hours.map((hour) => `${year}-${hour}:00:00Z`),
    );
  });
});

function observance(name: string, start: string, from: string, to: string, rule: string): string[] {
  return [
    ...[`BEGIN:${name}`, `DTSTART:${start}`, `TZOFFSETFROM:${from}`, `TZOFFSETTO:${to}`],
    ...[`RRULE:FREQ=YEARLY;${rule}`, `END:${name}`],
  ];
}
