import { openSqliteDocumentStore } from '@dovetail/core/adapters/sqlite/sqlite-document-store.ts';
import type { Run } from '@dovetail/core/domain/run.ts';
import { SANDBOX_MOTOPRESS_KEY } from '@dovetail/sandbox/motopress/motopress-simulator.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KAYA, SOL, stay } from '../contracts/motopress-server.ts';
import { FailingStore } from './failing-store.ts';
import { Loft } from './loft.ts';

/** Bookings are polled and, in the night, audited; nothing else happens by itself. */
const CRONS = {
  ...{ sweep: '30 0 1 1 *', 'safety-pull': '31 0 1 1 *', 'renew-channels': '33 0 1 1 *' },
  ...{ 'extend-pages': '35 0 1 1 *', 'poll-feeds': '36 0 1 1 *', 'poll-bookings': '0 */6 * * *' },
};
const HOUR = 3600;
const CALENDAR = 'casa-house@sandbox';

let documents: FailingStore;
let loft: Loft;
beforeEach(async () => {
  documents = new FailingStore(openSqliteDocumentStore());
  loft = await Loft.open({ documents, crons: CRONS });
  loft.studio.google.createCalendar(CALENDAR, { timeZone: 'America/Bogota' });
  const binding = { id: 'house', resourceId: 'simmer-highs', calendarId: CALENDAR, direction: 'two-way' };
  await casa('POST', '/v1/bindings', binding);
  await loft.settle(60);
});
afterEach(async () => {
  await loft.close();
  await documents.close();
});

interface Entry {
  readonly status: string;
  readonly start: string;
  readonly source: { readonly id: string; readonly externalUid: string };
}

const casa = <T>(method: string, path: string, body?: unknown) => loft.api<T>(method, path, body, 'casa-admin-key');
const system = () => casa<{ removalsHeldAt?: string }>('GET', '/v1/booking-systems/motopress');
const audited = () => casa<{ items: readonly Run[] }>('GET', '/v1/runs?flow=audit-bookings').then(({ items }) => items);
/** The first nights of the stays on the house's calendar, without those that the tenant's feeds brought. */
const shown = () => {
  const dates = loft.eventsOn(CALENDAR).map(({ start }) => start?.date ?? '');
  return dates.filter((date) => date >= '2027-09').sort();
};

/** One stay of four nights after the other, from September on. */
async function book(count: number, part: Parameters<typeof stay>[2] = {}): Promise<string[]> {
  const dates = Array.from({ length: count }, (_, index) => new Date(Date.UTC(2027, 8, 1 + index * 5)));
  const dateOf = (date: Date, nights = 0) => new Date(date.getTime() + nights * 86_400_000).toISOString().slice(0, 10);
  const seeds = dates.map((date) => stay(dateOf(date), dateOf(date, 4), part));
  const ids = loft.studio.motopress.seed(...seeds).map(({ id }) => String(id));
  await loft.sandbox('POST', '/schedules/poll-bookings');
  await loft.settle(60);
  return ids;
}

/** Staff delete bookings for good in WordPress. */
async function deleteForGood(...ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    const url = `${loft.studio.sandboxUrl}/motopress/wp-json/mphb/v1/bookings/${id}?force=true`;
    const headers = { authorization: `Basic ${btoa(SANDBOX_MOTOPRESS_KEY)}` };
    expect((await fetch(url, { method: 'DELETE', headers })).status).toBe(200);
  }
}

/** The statuses in the ledger of the bookings that MotoPress told of, by their ids there. */
async function statuses(): Promise<Readonly<Record<string, string>>> {
  const found = await Promise.all(
    ['simmer-highs', 'kaya', 'sol'].map((resource) =>
      casa<{ items: Entry[] }>('GET', `/v1/resources/${resource}/events?from=2027-06-01&to=2028-06-01&pageSize=500`),
    ),
  );
  const events = found.flatMap(({ items }) => items).filter(({ source }) => source.id === 'motopress');
  return Object.fromEntries(events.map(({ source, status }) => [source.externalUid, status]));
}
const all = (ids: readonly string[], status: string) => Object.fromEntries(ids.map((id) => [id, status]));

/** Lets time pass until an hour of the second day. The audit is made at 03:23, and what it missed is asked for at 09:23. */
const until = (time: string) => loft.settle((Date.parse(`2027-06-02T${time}:00Z`) - loft.studio.clock.now()) / 1000);
/** Until noon, with the night's audit and what it asks for again. */
const passNight = () => loft.settle(24 * HOUR);

describe('a booking that was deleted for good in MotoPress', () => {
  it('is missed within a day, and cancelled once its site has said for six hours that it does not know it', async () => {
    const [gone = '', left = ''] = await book(2);
    await deleteForGood(gone);
    await until('03:20');
    expect(await statuses()).toEqual({ [gone]: 'active', [left]: 'active' });
    await until('09:20');
    expect(await statuses()).toEqual({ [gone]: 'missing', [left]: 'active' });
    expect(shown()).toEqual(['2027-09-01', '2027-09-06']);
    expect(await audited()).toMatchObject([
      { status: 'success', systemId: 'motopress', counts: { seen: 2, missing: 1, released: 0 } },
    ]);
    await until('09:25');
    expect(await statuses()).toEqual({ [gone]: 'cancelled', [left]: 'active' });
    expect(shown()).toEqual(['2027-09-06']);
    expect((await audited())[0]).toMatchObject({
      counts: { missing: 0, released: 1 },
      changes: [{ action: 'cancelled', resourceId: 'simmer-highs', start: '2027-09-01', end: '2027-09-05' }],
    });
    expect(loft.alerts()).toEqual([]);
  });

  it('goes with all its accommodations', async () => {
    const two = { reserved_accommodations: [SOL, KAYA].map((accommodation) => ({ accommodation, adults: 1 })) };
    const [gone = '', left = ''] = await book(2, two);
    await deleteForGood(gone);
    await passNight();
    const ids = (id: string) => [id, `${id}-2`];
    expect(await statuses()).toEqual({ ...all(ids(gone), 'cancelled'), ...all(ids(left), 'active') });
  });

  it('holds its nights again when it is back before its site was asked twice', async () => {
    const [id = '', other = ''] = await book(2);
    const backup = loft.studio.motopress.snapshot();
    await deleteForGood(id);
    await until('04:00');
    expect(await statuses()).toMatchObject({ [id]: 'missing' });
    loft.studio.motopress.restore(backup);
    await until('10:00');
    expect(await statuses()).toEqual(all([id, other], 'active'));
    await passNight();
    expect(await statuses()).toEqual(all([id, other], 'active'));
  });

  it('holds its nights again when it is back after it was cancelled', async () => {
    const [id = '', other = ''] = await book(2);
    const backup = loft.studio.motopress.snapshot();
    await deleteForGood(id);
    await passNight();
    expect(await statuses()).toMatchObject({ [id]: 'cancelled' });
    loft.studio.motopress.restore(backup);
    await passNight();
    expect(await statuses()).toEqual(all([id, other], 'active'));
    expect(shown()).toEqual(['2027-09-01', '2027-09-06']);
  });

  it('is cancelled at once when staff have it looked for, and say that it is gone', async () => {
    const [gone = '', left = ''] = await book(2);
    await deleteForGood(gone);
    await casa('POST', '/v1/booking-systems/motopress:audit');
    await loft.settle(5);
    expect(await statuses()).toEqual({ [gone]: 'missing', [left]: 'active' });
    expect(await casa('POST', '/v1/booking-systems/motopress:accept')).toEqual({ count: 1 });
    await loft.settle(60);
    expect(await statuses()).toEqual({ [gone]: 'cancelled', [left]: 'active' });
    expect(shown()).toEqual(['2027-09-06']);
    await loft.settle(8 * HOUR);
    expect(await statuses()).toEqual({ [gone]: 'cancelled', [left]: 'active' });
  });

  it.each([
    [1, 'not applied'],
    [1, 'applied'],
    [2, 'not applied'],
    [2, 'applied'],
    [3, 'not applied'],
    [3, 'applied'],
  ] as const)(
    'is cancelled all the same when its audits die at their commit %i, which was %s',
    async (nth, outcome) => {
      const [gone = '', left = ''] = await book(2);
      await deleteForGood(gone);
      documents.failCommit(nth, outcome);
      await casa('POST', '/v1/booking-systems/motopress:audit');
      await loft.settle(60);
      expect(documents.disarm()).toBe(false);
      expect(await statuses()).toEqual({ [gone]: 'missing', [left]: 'active' });
      await loft.settle(5.9 * HOUR);
      documents.failCommit(nth, outcome);
      await loft.settle(0.2 * HOUR);
      expect(documents.disarm()).toBe(false);
      expect(await statuses()).toEqual({ [gone]: 'cancelled', [left]: 'active' });
      expect(shown()).toEqual(['2027-09-06']);
    },
  );
});

describe('many bookings that their site does not know', () => {
  it.each([
    { what: 'seven of twenty', count: 20, lost: 7 },
    { what: 'all, be they only three', count: 3, lost: 3 },
  ])('are held for staff: $what', async ({ count, lost }) => {
    const ids = await book(count);
    const [gone, left] = [ids.slice(0, lost), ids.slice(lost)];
    await deleteForGood(...gone);
    await passNight();
    await passNight();
    expect(await statuses()).toEqual({ ...all(gone, 'missing'), ...all(left, 'active') });
    expect(shown()).toHaveLength(count);
    expect(loft.alerts()).toMatchObject([
      { action: 'bookings.held', tenant: 'casa', system: 'motopress', count: lost },
    ]);
    expect(await system()).toMatchObject({ removalsHeldAt: expect.any(String) });
    expect(await audited()).toMatchObject([
      { status: 'held', counts: { missing: lost, released: 0 }, warnings: [expect.stringContaining('wait for staff')] },
    ]);
  });

  it('are cancelled once staff say that they are gone, and those alone', async () => {
    const ids = await book(10);
    const backup = loft.studio.motopress.snapshot();
    await deleteForGood(...ids.slice(0, 8));
    await passNight();
    // Meanwhile one of them is there again.
    loft.studio.motopress.restore(backup.filter(({ id }) => !ids.slice(1, 8).includes(String(id))));
    expect(await casa('POST', '/v1/booking-systems/motopress:accept')).toEqual({ count: 7 });
    expect(await system()).not.toHaveProperty('removalsHeldAt');
    await passNight();
    expect(await statuses()).toEqual({
      ...all(ids.slice(1, 8), 'cancelled'),
      ...all([ids[0] ?? '', ...ids.slice(8)], 'active'),
    });
    const [run] = (await casa<{ items: readonly Run[] }>('GET', '/v1/runs?flow=accept-lost-bookings')).items;
    expect(run).toMatchObject({ trigger: 'staff', counts: { released: 7 } });
  });

  it('wait for staff also when all but a few of them are back, and so does what is deleted meanwhile', async () => {
    const ids = await book(30);
    const backup = loft.studio.motopress.snapshot();
    await deleteForGood(...ids.slice(0, 8));
    await until('04:00');
    const stillGone = ids.slice(0, 1);
    loft.studio.motopress.restore(backup.filter(({ id }) => !stillGone.includes(String(id))));
    await deleteForGood(ids[9] ?? '');
    await passNight();
    await passNight();
    const missing = [...stillGone, ids[9] ?? ''];
    expect(await statuses()).toEqual({ ...all(ids, 'active'), ...all(missing, 'missing') });
    expect(loft.alerts()).toHaveLength(1);
    expect(await casa('POST', '/v1/booking-systems/motopress:accept')).toEqual({ count: 2 });
    expect(await statuses()).toEqual({ ...all(ids, 'active'), ...all(missing, 'cancelled') });
  });

  it('wait for nobody once they are all back', async () => {
    const ids = await book(10);
    const backup = loft.studio.motopress.snapshot();
    await deleteForGood(...ids.slice(0, 8));
    await passNight();
    loft.studio.motopress.restore(backup);
    await passNight();
    expect(await statuses()).toEqual(all(ids, 'active'));
    expect(await system()).not.toHaveProperty('removalsHeldAt');
  });

  it('are cancelled without staff where they are few of many', async () => {
    const ids = await book(30);
    await deleteForGood(...ids.slice(0, 5));
    await passNight();
    expect(await statuses()).toEqual({ ...all(ids.slice(0, 5), 'cancelled'), ...all(ids.slice(5), 'active') });
    expect(loft.alerts()).toEqual([]);
  });
});

describe('a MotoPress booking is not believed to be gone', () => {
  it.each([
    ['while the plugin is switched off', { status: 404, reason: 'rest_no_route' }],
    ['while the key is not known', { status: 401, reason: 'mphb_rest_cannot_view' }],
    ['while the key may not read', { status: 403, reason: 'rest_forbidden' }],
    ['while bookings cannot be asked for one by one', { status: 403, match: 'GET /bookings/' }],
    ['while the site fails', { status: 500 }],
    ['while the site is slow to be asked', { status: 429, retryAfterSeconds: 3600 }],
    ['while answers break off', { truncate: true }],
    [
      'while lists answer as if one booking were unknown',
      {
        status: 404,
        reason: 'mphb_rest_invalid_mphb_booking_id',
        match: 'GET /bookings',
      },
    ],
  ])('%s', async (_when, fault) => {
    const ids = await book(4);
    await deleteForGood(ids[0] ?? '');
    loft.studio.faults.add({ target: 'motopress', ...fault });
    await passNight();
    expect(await statuses()).toEqual(all(ids, 'active'));
    await loft.sandbox('DELETE', '/faults');
    await passNight();
    expect(await statuses()).toEqual({ ...all(ids, 'active'), [ids[0] ?? '']: 'cancelled' });
  });

  it('where there is no access, and the run says so', async () => {
    await book(2);
    loft.studio.faults.add({ target: 'motopress', status: 401, reason: 'mphb_rest_cannot_view' });
    await passNight();
    expect(await audited()).toMatchObject([
      { status: 'failed', errors: ['the booking system gives no access; nothing was believed'] },
    ]);
  });

  it('because no list shows it', async () => {
    const ids = await book(4);
    for (const id of ids) loft.studio.motopress.unlist(Number(id));
    await passNight();
    await passNight();
    expect(await statuses()).toEqual(all(ids, 'active'));
    expect(await audited()).toEqual([]);
  });
});

describe('an audit of MotoPress’s bookings', () => {
  it('takes up what nothing told of: one booking is there again, one was called off', async () => {
    const [called = '', same = '', later = ''] = await book(3);
    const now = loft.studio.motopress.snapshot();
    const without = now.filter(({ id }) => String(id) !== later);
    loft.studio.motopress.restore(without);
    await passNight();
    expect(await statuses()).toEqual({ ...all([called, same], 'active'), [later]: 'cancelled' });
    // A database that was put in place again: nothing in it was saved of late.
    const asWere = now.map((booking) =>
      String(booking.id) === called ? { ...booking, status: 'cancelled' as const } : booking,
    );
    loft.studio.motopress.restore(asWere);
    await passNight();
    expect(await statuses()).toEqual({ ...all([same, later], 'active'), [called]: 'cancelled' });
    expect((await audited())[0]).toMatchObject({ counts: { changed: 2, missing: 0, released: 0 } });
  });

  it('that finds nothing asks the site once, reads the ledger’s pages and writes only that it was made', async () => {
    await book(40);
    loft.studio.faults.add({ target: 'motopress', latencyMs: 0 });
    const met = loft.studio.faults.met;
    await loft.sandbox('DELETE', '/billing');
    await casa('POST', '/v1/booking-systems/motopress:audit');
    await loft.settle(5);
    expect(loft.studio.faults.met - met).toBe(1);
    const billing = (await (await loft.sandbox('GET', '/billing')).json()) as Record<string, number>;
    // A page for each of four resources and 26 months; the resources; the system, for the request and for its task.
    expect(billing).toMatchObject({ writes: 1, taskCreations: 1 });
    expect(billing.reads).toBeLessThanOrEqual(4 * 26 + 4 + 2 + 2);
  });
});
