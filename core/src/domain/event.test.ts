import { describe, expect, it } from 'vitest';
import { type EventStatus, holdsTime, type ShownStatus, shownStatus } from './event.ts';

it.each<[EventStatus, boolean]>([
  ['active', true],
  ['missing', true],
  ['released', false],
  ['cancelled', false],
])('an event that is %s holds its time: %s', (status, holds) => {
  expect(holdsTime({ status })).toBe(holds);
});

describe('an event that lost a conflict', () => {
  it.each<[EventStatus, ShownStatus]>([
    ['active', 'overridden'],
    ['missing', 'missing'],
    ['released', 'released'],
    ['cancelled', 'cancelled'],
  ])('and is %s is shown as %s', (status, shown) => {
    expect(shownStatus({ status, overriddenBy: 'winner' })).toBe(shown);
  });

  it('keeps its time', () => {
    expect(holdsTime({ status: 'active' })).toBe(true);
  });
});

it('an active event that lost nothing is shown as active', () => {
  expect(shownStatus({ status: 'active' })).toBe('active');
});
