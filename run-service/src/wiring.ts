import { createMemoryBodyCache } from '@dovetail/core/adapters/cache/memory-body-cache.ts';
import { parseUScheduleWebhook } from '@dovetail/core/adapters/uschedule/uschedule-webhook.ts';
import { wireFromEnvironment } from '@dovetail/core/wire-from-environment.ts';
import { VERSION } from '@dovetail/core/wiring.ts';
import type { AppDeps } from './app-deps.ts';

/** An eighth of what an instance is given. */
const MOST_CACHED_BYTES = 64 * 1024 * 1024;

/** The service's deps on Google Cloud. @throws as `wireFromEnvironment`. */
export async function wireService(environment: NodeJS.ProcessEnv): Promise<AppDeps> {
  const { deps, secrets, publicUrl } = await wireFromEnvironment(environment, 'run-service');
  const bodies = createMemoryBodyCache({ mostBytes: MOST_CACHED_BYTES });
  return { ...deps, secrets, publicUrl, bodies, parseUScheduleWebhook, version: VERSION };
}
