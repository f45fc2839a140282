import type { EventKind } from './event.ts';
import type { NotificationFamily } from './notification.ts';

/** What kind of time a resource is booked in: instants, or nights between two dates. */
export type ResourceKind = 'timed' | 'nightly';

/** Which events of the other resource bear on this one; what is absent does not restrict. */
export interface RelationCondition {
  readonly kinds?: readonly EventKind[];
  readonly minNights?: number;
  readonly maxNights?: number;
  /** An event without a guest count meets no condition on guests. */
  readonly minGuests?: number;
  readonly maxGuests?: number;
  /** Platforms, or ids of booking systems and feeds. */
  readonly sources?: readonly string[];
}

/**
 * How time is inherited. `down` (from the other resource to this one): `always`; `optional`, which staff may release
 * event by event; `never`. `when` says which events come down; it does not bear on `up`. `up` (from this resource to a
 * parent) blocks the parent while all, or at least so many, of the resources that state it are taken; all children of
 * one parent that state `up` state the same, or `never`. `atLeast` may exceed the number of children there are so far.
 */
export interface RelationRule {
  readonly down?: 'always' | 'optional' | 'never';
  readonly when?: RelationCondition;
  readonly up?: 'never' | 'all' | { readonly atLeast: number };
}

/**
 * How another resource's time bears on this one. Down a chain of parents time is inherited all the way; from adjacent
 * and dependent resources only from the one named. Absent rule: `down` always, and for parents `up` from one child on.
 */
export interface Relation {
  readonly type: 'parent' | 'adjacent' | 'dependent';
  readonly resourceId: string;
  readonly rule?: RelationRule;
}

/**
 * When a timed resource can be booked: while the clocks of its zone show a time of these hours. Weekday 1 is Monday, times
 * are `HH:MM`, half-open; `closes` may be `24:00`, and hours that close before they open close on the next day.
 */
export interface OpeningHours {
  readonly weekday: 1 | 2 | 3 | 4 | 5 | 6 | 7;
  readonly opens: string;
  readonly closes: string;
}

/** What bookings of a resource keep to, beside its opening hours; what is absent does not restrict. */
export interface BookingRules {
  /** Timed resources: kept free before each reservation, to set up, and after it, to clear up. Buffers never overlap. */
  readonly bufferBeforeMinutes?: number;
  readonly bufferAfterMinutes?: number;
  /** Timed resources: bookings begin at opening time or so many minutes after it, once or several times. */
  readonly stepMinutes?: number;
  /** Timed resources: the shortest and the longest booking. */
  readonly minMinutes?: number;
  readonly maxMinutes?: number;
  /** Nightly resources: the shortest and the longest stay. */
  readonly minNights?: number;
  readonly maxNights?: number;
  /** How long ahead of its start a booking is made at the latest; of a stay, of the end of its first day. */
  readonly minNoticeMinutes?: number;
  /** Bookings end within so many days from now. */
  readonly maxDaysAhead?: number;
}

/** The rules that only one kind of resource has. */
export const RULES_OF_KIND: Readonly<Record<ResourceKind, readonly (keyof BookingRules)[]>> = {
  timed: ['bufferBeforeMinutes', 'bufferAfterMinutes', 'stepMinutes', 'minMinutes', 'maxMinutes'],
  nightly: ['minNights', 'maxNights'],
};

/** One bookable thing. */
export interface Resource {
  readonly id: string;
  readonly name: string;
  readonly kind: ResourceKind;
  /** IANA name. */
  readonly timeZone: string;
  readonly tags: readonly string[];
  /** `HH:MM` local, nightly resources only. */
  readonly checkInTime?: string;
  readonly checkOutTime?: string;
  readonly relations: readonly Relation[];
  /** The resources that name this one in their relations, kept so that a commit finds whom its time bears on. */
  readonly relatedFrom?: readonly string[];
  /** When the sweep should have its derived events brought up to date, should the task for that be lost. */
  readonly rederiveAt?: string;
  /** None: a timed resource is always open. */
  readonly openingHours: readonly OpeningHours[];
  readonly bookingRules?: BookingRules;
  /** Grows with every ledger commit that changed what this resource's events show: time, title, status, order. */
  readonly ledgerRevision: number;
  /** When that was; absent when there was none yet. */
  readonly ledgerChangedAt?: string;
  /** When events beyond the ledger's window may come within it; found by the daily extension. */
  readonly pagesDueAt?: string;
  /**
   * The bindings this resource's events are mirrored to. Kept here so that a ledger commit knows which mappings to
   * mark from the document it reads anyway.
   */
  readonly mirrorBindingIds: readonly string[];
  /** What webhooks are told of it, kept here so that a commit knows from the document it reads anyway; none when absent. */
  readonly subscribed?: readonly NotificationFamily[];
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** Ids that a caller may choose: lower case letters, digits and inner hyphens, so they fit any path or header. */
export const ID_PATTERN = /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/;
