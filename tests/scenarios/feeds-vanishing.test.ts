import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { calendarBody } from '../feeds/calendar-body.ts';
import { Casa, TWICE_A_DAY } from './casa.ts';

let casa: Casa;

beforeEach(async () => {
  casa = await Casa.open();
});
afterEach(() => casa.close());

const EMPTY = calendarBody([], 'airbnb');
const statuses = async () => (await casa.events('kaya')).map(({ status }) => status);

/** The body without its first event. */
function withoutFirst(body: string): string {
  return body.replace(/BEGIN:VEVENT[\s\S]*?END:VEVENT\r?\n/, '');
}

describe('a feed that answers 200 with no event', () => {
  it('frees no night, and clears itself when its stays return', async () => {
    const before = await casa.lines('kaya');
    const good = casa.body('casa-airbnb');
    await casa.put('casa-airbnb', EMPTY);
    expect(await casa.read('casa-airbnb')).toMatchObject({
      status: 'suspect',
      suspicion: { reason: 'emptied' },
      lastRun: { status: 'held' },
    });
    await casa.passHours(20);
    expect(await statuses()).toEqual(['missing', 'missing', 'missing']);
    expect(casa.loft.alerts()).toMatchObject([{ action: 'feed.suspect', reason: 'emptied' }]);
    await casa.put('casa-airbnb', good);
    await casa.passHours(1.1);
    expect(await casa.feed('casa-airbnb')).toMatchObject({ status: 'healthy' });
    expect(await casa.lines('kaya')).toEqual(before);
  });

  it('is believed after it has said so for a day', async () => {
    await casa.put('casa-airbnb', EMPTY);
    await casa.passHours(23);
    expect(await statuses()).toEqual(['missing', 'missing', 'missing']);
    await casa.passHours(4);
    expect(await statuses()).toEqual(['released', 'released', 'released']);
    expect(await casa.feed('casa-airbnb')).toMatchObject({ status: 'healthy' });
  });

  it('is believed at once when staff accept it, and then there is nothing more to accept', async () => {
    await casa.put('casa-airbnb', EMPTY);
    await casa.read('casa-airbnb');
    expect(await casa.api('POST', '/v1/feeds/casa-airbnb:accept')).toMatchObject({ status: 'healthy' });
    expect(await statuses()).toEqual(['released', 'released', 'released']);
    const [run] = await casa.runs();
    expect(run).toMatchObject({ trigger: 'staff', counts: { released: 3 }, changes: [{ action: 'released' }, {}, {}] });
    await expect(casa.api('POST', '/v1/feeds/casa-airbnb:accept')).rejects.toThrow('409');
  });
});

describe('a stay that vanishes from a feed', () => {
  it('is freed after six hours of agreement, by answers that say nothing changed', async () => {
    await casa.put('casa-airbnb', withoutFirst(casa.body('casa-airbnb')));
    await casa.read('casa-airbnb');
    expect((await statuses())[0]).toBe('missing');
    await casa.passHours(5.5);
    expect((await statuses())[0]).toBe('missing');
    await casa.passHours(1);
    expect(await statuses()).toEqual(['released', 'active', 'active']);
  });

  it('and comes back within hours was never free', async () => {
    const before = await casa.lines('kaya');
    const good = casa.body('casa-airbnb');
    await casa.put('casa-airbnb', withoutFirst(good));
    await casa.passHours(4);
    expect((await statuses())[0]).toBe('missing');
    await casa.put('casa-airbnb', good);
    await casa.passHours(1);
    expect(await casa.lines('kaya')).toEqual(before);
  });

  it('because the feed says it was called off is freed with that read', async () => {
    const body = casa.body('casa-airbnb').replace('SUMMARY:Reserved', 'STATUS:CANCELLED\r\nSUMMARY:Reserved');
    await casa.put('casa-airbnb', body);
    await casa.read('casa-airbnb');
    expect(await statuses()).toEqual(['released', 'active', 'active']);
  });
});

it('answers that nothing changed take nothing away, for weeks', async () => {
  await casa.close();
  casa = await Casa.open({ crons: TWICE_A_DAY });
  await casa.shows('casa-airbnb', [{ uid: '1418fb94e984-a@airbnb.com', start: '2027-09-01', end: '2027-09-05' }]);
  await casa.passHours(24);
  const held = async () => (await casa.events('kaya')).filter(({ status }) => status === 'active');
  const before = await held();
  expect(before).toHaveLength(1);
  await casa.passHours(14 * 24);
  expect(await held()).toEqual(before);
});

it('what staff free stays free although every poll shows it, until the platform moves it', async () => {
  const [stay] = await casa.events('kaya');
  await casa.api('POST', `/v1/events/${stay?.id}:release`);
  expect((await statuses())[0]).toBe('released');
  await casa.passHours(30);
  await casa.put('casa-airbnb', casa.body('casa-airbnb').replace('DATE:20270608\r\nDTEND', 'DATE:20270609\r\nDTEND'));
  await casa.read('casa-airbnb');
  await casa.passHours(8);
  expect((await casa.times('kaya')).slice(0, 2)).toEqual([
    '2027-06-04/2027-06-08 released',
    '2027-06-09/2027-06-11 active',
  ]);
  // Gone from the feed and back again, it is still what staff have freed.
  const good = casa.body('casa-airbnb');
  await casa.put('casa-airbnb', withoutFirst(good));
  await casa.read('casa-airbnb');
  await casa.put('casa-airbnb', good);
  await casa.read('casa-airbnb');
  expect((await statuses())[0]).toBe('released');
});
