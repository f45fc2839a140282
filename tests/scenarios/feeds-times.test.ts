import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Casa, TWICE_A_DAY } from './casa.ts';

let casa: Casa;
const processZone = process.env['TZ'];

beforeEach(async () => {
  casa = await Casa.open();
});
afterEach(async () => {
  if (processZone === undefined) delete process.env['TZ'];
  else process.env['TZ'] = processZone;
  await casa.close();
});

/** Every Friday and Saturday night of July but one, and one that is moved; and two nights of September. */
const WEEKENDS = {
  uid: 'weekends',
  start: '2027-07-02',
  end: '2027-07-04',
  summary: 'Blocked',
  lines: ['RRULE:FREQ=WEEKLY;COUNT=5', 'EXDATE;VALUE=DATE:20270716', 'RDATE;VALUE=DATE:20270910'],
};
const MOVED = {
  uid: 'weekends',
  start: '2027-07-24',
  end: '2027-07-26',
  summary: 'Blocked',
  lines: ['RECURRENCE-ID;VALUE=DATE:20270723'],
};

/** The same of an hour that is kept by Berlin's clock. */
const LESSONS = {
  uid: 'lessons',
  start: ';TZID=Europe/Berlin:20270702T170000',
  end: ';TZID=Europe/Berlin:20270702T180000',
  lines: [
    'RRULE:FREQ=WEEKLY;COUNT=5',
    'EXDATE;TZID=Europe/Berlin:20270716T170000',
    'RDATE;TZID=Europe/Berlin:20270910T170000',
  ],
};
const LATER = {
  uid: 'lessons',
  start: ';TZID=Europe/Berlin:20270723T190000',
  end: ';TZID=Europe/Berlin:20270723T200000',
  lines: ['RECURRENCE-ID;TZID=Europe/Berlin:20270723T170000'],
};

describe.each(['UTC', 'Pacific/Auckland', 'America/Los_Angeles'])('a process in %s', (zone) => {
  beforeEach(() => {
    process.env['TZ'] = zone;
  });

  it('blocks all occurrences of a series, on its own days', async () => {
    await casa.shows('casa-vrbo', [WEEKENDS, MOVED], 'nobody');
    await casa.read('casa-vrbo');
    expect((await casa.times('mar')).filter((time) => time > '2027-07')).toEqual([
      '2027-07-02/2027-07-04 active',
      '2027-07-09/2027-07-11 active',
      '2027-07-24/2027-07-26 active',
      '2027-07-30/2027-08-01 active',
      '2027-09-10/2027-09-12 active',
    ]);
  });

  it('blocks all occurrences of a series of hours, where the resource is booked by the hour', async () => {
    await casa.shows('bay', [LESSONS, LATER], 'nobody');
    await casa.add({ id: 'bay', kind: 'timed', timeZone: 'America/New_York' }, 'bay');
    expect(await casa.times('bay')).toEqual([
      '2027-07-02T15:00:00Z/2027-07-02T16:00:00Z active',
      '2027-07-09T15:00:00Z/2027-07-09T16:00:00Z active',
      '2027-07-23T17:00:00Z/2027-07-23T18:00:00Z active',
      '2027-07-30T15:00:00Z/2027-07-30T16:00:00Z active',
      '2027-09-10T15:00:00Z/2027-09-10T16:00:00Z active',
    ]);
  });

  it('keeps dates as they are, also on a resource east of Greenwich', async () => {
    await casa.shows('cove', [{ uid: 'a', start: '2027-07-02', end: '2027-07-04' }], 'nobody');
    await casa.add({ id: 'cove', kind: 'nightly', timeZone: 'Pacific/Kiritimati' }, 'cove');
    expect(await casa.times('cove')).toEqual(['2027-07-02/2027-07-04 active']);
  });

  it.each([
    ['Pacific/Auckland', '2027-09-19', ['09-18T12/09-19T12', '09-25T12/09-26T11', '10-02T11/10-03T11']],
    ['America/New_York', '2027-10-31', ['10-31T04/11-01T04', '11-07T04/11-08T05', '11-14T05/11-15T05']],
  ])('takes an all-day series on its days in %s, be they an hour longer or shorter', async (timeZone, start, days) => {
    const series = { uid: 'sundays', start, summary: 'Closed', lines: ['RRULE:FREQ=WEEKLY;COUNT=3'] };
    await casa.shows('bay', [series], 'nobody');
    await casa.add({ id: 'bay', kind: 'timed', timeZone }, 'bay');
    const found = (await casa.events('bay')).map((day) => `${day.start}/${day.end}`);
    expect(found).toEqual(days.map((day) => day.replaceAll(/(\d\d-\d\dT\d\d)/g, '2027-$1:00:00Z')));
  });

  it('takes the nights of stays that are written as times by the calendar where the house stands', async () => {
    const stay = { start: ';TZID=Europe/Madrid:20270703T040000', end: ';TZID=Europe/Madrid:20270705T180000' };
    await casa.shows('house', [{ uid: 'a', ...stay, lines: ['RRULE:FREQ=WEEKLY;COUNT=2'] }], 'nobody');
    await casa.add({ id: 'house', kind: 'nightly', timeZone: 'America/Bogota' }, 'house');
    expect(await casa.times('house')).toEqual(['2027-07-02/2027-07-05 active', '2027-07-09/2027-07-12 active']);
  });
});

it('a series without an end goes on being taken as its days come within the limits', async () => {
  await casa.close();
  casa = await Casa.open({ crons: TWICE_A_DAY });
  await casa.shows(
    'casa-vrbo',
    [{ uid: 'daily', start: '2027-06-10', end: '2027-06-11', summary: 'Blocked', lines: ['RRULE:FREQ=MONTHLY'] }],
    'nobody',
  );
  await casa.read('casa-vrbo');
  const count = async () => (await casa.runs()).reduce((sum, { counts }) => sum + counts.added, 0);
  const before = await count();
  await casa.passHours(24 * 31);
  expect((await count()) - before).toBe(1);
});
