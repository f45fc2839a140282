/** What subscribers can be told of. Names are stable: receivers go by them. */
export const NOTIFICATION_TYPES = [
  'booking.created',
  'booking.updated',
  'booking.cancelled',
  'conflict.opened',
  'conflict.resolved',
  'feed.failing',
  'feed.suspect',
  'feed.parked',
  'feed.healthy',
] as const;

export type NotificationType = (typeof NOTIFICATION_TYPES)[number];

/** What a notification is about. */
export const NOTIFICATION_FAMILIES = ['booking', 'conflict', 'feed'] as const;
export type NotificationFamily = (typeof NOTIFICATION_FAMILIES)[number];

/** What can be subscribed to: one type, or all of a family. */
export type Subscription = NotificationType | `${NotificationFamily}.*`;

/** One thing that happened. It names ids and times, and no guest: whoever wants more asks for it. */
export interface Notification {
  readonly type: NotificationType;
  /** When it happened. */
  readonly timestamp: string;
  readonly data: NotificationData;
}

/** As JSON shows it. */
export type NotificationData = {
  readonly [field: string]: string | number | boolean | readonly string[] | NotificationData | undefined;
};

/** What a commit led to that subscribers are to be told, kept until they have been. */
export interface OutboxEntry {
  readonly id: string;
  readonly notifications: readonly Notification[];
  /** When the sweep takes it up, should its task be lost. */
  readonly sweepAt: string;
}

export function familyOfType(type: NotificationType | Subscription): NotificationFamily {
  return type.slice(0, type.indexOf('.')) as NotificationFamily;
}

/** True when one of these subscriptions is to that type. */
export function isSubscribed(subscriptions: readonly Subscription[], type: NotificationType): boolean {
  return subscriptions.some((each) => each === type || each === `${familyOfType(type)}.*`);
}
