import {
  createMotoPressBookingSystem,
  type MotoPressOptions,
} from '@dovetail/core/adapters/motopress/motopress-booking-system.ts';
import { InvalidInput, NotFound, TemporarilyUnavailable } from '@dovetail/core/domain/errors.ts';
import type { BookingSystem } from '@dovetail/core/ports/booking-system.ts';
import type { BookingSeed } from '@dovetail/sandbox/motopress/booking-register.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  HOUSE,
  KAYA,
  KEY,
  type MotoPressServer,
  RESOURCE_IDS,
  SOL,
  START,
  startMotoPress,
  stay,
} from './motopress-server.ts';

const MARCH = { start: '2028-03-10', end: '2028-03-14' };
const APRIL = { start: '2028-04-10', end: '2028-04-14' };
const LONG_AGO = '2026-01-01T00:00:00Z';

let server: MotoPressServer;
let bookings: BookingSystem;
/** The adapter's own time: the site's goes on by itself. */
let now: number;
beforeEach(async () => {
  now = START;
  server = await startMotoPress();
  bookings = connect();
});
afterEach(() => server.close());

function connect(options: Partial<MotoPressOptions> = {}): BookingSystem {
  return createMotoPressBookingSystem({
    baseUrl: server.baseUrl,
    apiKey: async () => KEY,
    userAgent: 'Dovetail-Test/1',
    resourceIds: RESOURCE_IDS,
    takesImported: false,
    clock: { now: () => now },
    ...options,
  });
}
const seed = (...seeds: BookingSeed[]) => server.control.seed(...seeds).map(({ id }) => String(id));
const inMarch = (part: Parameters<typeof stay>[2] = {}) => stay(MARCH.start, MARCH.end, part);
const two = { reserved_accommodations: [KAYA, SOL].map((accommodation) => ({ accommodation, adults: 1 })) };
/** As staff do in WordPress. */
async function change(id: string, body: unknown, method = 'POST'): Promise<void> {
  const headers = { authorization: `Basic ${btoa(KEY)}`, 'content-type': 'application/json' };
  const url = `${server.baseUrl}/mphb/v1/bookings/${id}`;
  const response = await fetch(url, { method, headers, body: JSON.stringify(body) });
  expect(await response.json()).not.toHaveProperty('code');
}

describe('a MotoPress booking, read', () => {
  it('is a stay of nights in our terms', async () => {
    const [id = ''] = seed(inMarch());
    expect(await bookings.get(id)).toEqual({
      id,
      resourceId: 'simmer-highs',
      externalResourceId: '101',
      ...MARCH,
      status: 'confirmed',
      readAt: '2027-05-01T15:00:00.000000Z',
      nextPartId: `${id}-2`,
      guest: {
        name: 'Sample Guest',
        email: 'guest@example.com',
        phone: '+1 555 010-0199',
        phoneLast4: '0199',
        count: 3,
      },
      price: 720,
      currency: 'USD',
    });
  });

  it.each([
    ['confirmed', 'confirmed'],
    ['pending', 'pending'],
    ['pending-user', 'pending'],
    ['pending-payment', 'pending'],
    ['cancelled', 'cancelled'],
    ['abandoned', 'cancelled'],
  ] as const)('that is %s is %s', async (status, ours) => {
    const [id = ''] = seed(inMarch({ status }));
    expect(await bookings.get(id)).toMatchObject({ status: ours });
  });

  it('that lies in the bin is cancelled, and one that was removed for good is not known', async () => {
    const [id = ''] = seed(inMarch());
    await change(id, {}, 'DELETE');
    expect(await bookings.get(id)).toMatchObject({ status: 'cancelled' });
    await change(`${id}?force=true`, {}, 'DELETE');
    expect(await bookings.get(id)).toBeNull();
  });

  it.each(['999', '0', '501-1', '501-x', 'apt_1', '../501', ''])('by the id %j is not known', async (id) => {
    seed(inMarch());
    expect(await bookings.get(id)).toBeNull();
  });

  it('with an accommodation that is not listed names no resource it cannot have', async () => {
    const [id = ''] = seed(inMarch({ reserved_accommodations: [{ accommodation: 104, adults: 1 }] }));
    expect(await bookings.get(id)).toMatchObject({ resourceId: '104', externalResourceId: '104' });
  });

  it('without a name or guest count says nothing of a guest', async () => {
    const [id = ''] = seed(inMarch({ customer: {}, reserved_accommodations: [] }));
    expect(await bookings.get(id)).not.toHaveProperty('guest');
  });

  it("that was imported is its own platform's to tell, unless the tenant reads it here", async () => {
    const [id = ''] = seed(inMarch({ imported: true }));
    expect(await bookings.get(id)).toBeNull();
    expect((await bookings.listChanged(LONG_AGO)).bookings).toEqual([]);
    expect(await connect({ takesImported: true }).get(id)).toMatchObject({ id });
  });
});

describe('a MotoPress booking of two accommodations', () => {
  let id: string;
  beforeEach(() => {
    [id = ''] = seed(inMarch(two));
  });

  it('is two bookings, the price said once', async () => {
    const { bookings: found } = await bookings.listChanged(LONG_AGO);
    expect(found.map((each) => [each.id, each.resourceId, each.price, each.nextPartId])).toEqual([
      [id, 'kaya', 480, undefined],
      [`${id}-2`, 'sol', undefined, `${id}-3`],
    ]);
    expect(await bookings.get(`${id}-2`)).toEqual({ ...found[1], readAt: expect.any(String) });
  });

  it('has its second part cancelled when it loses an accommodation', async () => {
    await change(id, { reserved_accommodations: [{ accommodation: KAYA, adults: 1 }] });
    expect(await bookings.get(id)).toMatchObject({ resourceId: 'kaya', status: 'confirmed', nextPartId: `${id}-2` });
    expect(await bookings.get(`${id}-2`)).toMatchObject({ status: 'cancelled', nextPartId: `${id}-3` });
  });

  it('moves one of them to another accommodation', async () => {
    const moved = await bookings.change(`${id}-2`, { resourceId: 'simmer-highs' }, undefined);
    expect(moved).toMatchObject({ id: `${id}-2`, resourceId: 'simmer-highs' });
    expect(await bookings.get(id)).toMatchObject({ resourceId: 'kaya' });
  });

  it('is not moved or cancelled for one of them, because the others would go along', async () => {
    const reason = { reason: 'several_accommodations' };
    await expect(bookings.change(id, { interval: APRIL }, undefined)).rejects.toMatchObject(reason);
    await expect(bookings.cancel(`${id}-2`, 'x')).rejects.toMatchObject(reason);
    expect(server.control.bookings()[0]).toMatchObject({ status: 'confirmed', check_in_date: MARCH.start });
  });
});

describe('changes of MotoPress bookings', () => {
  it('lists what was saved since an instant, page by page, whatever became of it', async () => {
    const ids = seed(...Array.from({ length: 130 }, (_, index) => inMarch({ note: String(index) })));
    await server.clock.advance(60_000);
    await change(ids[0] ?? '', {}, 'DELETE');
    const first = await bookings.listChanged(LONG_AGO);
    const second = await bookings.listChanged(LONG_AGO, first.nextCursor);
    expect([first.bookings.length, second.bookings.length, second.nextCursor]).toEqual([100, 30, undefined]);
    expect([...first.bookings, ...second.bookings].map((each) => each.id)).toEqual(ids);
    const { bookings: changed } = await bookings.listChanged('2027-05-01T15:01:00Z');
    expect(changed).toMatchObject([{ id: ids[0], status: 'cancelled' }]);
    expect((await bookings.listChanged('2027-05-01T15:01:01Z')).bookings).toEqual([]);
  });

  it('loses none of them when one is removed for good between two pages', async () => {
    const ids = seed(...Array.from({ length: 130 }, () => inMarch({ status: 'cancelled' })));
    const seen = new Set<string>();
    let cursor: string | undefined;
    do {
      const page = await bookings.listChanged(LONG_AGO, cursor);
      if (cursor === undefined) await change(`${ids[3]}?force=true`, {}, 'DELETE');
      for (const each of page.bookings) seen.add(each.id);
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(seen.size).toBe(130);
  });

  it('refuses a cursor that is none', async () => {
    await expect(bookings.listChanged(LONG_AGO, 'x')).rejects.toThrow(InvalidInput);
  });
});

describe('a MotoPress booking, made', () => {
  const draft = { resourceId: 'kaya', ...MARCH, guestName: 'Sample B. Guest' };

  it('is confirmed and has the name of its guest', async () => {
    const made = await bookings.create(draft, 'key-1');
    expect(made).toMatchObject({
      resourceId: 'kaya',
      ...MARCH,
      status: 'confirmed',
      guest: { name: 'Sample B. Guest' },
    });
    expect(server.control.bookings()[0]?.customer).toMatchObject({ first_name: 'Sample B.', last_name: 'Guest' });
    expect(await bookings.get(made.id)).toMatchObject({ id: made.id, resourceId: 'kaya' });
  });

  it('is one, however often a draft is sent with one key', async () => {
    server.faults.add({ target: 'motopress', match: 'POST /bookings', dropResponse: true, times: 1 });
    await expect(bookings.create(draft, '501')).rejects.toThrow(TemporarilyUnavailable);
    const made = await bookings.create(draft, '501');
    expect(server.control.bookings().map(({ id }) => String(id))).toEqual([made.id]);
  });

  it.each([
    ['slot_taken', draft],
    ['past', { ...draft, start: '2027-04-01', end: '2027-04-04' }],
    ['not_bookable', { ...draft, start: '2037-04-01', end: '2037-04-04' }],
    ['not_bookable', { ...draft, end: draft.start }],
    ['unknown_resource', { ...draft, resourceId: 'cellar' }],
  ])('is refused as %s: %o', async (reason, wanted) => {
    seed(inMarch({ reserved_accommodations: [{ accommodation: KAYA, adults: 1 }] }));
    await expect(bookings.create(wanted, 'key-1')).rejects.toMatchObject({ kind: 'rejected', reason });
    expect(server.control.bookings()).toHaveLength(1);
  });

  it('is of nights, not of hours', async () => {
    const wanted = { resourceId: 'kaya', start: '2028-03-10T15:00:00Z', end: '2028-03-10T16:00:00Z' };
    await expect(bookings.create(wanted, 'key-1')).rejects.toThrow(InvalidInput);
  });
});

describe('a MotoPress booking, changed', () => {
  let id: string;
  beforeEach(() => {
    [id = ''] = seed(inMarch());
  });

  it('moves in time and to another accommodation', async () => {
    const moved = await bookings.change(id, { interval: APRIL }, undefined);
    expect(moved).toMatchObject({
      id,
      ...APRIL,
      resourceId: 'simmer-highs',
      guest: { name: 'Sample Guest', count: 3 },
    });
    const rooms = inMarch({ reserved_accommodations: [{ accommodation: KAYA, adults: 2 }] });
    const [room = ''] = seed(rooms);
    expect(await bookings.change(room, { resourceId: 'sol', interval: APRIL }, undefined)).toMatchObject({
      ...APRIL,
      resourceId: 'sol',
    });
  });

  it('keeps what its accommodations are to MotoPress when only its dates change', async () => {
    await bookings.change(id, { interval: APRIL, resourceId: 'simmer-highs' }, undefined);
    expect(server.control.bookings()[0]).toMatchObject({
      check_in_date: APRIL.start,
      reserved_accommodations: [{ accommodation: HOUSE, adults: 2, children: 1 }],
    });
  });

  it('has no title: one alone is refused, one beside a move is left', async () => {
    const reason = { reason: 'title_not_writable' };
    await expect(bookings.change(id, { title: 'Late arrival' }, undefined)).rejects.toMatchObject(reason);
    const moved = await bookings.change(id, { title: 'Late arrival', interval: APRIL }, undefined);
    expect(moved).toMatchObject(APRIL);
    expect(moved).not.toHaveProperty('title');
  });

  it.each([
    ['slot_taken', { interval: { start: '2028-04-12', end: '2028-04-16' } }],
    ['past', { interval: { start: '2020-04-01', end: '2020-04-04' } }],
    ['not_bookable', { interval: { start: '2037-04-01', end: '2037-04-04' } }],
    ['not_bookable', { resourceId: 'sol' }],
  ])('is refused as %s: %o', async (reason, wanted) => {
    seed(stay(APRIL.start, APRIL.end));
    [id = ''] = seed(inMarch({ reserved_accommodations: [{ accommodation: HOUSE, adults: 4 }] }));
    await expect(bookings.change(id, wanted, undefined)).rejects.toMatchObject({ kind: 'rejected', reason });
    expect(await bookings.get(id)).toMatchObject({ ...MARCH, resourceId: 'simmer-highs' });
  });

  it('is not said to be in its own way', async () => {
    const tooLong = { interval: { start: '2028-03-12', end: '2037-04-04' } };
    await expect(bookings.change(id, tooLong, undefined)).rejects.toMatchObject({ reason: 'not_bookable' });
  });

  it('may begin on the day another ends', async () => {
    seed(stay(APRIL.start, APRIL.end));
    expect(await bookings.change(id, { interval: { start: APRIL.end, end: '2028-04-16' } }, undefined)).toMatchObject({
      start: APRIL.end,
    });
  });

  it('is refused when it is cancelled or imported', async () => {
    const [cancelled = ''] = seed(inMarch({ status: 'cancelled' }));
    await expect(bookings.change(cancelled, { interval: APRIL }, undefined)).rejects.toMatchObject({
      reason: 'cancelled',
    });
    const [imported = ''] = seed(inMarch({ imported: true }));
    await expect(bookings.change(imported, { interval: APRIL }, undefined)).rejects.toMatchObject({
      reason: 'imported',
    });
    await expect(bookings.cancel(imported, 'x')).rejects.toMatchObject({ reason: 'imported' });
  });

  it('is cancelled once, however often it is asked', async () => {
    expect(await bookings.cancel(id, 'deleted on the calendar')).toMatchObject({ id, status: 'cancelled' });
    server.faults.add({ target: 'motopress', match: 'POST /', status: 500 });
    expect(await bookings.cancel(id, 'again')).toMatchObject({ id, status: 'cancelled' });
  });

  it('is not known when it does not exist', async () => {
    await expect(bookings.change('999', { interval: APRIL }, undefined)).rejects.toThrow(NotFound);
    await expect(bookings.cancel('999', 'x')).rejects.toThrow(NotFound);
  });
});

describe('the order of what is read and written', () => {
  it('is that of the questions, for what is read', async () => {
    const [id = ''] = seed(inMarch());
    const asked = bookings.get(id);
    now += 5_000;
    expect(await asked).toMatchObject({ readAt: '2027-05-01T15:00:00.000000Z' });
    expect(await bookings.listChanged(LONG_AGO)).toMatchObject({
      bookings: [{ readAt: '2027-05-01T15:00:05.000000Z' }],
    });
  });

  it('is that of the answers, for what is changed: whatever was asked for before knows less', async () => {
    const [id = ''] = seed(inMarch());
    const changing = bookings.change(id, { interval: APRIL }, undefined);
    now += 5_000;
    const changed = await changing;
    expect(changed.readAt).toBe('2027-05-01T15:00:05.000001Z');
    expect(changed.readAt! > (await bookings.get(id))!.readAt!).toBe(true);
    now += 1;
    expect(changed.readAt! < (await bookings.get(id))!.readAt!).toBe(true);
  });
});
