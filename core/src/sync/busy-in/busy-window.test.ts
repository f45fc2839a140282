import { describe, expect, it } from 'vitest';
import { busyWindow, isOver, needsWholeRead } from './busy-window.ts';

const NOW = Date.parse('2027-06-01T12:00:00Z');
const DAY = 86_400_000;

describe('the window of blocks', () => {
  it('reaches from days that are past everywhere to more than two years ahead', () => {
    expect(busyWindow(NOW)).toEqual({
      from: '2027-05-29T00:00:00Z',
      to: '2029-07-01T00:00:00Z',
      since: '2027-05-30',
      until: '2029-06-30',
    });
  });

  it.each([
    ['a calendar that is not to block, and never did', { busyIn: false }, false],
    ['one that is to block from now on', { busyIn: true }, true],
    ['one that is to block no longer', { busyIn: false, busyUntil: '2029-06-30' }, true],
    ['one that was read today', { busyIn: true, busyUntil: '2029-06-30' }, false],
    ['one that was read thirty days ago', { busyIn: true, busyUntil: '2029-05-31' }, false],
    ['one that was read before that', { busyIn: true, busyUntil: '2029-05-30' }, true],
  ])('%s: whole read %o → %s', (_what, binding, whole) => {
    expect(needsWholeRead(binding, NOW)).toBe(whole);
  });

  it('never leaves less than two years unread', () => {
    const { until } = busyWindow(NOW);
    let day = 0;
    while (!needsWholeRead({ busyIn: true, busyUntil: until }, NOW + day * DAY)) day++;
    expect(day).toBe(31);
  });

  it.each([
    ['2027-06-01T12:00:00Z', true],
    ['2027-06-01T12:00:01Z', false],
    ['2027-06-01', true],
    ['2027-06-02', false],
  ])('what ends at %s is over: %s', (end, over) => {
    expect(isOver({ end }, NOW)).toBe(over);
  });
});
