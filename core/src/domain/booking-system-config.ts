/** One booking system of a tenant, as configured. */
export interface BookingSystemConfig {
  readonly id: string;
  /**
   * `webhook` is any app that sends us bookings; `uschedule` speaks USchedule's contract; `motopress` is the Hotel
   * Booking plugin of a WordPress site.
   */
  readonly type: 'uschedule' | 'webhook' | 'motopress';
  /** Where its API answers. Absent: nothing can be read back or written, so calendar edits are refused. */
  readonly baseUrl?: string;
  /** Name, in the secret store, of its API key; MotoPress's is `consumer_key:consumer_secret`. */
  readonly apiKeySecret?: string;
  /** Name, in the secret store, of the key its webhooks are signed with (`whsec_…`). Absent: it sends none. */
  readonly webhookSecret?: string;
  /**
   * Takes what MotoPress itself imported from other platforms' calendars too. For tenants who read these from MotoPress
   * alone: where we read them as well, everything would come twice.
   */
  readonly takesImported?: boolean;
  /** The system's resource ids → ours. Ids that are equal need no entry. */
  readonly resourceIds: Readonly<Record<string, string>>;
  readonly mark: OwnershipMark;
  /** Lower wins. MotoPress's is the tenant's to choose, and this one does not count. */
  readonly priority: number;
  /** Changes before this have been read by polling. */
  readonly polledUntil?: string;
  /** When what it holds was last compared with the ledger. */
  readonly lastAuditAt?: string;
  /** Set while many of its bookings, which it says it does not know, wait for staff. */
  readonly removalsHeldAt?: string;
  readonly createdAt: string;
}

/**
 * Names of the private properties by which a calendar event is known as ours. They are configurable because other
 * software already reads them: Loft's automations look for `loftSyncManaged`.
 */
export interface OwnershipMark {
  /** Its presence with the value `true` marks the event as managed. */
  readonly managed: string;
  /** Holds the booking system's own id of the booking. */
  readonly bookingId: string;
  /** Holds the resource's id. */
  readonly resource: string;
  /** Holds the ledger event's id. */
  readonly eventId: string;
  /** Holds the stamp. */
  readonly stamp: string;
}

/** The mark for a prefix: `loft` → `loftSyncManaged`, `loftSyncEvent`, …; USchedule's names are Loft's. */
export function ownershipMark(
  prefix: string,
  bookingId = `${prefix}BookingId`,
  resource = `${prefix}Resource`,
): OwnershipMark {
  return {
    managed: `${prefix}SyncManaged`,
    bookingId,
    resource,
    eventId: `${prefix}SyncEvent`,
    stamp: `${prefix}SyncStamp`,
  };
}

/** True for the name of a property by which an event is known as ours, in this configuration or another. */
export function namesOwnership(property: string): boolean {
  return property.endsWith('SyncManaged');
}

/** The mark Loft's calendars carry today. */
export const USCHEDULE_MARK: OwnershipMark = ownershipMark('loft', 'uscheduleAppointmentId', 'bay');

/** The mark of everything else. */
export const DEFAULT_MARK: OwnershipMark = ownershipMark('dovetail');
