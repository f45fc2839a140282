import { expect, it } from 'vitest';
import { offsetsBetween } from './zone-offsets.ts';

const HOUR_MS = 3_600_000;
const at = (instant: string) => Date.parse(instant);

it('a zone has one offset between the changes of its clocks, without gaps', () => {
  const [from, to] = [at('2027-01-01T00:00:00Z'), at('2028-01-01T00:00:00Z')];
  expect(offsetsBetween('America/New_York', from, to)).toEqual([
    { from, to: at('2027-03-14T07:00:00Z'), offset: -5 * HOUR_MS },
    { from: at('2027-03-14T07:00:00Z'), to: at('2027-11-07T06:00:00Z'), offset: -4 * HOUR_MS },
    { from: at('2027-11-07T06:00:00Z'), to, offset: -5 * HOUR_MS },
  ]);
  expect(offsetsBetween('America/Bogota', from, to)).toEqual([{ from, to, offset: -5 * HOUR_MS }]);
});

it('a change at the very end is not of the stretch, one at its beginning is', () => {
  const change = at('2027-03-14T07:00:00Z');
  expect(offsetsBetween('America/New_York', change - HOUR_MS, change)).toMatchObject([{ offset: -5 * HOUR_MS }]);
  expect(offsetsBetween('America/New_York', change, change + HOUR_MS)).toMatchObject([{ offset: -4 * HOUR_MS }]);
});
