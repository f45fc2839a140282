import { describe, expect, it } from 'vitest';
import type { LedgerEvent } from '../domain/event.ts';
import type { PageLine } from '../store/pages.ts';
import { compareHolding, planLosses } from './plan-bookings-audit.ts';

const line = (id: string, part: Partial<PageLine> = {}): PageLine => ({
  ...{ id, start: '2027-05-01', end: '2027-05-04', kind: 'reservation', status: 'active', priority: 1 },
  ...{ source: 'booking-system:site', ...part },
});
const listed = (...ids: readonly string[]) =>
  new Map(ids.map((id) => [id, { id: `booking-${id}`, resourceId: 'kaya' as string | undefined }]));

describe('compareHolding', () => {
  const base = { resourceIds: new Set(['kaya']), date: '2027-05-02' };
  const compare = (lines: readonly PageLine[], there: ReturnType<typeof listed>) =>
    compareHolding({ ...base, lines, listed: there });

  it('finds nothing where both sides hold the same', () => {
    expect(compare([line('a'), line('b')], listed('a', 'b'))).toEqual({ absent: [], unexpected: [], future: 2 });
  });

  it('has those asked for that are not listed, also the ones that are missed', () => {
    const [a, b] = [line('a'), line('b', { status: 'missing' })];
    expect(compare([a, b], listed('c')).absent).toEqual([a, b]);
  });

  it.each(['2027-05-01', '2027-05-02'])('leaves alone what ended by %s', (end) => {
    expect(compare([line('a', { end })], listed())).toEqual({ absent: [], unexpected: [], future: 0 });
  });

  it('has those read that are listed and not held, or missed', () => {
    const lines = [line('a'), line('b', { status: 'missing' })];
    expect(compare(lines, listed('a', 'b', 'c')).unexpected).toEqual(['booking-b', 'booking-c']);
  });

  it('takes what is listed and ended today for held, not for unexpected', () => {
    expect(compare([line('a', { end: '2027-05-02' })], listed('a')).unexpected).toEqual([]);
  });

  it.each([undefined, 'barn'])('leaves out what is listed for a resource that is not ours: %s', (resourceId) => {
    expect(compare([], new Map([['a', { id: '1', resourceId }]])).unexpected).toEqual([]);
  });
});

describe('planLosses', () => {
  const NOW = Date.parse('2027-05-01T12:00:00Z');
  const HOUR = 3_600_000;
  const lost = (lostSince: string) => ({ id: lostSince, booking: { status: 'confirmed', lostSince } }) as LedgerEvent;
  const plan = (part: Partial<Parameters<typeof planLosses>[0]>) =>
    planLosses({ before: [], found: 0, future: 40, heldAt: undefined, now: NOW, ...part });

  it('waits for nothing where nothing is lost', () => {
    expect(plan({})).toEqual({ held: false, due: [] });
    expect(plan({ heldAt: '2027-05-01T00:00:00Z' })).toEqual({ held: false, due: [] });
  });

  it('asks again six hours after a booking was found to be unknown', () => {
    expect(plan({ found: 2 })).toEqual({ held: false, due: [], nextDueAt: NOW + 6 * HOUR });
    const before = [lost('2027-05-01T06:00:01Z'), lost('2027-05-01T11:00:00Z')];
    expect(plan({ before, found: 1 })).toEqual({ held: false, due: [], nextDueAt: NOW + 1000 });
  });

  it('has those cancelled that were unknown for six hours, and goes on waiting for the others', () => {
    const [due, waiting] = [lost('2027-05-01T06:00:00Z'), lost('2027-05-01T07:00:00Z')];
    expect(plan({ before: [due, waiting] })).toEqual({ held: false, due: [due], nextDueAt: NOW + HOUR });
  });

  it('holds many at once, those of before included, and as long as staff have not decided', () => {
    const before = Array.from({ length: 5 }, () => lost('2027-05-01T00:00:00Z'));
    expect(plan({ before, found: 4 })).toEqual({ held: true, due: [] });
    expect(plan({ before: before.slice(0, 1), heldAt: '2027-05-01T00:00:00Z' })).toEqual({ held: true, due: [] });
    expect(plan({ before })).toMatchObject({ held: false, due: before });
  });
});
