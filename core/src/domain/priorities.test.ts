import { expect, it } from 'vitest';
import { DEFAULT_PRIORITIES, prioritiesOf } from './priorities.ts';

it('a tenant’s choice is laid over the usual order of sources, platform by platform', () => {
  expect(prioritiesOf(undefined)).toEqual(DEFAULT_PRIORITIES);
  expect(prioritiesOf({ manual: 1, feeds: { airbnb: 2 } })).toEqual({
    motopressApi: 1,
    manual: 1,
    feeds: { motopress: 2, airbnb: 2, 'booking.com': 3, vrbo: 3, generic: 5 },
  });
});
