import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createMemoryBodyCache } from '@dovetail/core/adapters/cache/memory-body-cache.ts';
import { createCloudTasksQueue } from '@dovetail/core/adapters/cloud-tasks/cloud-tasks-queue.ts';
import { createFirestoreDocumentStore } from '@dovetail/core/adapters/firestore/firestore-document-store.ts';
import { createGoogleCalendarProvider } from '@dovetail/core/adapters/google-calendar/google-calendar-provider.ts';
import type { ServiceAccountCredentials } from '@dovetail/core/adapters/google-calendar/google-client.ts';
import { createStructuredLog } from '@dovetail/core/adapters/log/structured-log.ts';
import type { BillingMeter } from '@dovetail/core/adapters/metered/billing-meter.ts';
import { meterDocumentStore } from '@dovetail/core/adapters/metered/metered-document-store.ts';
import { createEnvironmentSecrets } from '@dovetail/core/adapters/secrets/environment-secrets.ts';
import { createLocalSealingKeys } from '@dovetail/core/adapters/secrets/local-sealing-keys.ts';
import {
  openSqliteDocumentStore,
  type SqliteDocumentStore,
} from '@dovetail/core/adapters/sqlite/sqlite-document-store.ts';
import { parseUScheduleWebhook } from '@dovetail/core/adapters/uschedule/uschedule-webhook.ts';
import { sha256Hex } from '@dovetail/core/domain/identity.ts';
import type { CalendarProvider } from '@dovetail/core/ports/calendar-provider.ts';
import type { Clock } from '@dovetail/core/ports/clock.ts';
import type { DocumentStore } from '@dovetail/core/ports/document-store.ts';
import type { Log } from '@dovetail/core/ports/log.ts';
import type { SyncDeps } from '@dovetail/core/sync/deps.ts';
import { VERSION, wire } from '@dovetail/core/wiring.ts';
import type { AppDeps } from '@dovetail/run-service/app-deps.ts';
import { credentials as grpcCredentials } from '@grpc/grpc-js';
import type { JSONWebKeySet } from 'jose';
import { LOCAL_WEBHOOK_SECRET } from './seed.ts';
import { LOCAL_MOTOPRESS_KEY, LOCAL_PROJECT, LOCAL_USCHEDULE_KEY } from './simulators.ts';
import type { WorkerGate } from './worker-host.ts';

const HOUR_MS = 3_600_000;
const MOST_CACHED_BYTES = 64 * 1024 * 1024;
const INVOKER = 'tasks-invoker@sandbox.iam.gserviceaccount.com';

/** Where the services find the simulators, all of it fit to be handed to another process, and the clock they share. */
export interface ServiceSurroundings {
  readonly sandboxUrl: string;
  readonly tasksPort: number;
  /** Public keys of the local Cloud Tasks, by which workers know their caller. */
  readonly taskKeys: JSONWebKeySet;
  readonly account: ServiceAccountCredentials;
  readonly dataFolder?: string | undefined;
  readonly documents?: DocumentStore | undefined;
  readonly clock: Clock;
  readonly meter: BillingMeter;
  readonly log?: Log | undefined;
}

/** The services' deps, and what the studio must hold on to of them. */
export interface WiredServices {
  readonly deps: AppDeps;
  readonly gate: WorkerGate;
  close(): Promise<void>;
}

/** Wires the services as production does, with the simulators where Google Cloud would be. */
export function wireServices(
  surroundings: ServiceSurroundings,
  addresses: { readonly publicUrl: string; readonly workersUrl: string },
): WiredServices {
  const { account, meter, documents, tasksPort } = surroundings;
  const { workersUrl, publicUrl } = addresses;
  const store = documents ?? openStore(surroundings.dataFolder);
  const queue = createCloudTasksQueue({
    ...LOCAL_PROJECT,
    apiEndpoint: '127.0.0.1',
    port: tasksPort,
    sslCreds: grpcCredentials.createInsecure(),
    invokerServiceAccount: INVOKER,
    audience: () => workersUrl,
    workerUrl: (name) => `${workersUrl}/tasks/${name}`,
  });
  const secrets = createEnvironmentSecrets({
    DOVETAIL_SECRET_USCHEDULE_API_KEY: LOCAL_USCHEDULE_KEY,
    DOVETAIL_SECRET_MOTOPRESS_API_KEY: LOCAL_MOTOPRESS_KEY,
    DOVETAIL_SECRET_USCHEDULE_WEBHOOK: LOCAL_WEBHOOK_SECRET,
    DOVETAIL_SECRET_CHANNEL_KEY: sha256Hex(account.private_key),
    ...process.env,
  });
  const deps = wire({
    documents: meterDocumentStore(store, meter),
    google: connectGoogle(surroundings.sandboxUrl, account),
    tasks: queue,
    secrets,
    sealingKeys: createLocalSealingKeys([localSealingKey(account)]),
    clock: surroundings.clock,
    log: surroundings.log ?? createStructuredLog({ service: 'studio' }),
    publicUrl,
  });
  const bodies = createMemoryBodyCache({ mostBytes: MOST_CACHED_BYTES });
  const stopTidying = documents ? undefined : tidyHourly(store, deps);
  return {
    deps: { ...deps, secrets, bodies, parseUScheduleWebhook, publicUrl, version: VERSION },
    gate: { keys: surroundings.taskKeys, audience: workersUrl, email: INVOKER },
    close: async () => {
      stopTidying?.();
      await queue.close();
      if (!documents) await store.close();
    },
  };
}

/** An emulator or a project in the environment is used; otherwise the embedded store. */
function openStore(dataFolder: string | undefined): DocumentStore {
  const { FIRESTORE_EMULATOR_HOST, GOOGLE_CLOUD_PROJECT } = process.env;
  if (FIRESTORE_EMULATOR_HOST !== undefined || GOOGLE_CLOUD_PROJECT !== undefined) {
    return createFirestoreDocumentStore({ projectId: GOOGLE_CLOUD_PROJECT ?? 'demo-dovetail' });
  }
  return openSqliteDocumentStore(dataFolder === undefined ? {} : { file: join(dataFolder, 'documents.sqlite') });
}

/** Firestore removes documents whose time to live is over by itself; the embedded store has to be asked. */
function tidyHourly(
  store: DocumentStore | SqliteDocumentStore,
  { clock, log }: Pick<SyncDeps, 'clock' | 'log'>,
): () => void {
  if (!('removeExpired' in store)) return () => undefined;
  const tidy = () =>
    store.removeExpired(clock.now()).catch((error: unknown) => log.error('store.not-tidied', { error }));
  const timer = setInterval(tidy, HOUR_MS).unref();
  return () => clearInterval(timer);
}

/** With credentials in the environment, the real Google Calendar. */
function connectGoogle(sandboxUrl: string, account: ServiceAccountCredentials): CalendarProvider {
  const userAgent = { product: 'Dovetail', version: VERSION };
  const { GOOGLE_APPLICATION_CREDENTIALS } = process.env;
  if (GOOGLE_APPLICATION_CREDENTIALS !== undefined) {
    const key = JSON.parse(readFileSync(GOOGLE_APPLICATION_CREDENTIALS, 'utf8')) as ServiceAccountCredentials;
    return createGoogleCalendarProvider({ credentials: key, userAgent });
  }
  return createGoogleCalendarProvider({
    credentials: account,
    rootUrl: `${sandboxUrl}/google/`,
    tokenUrl: `${sandboxUrl}/google/token`,
    userAgent,
  });
}

/** The studio's data is as safe as its folder: one secret there opens it all. */
function localSealingKey(account: ServiceAccountCredentials): { readonly id: string; readonly key: Uint8Array } {
  return { id: 'local', key: Buffer.from(sha256Hex(`sealing ${account.private_key}`), 'hex') };
}
