import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isOwn } from '../domain/event.ts';
import { addDays, type Interval } from '../domain/interval.ts';
import type { RelationRule, Resource } from '../domain/resource.ts';
import { relationErrors } from './check-relations.ts';
import type { EventState } from './commit-changes.ts';
import { deriveCounted } from './derive-counted.ts';
import { type CausingEvent, countsUpward, deriveEach } from './derive-events.ts';
import { childOf, family, resource, stay } from './family-for-tests.ts';
import { type Resources, upThreshold, upwardsFrom } from './relation-graph.ts';

const YEAR: Interval = { start: '2027-01-01', end: '2028-01-01' };
const DAYS = Array.from({ length: 12 }, (_, offset) => addDays('2027-05-01', offset));
const NAMES = ['a', 'b', 'c', 'd', 'e', 'f'];

const down = fc.constantFrom<RelationRule['down']>('always', 'optional', 'never');
const up = fc.constantFrom<NonNullable<RelationRule['up']>>('never', 'all', { atLeast: 1 }, { atLeast: 2 });
const when = fc.constantFrom<RelationRule['when']>(undefined, { minNights: 3 });

/** What one resource states of each before it, if anything: so there are no cycles. */
const relation = fc.record({ stated: fc.boolean(), counts: fc.boolean(), down, when });
const thresholds = fc.array(up, { minLength: NAMES.length, maxLength: NAMES.length });

const resources = fc
  .tuple(fc.array(fc.array(relation, { minLength: 6, maxLength: 6 }), { minLength: 6, maxLength: 6 }), thresholds)
  .map(([stated, ups]) => {
    const relationsOf = (index: number) =>
      NAMES.slice(0, index).flatMap((parent, at) => {
        const one = stated[index]?.[at];
        if (!one?.stated) return [];
        const rule = { down: one.down ?? 'always', up: one.counts ? (ups[at] ?? 'all') : ('never' as const) };
        return [childOf(parent, { ...rule, ...(one.when && { when: one.when }) })];
      });
    return family(...NAMES.map((id, index) => resource(id, { relations: relationsOf(index) })));
  })
  .filter((all) => [...all.values()].every((one) => relationErrors(one, all).length === 0));

const events = fc.uniqueArray(
  fc
    .tuple(fc.constantFrom(...NAMES), fc.nat(7), fc.integer({ min: 1, max: 4 }), fc.boolean())
    .map(([room, from, nights, holds]) =>
      stay(`${room}-${from}-${nights}`, room, {
        start: DAYS[from]!,
        end: DAYS[from + nights]!,
        status: holds ? 'active' : 'cancelled',
      }),
    ),
  { maxLength: 8, selector: ({ id }) => id },
);

/** Everything that these events cause, as a ledger works it out: each by itself first, then together from below. */
function deriveAll(own: readonly CausingEvent[], all: Resources): EventState[] {
  const derived = own.flatMap((event) => deriveEach(event, all));
  for (const parent of upwardsFrom(all.keys(), all)) {
    const standing: CausingEvent[] = [...own, ...derived].filter(countsUpward);
    const counted = deriveCounted(parent, standing, all, YEAR);
    derived.push(...counted, ...counted.flatMap((event) => deriveEach(event, all)));
  }
  return derived;
}

// — the same, said day by day

const isOn = (day: string, { start, end, status }: CausingEvent) => status === 'active' && start <= day && day < end;
const nightsOf = ({ start, end }: Interval) => DAYS.indexOf(end) - DAYS.indexOf(start);

function takenByOwn(id: string, day: string, own: readonly CausingEvent[]): boolean {
  return own.some((event) => event.resourceId === id && isOn(day, event));
}

function takenFromBelow(id: string, day: string, own: readonly CausingEvent[], all: Resources): boolean {
  const children = [...all.values()].flatMap((child) =>
    child.relations.filter(({ resourceId }) => resourceId === id).map((stated) => ({ child, up: upThreshold(stated) })),
  );
  const counting = children.filter((one) => one.up !== 'never');
  const taken = counting.filter(
    ({ child }) => takenByOwn(child.id, day, own) || takenFromBelow(child.id, day, own, all),
  );
  const threshold = counting[0]?.up;
  if (threshold === undefined || threshold === 'never') return false;
  return taken.length >= (threshold === 'all' ? counting.length : threshold);
}

/** Whether an event on `from` comes down to `id`, on whatever way. */
function comesDown(event: CausingEvent, from: string, id: string, all: Resources): boolean {
  return (all.get(id) as Resource).relations.some(({ resourceId, rule }) => {
    if (rule?.down === 'never' || nightsOf(event) < (rule?.when?.minNights ?? 0)) return false;
    return resourceId === from || comesDown(event, from, resourceId, all);
  });
}

function takenFromAbove(id: string, day: string, own: readonly CausingEvent[], all: Resources): boolean {
  return own.some((event) => isOn(day, event) && comesDown(event, event.resourceId, id, all));
}

function ancestorsOf(id: string, all: Resources): string[] {
  const parents = all.get(id)?.relations.map(({ resourceId }) => resourceId) ?? [];
  return [...parents, ...parents.flatMap((parent) => ancestorsOf(parent, all))];
}

describe('in any family', () => {
  const daysOf = (derived: readonly EventState[], id: string, rules: readonly string[]) =>
    DAYS.filter((day) =>
      derived.some((one) => one.resourceId === id && rules.includes(one.source.id) && isOn(day, one)),
    );

  it('what is derived takes just the time that the rules say, day by day', () => {
    fc.assert(
      fc.property(resources, events, (all, own) => {
        const derived = deriveAll(own, all);
        for (const id of NAMES) {
          const fromBelow = DAYS.filter((day) => takenFromBelow(id, day, own, all));
          const fromAbove = DAYS.filter((day) => takenFromAbove(id, day, own, all));
          expect([id, daysOf(derived, id, ['up', 'count'])]).toEqual([id, fromBelow]);
          expect([id, daysOf(derived, id, ['down'])]).toEqual([id, fromAbove]);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('every cause stands, has its own source, and lies above what came down and below what came up', () => {
    fc.assert(
      fc.property(resources, events, (all, own) => {
        for (const { resourceId, source, causeEventIds = [] } of deriveAll(own, all)) {
          expect(causeEventIds).not.toEqual([]);
          for (const id of causeEventIds) {
            const cause = own.find((event) => event.id === id);
            expect(cause && isOwn(cause) && cause.status).toBe('active');
            const [upper, lower] =
              source.id === 'down' ? [cause?.resourceId, resourceId] : [resourceId, cause?.resourceId];
            expect(ancestorsOf(lower ?? '', all)).toContain(upper);
          }
        }
      }),
    );
  });

  it('no two derived events have the same id, and the order of what is known does not matter', () => {
    fc.assert(
      fc.property(resources, events, (all, own) => {
        const byId = (derived: readonly EventState[]) => [...derived].sort((a, b) => (a.id < b.id ? -1 : 1));
        const derived = byId(deriveAll(own, all));
        expect(new Set(derived.map(({ id }) => id)).size).toBe(derived.length);
        expect(byId(deriveAll([...own].reverse(), new Map([...all].reverse())))).toEqual(derived);
      }),
    );
  });

  it('when an event goes, all that names it goes, and what others cause by themselves stays as it was', () => {
    fc.assert(
      fc.property(resources, events, fc.nat(7), (all, own, index) => {
        const gone = own[index];
        fc.pre(gone !== undefined);
        const rest = own.filter((event) => event !== gone);
        const named = (derived: readonly EventState[]) => derived.filter((one) => one.causeEventIds?.includes(gone.id));
        const byThemselves = (derived: readonly EventState[]) =>
          derived.filter(({ source }) => rest.some(({ id }) => source.externalUid.startsWith(`${id}~`)));
        expect(named(deriveAll(rest, all))).toEqual([]);
        expect(byThemselves(deriveAll(rest, all))).toEqual(byThemselves(deriveAll(own, all)));
      }),
    );
  });
});
