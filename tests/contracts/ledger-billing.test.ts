import type { Booking } from '@dovetail/core/domain/booking.ts';
import { type BookingSystemConfig, USCHEDULE_MARK } from '@dovetail/core/domain/booking-system-config.ts';
import { instantOf } from '@dovetail/core/domain/interval.ts';
import { commitBooking } from '@dovetail/core/sync/commit-booking.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Ledger, lesson, TENANT } from './ledger.ts';

const CONFIG: BookingSystemConfig = {
  id: 'uschedule',
  type: 'uschedule',
  webhookSecret: 'uschedule-webhooks',
  resourceIds: {},
  mark: USCHEDULE_MARK,
  priority: 2,
  createdAt: '2027-01-01T00:00:00Z',
};
const BOOKED: Booking = {
  id: '42',
  resourceId: 'bay-1',
  externalResourceId: 'bay-1',
  start: '2027-05-03T14:00:00Z',
  end: '2027-05-03T15:00:00Z',
  status: 'confirmed',
  version: 2,
  title: 'Lesson',
};

/** What Firestore bills for one webhook's commit, on resources that are mirrored to one calendar each. */
describe('the commit of a booking is billed', () => {
  let ledger: Ledger;
  beforeEach(async () => {
    ledger = await Ledger.open();
  });
  afterEach(() => ledger.close());

  const billed = (part: Partial<Booking> = {}, webhookId = 'msg_2') =>
    ledger.billed(() =>
      commitBooking({ tenantId: TENANT, config: CONFIG, booking: { ...BOOKED, ...part }, webhookId }, ledger.deps),
    );
  const known = () => billed({}, 'msg_1');

  it('for event, resource and page, their writes, the mark and the delivery when it is new', async () => {
    expect(await billed()).toEqual({ reads: 3, writes: 5, deletes: 0 });
  });

  it.each<[string, Partial<Booking>, { reads: number; writes: number }]>([
    ['one read for a version that is known', { version: 2, start: '2027-05-03T13:00:00Z' }, { reads: 1, writes: 0 }],
    ['one read for a version before', { version: 1, start: '2027-05-03T13:00:00Z' }, { reads: 1, writes: 0 }],
    ['event and delivery alone when only its version is new', { version: 3 }, { reads: 1, writes: 2 }],
    ['event and delivery alone when it is completed', { version: 3, status: 'completed' }, { reads: 1, writes: 2 }],
    [
      'as a new one when it moves within its month',
      { version: 3, start: '2027-05-03T13:00:00Z' },
      { reads: 3, writes: 5 },
    ],
    ['as a new one when it is cancelled', { version: 3, status: 'cancelled' }, { reads: 3, writes: 5 }],
    ['no page when only its title is new', { version: 3, title: 'Other' }, { reads: 2, writes: 4 }],
    ['no page when it becomes pending', { version: 3, status: 'pending' }, { reads: 2, writes: 4 }],
    [
      'one page more when it moves to another month',
      { version: 3, start: '2027-06-03T13:00:00Z', end: '2027-06-03T15:00:00Z' },
      { reads: 4, writes: 6 },
    ],
    [
      'resource, page and mark of both when it moves to another resource',
      { version: 3, resourceId: 'bay-2' },
      { reads: 5, writes: 8 },
    ],
    ['as a cancelled one when its resource is unknown', { version: 3, resourceId: undefined }, { reads: 3, writes: 5 }],
  ])('%s', async (_, part, expected) => {
    await known();
    expect(await billed(part)).toEqual({ ...expected, deletes: 0 });
  });

  it('one read for a delivery that had its effect already', async () => {
    await known();
    expect(await billed({}, 'msg_1')).toEqual({ reads: 1, writes: 0, deletes: 0 });
  });

  it('the reads twice and no second record for a repeated delivery that finds a later state', async () => {
    await known();
    expect(await billed({ version: 3, status: 'cancelled' }, 'msg_1')).toEqual({ reads: 6, writes: 4, deletes: 0 });
  });

  it('for event and page of each month a new one spans', async () => {
    expect(await billed({ end: '2027-07-03T15:00:00Z' })).toEqual({ reads: 5, writes: 7, deletes: 0 });
  });

  it('the same however full the month is', async () => {
    await ledger.put(...Array.from({ length: 200 }, (_, index) => lesson(`other-${index}`, tenMinutes(index))));
    expect(await billed()).toEqual({ reads: 3, writes: 5, deletes: 0 });
  });
});

/** The ten minutes that begin `index` hours after May 10th. */
function tenMinutes(index: number): { readonly start: string; readonly end: string } {
  const start = Date.parse('2027-05-10T00:00:00Z') + index * 3_600_000;
  return { start: instantOf(start), end: instantOf(start + 600_000) };
}
