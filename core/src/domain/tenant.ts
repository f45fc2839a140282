import type { FeedLimits } from './feed-limits.ts';
import type { NotificationFamily } from './notification.ts';
import type { PriorityChoice } from './priorities.ts';

/** What a caller may do. Each role may do what those after it may. */
export const ROLES = ['admin', 'manager', 'staff', 'guest'] as const;
export type Role = (typeof ROLES)[number];

const RANK: Readonly<Record<Role, number>> = { admin: 3, manager: 2, staff: 1, guest: 0 };

/** True when `role` includes the rights of `needed`. */
export function roleIncludes(role: Role, needed: Role): boolean {
  return RANK[role] >= RANK[needed];
}

/** A business as guests know it, with an address that is read by people. */
export interface Organizer {
  readonly name: string;
  readonly email: string;
}

/** One business; owns everything below it. */
export interface Tenant {
  readonly id: string;
  readonly name: string;
  readonly timeZone: string;
  readonly paused: boolean;
  /** Loopback and private addresses of feeds and webhooks are refused unless this is set; only the local studio sets it. */
  readonly allowPrivateFeeds: boolean;
  /** Where it departs from the usual priorities of sources, and limits of feeds. */
  readonly priorities?: PriorityChoice;
  readonly feedLimits?: Partial<FeedLimits>;
  /** When the sweep should have its settings applied to what stands, should the task for that be lost. */
  readonly applySettingsAt?: string;
  /** Who invites guests: named in invitations, and gets their replies. */
  readonly organizer?: Organizer;
  /** What its webhooks are told of. Resources and feeds keep a copy. */
  readonly subscribed?: readonly NotificationFamily[];
  readonly createdAt: string;
}

/** A stored API key: found by the hash of its secret. */
export interface ApiKey {
  /** What it is called where it is listed or revoked: the beginning of its hash. */
  readonly id: string;
  readonly tenantId: string;
  readonly role: Role;
  readonly label: string;
  readonly createdAt: string;
}
