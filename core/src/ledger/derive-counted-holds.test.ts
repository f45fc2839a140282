import fc from 'fast-check';
import { expect, it } from 'vitest';
import { hasLapsed } from '../domain/event.ts';
import { addDays } from '../domain/interval.ts';
import { deriveCounted } from './derive-counted.ts';
import { childOf, family, resource, stay } from './family-for-tests.ts';

const DAYS = 12;
const ROOMS = ['a', 'b', 'c'];
const day = (offset: number) => addDays('2027-05-01', offset);
const lapse = (hour: number) => `2027-04-01T0${hour}:00:00Z`;

const claim = fc.record({
  room: fc.constantFrom(...ROOMS),
  from: fc.integer({ min: 0, max: DAYS - 1 }),
  nights: fc.integer({ min: 1, max: 5 }),
  /** The hour at which it lapses; 0 for what does not. */
  lapses: fc.integer({ min: 0, max: 4 }),
});

it('a parent is taken for just as long as enough of its children are, hold by hold', () => {
  fc.assert(
    fc.property(fc.array(claim, { maxLength: 10 }), fc.integer({ min: 2, max: 3 }), (claims, atLeast) => {
      const hotel = family(
        resource('hotel'),
        ...ROOMS.map((id) => resource(id, { relations: [childOf('hotel', { up: { atLeast } })] })),
      );
      const events = claims.map(({ room, from, nights, lapses }, index) =>
        stay(`${index}`, room, {
          ...{ start: day(from), end: day(from + nights), ...(lapses > 0 && { until: lapse(lapses) }) },
        }),
      );
      const derived = deriveCounted(hotel.get('hotel')!, events, hotel, { start: day(-30), end: day(60) });
      expect(new Set(derived.map(({ id }) => id)).size, 'no two under one id').toBe(derived.length);
      for (let hour = 0; hour <= 5; hour++) {
        const now = lapse(hour);
        for (let offset = 0; offset < DAYS + 6; offset++) {
          const stands = (one: { start: string; end: string; until?: string }) =>
            !hasLapsed(one, now) && one.start <= day(offset) && day(offset) < one.end;
          const taken = new Set(events.filter(stands).map(({ resourceId }) => resourceId)).size;
          const found = derived.filter(stands);
          expect([hour, offset, found.length]).toEqual([hour, offset, taken >= atLeast ? 1 : 0]);
          // Whoever stands behind it stands as long as it does.
          for (const { causeEventIds = [], until } of found) {
            const causes = events.filter(({ id }) => causeEventIds.includes(id));
            expect(
              causes.every((cause) => cause.until === undefined || (until !== undefined && cause.until >= until)),
            ).toBe(true);
          }
        }
      }
    }),
  );
});
