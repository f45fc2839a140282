import type { Platform } from './event.ts';

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
