import type { BodyCache } from '@dovetail/core/ports/body-cache.ts';
import type { Secrets } from '@dovetail/core/ports/secrets.ts';
import type { SyncDeps } from '@dovetail/core/sync/deps.ts';

/** Everything the service needs of the world. */
export interface AppDeps extends SyncDeps {
  /** Where the webhooks' signing keys are. */
  readonly secrets: Secrets;
  /** Publications' texts that may be asked for again. */
  readonly bodies: BodyCache;
  /** Of the service, as `/health` and `/openapi.json` tell it. */
  readonly version: string;
  /** How the service is reached from outside, without a slash at the end: publications' addresses begin with it. */
  readonly publicUrl: string;
  /**
   * Reads the body of a USchedule webhook whose signature has been verified.
   * @throws InvalidInput naming the offending fields.
   */
  readonly parseUScheduleWebhook: (body: unknown) => { readonly bookingId: string };
}
