import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Casa } from './casa.ts';

let casa: Casa;

beforeEach(async () => {
  casa = await Casa.open();
});
afterEach(() => casa.close());

const HTML = '<!doctype html><title>Sign in</title><p>Please sign in to continue.';

describe('a bad answer of a platform changes no event, and is recorded as failed', () => {
  const faults = () => casa.loft.studio.faults;
  it.each([
    { what: 'an error', spoil: async () => faults().add({ target: 'feeds', status: 500 }) },
    { what: 'forbidden', spoil: async () => faults().add({ target: 'feeds', status: 403 }) },
    { what: 'too many requests', spoil: async () => faults().add({ target: 'feeds', status: 429 }) },
    { what: 'not found', spoil: async () => casa.loft.studio.feeds.remove('casa-airbnb') },
    { what: 'a page instead of a calendar', spoil: () => casa.put('casa-airbnb', HTML) },
    { what: 'nothing at all', spoil: () => casa.put('casa-airbnb', '') },
    { what: 'half of it', spoil: async () => faults().add({ target: 'feeds', truncate: true }) },
    {
      what: 'a file that breaks off',
      spoil: () => casa.put('casa-airbnb', casa.body('casa-airbnb').slice(0, casa.body('casa-airbnb').length / 2)),
    },
    { what: 'no answer', spoil: async () => faults().add({ target: 'feeds', dropResponse: true }) },
    { what: 'more than anybody reads', spoil: () => casa.put('casa-airbnb', `${HTML}${'x'.repeat(6_000_000)}`) },
  ])('$what', async ({ spoil }) => {
    const before = await casa.everything();
    const good = casa.body('casa-airbnb');
    await spoil();
    const feed = await casa.read('casa-airbnb');
    expect(feed).toMatchObject({ status: 'failing', lastRun: { status: 'failed' }, counters: { failures: 1 } });
    expect(feed.statusReason).toMatch(/\w+ \w+/);
    expect(await casa.run(feed.lastRun?.id ?? '')).toMatchObject({
      errors: [expect.stringContaining('no event was changed')],
      counts: { missing: 0, released: 0, changed: 0 },
    });
    await casa.passHours(30);
    expect(await casa.everything()).toEqual(before);

    faults().clear();
    await casa.put('casa-airbnb', good);
    expect(await casa.read('casa-airbnb')).toMatchObject({ status: 'healthy', counters: { failures: 0 } });
    expect(await casa.everything()).toEqual(before);
  });
});

it('a feed that goes on failing is parked, of which staff are told once, until they have it read again', async () => {
  const before = await casa.everything();
  casa.loft.studio.faults.add({ target: 'feeds', match: '/casa-airbnb.ics', status: 500 });
  await casa.passHours(48);
  const parked = await casa.feed('casa-airbnb');
  expect(parked.status).toBe('parked');
  expect(parked.nextPollAt).toBeUndefined();
  await casa.passHours(48);
  expect((await casa.feed('casa-airbnb')).counters).toEqual(parked.counters);
  expect(casa.loft.alerts()).toMatchObject([{ action: 'feed.parked', feed: 'casa-airbnb' }]);
  expect((await casa.events('kaya')).length).toBe(before['kaya']?.length);

  casa.loft.studio.faults.clear();
  await casa.api('POST', '/v1/feeds/casa-airbnb:resume');
  await casa.loft.settle(5);
  expect(await casa.feed('casa-airbnb')).toMatchObject({ status: 'healthy', counters: { failures: 0 } });
});

it('one odd event is set aside with its text, and the rest is taken', async () => {
  const odd = ['BEGIN:VEVENT', 'UID:odd@airbnb.com', 'DTSTART;VALUE=DATE:20271301', 'SUMMARY:Odd', 'END:VEVENT', ''];
  const body = casa.body('casa-airbnb').replace('BEGIN:VEVENT', `${odd.join('\r\n')}BEGIN:VEVENT`);
  await casa.put('casa-airbnb', body.replace('DATE:20270608\r\nDTEND', 'DATE:20270609\r\nDTEND'));
  const feed = await casa.read('casa-airbnb');
  expect(feed).toMatchObject({ status: 'healthy', lastRun: { status: 'partial' } });
  expect(await casa.run(feed.lastRun?.id ?? '')).toMatchObject({
    counts: { seen: 3, changed: 1, setAside: 1 },
    warnings: ['one entry was set aside: bad-time'],
    setAside: [{ raw: expect.stringContaining('UID:odd@airbnb.com'), reason: 'bad-time' }],
  });
  expect(await casa.times('kaya')).toEqual([
    '2027-06-04/2027-06-08 active',
    '2027-06-09/2027-06-11 active',
    '2027-06-13/2027-06-15 active',
  ]);
});
