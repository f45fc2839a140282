import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EventKind, EventStatus, LedgerEvent } from '../domain/event.ts';
import { addDays, instantOf, monthsOf, msOf } from '../domain/interval.ts';
import { ledgerWindow, pagedMonths, pageLineOf } from './page-changes.ts';

const EVENT: LedgerEvent = {
  id: 'e1',
  resourceId: 'bay-1',
  kind: 'reservation',
  status: 'active',
  source: { type: 'booking-system', id: 'uschedule', externalUid: '42' },
  start: '2027-05-01T14:00:00Z',
  end: '2027-05-01T15:00:00Z',
  title: 'Lesson with Ada',
  guest: { name: 'Ada' },
  priority: 1,
  revision: 3,
  firstSeenAt: '2027-04-01T00:00:00Z',
  lastSeenAt: '2027-04-02T00:00:00Z',
  updatedAt: '2027-04-02T00:00:00Z',
};

describe('the ledger window', () => {
  it.each([
    ['2027-05-15T12:00:00Z', '2027-03', '2029-06'],
    ['2027-01-01T00:00:00Z', '2026-11', '2029-02'],
    ['2027-02-28T23:59:59Z', '2026-12', '2029-03'],
    ['2027-11-30T00:00:00Z', '2027-09', '2029-12'],
    ['2027-12-31T23:59:59Z', '2027-10', '2030-01'],
    ['2028-01-01T00:00:00Z', '2027-11', '2030-02'],
  ])('at %s reaches from %s to %s', (now, first, last) => {
    expect(ledgerWindow(msOf(now))).toEqual({ first, last });
  });

  it('always holds 28 months, two of them before the present one', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000_000 }), (second) => {
        const { first, last } = ledgerWindow(second * 1000);
        const months = monthsOf({ start: `${first}-01`, end: `${last}-02` });
        expect(months).toHaveLength(28);
        expect(months[2]).toBe(instantOf(second * 1000).slice(0, 7));
      }),
    );
  });
});

describe('a page line', () => {
  it('says what decisions about time need, and nothing of the guest', () => {
    expect(pageLineOf(EVENT)).toEqual({
      id: 'e1',
      start: '2027-05-01T14:00:00Z',
      end: '2027-05-01T15:00:00Z',
      kind: 'reservation',
      status: 'active',
      priority: 1,
      source: 'booking-system:uschedule',
    });
  });

  it('says when a hold lapses', () => {
    expect(pageLineOf({ ...EVENT, until: '2027-05-01T10:00:00Z' })).toMatchObject({ until: '2027-05-01T10:00:00Z' });
  });

  const statuses: readonly EventStatus[] = ['active', 'missing', 'released', 'cancelled'];
  const kinds: readonly EventKind[] = ['reservation', 'block', 'maintenance'];
  it.each(statuses.flatMap((status) => kinds.map((kind) => [status, kind] as const)))(
    'of %s %s is there until its time is free for good',
    (status, kind) => {
      const line = pageLineOf({ ...EVENT, status, kind });
      if (status === 'released' || status === 'cancelled') expect(line).toBeNull();
      else expect(line).toMatchObject({ status, kind });
    },
  );
});

describe('the paged months of an interval', () => {
  const WINDOW = { first: '2027-03', last: '2027-07' };
  const INSIDE = ['2027-03', '2027-04', '2027-05', '2027-06', '2027-07'];
  const day = fc.integer({ min: -120, max: 240 }).map((days) => addDays('2027-03-01', days));

  it('are those of its nights that lie in the window, and it is clipped when a night lies outside', () => {
    fc.assert(
      fc.property(day, fc.integer({ min: 1, max: 400 }), (start, nights) => {
        const interval = { start, end: addDays(start, nights) };
        const months = monthsOf(interval);
        expect(pagedMonths(interval, WINDOW)).toEqual({
          months: months.filter((month) => INSIDE.includes(month)),
          clipped: months.some((month) => !INSIDE.includes(month)),
        });
      }),
      { numRuns: 500 },
    );
  });

  it('are those of its seconds that lie in the window', () => {
    fc.assert(
      fc.property(day, fc.nat(86_399), fc.integer({ min: 1, max: 400 * 86_400 }), (date, second, length) => {
        const startMs = msOf(date) + second * 1000;
        const interval = { start: instantOf(startMs), end: instantOf(startMs + length * 1000) };
        const months = monthsOf(interval);
        expect(pagedMonths(interval, WINDOW)).toEqual({
          months: months.filter((month) => INSIDE.includes(month)),
          clipped: months.some((month) => !INSIDE.includes(month)),
        });
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['2027-07-31', '2027-08-01', ['2027-07'], false],
    ['2027-07-31', '2027-08-02', ['2027-07'], true],
    ['2027-02-28', '2027-03-01', [], true],
    ['2027-02-28T23:00:00Z', '2027-03-01T00:00:01Z', ['2027-03'], true],
    ['2027-07-31T23:00:00Z', '2027-08-01T00:00:00Z', ['2027-07'], false],
    ['2027-08-01T00:00:00Z', '2027-08-01T01:00:00Z', [], true],
    ['2026-01-01', '2028-01-01', INSIDE, true],
  ])('from %s to %s are %j', (start, end, months, clipped) => {
    expect(pagedMonths({ start, end }, WINDOW)).toEqual({ months, clipped });
  });
});
