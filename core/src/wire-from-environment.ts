import { z } from 'zod';
import { createCloudTasksQueue } from './adapters/cloud-tasks/cloud-tasks-queue.ts';
import { createFirestoreDocumentStore } from './adapters/firestore/firestore-document-store.ts';
import { createGoogleCalendarProvider } from './adapters/google-calendar/google-calendar-provider.ts';
import type { ServiceAccountCredentials } from './adapters/google-calendar/google-client.ts';
import { createStructuredLog } from './adapters/log/structured-log.ts';
import { createLocalSealingKeys, parseSealingKeys } from './adapters/secrets/local-sealing-keys.ts';
import { createSecretManagerSecrets } from './adapters/secrets/secret-manager-secrets.ts';
import { InvalidInput } from './domain/errors.ts';
import { localEndpoints } from './local-endpoints.ts';
import type { Clock } from './ports/clock.ts';
import type { Secrets } from './ports/secrets.ts';
import type { QueueName } from './ports/task-queue.ts';
import type { SyncDeps } from './sync/deps.ts';
import { VERSION, wire } from './wiring.ts';

/** What a deployed service is told by its environment; see docs/operations.md for what each means. */
const environmentSchema = z
  .object({
    GOOGLE_CLOUD_PROJECT: z.string().min(1),
    DOVETAIL_REGION: z.string().min(1),
    DOVETAIL_PUBLIC_URL: z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/$/, '')),
    /** Workers are at `{base}/{functionName}`; Cloud Functions' own address when absent. */
    DOVETAIL_WORKERS_URL: z.url().optional(),
    DOVETAIL_INVOKER: z.email(),
    DOVETAIL_DATABASE: z.string().min(1).default('(default)'),
    DOVETAIL_ENDPOINTS: localEndpoints.optional(),
    FIRESTORE_EMULATOR_HOST: z.string().min(1).optional(),
  })
  .superRefine((settings, context) => {
    const isLocal = settings.DOVETAIL_ENDPOINTS !== undefined;
    const refuse = (variable: string) => context.addIssue({ code: 'custom', path: [variable], message: 'not so' });
    // Simulators and a real database together would be neither a trial nor a deployment.
    if (isLocal && settings.FIRESTORE_EMULATOR_HOST === undefined) refuse('DOVETAIL_ENDPOINTS');
    if (!isLocal && !settings.DOVETAIL_PUBLIC_URL.startsWith('https:')) refuse('DOVETAIL_PUBLIC_URL');
  });

/** Secrets that every installation has, by their names in Secret Manager. */
const SEALING_KEYS_SECRET = 'sealing-keys';
const GOOGLE_CREDENTIALS_SECRET = 'google-credentials';

export interface WiredProduction {
  readonly deps: SyncDeps;
  readonly secrets: Secrets;
  readonly publicUrl: string;
}

/**
 * The deps of a service on Google Cloud.
 * @param service its name in the logs.
 * @throws InvalidInput naming every variable that is missing or wrong; NotFound for a secret that does not exist.
 */
export async function wireFromEnvironment(environment: NodeJS.ProcessEnv, service: string): Promise<WiredProduction> {
  const parsed = environmentSchema.safeParse(environment);
  if (!parsed.success) {
    const paths = parsed.error.issues.map((issue) => issue.path.join('.'));
    throw new InvalidInput(`These variables are missing or wrong: ${paths.join(', ')}`, { paths });
  }
  const settings = parsed.data;
  const clock: Clock = { now: () => Date.now() };
  const { secretManager, cloudTasks, googleCalendar } = settings.DOVETAIL_ENDPOINTS ?? {};
  const secrets = createSecretManagerSecrets({ projectId: settings.GOOGLE_CLOUD_PROJECT, clock, ...secretManager });
  const publicUrl = settings.DOVETAIL_PUBLIC_URL;
  const workersUrl =
    settings.DOVETAIL_WORKERS_URL ??
    `https://${settings.DOVETAIL_REGION}-${settings.GOOGLE_CLOUD_PROJECT}.cloudfunctions.net`;
  const deps = wire({
    clock,
    secrets,
    publicUrl,
    log: createStructuredLog({ service }),
    sealingKeys: createLocalSealingKeys(parseSealingKeys(await secrets.get(SEALING_KEYS_SECRET))),
    documents: createFirestoreDocumentStore({
      projectId: settings.GOOGLE_CLOUD_PROJECT,
      databaseId: settings.DOVETAIL_DATABASE,
      preferRest: true,
    }),
    google: createGoogleCalendarProvider({
      credentials: async () => JSON.parse(await secrets.get(GOOGLE_CREDENTIALS_SECRET)) as ServiceAccountCredentials,
      userAgent: { product: 'Dovetail', version: VERSION },
      ...googleCalendar,
    }),
    tasks: createCloudTasksQueue({
      projectId: settings.GOOGLE_CLOUD_PROJECT,
      location: settings.DOVETAIL_REGION,
      invokerServiceAccount: settings.DOVETAIL_INVOKER,
      workerUrl: (queue) => `${workersUrl}/${functionNameOf(queue)}`,
      ...cloudTasks,
    }),
  });
  return { deps, secrets, publicUrl };
}

/** Functions are exported in camel case: the worker of `reconcile-event` is `reconcileEvent`. */
export function functionNameOf(name: QueueName | `on-${string}`): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
