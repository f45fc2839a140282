import { openSqliteDocumentStore } from '@dovetail/core/adapters/sqlite/sqlite-document-store.ts';
import ical from 'node-ical';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FailingStore } from './failing-store.ts';
import { Loft } from './loft.ts';

let loft: Loft;

beforeEach(async () => {
  loft = await Loft.open();
});
afterEach(async () => {
  await loft.close();
});

interface Entry {
  readonly id: string;
  readonly start: string;
  readonly end: string;
  readonly kind: string;
  readonly status: string;
  readonly platform: string;
}

interface FeedState {
  readonly status: string;
  readonly lastRun?: { readonly id: string; readonly status: string };
}

function casa<T>(method: string, path: string, body?: unknown): Promise<T> {
  return loft.api<T>(method, path, body, 'casa-admin-key');
}

async function ledgerOf(resourceId: string): Promise<readonly Entry[]> {
  const path = `/v1/resources/${resourceId}/events?from=2027-06-01&to=2027-12-01`;
  return (await casa<{ items: readonly Entry[] }>('GET', path)).items;
}

/** Reads the feed now, and answers how that went. */
async function read(feedId: string): Promise<FeedState> {
  await casa('POST', `/v1/feeds/${feedId}:sync`);
  await loft.settle(60);
  return casa('GET', `/v1/feeds/${feedId}`);
}

describe('the feeds of an apartment and its rooms', () => {
  it('are in the ledger: each room’s stays and closures, with the nights the platform states', async () => {
    const spans = async (resourceId: string) =>
      (await ledgerOf(resourceId)).map(({ platform, kind, start, end }) => [platform, kind, start, end]);
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
    expect(await ledgerOf('simmer-highs')).toHaveLength(3);
  });

  it('are read again at their interval: what is new is added, and what is gone keeps its time', async () => {
    const before = await ledgerOf('sol');
    const feed = Buffer.from(loft.studio.feeds.read('casa-bookingcom') ?? []).toString();
    loft.studio.feeds.replace('casa-bookingcom', feed.replace('20270605', '20270620').replace('20270607', '20270622'));
    await loft.settle(3700);
    const after = await ledgerOf('sol');
    expect(after.find(({ id }) => id === before[0]?.id)).toMatchObject({ start: '2027-06-20', status: 'active' });
    loft.studio.feeds.replace('casa-bookingcom', feed.replace(/BEGIN:VEVENT[\s\S]*?END:VEVENT\r?\n/, ''));
    await loft.settle(3700);
    expect((await ledgerOf('sol')).map(({ status }) => status).sort()).toEqual(['active', 'missing']);
  });
});

describe('a bad answer of a platform changes no event, and is recorded as failed', () => {
  const HTML = '<!doctype html><title>Sign in</title><p>Please sign in to continue.';

  it.each([
    { what: 'an error', spoil: () => loft.studio.faults.add({ target: 'feeds', status: 500 }) },
    { what: 'not found', spoil: () => loft.studio.feeds.remove('casa-airbnb') },
    { what: 'a page instead of a calendar', spoil: () => loft.studio.feeds.replace('casa-airbnb', HTML) },
    { what: 'nothing at all', spoil: () => loft.studio.feeds.replace('casa-airbnb', '') },
    { what: 'half of it', spoil: () => loft.studio.faults.add({ target: 'feeds', truncate: true }) },
    {
      what: 'a file that breaks off',
      spoil: () => {
        const whole = Buffer.from(loft.studio.feeds.read('casa-airbnb') ?? []).toString();
        loft.studio.feeds.replace('casa-airbnb', whole.slice(0, whole.length / 2));
      },
    },
    { what: 'no answer', spoil: () => loft.studio.faults.add({ target: 'feeds', dropResponse: true }) },
  ])('$what', async ({ spoil }) => {
    const before = await ledgerOf('kaya');
    const good = loft.studio.feeds.read('casa-airbnb') as Uint8Array;
    spoil();
    const feed = await read('casa-airbnb');
    expect(feed).toMatchObject({ status: 'failing', lastRun: { status: 'failed' } });
    expect(await casa('GET', `/v1/runs/${feed.lastRun?.id}`)).toMatchObject({
      flow: 'sync-feed',
      errors: [expect.stringContaining('no event was changed')],
      counts: { missing: 0, released: 0, changed: 0 },
    });
    expect(await ledgerOf('kaya')).toEqual(before);

    loft.studio.faults.clear();
    loft.studio.feeds.replace('casa-airbnb', good);
    expect(await read('casa-airbnb')).toMatchObject({ status: 'healthy' });
    expect(await ledgerOf('kaya')).toEqual(before);
  });

  it('an empty calendar frees no night', async () => {
    const before = await ledgerOf('kaya');
    loft.studio.feeds.replace('casa-airbnb', 'BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\nEND:VCALENDAR\r\n');
    await read('casa-airbnb');
    const after = await ledgerOf('kaya');
    expect(after.map(({ id, start, end }) => [id, start, end])).toEqual(
      before.map(({ id, start, end }) => [id, start, end]),
    );
    expect(after.every(({ status }) => status === 'missing')).toBe(true);
  });
});

it('a failure of our own store is not taken for the feed’s: the feed is read again and stays healthy', async () => {
  const documents = new FailingStore(openSqliteDocumentStore());
  await loft.close();
  loft = await Loft.open({ documents });
  const feed = Buffer.from(loft.studio.feeds.read('casa-bookingcom') ?? []).toString();
  loft.studio.feeds.replace('casa-bookingcom', feed.replace('20270605', '20270620').replace('20270607', '20270622'));
  documents.failCommit(1, 'not applied');
  expect(await read('casa-bookingcom')).toMatchObject({ status: 'healthy', lastRun: { status: 'success' } });
  expect((await ledgerOf('sol')).map(({ start }) => start)).toContain('2027-06-20');
  expect(documents.disarm()).toBe(false);
  await loft.close();
  await documents.close();
  loft = await Loft.open();
});

describe('a publication', () => {
  /** What a subscriber reads: start and end of each entry, by start. */
  async function subscribe(platform: string, resourceIds: readonly string[]): Promise<string[][]> {
    const { url } = await casa<{ url: string }>('POST', '/v1/publications', { resourceIds, platform });
    const answer = await fetch(url);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/calendar; charset=utf-8');
    const text = await answer.text();
    expect(text).not.toMatch(/Sample Guest|HMKAYA|0101/);
    return Object.values(ical.sync.parseICS(text))
      .filter((entry) => entry?.type === 'VEVENT')
      .map(({ start, end }) => [dateOf(start), dateOf(end as Date)])
      .sort();
  }

  it('serves what the feeds brought as a calendar that others can read, without a guest’s name', async () => {
    expect(await subscribe('generic', ['kaya', 'sol'])).toEqual([
      ['2027-06-04', '2027-06-08'],
      ['2027-06-05', '2027-06-07'],
      ['2027-06-08', '2027-06-11'],
      ['2027-06-10', '2027-06-15'],
      ['2027-06-13', '2027-06-15'],
    ]);
  });

  it('for a platform leaves out what came from there', async () => {
    expect(await subscribe('airbnb', ['kaya', 'sol'])).toHaveLength(2);
  });
});

/** node-ical gives dates as local midnights. */
function dateOf(date: Date): string {
  const part = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${part(date.getMonth() + 1)}-${part(date.getDate())}`;
}
