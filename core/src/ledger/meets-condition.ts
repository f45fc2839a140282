import type { LedgerEvent } from '../domain/event.ts';
import { type Interval, msOf } from '../domain/interval.ts';
import type { RelationCondition } from '../domain/resource.ts';

/** What a condition asks of an event. */
export type ConditionedEvent = Interval & Pick<LedgerEvent, 'kind' | 'guest' | 'source' | 'platform'>;

const DAY_MS = 86_400_000;

/**
 * Whether an event comes down a relation. Nights are those between two dates; an event between two instants has none,
 * however long. Pure.
 */
export function meetsCondition(event: ConditionedEvent, condition: RelationCondition = {}): boolean {
  const { kinds, sources, minNights, maxNights, minGuests, maxGuests } = condition;
  return (
    (kinds?.includes(event.kind) ?? true) &&
    (sources === undefined || comesFrom(event, sources)) &&
    isWithin(nightsOf(event), minNights, maxNights) &&
    isWithin(event.guest?.count, minGuests, maxGuests)
  );
}

function comesFrom({ source, platform }: ConditionedEvent, sources: readonly string[]): boolean {
  return sources.includes(source.id) || (platform !== undefined && sources.includes(platform));
}

function nightsOf({ start, end }: Interval): number {
  return start.length === 10 ? (msOf(end) - msOf(start)) / DAY_MS : 0;
}

/** What is not known is within no bounds. */
function isWithin(value: number | undefined, least: number | undefined, most: number | undefined): boolean {
  if (value === undefined) return least === undefined && most === undefined;
  return value >= (least ?? value) && value <= (most ?? value);
}
