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

/** Every Friday and Saturday night of July but one, and one that is moved. */
const WEEKENDS = {
  uid: 'weekends',
  start: '2027-07-02',
  end: '2027-07-04',
  summary: 'Blocked',
  lines: ['RRULE:FREQ=WEEKLY;COUNT=5', 'EXDATE;VALUE=DATE:20270716'],
};
const MOVED = {
  uid: 'weekends',
  start: '2027-07-24',
  end: '2027-07-26',
  summary: 'Blocked',
  lines: ['RECURRENCE-ID;VALUE=DATE:20270723'],
};

describe.each(['UTC', 'Pacific/Auckland', 'America/Los_Angeles'])('a process in %s', (zone) => {
  beforeEach(() => {
    process.env['TZ'] = zone;
  });

  it('blocks all occurrences of a series, on its own days', async () => {
    await casa.shows('casa-vrbo', [WEEKENDS, MOVED], 'nobody');
    await casa.read('casa-vrbo');
    expect((await casa.times('mar')).filter((time) => time.startsWith('2027-07'))).toEqual([
      '2027-07-02/2027-07-04 active',
      '2027-07-09/2027-07-11 active',
      '2027-07-24/2027-07-26 active',
      '2027-07-30/2027-08-01 active',
    ]);
  });

  it('keeps dates as they are, also on a resource east of Greenwich', async () => {
    await casa.api('POST', '/v1/resources', {
      id: 'cove',
      name: 'Cove',
      kind: 'nightly',
      timeZone: 'Pacific/Kiritimati',
    });
    await casa.shows('cove', [{ uid: 'a', start: '2027-07-02', end: '2027-07-04' }], 'nobody');
    await casa.api('POST', '/v1/feeds', {
      id: 'cove',
      resourceId: 'cove',
      url: `${casa.loft.studio.sandboxUrl}/feeds/cove.ics`,
    });
    await casa.loft.settle(5);
    expect(await casa.times('cove')).toEqual(['2027-07-02/2027-07-04 active']);
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
