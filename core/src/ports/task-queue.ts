/** Every queue there is, and what its tasks say. The payload names what may have changed, never what is. */
export type TaskPayloads = { readonly [Q in keyof Works]: Works[Q] & Waiting };

/** What any task may say beside its work. */
interface Waiting {
  /** Instant at which the work was first put off because the other side named a time to come back; absent before. */
  readonly waitingSince?: string;
}

interface Works {
  'accept-booking': {
    readonly tenantId: string;
    readonly systemId: string;
    readonly bookingId: string;
    /** The delivery that announced it, if any. */
    readonly webhookId?: string;
    /** Sealed body, from systems that cannot be asked again. */
    readonly sealedBooking?: string;
  };
  'poll-bookings': { readonly tenantId: string; readonly systemId: string };
  'audit-bookings': { readonly tenantId: string; readonly systemId: string };
  'bind-calendar': { readonly tenantId: string; readonly bindingId: string };
  'pull-calendar': {
    readonly tenantId: string;
    readonly bindingId: string;
    readonly trigger: 'push' | 'safety' | 'bind' | 'renewal' | 'staff' | 'resume';
    readonly channelId?: string;
  };
  'reconcile-event': { readonly tenantId: string; readonly eventId: string; readonly bindingId: string };
  'renew-channel': { readonly tenantId: string; readonly bindingId: string };
  'audit-calendar': { readonly tenantId: string; readonly bindingId: string };
  'extend-pages': { readonly tenantId: string; readonly resourceId: string };
  rederive: { readonly tenantId: string; readonly resourceId: string };
  'apply-settings': { readonly tenantId: string };
  'commit-import': { readonly tenantId: string; readonly importId: string };
  'extend-import': { readonly tenantId: string; readonly ruleId: string };
  'revert-run': { readonly tenantId: string; readonly runId: string };
  /** Tell webhooks what a commit left in the outbox. */
  'notify-webhooks': { readonly tenantId: string; readonly outboxId: string };
  'deliver-webhook': {
    readonly tenantId: string;
    readonly deliveryId: string;
    readonly round: number;
    /** How many attempts came before. */
    readonly attempt: number;
  };
  /** Bring what resources and feeds know of subscriptions up to date. */
  'spread-subscriptions': { readonly tenantId: string };
  'sync-feed': {
    readonly tenantId: string;
    readonly feedId: string;
    /** The `nextPollAt` it was scheduled for; absent when somebody asked for it. */
    readonly dueAt?: string;
  };
}

export type QueueName = keyof TaskPayloads;

export interface Task<Q extends QueueName = QueueName> {
  readonly queue: Q;
  readonly payload: TaskPayloads[Q];
  /**
   * Deduplicates: a queue takes a name once and refuses it for hours after the task ran. So a name must contain what
   * makes this piece of work new. Without one, every enqueue is a task.
   */
  readonly name?: string;
  /** Milliseconds since 1970; absent or past means now. At most 30 days ahead. */
  readonly runAt?: number;
}

/** At-least-once, unordered delivery of tasks to the worker of their queue. */
export interface TaskQueue {
  /**
   * Resolves once the task is durable: `created`, or `exists` when its name was taken.
   * @throws TemporarilyUnavailable, RateLimited; InvalidInput when the task is too large or too far ahead.
   */
  enqueue<Q extends QueueName>(task: Task<Q>): Promise<'created' | 'exists'>;
}
