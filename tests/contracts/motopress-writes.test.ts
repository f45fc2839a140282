import { InvalidInput, NotFound, TemporarilyUnavailable } from '@dovetail/core/domain/errors.ts';
import type { BookingSystem } from '@dovetail/core/ports/booking-system.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HOUSE, KAYA, type MotoPressServer, START, startMotoPress, stay } from './motopress-server.ts';

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
  bookings = server.connect({ clock: { now: () => now } });
});
afterEach(() => server.close());

const inMarch = (part: Parameters<typeof stay>[2] = {}) => stay(MARCH.start, MARCH.end, part);

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
    server.seed(inMarch({ reserved_accommodations: [{ accommodation: KAYA, adults: 1 }] }));
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
    [id = ''] = server.seed(inMarch());
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
    const [room = ''] = server.seed(rooms);
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
    server.seed(stay(APRIL.start, APRIL.end));
    [id = ''] = server.seed(inMarch({ reserved_accommodations: [{ accommodation: HOUSE, adults: 4 }] }));
    await expect(bookings.change(id, wanted, undefined)).rejects.toMatchObject({ kind: 'rejected', reason });
    expect(await bookings.get(id)).toMatchObject({ ...MARCH, resourceId: 'simmer-highs' });
  });

  it('is not said to be in its own way', async () => {
    const tooLong = { interval: { start: '2028-03-12', end: '2037-04-04' } };
    await expect(bookings.change(id, tooLong, undefined)).rejects.toMatchObject({ reason: 'not_bookable' });
  });

  it('may begin on the day another ends', async () => {
    server.seed(stay(APRIL.start, APRIL.end));
    expect(await bookings.change(id, { interval: { start: APRIL.end, end: '2028-04-16' } }, undefined)).toMatchObject({
      start: APRIL.end,
    });
  });

  it('is refused when it is cancelled or imported', async () => {
    const [cancelled = ''] = server.seed(inMarch({ status: 'cancelled' }));
    await expect(bookings.change(cancelled, { interval: APRIL }, undefined)).rejects.toMatchObject({
      reason: 'cancelled',
    });
    const [imported = ''] = server.seed(inMarch({ imported: true }));
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
    const [id = ''] = server.seed(inMarch());
    const asked = bookings.get(id);
    now += 5_000;
    expect(await asked).toMatchObject({ readAt: '2027-05-01T15:00:00.000000Z' });
    expect(await bookings.listChanged(LONG_AGO)).toMatchObject({
      bookings: [{ readAt: '2027-05-01T15:00:05.000000Z' }],
    });
  });

  it('is that of the answers, for what is changed: whatever was asked for before knows less', async () => {
    const [id = ''] = server.seed(inMarch());
    const changing = bookings.change(id, { interval: APRIL }, undefined);
    now += 5_000;
    const changed = await changing;
    expect(changed.readAt).toBe('2027-05-01T15:00:05.000001Z');
    expect(changed.readAt! > (await bookings.get(id))!.readAt!).toBe(true);
    now += 1;
    expect(changed.readAt! < (await bookings.get(id))!.readAt!).toBe(true);
  });
});
