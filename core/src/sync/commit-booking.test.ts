import { describe, expect, it } from 'vitest';
import type { Booking, BookingStatus } from '../domain/booking.ts';
import { type BookingSystemConfig, USCHEDULE_MARK } from '../domain/booking-system-config.ts';
import type { EventStatus, LedgerEvent } from '../domain/event.ts';
import { eventIdOfBooking, eventStateOf, isNews } from './commit-booking.ts';

const NOW = '2027-04-01T12:00:00Z';
const CONFIG: BookingSystemConfig = {
  id: 'uschedule',
  type: 'uschedule',
  webhookSecret: 'uschedule-webhooks',
  resourceIds: { 1: 'bay-1' },
  mark: USCHEDULE_MARK,
  priority: 2,
  createdAt: '2027-01-01T00:00:00Z',
};
const BOOKING: Booking = {
  id: '42',
  resourceId: 'bay-1',
  externalResourceId: '1',
  start: '2027-05-01T14:00:00Z',
  end: '2027-05-01T15:00:00Z',
  status: 'confirmed',
  version: 3,
  updatedAt: '2027-04-01T11:00:00.000000Z',
  title: 'Lesson',
  guest: { name: 'Ada', phone: '+1 555 0100' },
  price: 80,
  currency: 'USD',
};
const KNOWN: LedgerEvent = {
  id: eventIdOfBooking('uschedule', '42'),
  resourceId: 'bay-1',
  kind: 'reservation',
  status: 'active',
  source: { type: 'booking-system', id: 'uschedule', externalUid: '42' },
  start: '2027-05-01T10:00:00Z',
  end: '2027-05-01T11:00:00Z',
  title: 'Lesson',
  booking: { status: 'confirmed', version: 2 },
  priority: 2,
  revision: 2,
  firstSeenAt: '2027-03-01T00:00:00Z',
  lastSeenAt: '2027-03-01T00:00:00Z',
  updatedAt: '2027-03-01T00:00:00Z',
};

function without<T extends object, K extends keyof T>(value: T, ...keys: K[]): Omit<T, K> {
  const rest = { ...value };
  for (const key of keys) delete rest[key];
  return rest;
}

const UNPLACED: Booking = { ...BOOKING, resourceId: undefined, externalResourceId: '9' };

describe('what the ledger holds of a booking', () => {
  it('is everything its booking system says, and nothing that is for the ledger to say', () => {
    expect(eventStateOf(BOOKING, CONFIG, undefined, NOW)).toEqual({
      id: KNOWN.id,
      resourceId: 'bay-1',
      kind: 'reservation',
      status: 'active',
      source: { type: 'booking-system', id: 'uschedule', externalUid: '42' },
      start: '2027-05-01T14:00:00Z',
      end: '2027-05-01T15:00:00Z',
      title: 'Lesson',
      priority: 2,
      booking: { status: 'confirmed', version: 3, updatedAt: '2027-04-01T11:00:00.000000Z' },
      guest: { name: 'Ada', phone: '+1 555 0100' },
      price: 80,
      currency: 'USD',
      lastSeenAt: NOW,
    });
  });

  it('leaves out what the booking system does not say', () => {
    const bare = without(BOOKING, 'title', 'guest', 'price', 'currency', 'updatedAt');
    const state = eventStateOf(bare, CONFIG, undefined, NOW);
    expect(state).not.toHaveProperty('guest');
    expect(state).not.toHaveProperty('price');
    expect(state).not.toHaveProperty('currency');
    expect(state?.booking).toEqual({ status: 'confirmed', version: 3 });
  });

  it('forgets what the booking system no longer says', () => {
    const known = { ...KNOWN, guest: { name: 'Ada' }, price: 80 };
    const state = eventStateOf(without(BOOKING, 'guest', 'price'), CONFIG, known, NOW);
    expect(state).not.toHaveProperty('guest');
    expect(state).not.toHaveProperty('price');
  });

  it('is called by its title, else by its guest, else just a booking', () => {
    const untitled = without(BOOKING, 'title');
    const titles = [BOOKING, untitled, { ...untitled, guest: { count: 2 } }, without(untitled, 'guest')].map(
      (booking) => eventStateOf(booking, CONFIG, undefined, NOW)?.title,
    );
    expect(titles).toEqual(['Lesson', 'Ada', 'Booking', 'Booking']);
  });

  it('is text that every store and calendar can hold, also where a system cut a character in two', () => {
    const cut = { ...BOOKING, title: 'Lesson \ud83d', guest: { name: '\udc00Ada', count: 2 } };
    expect(eventStateOf(cut, CONFIG, undefined, NOW)).toMatchObject({
      title: 'Lesson \ufffd',
      guest: { name: '\ufffdAda', count: 2 },
    });
    expect(eventStateOf(without(cut, 'title'), CONFIG, undefined, NOW)?.title).toBe('\ufffdAda');
  });

  it('is known by an id that follows from booking system and booking', () => {
    expect(eventIdOfBooking('uschedule', '42')).toBe('m5lo0fi6p1j5f59n6vg5i2kihu');
    expect(eventIdOfBooking('uschedule', '43')).not.toBe(KNOWN.id);
    expect(eventIdOfBooking('other', '42')).not.toBe(KNOWN.id);
  });
});

describe('the status of a booking', () => {
  it.each<[BookingStatus, EventStatus]>([
    ['pending', 'active'],
    ['confirmed', 'active'],
    ['completed', 'active'],
    ['no_show', 'active'],
    ['cancelled', 'cancelled'],
  ])('%s makes an event that is %s', (status, expected) => {
    const state = eventStateOf({ ...BOOKING, status }, CONFIG, undefined, NOW);
    expect(state).toMatchObject({ status: expected, booking: { status } });
  });

  it.each<BookingStatus>(['pending', 'confirmed', 'cancelled'])('%s moves the event to the time it names', (status) => {
    const state = eventStateOf({ ...BOOKING, status }, CONFIG, KNOWN, NOW);
    expect(state).toMatchObject({ start: BOOKING.start, end: BOOKING.end });
  });

  it.each<BookingStatus>(['completed', 'no_show'])('%s leaves the event at the time it had', (status) => {
    const state = eventStateOf({ ...BOOKING, status }, CONFIG, KNOWN, NOW);
    expect(state).toMatchObject({
      start: KNOWN.start,
      end: KNOWN.end,
      status: 'active',
      booking: { status, version: 3 },
    });
  });

  it.each<BookingStatus>(['completed', 'no_show'])(
    '%s of a booking never seen before takes the time it names',
    (status) => {
      const state = eventStateOf({ ...BOOKING, status }, CONFIG, undefined, NOW);
      expect(state).toMatchObject({ start: BOOKING.start, end: BOOKING.end });
    },
  );

  it.each<[BookingStatus, EventStatus, EventStatus]>([
    ['completed', 'cancelled', 'cancelled'],
    ['no_show', 'cancelled', 'cancelled'],
    ['completed', 'missing', 'missing'],
    ['completed', 'released', 'active'],
    ['no_show', 'released', 'active'],
  ])('%s of an event that is %s leaves or makes it %s', (status, known, expected) => {
    const state = eventStateOf({ ...BOOKING, status }, CONFIG, { ...KNOWN, status: known }, NOW);
    expect(state).toMatchObject({ status: expected, booking: { status, version: 3 } });
  });

  it.each<BookingStatus>(['completed', 'no_show'])(
    '%s of a cancelled booking leaves it cancelled, also when it names no resource of ours',
    (status) => {
      const state = eventStateOf({ ...UNPLACED, status }, CONFIG, { ...KNOWN, status: 'cancelled' }, NOW);
      expect(state?.status).toBe('cancelled');
    },
  );

  it('confirmed brings a cancelled booking back', () => {
    expect(eventStateOf(BOOKING, CONFIG, { ...KNOWN, status: 'cancelled' }, NOW)?.status).toBe('active');
  });
});

describe('a booking that names no resource of ours', () => {
  it('is not held when it was never seen before', () => {
    expect(eventStateOf(UNPLACED, CONFIG, undefined, NOW)).toBeNull();
  });

  it.each<[BookingStatus, EventStatus]>([
    ['pending', 'released'],
    ['confirmed', 'released'],
    ['cancelled', 'cancelled'],
    ['completed', 'released'],
    ['no_show', 'released'],
  ])('frees the time it held: %s, it is %s', (status, expected) => {
    const state = eventStateOf({ ...UNPLACED, status }, CONFIG, KNOWN, NOW);
    expect(state).toMatchObject({ resourceId: 'bay-1', status: expected, booking: { version: 3 } });
  });

  it('takes its time again once it names one', () => {
    const released: LedgerEvent = { ...KNOWN, status: 'released' };
    const state = eventStateOf({ ...BOOKING, resourceId: 'bay-2' }, CONFIG, released, NOW);
    expect(state).toMatchObject({ resourceId: 'bay-2', status: 'active', start: BOOKING.start });
  });
});

describe('a booking of dates', () => {
  it('stays one of dates', () => {
    const stay = { ...BOOKING, resourceId: 'kaya', start: '2027-05-01', end: '2027-05-04' };
    expect(eventStateOf(stay, CONFIG, undefined, NOW)).toMatchObject({ start: '2027-05-01', end: '2027-05-04' });
  });
});

describe('a booking of a system that says neither version nor time of change', () => {
  const read = (part: Partial<Booking>, minute = 5): Booking => ({
    ...without(BOOKING, 'version', 'updatedAt'),
    readAt: `2027-04-01T12:0${minute}:00.000000Z`,
    ...part,
  });
  const held = eventStateOf(read({}, 5), CONFIG, undefined, NOW) as LedgerEvent;
  const news = (booking: Booking, known = held) => isNews(booking, CONFIG, known, NOW);

  it('is no news when it says what is known, however much later it was read', () => {
    expect(news(read({}, 9))).toBe(false);
    expect(news(read({ guest: { phone: '+1 555 0100', name: 'Ada' } }, 9))).toBe(false);
  });

  it.each<[string, Partial<Booking>]>([
    ['time', { end: '2027-05-01T16:00:00Z' }],
    ['resource', { resourceId: 'bay-2' }],
    ['status', { status: 'cancelled' }],
    ['confirmation', { status: 'pending' }],
    ['guest', { guest: { name: 'Ada', phone: '+1 555 0101' } }],
    ['price', { price: 90 }],
  ])('is news when it was read later and its %s is another', (_what, part) => {
    expect(news(read(part, 9))).toBe(true);
  });

  it('is no news when it was read before, whatever it says', () => {
    expect(news(read({ status: 'cancelled' }, 4))).toBe(false);
    expect(news(read({ status: 'cancelled' }, 5))).toBe(false);
  });

  it('is held with the time it was read', () => {
    expect(held.booking).toEqual({ status: 'confirmed', readAt: '2027-04-01T12:05:00.000000Z' });
  });
});

it('a later version is news even when it says the same, so that an older one no longer is', () => {
  const held = eventStateOf(BOOKING, CONFIG, undefined, NOW) as LedgerEvent;
  expect(isNews({ ...BOOKING, version: 4 }, CONFIG, held, NOW)).toBe(true);
  expect(isNews(BOOKING, CONFIG, held, NOW)).toBe(false);
});
