import type { Interval } from '@dovetail/core/domain/interval.ts';

/** What staff and guests asked of the service, from the moment they did: what may follow from that is no fault. */
export class Asked {
  /** Events whose time staff want to be free, whatever their sources show. */
  readonly releases = new Set<string>();
  /** Those of them that are free by that, with the time that is; one that moves stands for itself again. */
  readonly released = new Map<string, Interval>();
  /** Events of which staff took that back. They hold by that, whether their source shows them just then or not. */
  readonly restored = new Set<string>();
  /** Bookings, holds and blocks that are to end, or to be elsewhere. */
  readonly endings = new Set<string>();
  /** Feeds of which staff say that what is not shown is gone. */
  readonly accepts = new Set<string>();
  /** Feeds that are to be read no more, and whether their events stay. */
  readonly removals = new Map<string, 'keep' | 'release'>();
}
