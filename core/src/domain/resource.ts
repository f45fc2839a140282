/** What kind of time a resource is booked in: instants, or nights between two dates. */
export type ResourceKind = 'timed' | 'nightly';

/** How another resource's time bears on this one. The rules themselves are decided in ledger/. */
export interface Relation {
  readonly type: 'parent' | 'adjacent' | 'dependent';
  readonly resourceId: string;
  readonly rule?: Readonly<Record<string, unknown>>;
}

/** When a resource can be booked, local to its zone; weekday 1 is Monday, times are `HH:MM`, half-open. */
export interface OpeningHours {
  readonly weekday: 1 | 2 | 3 | 4 | 5 | 6 | 7;
  readonly opens: string;
  readonly closes: string;
}

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
  readonly openingHours: readonly OpeningHours[];
  /** Grows with every ledger commit that changed what this resource's events show: time, title, status, order. */
  readonly ledgerRevision: number;
  /** When events beyond the ledger's window may come within it; found by the daily extension. */
  readonly pagesDueAt?: string;
  /**
   * The bindings this resource's events are mirrored to. Kept here so that a ledger commit knows which mappings to
   * mark from the document it reads anyway.
   */
  readonly mirrorBindingIds: readonly string[];
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** Ids that a caller may choose: lower case letters, digits and inner hyphens, so they fit any path or header. */
export const ID_PATTERN = /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/;
