import type { Binding } from '../domain/binding.ts';
import type { BookingSystemConfig } from '../domain/booking-system-config.ts';
import type { CommitDeps } from '../ledger/commit-changes.ts';
import type { BookingSystem } from '../ports/booking-system.ts';
import type { CalendarProvider, CalendarRef } from '../ports/calendar-provider.ts';
import type { FeedFetcher } from '../ports/feed-fetcher.ts';
import type { Log } from '../ports/log.ts';
import type { WebhookSender } from '../ports/webhook-sender.ts';
import type { Sealer } from '../store/sealed.ts';

/** Everything flows need of the world. Each flow names the part it uses. */
export interface SyncDeps extends CommitDeps {
  readonly calendars: Readonly<Record<Binding['provider'], CalendarProvider>>;
  /**
   * The booking system behind a configuration, or null when it has no address and can only send to us.
   * Credentials are fetched when a call needs them.
   */
  readonly bookingSystem: (config: BookingSystemConfig, tenantId: string) => BookingSystem | null;
  readonly feeds: FeedFetcher;
  readonly webhooks: WebhookSender;
  readonly sealer: Sealer;
  readonly log: Log;
  readonly push: PushSettings;
}

/** How calendars reach us with pushes. */
export interface PushSettings {
  /** Public address of `/webhook/gcal`. */
  readonly address: string;
  /** Key of the channel tokens' HMAC. */
  readonly channelKey: () => Promise<string>;
}

/** The calendar of a binding, as its provider wants it named. */
export function calendarOf(binding: Binding): CalendarRef {
  return {
    calendarId: binding.calendarId,
    mark: binding.mark,
    resourceId: binding.resourceId,
    timeZone: binding.timeZone,
  };
}
