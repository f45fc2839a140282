import { expect, it } from 'vitest';
import type { RelationCondition } from '../domain/resource.ts';
import { type ConditionedEvent, meetsCondition } from './meets-condition.ts';

const STAY: ConditionedEvent = {
  ...{ kind: 'reservation', start: '2027-05-03', end: '2027-05-06', guest: { count: 4 } },
  ...{ platform: 'airbnb', source: { type: 'feed', id: 'bnb', externalUid: 'x' } },
};
const LESSON: ConditionedEvent = {
  ...{ kind: 'reservation', start: '2027-05-03T10:00:00Z', end: '2027-05-05T10:00:00Z' },
  source: { type: 'booking-system', id: 'uschedule', externalUid: 'y' },
};

it.each<[string, ConditionedEvent, RelationCondition, boolean]>([
  ['no condition', STAY, {}, true],
  ['its kind', STAY, { kinds: ['block', 'reservation'] }, true],
  ['another kind', STAY, { kinds: ['maintenance'] }, false],
  ['its number of nights exactly', STAY, { minNights: 3, maxNights: 3 }, true],
  ['more nights than it has', STAY, { minNights: 4 }, false],
  ['fewer nights than it has', STAY, { maxNights: 2 }, false],
  ['no nights of an event between instants', LESSON, { maxNights: 0 }, true],
  ['a night of an event between instants', LESSON, { minNights: 1 }, false],
  ['its number of guests exactly', STAY, { minGuests: 4, maxGuests: 4 }, true],
  ['more guests than come', STAY, { minGuests: 5 }, false],
  ['fewer guests than come', STAY, { maxGuests: 3 }, false],
  ['a least number of guests when none is known', LESSON, { minGuests: 1 }, false],
  ['a greatest number of guests when none is known', LESSON, { maxGuests: 9 }, false],
  ['its platform', STAY, { sources: ['airbnb'] }, true],
  ['its feed', STAY, { sources: ['bnb'] }, true],
  ['its booking system', LESSON, { sources: ['airbnb', 'uschedule'] }, true],
  ['another source', STAY, { sources: ['vrbo', 'feed'] }, false],
  ['one thing it has and one it has not', STAY, { kinds: ['reservation'], minGuests: 5 }, false],
])('an event is asked for %s', (_case, event, condition, met) => {
  expect(meetsCondition(event, condition)).toBe(met);
});
