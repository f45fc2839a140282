import { describe, expect, it } from 'vitest';
import { monthsOf } from '../domain/interval.ts';
import type { OpeningHours } from '../domain/resource.ts';
import { bookingStarts, type OpenResource, openTime } from './open-time.ts';

const NEW_YORK = 'America/New_York';
/** Saturday and Sunday; on the Sunday clocks skip from 2 to 3, or show 1 to 2 twice. */
const SPRING = { start: '2027-03-13T05:00:00Z', end: '2027-03-15T04:00:00Z' };
const AUTUMN = { start: '2027-11-06T04:00:00Z', end: '2027-11-08T05:00:00Z' };

function open(...hours: (readonly [OpeningHours['weekday'], string, string])[]): OpenResource {
  const openingHours = hours.map(([weekday, opens, closes]) => ({ weekday, opens, closes }));
  return { timeZone: NEW_YORK, openingHours };
}

const at = (date: string, from: string, to: string) => ({ start: `${date}T${from}:00Z`, end: `${date}T${to}:00Z` });

describe('a resource is open', () => {
  it('at the hours of its own clocks, on the days of their week', () => {
    const summer = { start: '2027-06-05T00:00:00Z', end: '2027-06-15T00:00:00Z' };
    expect(openTime(open([1, '09:00', '12:00']), summer)).toEqual([
      at('2027-06-07', '13:00', '16:00'),
      at('2027-06-14', '13:00', '16:00'),
    ]);
    const winter = { start: '2027-01-09T00:00:00Z', end: '2027-01-12T00:00:00Z' };
    expect(openTime(open([1, '09:00', '12:00']), winter)).toEqual([at('2027-01-11', '14:00', '17:00')]);
  });

  it('always, when it states no hours', () => {
    expect(openTime(open(), AUTUMN)).toEqual([AUTUMN]);
  });

  it('without a seam where hours follow or overlap each other', () => {
    const hours = open([6, '09:00', '13:00'], [6, '12:00', '15:00'], [6, '15:00', '16:00'], [6, '20:00', '21:00']);
    expect(openTime(hours, SPRING)).toEqual([
      { start: '2027-03-13T14:00:00Z', end: '2027-03-13T21:00:00Z' },
      { start: '2027-03-14T01:00:00Z', end: '2027-03-14T02:00:00Z' },
    ]);
  });

  it.each([
    ['in one piece', [[6, '18:00', '01:00']]],
    [
      'in two',
      [
        [6, '18:00', '24:00'],
        [7, '00:00', '01:00'],
      ],
    ],
  ] as const)('across midnight, stated %s', (_how, hours) => {
    const night = { start: '2027-03-13T23:00:00Z', end: '2027-03-14T06:00:00Z' };
    expect(openTime(open(...hours), SPRING)).toEqual([night]);
    expect(openTime(open(...hours), { ...SPRING, start: '2027-03-14T05:30:00Z' }), 'seen from the next day').toEqual([
      { start: '2027-03-14T05:30:00Z', end: night.end },
    ]);
  });

  it('not in the hour that clocks skip', () => {
    expect(openTime(open([7, '02:00', '03:00']), SPRING)).toEqual([]);
    expect(openTime(open([7, '02:15', '02:45']), SPRING)).toEqual([]);
    expect(openTime(open([7, '02:30', '04:00']), SPRING)).toEqual([at('2027-03-14', '07:00', '08:00')]);
    expect(openTime(open([7, '00:00', '04:00']), SPRING)).toEqual([at('2027-03-14', '05:00', '08:00')]);
  });

  it('twice in the hour that clocks show twice', () => {
    expect(openTime(open([7, '01:00', '02:00']), AUTUMN)).toEqual([at('2027-11-07', '05:00', '07:00')]);
    expect(openTime(open([7, '01:15', '01:45']), AUTUMN)).toEqual([
      at('2027-11-07', '05:15', '05:45'),
      at('2027-11-07', '06:15', '06:45'),
    ]);
    expect(openTime(open([7, '00:00', '04:00']), AUTUMN)).toEqual([at('2027-11-07', '04:00', '09:00')]);
  });

  it('to the edge of the window and no further', () => {
    const window = { start: '2027-06-07T14:10:00Z', end: '2027-06-07T14:50:00Z' };
    expect(openTime(open([1, '09:00', '12:00']), window)).toEqual([window]);
  });

  it('on every day of a long window', () => {
    const window = { start: '2027-01-01T00:00:00Z', end: '2028-02-05T00:00:00Z' };
    expect(monthsOf(window)).toHaveLength(14);
    const hours = ([1, 2, 3, 4, 5, 6, 7] as const).map((weekday) => [weekday, '09:00', '10:00'] as const);
    expect(openTime(open(...hours), window)).toHaveLength(400);
  });
});

describe('bookings begin', () => {
  const monday = { start: '2027-06-07T04:00:00Z', end: '2027-06-08T04:00:00Z' };
  const clocks = (resource: OpenResource, window = monday) =>
    bookingStarts(resource, window).map((instant) => instant.slice(11, 16));

  it('at opening time and every half hour after it, unless a step says otherwise', () => {
    expect(clocks(open([1, '09:10', '10:40']))).toEqual(['13:10', '13:40', '14:10']);
    const hourly = { ...open([1, '09:10', '11:40']), bookingRules: { stepMinutes: 60 } };
    expect(clocks(hourly)).toEqual(['13:10', '14:10', '15:10']);
  });

  it('at steps from the earlier opening where hours overlap, and anew where they only follow', () => {
    const stepped = (resource: OpenResource) => clocks({ ...resource, bookingRules: { stepMinutes: 45 } });
    expect(stepped(open([1, '09:00', '10:00'], [1, '09:50', '11:00']))).toEqual(['13:00', '13:45', '14:30']);
    expect(stepped(open([1, '09:00', '10:00'], [1, '10:00', '11:00']))).toEqual(['13:00', '13:45', '14:00', '14:45']);
  });

  it('at the steps of the whole opening although the window begins amid it', () => {
    const window = { start: '2027-06-07T13:50:00Z', end: '2027-06-07T15:00:00Z' };
    expect(clocks(open([1, '09:10', '12:00']), window)).toEqual(['14:10', '14:40']);
  });

  it('as clocks show it: never in a skipped hour, and in both that look the same', () => {
    const hourly = (window: typeof SPRING) =>
      clocks({ ...open([7, '00:00', '05:00']), bookingRules: { stepMinutes: 60 } }, window);
    expect(hourly(SPRING)).toEqual(['05:00', '06:00', '07:00', '08:00']);
    expect(hourly(AUTUMN)).toEqual(['04:00', '05:00', '06:00', '07:00', '08:00', '09:00']);
    const every2 = { ...open([7, '00:00', '08:00']), bookingRules: { stepMinutes: 120 } };
    expect(clocks(every2, SPRING), '0, 4 and 6 on the clock; 2 is skipped').toEqual(['05:00', '08:00', '10:00']);
  });
});
