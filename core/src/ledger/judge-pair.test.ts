import { describe, expect, it } from 'vitest';
import { type Contender, judgePair, judgeRelatives } from './judge-pair.ts';

const STAY: Contender = { id: 'a', kind: 'reservation', start: '2027-06-10', end: '2027-06-14', priority: 3 };
const OTHER: Contender = { ...STAY, id: 'b', start: '2027-06-12', end: '2027-06-16' };
const CLOSURE: Contender = { ...OTHER, id: 'c', kind: 'block' };

describe('two reservations of the same nights', () => {
  const shared = { type: 'double-booking', start: '2027-06-12', end: '2027-06-14' };

  it('are decided by the priority of their sources', () => {
    const expected = { ...shared, status: 'resolved', winnerEventId: 'b', resolvedBy: 'priority' };
    expect(judgePair(STAY, { ...OTHER, priority: 1 })).toMatchObject(expected);
    expect(judgePair({ ...OTHER, priority: 1 }, STAY)).toMatchObject(expected);
  });

  it('are decided by the later change where their sources rank alike', () => {
    const early = { ...STAY, modifiedAt: '2027-05-01T10:00:00Z' };
    const late = { ...OTHER, booking: { status: 'confirmed', updatedAt: '2027-05-01T10:00:00.000001Z' } } as const;
    const later = { ...OTHER, modifiedAt: '2027-05-02T10:00:00Z' };
    expect(judgePair(early, later)).toMatchObject({ winnerEventId: 'b', resolvedBy: 'later-modification' });
    expect(judgePair(early, late)).toMatchObject({ status: 'open' });
  });

  it.each([
    ['neither source says when it changed', {}, {}],
    ['only one does', { modifiedAt: '2027-05-01T10:00:00Z' }, {}],
    ['both changed at once', { modifiedAt: '2027-05-01T10:00:00Z' }, { modifiedAt: '2027-05-01T10:00:00Z' }],
  ])('wait for staff when %s', (_, a, b) => {
    const verdict = judgePair({ ...STAY, ...a }, { ...OTHER, ...b });
    expect(verdict).toMatchObject({ ...shared, status: 'open' });
    expect(verdict).not.toHaveProperty('winnerEventId');
  });
});

describe('a reservation and a block', () => {
  it.each([
    ['within the block', { start: '2027-06-10', end: '2027-06-20' }, 'reservation-block'],
    ['around the block', { start: '2027-06-11', end: '2027-06-12' }, 'reservation-block'],
    ['beside it in part', { start: '2027-06-12', end: '2027-06-20' }, 'partial-overlap'],
  ])('%s: the reservation goes first', (_, times, type) => {
    expect(judgePair({ ...CLOSURE, ...times }, STAY)).toMatchObject({
      type,
      status: 'resolved',
      winnerEventId: 'a',
      resolvedBy: 'rule',
    });
  });

  it('wait for staff when the closure may be a stay of its own that reaches further', () => {
    expect(judgePair(STAY, { ...CLOSURE, ambiguous: true })).toMatchObject({ type: 'partial-overlap', status: 'open' });
    const within = { ...CLOSURE, start: '2027-06-11', end: '2027-06-13', ambiguous: true };
    expect(judgePair(STAY, within)).toMatchObject({ type: 'reservation-block', status: 'resolved' });
  });
});

describe('there is nothing to decide', () => {
  it('between blocks', () => {
    expect(judgePair(CLOSURE, { ...CLOSURE, id: 'd', kind: 'maintenance' })).toBeNull();
  });

  it('between stays of which one ends on the day the other begins', () => {
    expect(judgePair(STAY, { ...OTHER, start: '2027-06-14' })).toBeNull();
  });

  it('between a block and a reservation of relatives', () => {
    expect(judgeRelatives(STAY, CLOSURE, { start: '2027-06-12', end: '2027-06-14' })).toBeNull();
  });
});

it('reservations of relatives are decided like those of one resource', () => {
  expect(judgeRelatives(STAY, { ...OTHER, priority: 1 }, { start: '2027-06-12', end: '2027-06-14' })).toMatchObject({
    type: 'parent-child',
    start: '2027-06-12',
    end: '2027-06-14',
    winnerEventId: 'b',
  });
});
