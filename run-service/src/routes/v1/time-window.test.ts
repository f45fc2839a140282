import { describe, expect, it } from 'vitest';
import { Problem } from '../../middleware/problem.ts';
import { timeWindow } from './time-window.ts';

const NOW = Date.parse('2027-05-01T10:30:00Z');

describe('timeWindow', () => {
  it('is the last day and the next ninety when nothing is asked', () => {
    expect(timeWindow({}, 'timed', NOW)).toEqual({ start: '2027-04-30T10:30:00Z', end: '2027-07-30T10:30:00Z' });
  });

  it('is 91 days from a given beginning', () => {
    expect(timeWindow({ from: '2027-12-01' }, 'nightly', NOW)).toEqual({ start: '2027-12-01', end: '2028-03-01' });
  });

  it('covers whole days of nightly resources, none cut off', () => {
    const asked = { from: '2027-05-01T22:00:00Z', to: '2027-05-03T01:00:00Z' };
    expect(timeWindow(asked, 'nightly', NOW)).toEqual({ start: '2027-05-01', end: '2027-05-04' });
  });

  it('reads a date as its midnight in UTC on timed resources', () => {
    expect(timeWindow({ from: '2027-05-01', to: '2027-05-02' }, 'timed', NOW)).toEqual({
      start: '2027-05-01T00:00:00Z',
      end: '2027-05-02T00:00:00Z',
    });
  });

  it.each([
    ['backward', { from: '2027-05-02', to: '2027-05-01' }],
    ['empty', { from: '2027-05-02', to: '2027-05-02' }],
    ['over 400 days long', { from: '2027-05-02', to: '2028-06-06' }],
  ])('refuses one that is %s', (_case, asked) => {
    expect(() => timeWindow(asked, 'timed', NOW)).toThrow(Problem);
  });

  it('takes 400 days', () => {
    expect(timeWindow({ from: '2027-05-02', to: '2028-06-05' }, 'nightly', NOW).end).toBe('2028-06-05');
  });
});
