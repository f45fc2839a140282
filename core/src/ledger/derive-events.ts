import { holdsTime, isOwn, type LedgerEvent } from '../domain/event.ts';
import { eventIdOf } from '../domain/identity.ts';
import type { Interval } from '../domain/interval.ts';
import type { Resource } from '../domain/resource.ts';
import type { EventState } from './commit-changes.ts';
import { meetsCondition } from './meets-condition.ts';
import { MOST_LEVELS, type Resources, relativesFrom, relativesOf, upThreshold } from './relation-graph.ts';
import { translateInterval } from './translate-interval.ts';

/**
 * By which rule an event is derived: it is the `source.id` of the derived event. `down` from an ancestor, `up` from one
 * child by itself, `count` from several children together (`derive-counted.ts`), or from a neighbour.
 */
export type DerivationRule = 'down' | 'up' | 'count' | 'adjacent' | 'dependent';

/** What derivation asks of an event. */
export type CausingEvent = Pick<
  LedgerEvent,
  | 'id'
  | 'resourceId'
  | 'start'
  | 'end'
  | 'kind'
  | 'status'
  | 'source'
  | 'platform'
  | 'guest'
  | 'priority'
  | 'causeEventIds'
  | 'until'
  | 'mergedInto'
  | 'echoOf'
  | 'lastSeenAt'
>;

/**
 * The events that one event alone causes on the relatives of its resource. Pure.
 *
 * An event of its own source goes down to all descendants, to what is adjacent to or dependent on its resource, and up to
 * every ancestor for which a single child is enough. Time that several children took together (`count`) goes further up
 * only, and whatever else was derived goes nowhere: what came down never goes up, what came up never goes down.
 *
 * Ids follow from cause, rule and target, so that before and after a change can be compared. An event that holds no time,
 * is shown by another or repeats one causes nothing.
 */
export function deriveEach(event: CausingEvent, resources: Resources): EventState[] {
  const resource = resources.get(event.resourceId);
  if (!resource || !holdsTime(event) || event.mergedInto !== undefined || event.echoOf !== undefined) return [];
  if (isOwn(event)) {
    return [
      ...down(event, resource, resources),
      ...aside(event, resource, resources),
      ...up(event, resource, resources),
    ];
  }
  return ruleOf(event) === 'count' ? up(event, resource, resources) : [];
}

/** The ids of what an event may cause by itself on a resource, whatever the relation. */
export function derivedIdsOf(eventId: string, resourceId: string): string[] {
  const rules: readonly DerivationRule[] = ['down', 'up', 'adjacent', 'dependent'];
  return rules.map((rule) => eventIdOf({ type: 'inheritance', id: rule, externalUid: nameOf(eventId, resourceId) }));
}

function nameOf(eventId: string, resourceId: string): string {
  return `${eventId}~${resourceId}`;
}

/** True for time that counts towards a parent: a resource's own, or what came up to it from its children. */
export function countsUpward(event: Pick<LedgerEvent, 'source'>): boolean {
  return isOwn(event) || ruleOf(event) === 'up' || ruleOf(event) === 'count';
}

/** The events of their own sources that stand behind this one: itself, or its causes. */
export function rootCauses({ id, source, causeEventIds }: Pick<LedgerEvent, 'id' | 'source' | 'causeEventIds'>) {
  return isOwn({ source }) ? [id] : (causeEventIds ?? []);
}

/** What all derived events have in common. `name` is what tells those of one rule apart. */
export function derivedState(
  derived: Pick<EventState, 'resourceId' | 'title' | 'priority' | 'status' | 'causeEventIds' | 'lastSeenAt'> &
    Interval & { readonly rule: DerivationRule; readonly name: string },
): EventState {
  const { rule, name, ...state } = derived;
  const source = { type: 'inheritance', id: rule, externalUid: name } as const;
  return { ...state, id: eventIdOf(source), kind: 'block', source };
}

function ruleOf({ source }: Pick<LedgerEvent, 'source'>): string | undefined {
  return source.type === 'inheritance' ? source.id : undefined;
}

/**
 * Each relation on the way lets the event through or not; its time is translated once, from the resource it stands on, so
 * it is the same whichever way it came. It is optional on a resource that no way leads to without an optional step.
 */
function down(event: CausingEvent, resource: Resource, resources: Resources): EventState[] {
  const reached = new Map([[resource, { optional: false }]]);
  // A resource found again on a firmer way is visited again, being put at the end anew.
  for (const [parent, { optional }] of reached) {
    for (const { resource: child, relation } of relativesFrom(parent, resources)) {
      const { down: rule = 'always', when } = relation.rule ?? {};
      if (relation.type !== 'parent' || rule === 'never' || !meetsCondition(event, when)) continue;
      const step = { optional: optional || rule === 'optional' };
      const known = reached.get(child);
      if (known && (step.optional || !known.optional)) continue;
      reached.delete(child);
      reached.set(child, step);
    }
  }
  reached.delete(resource);
  return [...reached].flatMap(([target, { optional }]) =>
    translated(event, resource, target).map((interval) => stateOf('down', event, resource, target, interval, optional)),
  );
}

function aside(event: CausingEvent, resource: Resource, resources: Resources): EventState[] {
  return relativesFrom(resource, resources).flatMap(({ resource: target, relation: { type, rule } }) => {
    if (type === 'parent' || rule?.down === 'never' || !meetsCondition(event, rule?.when)) return [];
    return translated(event, resource, target).map((interval) =>
      stateOf(type, event, resource, target, interval, rule?.down === 'optional'),
    );
  });
}

/** Step by step: the time that a parent takes from its child is what it hands on to its own parent. */
function up(event: CausingEvent, resource: Resource, resources: Resources): EventState[] {
  const reached = new Map<Resource, Interval>();
  let level = new Map<Resource, Interval>([[resource, event]]);
  for (let height = 1; height < MOST_LEVELS; height++) {
    const next = new Map<Resource, Interval>();
    for (const [child, interval] of level) {
      for (const { resource: parent, relation } of relativesOf(child, resources)) {
        if (upThreshold(relation) !== 1) continue;
        for (const taken of translated(interval, child, parent)) {
          next.set(parent, hull(taken, next.get(parent) ?? taken));
          reached.set(parent, hull(taken, reached.get(parent) ?? taken));
        }
      }
    }
    level = next;
  }
  reached.delete(resource);
  return [...reached].map(([target, interval]) => stateOf('up', event, resource, target, interval, false));
}

function translated(interval: Interval, from: Resource, to: Resource): Interval[] {
  const found = translateInterval(interval, from, to);
  return found ? [{ start: found.start, end: found.end }] : [];
}

function hull(a: Interval, b: Interval): Interval {
  return { start: a.start < b.start ? a.start : b.start, end: a.end > b.end ? a.end : b.end };
}

function stateOf(
  rule: DerivationRule,
  event: CausingEvent,
  resource: Resource,
  target: Resource,
  interval: Interval,
  optional: boolean,
): EventState {
  return {
    ...derivedState({
      ...{ rule, name: nameOf(event.id, target.id), resourceId: target.id, ...interval },
      ...{ title: `${resource.name} is taken`, priority: event.priority, status: event.status },
      ...{ causeEventIds: rootCauses(event), lastSeenAt: event.lastSeenAt },
    }),
    ...(event.until !== undefined && { until: event.until }),
    ...(optional && { optional }),
  };
}
