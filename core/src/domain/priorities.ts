import type { BookingSystemConfig } from './booking-system-config.ts';
import type { LedgerEvent, Platform } from './event.ts';

/** Whose word a tenant takes first where two sources want the same time. Lower wins. */
export interface Priorities {
  /** MotoPress over its REST API. */
  readonly motopressApi: number;
  /** What staff enter themselves. */
  readonly manual: number;
  /** Feeds, by the platform they come from. */
  readonly feeds: Readonly<Record<Platform, number>>;
}

/** What a tenant may say otherwise. */
export interface PriorityChoice {
  readonly motopressApi?: number;
  readonly manual?: number;
  readonly feeds?: Partial<Readonly<Record<Platform, number>>>;
}

export const DEFAULT_PRIORITIES: Priorities = {
  motopressApi: 1,
  manual: 4,
  feeds: { motopress: 2, airbnb: 3, 'booking.com': 3, vrbo: 3, generic: 5 },
};

/** The defaults with a tenant's own choice laid over them. */
export function prioritiesOf(choice: PriorityChoice | undefined): Priorities {
  return { ...DEFAULT_PRIORITIES, ...choice, feeds: { ...DEFAULT_PRIORITIES.feeds, ...choice?.feeds } };
}

/** What staff enter, book, import or put on a calendar themselves. */
const BY_HAND: ReadonlySet<LedgerEvent['source']['type']> = new Set(['staff', 'direct', 'import', 'binding']);

/** The priority of what a booking system states: the tenant's to choose for MotoPress, else as it is configured. */
export function systemPriority(
  { type, priority }: Pick<BookingSystemConfig, 'type' | 'priority'>,
  { motopressApi }: Priorities,
): number {
  return type === 'motopress' ? motopressApi : priority;
}

/**
 * The priority an event should have by its source; its own where the tenant has no choice.
 * @param motopressIds the booking systems that are read over MotoPress's API.
 */
export function priorityOf(
  { source, platform = 'generic', priority }: Pick<LedgerEvent, 'source' | 'platform' | 'priority'>,
  { motopressApi, manual, feeds }: Priorities,
  motopressIds: ReadonlySet<string>,
): number {
  if (source.type === 'feed') return feeds[platform];
  if (BY_HAND.has(source.type)) return manual;
  return source.type === 'booking-system' && motopressIds.has(source.id) ? motopressApi : priority;
}
