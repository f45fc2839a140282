import { parseUScheduleWebhook } from '@dovetail/core/adapters/uschedule/uschedule-webhook.ts';
import { wireFromEnvironment } from '@dovetail/core/wire-from-environment.ts';
import { VERSION } from '@dovetail/core/wiring.ts';
import type { AppDeps } from './app-deps.ts';

/** The service's deps on Google Cloud. @throws as `wireFromEnvironment`. */
export async function wireService(environment: NodeJS.ProcessEnv): Promise<AppDeps> {
  const { deps, secrets, publicUrl } = await wireFromEnvironment(environment, 'run-service');
  return { ...deps, secrets, publicUrl, parseUScheduleWebhook, version: VERSION };
}
