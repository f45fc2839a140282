import { describe, expect, it } from 'vitest';
import type { Resource } from '../domain/resource.ts';
import { type CausingEvent, countsUpward, deriveEach } from './derive-events.ts';
import { childOf, family, resource, stay } from './family-for-tests.ts';

/** An apartment of two rooms, one of them with a bed that is let by itself. */
const HOUSE = family(
  resource('house', { name: 'Simmer Highs' }),
  resource('kaya', { name: 'Kaya', relations: [childOf('house')] }),
  resource('sol', { name: 'Sol', relations: [childOf('house')] }),
  resource('bed', { name: 'Bed', relations: [childOf('kaya')] }),
);

const targets = (event: CausingEvent, resources: ReadonlyMap<string, Resource>) =>
  deriveEach(event, resources)
    .map(({ source, resourceId }) => `${source.id} ${resourceId}`)
    .sort();

describe('an event of its own source', () => {
  it('goes down to all descendants', () => {
    expect(targets(stay('e', 'house'), HOUSE)).toEqual(['down bed', 'down kaya', 'down sol']);
  });

  it('goes up to every ancestor, and not down again from there', () => {
    expect(targets(stay('e', 'bed'), HOUSE)).toEqual(['up house', 'up kaya']);
  });

  it('goes both ways from the middle', () => {
    expect(targets(stay('e', 'kaya'), HOUSE)).toEqual(['down bed', 'up house']);
  });

  it('is named as the cause, and its resource in the title, never its guest', () => {
    const cause = stay('e', 'house', { guest: { name: 'Rosa Lima', count: 2 }, status: 'missing', until: 'u' });
    const [derived] = deriveEach(cause, HOUSE);
    expect(derived).toMatchObject({ kind: 'block', title: 'Simmer Highs is taken', priority: 3, status: 'missing' });
    expect(derived).toMatchObject({ start: '2027-05-03', end: '2027-05-06', causeEventIds: ['e'], until: 'u' });
    expect(derived?.source).toEqual({ type: 'inheritance', id: 'down', externalUid: 'e~kaya' });
    expect(JSON.stringify(derived)).not.toContain('Rosa');
    expect(derived).not.toHaveProperty('platform');
    expect(derived).not.toHaveProperty('optional');
  });

  it('is known by the same ids when its time changes, and by others on each resource', () => {
    const ids = deriveEach(stay('e', 'kaya'), HOUSE).map(({ id }) => id);
    expect(new Set(ids).size).toBe(2);
    expect(deriveEach(stay('e', 'kaya', { end: '2027-05-09' }), HOUSE).map(({ id }) => id)).toEqual(ids);
    expect(deriveEach(stay('f', 'kaya'), HOUSE).map(({ id }) => id)).not.toEqual(ids);
  });

  it.each([
    ['holds no time', { status: 'cancelled' }],
    ['was released', { status: 'released' }],
    ['is shown by another', { mergedInto: 'f' }],
    ['stands on a resource that is gone', { resourceId: 'attic' }],
  ] as const)('causes nothing when it %s', (_case, part) => {
    expect(deriveEach(stay('e', 'house', part), HOUSE)).toEqual([]);
  });
});

describe('a derived event', () => {
  const derivedAt = (id: string, rule: string) =>
    stay('d', id, { source: { type: 'inheritance', id: rule, externalUid: 'x' }, causeEventIds: ['e', 'f'] });

  it.each(['down', 'up', 'adjacent', 'dependent'])('causes nothing by itself: %s', (rule) => {
    expect(deriveEach(derivedAt('kaya', rule), HOUSE)).toEqual([]);
  });

  it('that several children caused together goes further up, with their causes, and never down', () => {
    expect(targets(derivedAt('kaya', 'count'), HOUSE)).toEqual(['up house']);
    expect(deriveEach(derivedAt('kaya', 'count'), HOUSE)).toMatchObject([{ causeEventIds: ['e', 'f'] }]);
  });

  it.each([
    ['up', true],
    ['count', true],
    ['down', false],
    ['adjacent', false],
    ['dependent', false],
  ])('counts towards a parent only when it came up itself: %s', (rule, counts) => {
    expect(countsUpward(derivedAt('kaya', rule))).toBe(counts);
  });
});

describe('down', () => {
  const chain = (toRoom: Parameters<typeof childOf>[1], toBed?: Parameters<typeof childOf>[1]) =>
    family(
      resource('house'),
      resource('kaya', { relations: [childOf('house', toRoom)] }),
      resource('bed', { relations: [childOf('kaya', toBed)] }),
    );

  it('ends where a relation says never', () => {
    expect(targets(stay('e', 'house'), chain({ down: 'never' }))).toEqual([]);
    expect(targets(stay('e', 'house'), chain({}, { down: 'never' }))).toEqual(['down kaya']);
    expect(targets(stay('e', 'kaya'), chain({ down: 'never' }))).toEqual(['down bed', 'up house']);
  });

  it('ends where the event meets no condition', () => {
    expect(targets(stay('e', 'house'), chain({ when: { minNights: 4 } }))).toEqual([]);
    expect(targets(stay('e', 'house'), chain({}, { when: { kinds: ['block'] } }))).toEqual(['down kaya']);
  });

  it('conditions do not bear on the way up', () => {
    expect(targets(stay('e', 'kaya'), chain({ when: { minNights: 4 } }))).toContain('up house');
  });

  it('is optional from the first optional step on', () => {
    const optional = (resources: ReadonlyMap<string, Resource>) =>
      deriveEach(stay('e', 'house'), resources).map((one) => [one.resourceId, one.optional ?? false]);
    expect(optional(chain({}, { down: 'optional' }))).toEqual([
      ['kaya', false],
      ['bed', true],
    ]);
    expect(optional(chain({ down: 'optional' }))).toEqual([
      ['kaya', true],
      ['bed', true],
    ]);
  });

  it('is not optional where another way leads without an optional step, and stands there once', () => {
    const diamond = family(
      resource('house'),
      resource('left', { relations: [childOf('house', { down: 'optional' })] }),
      resource('right', { relations: [childOf('house')] }),
      resource('room', { relations: [childOf('left'), childOf('right')] }),
      resource('bed', { relations: [childOf('room')] }),
    );
    const found = deriveEach(stay('e', 'house'), diamond);
    const optional = Object.fromEntries(found.map((one) => [one.resourceId, one.optional ?? false]));
    expect(found).toHaveLength(4);
    expect(optional).toEqual({ left: true, right: false, room: false, bed: false });
  });

  it('takes the time of its cause, whatever kind of time lies between', () => {
    const mixed = family(
      resource('hall', { kind: 'timed' }),
      resource('floor', { relations: [childOf('hall')] }),
      resource('desk', { kind: 'timed', relations: [childOf('floor')] }),
    );
    const meeting = stay('e', 'hall', { start: '2027-05-03T22:00:00Z', end: '2027-05-03T23:00:00Z' });
    const found = deriveEach(meeting, mixed).map(({ resourceId, start, end }) => [resourceId, start, end]);
    expect(found).toEqual([
      ['floor', '2027-05-03', '2027-05-04'],
      ['desk', '2027-05-03T22:00:00Z', '2027-05-03T23:00:00Z'],
    ]);
  });
});

describe('up', () => {
  const up = (event: CausingEvent, ...resources: readonly Resource[]) =>
    deriveEach(event, family(...resources)).map(({ resourceId, start, end }) => [resourceId, start, end]);

  it.each(['never', 'all', { atLeast: 2 }] as const)('ends where one child is not enough: %o', (rule) => {
    const chain = [
      resource('estate'),
      resource('house', { relations: [childOf('estate')] }),
      resource('kaya', { relations: [childOf('house', { up: rule })] }),
    ];
    expect(up(stay('e', 'kaya'), ...chain)).toEqual([]);
    expect(up(stay('e', 'house'), ...chain.slice(0, 2))).toHaveLength(1);
  });

  it('goes step by step, so what takes no time of a parent takes none above it', () => {
    const cleaning = stay('e', 'desk', { start: '2027-05-03T16:30:00Z', end: '2027-05-03T17:30:00Z' });
    const desk = resource('desk', { kind: 'timed', relations: [childOf('floor')] });
    const floor = resource('floor', { relations: [childOf('hall')] });
    expect(up(cleaning, desk, floor, resource('hall', { kind: 'timed' }))).toEqual([]);
  });

  it('stands once on an ancestor that two ways lead to, as long as the longer one says', () => {
    const lesson = stay('e', 'desk', { start: '2027-05-03T22:00:00Z', end: '2027-05-03T23:00:00Z' });
    const found = up(
      lesson,
      resource('desk', { kind: 'timed', relations: [childOf('floor'), childOf('wing')] }),
      resource('floor', { relations: [childOf('hall')] }),
      resource('wing', { kind: 'timed', relations: [childOf('hall')] }),
      resource('hall', { kind: 'timed' }),
    );
    expect(found).toContainEqual(['hall', '2027-05-03T20:00:00Z', '2027-05-04T16:00:00Z']);
    expect(found).toHaveLength(3);
  });

  it('ends even among relations that go in a circle', () => {
    const circle = [resource('a', { relations: [childOf('b')] }), resource('b', { relations: [childOf('a')] })];
    expect(up(stay('e', 'a'), ...circle)).toEqual([
      ['b', '2027-05-03', '2027-05-06'],
      ['b', '2027-05-03', '2027-05-06'],
    ]);
  });
});

describe.each(['adjacent', 'dependent'] as const)('what is %s', (type) => {
  const pair = (rule = {}) =>
    family(
      resource('house'),
      resource('kaya', { relations: [childOf('house')] }),
      resource('pool', { relations: [{ type, resourceId: 'kaya', rule }] }),
      resource('bar', { relations: [{ type, resourceId: 'pool' }] }),
    );

  it('takes the time of the resource it names, one way and no further', () => {
    expect(targets(stay('e', 'kaya'), pair())).toEqual([`${type} pool`, 'up house']);
    expect(targets(stay('e', 'pool'), pair())).toEqual([`${type} bar`]);
    expect(targets(stay('e', 'house'), pair())).toEqual(['down kaya']);
  });

  it('may be optional, conditional or never', () => {
    expect(deriveEach(stay('e', 'kaya'), pair({ down: 'optional' }))[0]).toMatchObject({ optional: true });
    expect(targets(stay('e', 'kaya'), pair({ when: { minGuests: 2 } }))).toEqual(['up house']);
    expect(targets(stay('e', 'kaya'), pair({ down: 'never' }))).toEqual(['up house']);
  });
});
