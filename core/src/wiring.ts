import { randomBytes } from 'node:crypto';
import manifest from '../package.json' with { type: 'json' };
import { createFeedFetcher } from './adapters/http/feed-fetcher.ts';
import { createWebhookSender } from './adapters/http/webhook-sender.ts';
import { createMotoPressBookingSystem } from './adapters/motopress/motopress-booking-system.ts';
import { createUScheduleBookingSystem } from './adapters/uschedule/uschedule-booking-system.ts';
import type { BookingSystemConfig } from './domain/booking-system-config.ts';
import type { BookingSystem } from './ports/booking-system.ts';
import type { CalendarProvider } from './ports/calendar-provider.ts';
import type { Clock } from './ports/clock.ts';
import type { DocumentStore } from './ports/document-store.ts';
import type { Log } from './ports/log.ts';
import type { SealingKeys, Secrets } from './ports/secrets.ts';
import type { TaskQueue } from './ports/task-queue.ts';
import { createSealer } from './store/sealed.ts';
import { defineStore } from './store/store.ts';
import type { SyncDeps } from './sync/deps.ts';

/** What differs between Google Cloud, the local studio and tests; everything else is the same everywhere. */
export interface Surroundings {
  readonly documents: DocumentStore;
  readonly google: CalendarProvider;
  readonly tasks: TaskQueue;
  readonly secrets: Secrets;
  readonly sealingKeys: SealingKeys;
  readonly clock: Clock;
  readonly log: Log;
  /** Public base URL of run-service, without a trailing slash. */
  readonly publicUrl: string;
}

/** Name of the secret that signs channel tokens. */
export const CHANNEL_KEY_SECRET = 'channel-key';

/** Of the whole product: every package has the same. */
export const VERSION: string = manifest.version;

const USER_AGENT = `Dovetail/${VERSION} (calendar and feed synchronisation)`;

/** The flows' deps, built from their surroundings. */
export function wire(surroundings: Surroundings): SyncDeps {
  const { documents, google, tasks, secrets, sealingKeys, clock, log, publicUrl } = surroundings;
  const sealer = createSealer(sealingKeys);
  return {
    documents,
    sealer,
    store: defineStore(sealer),
    clock,
    newId: () => randomBytes(10).toString('hex'),
    calendars: { google },
    bookingSystem: (config, tenantId) => connectBookingSystem(config, tenantId, { secrets, clock }),
    tasks,
    feeds: createFeedFetcher({ userAgent: USER_AGENT }),
    webhooks: createWebhookSender({ userAgent: USER_AGENT }),
    log,
    push: { address: `${publicUrl}/webhook/gcal`, channelKey: () => secrets.get(CHANNEL_KEY_SECRET) },
  };
}

/** Any system that has an address speaks the same contract, but for MotoPress; one without can only send to us. */
function connectBookingSystem(
  config: BookingSystemConfig,
  tenantId: string,
  { secrets, clock }: Pick<Surroundings, 'secrets' | 'clock'>,
): BookingSystem | null {
  const { baseUrl, apiKeySecret, resourceIds, takesImported = false } = config;
  if (baseUrl === undefined || apiKeySecret === undefined) return null;
  const apiKey = () => secrets.get(apiKeySecret);
  if (config.type === 'motopress') {
    return createMotoPressBookingSystem({ baseUrl, apiKey, userAgent: USER_AGENT, resourceIds, takesImported, clock });
  }
  return createUScheduleBookingSystem({ baseUrl, apiKey, tenantHeader: tenantId, resourceIds });
}
