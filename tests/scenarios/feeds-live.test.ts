import { openSqliteDocumentStore } from '@dovetail/core/adapters/sqlite/sqlite-document-store.ts';
import type { LedgerEvent } from '@dovetail/core/domain/event.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Casa } from './casa.ts';
import { FailingStore } from './failing-store.ts';

let casa: Casa;

beforeEach(async () => {
  casa = await Casa.open();
});
afterEach(() => casa.close());

/** The events of one ledger that are not the same in the other. */
function differences(
  before: Readonly<Record<string, readonly LedgerEvent[]>>,
  after: Readonly<Record<string, readonly LedgerEvent[]>>,
): LedgerEvent[] {
  const known = new Map(
    Object.values(before)
      .flat()
      .map((event) => [event.id, JSON.stringify(event)]),
  );
  return Object.values(after)
    .flat()
    .filter((event) => known.get(event.id) !== JSON.stringify(event));
}

describe('the four feeds of an apartment and its rooms', () => {
  it('are in the ledger: each room’s stays and closures, with the nights the platform states', async () => {
    const spans = async (resourceId: string) =>
      (await casa.events(resourceId)).map(({ platform, kind, start, end }) => [platform, kind, start, end]);
    expect(await spans('kaya')).toEqual([
      ['airbnb', 'reservation', '2027-06-04', '2027-06-08'],
      ['airbnb', 'reservation', '2027-06-08', '2027-06-11'],
      ['airbnb', 'block', '2027-06-13', '2027-06-15'],
    ]);
    expect(await spans('sol')).toMatchObject([
      ['booking.com', expect.any(String), '2027-06-05', '2027-06-07'],
      ['booking.com', expect.any(String), '2027-06-10', '2027-06-15'],
    ]);
    expect(await spans('mar')).toEqual([
      ['vrbo', 'reservation', '2027-06-06', '2027-06-09'],
      ['vrbo', 'block', '2027-06-11', '2027-06-15'],
    ]);
    expect(await spans('simmer-highs')).toMatchObject([
      ['motopress', 'reservation', '2027-06-21', '2027-06-24'],
      ['motopress', 'reservation', '2027-06-25', '2027-07-01'],
      ['motopress', 'block', '2027-07-03', '2027-07-07'],
    ]);
  });

  it.each([
    { feedId: 'casa-airbnb', resourceId: 'kaya', from: '20270604', to: '20270603' },
    { feedId: 'casa-bookingcom', resourceId: 'sol', from: '20270605', to: '20270604' },
    { feedId: 'casa-vrbo', resourceId: 'mar', from: '20270606', to: '20270605' },
    { feedId: 'casa-motopress', resourceId: 'simmer-highs', from: '20270621', to: '20270620' },
  ])('$feedId: a replaced body changes exactly the entry it changed, within the interval', async (row) => {
    const before = await casa.everything();
    await casa.put(row.feedId, casa.body(row.feedId).replace(`DATE:${row.from}`, `DATE:${row.to}`));
    await casa.passHours(1.1);
    const changed = differences(before, await casa.everything());
    expect(changed).toMatchObject([
      { resourceId: row.resourceId, start: row.to.replace(/(....)(..)(..)/, '$1-$2-$3'), status: 'active' },
    ]);
    const why = await casa.api<{ source: object; runs: object[] }>('GET', `/v1/events/${changed[0]?.id}/why`);
    expect(why.source).toMatchObject({ type: 'feed', id: row.feedId });
    expect(why.runs[0]).toMatchObject({
      feedId: row.feedId,
      counts: { changed: 1, added: 0, missing: 0, released: 0 },
    });
  });

  it('an entry more and an entry less in one body is one event more and one that is missed', async () => {
    const before = await casa.everything();
    const [first = '', ...rest] = casa.body('casa-vrbo').split('BEGIN:VEVENT');
    const added = rest[0]
      ?.replace(/UID:\w+/, 'UID:new')
      .replace('20270606', '20270801')
      .replace('20270609', '20270803');
    await casa.put('casa-vrbo', [first, added, rest[1]].join('BEGIN:VEVENT'));
    await casa.read('casa-vrbo');
    const changed = differences(before, await casa.everything());
    expect(changed.map(({ start, status }) => [start, status])).toEqual([
      ['2027-06-06', 'missing'],
      ['2027-08-01', 'active'],
    ]);
  });

  it('poll by poll cost nothing but their counters while nothing changes', async () => {
    const before = await casa.everything();
    const runs = await casa.runs();
    await casa.passHours(24);
    expect(await casa.everything()).toEqual(before);
    expect(await casa.runs()).toEqual(runs);
    const { counters } = await casa.feed('casa-airbnb');
    expect(counters.polls).toBeGreaterThan(15);
    expect(counters.unchanged).toBe(counters.polls - 1);
  });
});

it('a failure of our own store is not taken for the feed’s: the feed is read again and stays healthy', async () => {
  await casa.close();
  const documents = new FailingStore(openSqliteDocumentStore());
  casa = await Casa.open({ documents });
  await casa.put('casa-bookingcom', casa.body('casa-bookingcom').replace('20270607', '20270608'));
  documents.failCommit(1, 'not applied');
  await casa.read('casa-bookingcom');
  await casa.loft.settle(60);
  expect(await casa.feed('casa-bookingcom')).toMatchObject({ status: 'healthy', lastRun: { status: 'success' } });
  expect((await casa.times('sol'))[0]).toBe('2027-06-05/2027-06-08 active');
  expect(documents.disarm()).toBe(false);
  await casa.close();
  await documents.close();
  casa = await Casa.open();
});
