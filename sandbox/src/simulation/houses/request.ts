import { DovetailError, PreconditionFailed, TemporarilyUnavailable } from '@dovetail/core/domain/errors.ts';
import type { SyncDeps } from '@dovetail/core/sync/deps.ts';
import type { AppDeps } from '@dovetail/run-service/app-deps.ts';
import { Problem } from '@dovetail/run-service/middleware/problem.ts';
import { InstanceDied } from '../instance.ts';
import type { World } from '../world.ts';

const ASKED_AGAIN_AFTER_MS = 20_000;

/** What the service answered: what the work came to, or that it was refused. */
export type Answered<T> = { readonly value: T } | { readonly refusal: DovetailError | Problem };

/** The service's own deps; what no request of these histories uses refuses. */
export function appDepsOf(deps: SyncDeps): AppDeps {
  return {
    ...deps,
    secrets: { get: () => Promise.reject(new TypeError('no secrets here')) },
    bodies: { get: (_, make) => make() },
    version: 'simulated',
    publicUrl: 'https://dovetail.simulated',
    parseUScheduleWebhook: () => {
      throw new TypeError('no webhooks here');
    },
  };
}

/** Asks the service until it answers; people and programs whose request was not answered ask again. */
export async function request<T>(world: World, work: (deps: AppDeps) => Promise<T>): Promise<Answered<T>> {
  for (;;) {
    try {
      return { value: await world.serve((deps) => work(appDepsOf(deps))) };
    } catch (error) {
      if (
        error instanceof InstanceDied ||
        error instanceof TemporarilyUnavailable ||
        error instanceof PreconditionFailed
      ) {
        await world.time.sleep(ASKED_AGAIN_AFTER_MS);
      } else if (error instanceof DovetailError || error instanceof Problem) return { refusal: error };
      else throw error;
    }
  }
}
