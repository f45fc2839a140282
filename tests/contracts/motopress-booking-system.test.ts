import { InvalidInput } from '@dovetail/core/domain/errors.ts';
import type { BookingSystem } from '@dovetail/core/ports/booking-system.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KAYA, type MotoPressServer, SOL, startMotoPress, stay } from './motopress-server.ts';

const MARCH = { start: '2028-03-10', end: '2028-03-14' };
const APRIL = { start: '2028-04-10', end: '2028-04-14' };
const LONG_AGO = '2026-01-01T00:00:00Z';

let server: MotoPressServer;
let bookings: BookingSystem;
beforeEach(async () => {
  server = await startMotoPress();
  bookings = server.connect();
});
afterEach(() => server.close());

const inMarch = (part: Parameters<typeof stay>[2] = {}) => stay(MARCH.start, MARCH.end, part);
const two = { reserved_accommodations: [KAYA, SOL].map((accommodation) => ({ accommodation, adults: 1 })) };

describe('a MotoPress booking, read', () => {
  it('is a stay of nights in our terms', async () => {
    const [id = ''] = server.seed(inMarch());
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
    const [id = ''] = server.seed(inMarch({ status }));
    expect(await bookings.get(id)).toMatchObject({ status: ours });
  });

  it('that lies in the bin is cancelled, and one that was removed for good is not known', async () => {
    const [id = ''] = server.seed(inMarch());
    await server.change(id, {}, 'DELETE');
    expect(await bookings.get(id)).toMatchObject({ status: 'cancelled' });
    await server.change(`${id}?force=true`, {}, 'DELETE');
    expect(await bookings.get(id)).toBeNull();
  });

  it.each(['999', '0', '501-1', '501-x', 'apt_1', '../501', ''])('by the id %j is not known', async (id) => {
    server.seed(inMarch());
    expect(await bookings.get(id)).toBeNull();
  });

  it('with an accommodation that is not listed names no resource it cannot have', async () => {
    const [id = ''] = server.seed(inMarch({ reserved_accommodations: [{ accommodation: 104, adults: 1 }] }));
    expect(await bookings.get(id)).toMatchObject({ resourceId: '104', externalResourceId: '104' });
  });

  it('without a name or guest count says nothing of a guest', async () => {
    const [id = ''] = server.seed(inMarch({ customer: {}, reserved_accommodations: [] }));
    expect(await bookings.get(id)).not.toHaveProperty('guest');
  });

  it("that was imported is its own platform's to tell, unless the tenant reads it here", async () => {
    const [id = ''] = server.seed(inMarch({ imported: true }));
    expect(await bookings.get(id)).toBeNull();
    expect((await bookings.listChanged(LONG_AGO)).bookings).toEqual([]);
    expect(await server.connect({ takesImported: true }).get(id)).toMatchObject({ id });
  });
});

describe('a MotoPress booking of two accommodations', () => {
  let id: string;
  beforeEach(() => {
    [id = ''] = server.seed(inMarch(two));
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
    await server.change(id, { reserved_accommodations: [{ accommodation: KAYA, adults: 1 }] });
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
    const ids = server.seed(...Array.from({ length: 130 }, (_, index) => inMarch({ note: String(index) })));
    await server.clock.advance(60_000);
    await server.change(ids[0] ?? '', {}, 'DELETE');
    const first = await bookings.listChanged(LONG_AGO);
    const second = await bookings.listChanged(LONG_AGO, first.nextCursor);
    expect([first.bookings.length, second.bookings.length, second.nextCursor]).toEqual([100, 30, undefined]);
    expect([...first.bookings, ...second.bookings].map((each) => each.id)).toEqual(ids);
    const { bookings: changed } = await bookings.listChanged('2027-05-01T15:01:00Z');
    expect(changed).toMatchObject([{ id: ids[0], status: 'cancelled' }]);
    expect((await bookings.listChanged('2027-05-01T15:02:00Z')).bookings).toEqual([]);
  });

  it('loses none of them when one is removed for good between two pages', async () => {
    const ids = server.seed(...Array.from({ length: 130 }, () => inMarch({ status: 'cancelled' })));
    const seen = new Set<string>();
    let cursor: string | undefined;
    do {
      const page = await bookings.listChanged(LONG_AGO, cursor);
      if (cursor === undefined) await server.change(`${ids[3]}?force=true`, {}, 'DELETE');
      for (const each of page.bookings) seen.add(each.id);
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(seen.size).toBe(130);
  });

  it('refuses a cursor that is none', async () => {
    await expect(bookings.listChanged(LONG_AGO, 'x')).rejects.toThrow(InvalidInput);
  });
});

describe('MotoPress bookings that hold nights', () => {
  async function all(date = '2028-03-01', system = bookings, afterFirstPage?: () => Promise<void>): Promise<string[]> {
    const ids = new Set<string>();
    let cursor: string | undefined;
    do {
      const page = await system.listHolding?.(date, cursor);
      if (cursor === undefined) await afterFirstPage?.();
      for (const { id } of page?.bookings ?? []) ids.add(id);
      cursor = page?.nextCursor;
    } while (cursor !== undefined);
    return [...ids];
  }

  it('are listed by the ids of all their parts, and those alone that end after the date', async () => {
    const [before = '', over = ''] = server.seed(stay('2028-02-20', '2028-02-28'), stay('2028-02-28', '2028-03-01'));
    const [one = '', both = ''] = server.seed(inMarch(), stay('2028-02-28', '2028-03-02', two));
    expect(await all()).toEqual([one, both, `${both}-2`]);
    expect(await all('2028-01-01')).toEqual([before, over, one, both, `${both}-2`]);
  });

  it('are listed with what they take', async () => {
    const [id = ''] = server.seed(inMarch(two));
    expect(await bookings.listHolding?.('2028-03-01')).toEqual({
      bookings: [
        { id, resourceId: 'kaya' },
        { id: `${id}-2`, resourceId: 'sol' },
      ],
    });
  });

  it.each(['cancelled', 'abandoned'] as const)('are none that is %s', async (status) => {
    server.seed(inMarch({ status }));
    expect(await all()).toEqual([]);
  });

  it.each(['pending', 'pending-user', 'pending-payment'] as const)('are also such as are %s', async (status) => {
    const ids = server.seed(inMarch({ status }));
    expect(await all()).toEqual(ids);
  });

  it('are none that lies in the bin or was deleted for good', async () => {
    const [binned = '', deleted = '', left] = server.seed(inMarch(), inMarch(), inMarch());
    await server.change(binned, {}, 'DELETE');
    await server.change(`${deleted}?force=true`, {}, 'DELETE');
    expect(await all()).toEqual([left]);
  });

  it("are imported ones only where the tenant reads other platforms' here", async () => {
    const ids = server.seed(inMarch({ imported: true }));
    expect(await all()).toEqual([]);
    expect(await all('2028-03-01', server.connect({ takesImported: true }))).toEqual(ids);
  });

  it('are all listed when one is deleted for good between two pages', async () => {
    const ids = server.seed(...Array.from({ length: 130 }, () => inMarch()));
    const found = await all('2028-03-01', bookings, () => server.change(`${ids[3]}?force=true`, {}, 'DELETE'));
    expect(found.sort()).toEqual(ids);
  });
});
