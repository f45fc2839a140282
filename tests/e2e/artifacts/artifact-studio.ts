import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { wireFromEnvironment } from '@dovetail/core/wire-from-environment.ts';
import { SCHEDULES } from '@dovetail/functions/schedule-settings.ts';
import { createOidcIssuer } from '@dovetail/sandbox/cloud-tasks/oidc-issuer.ts';
import { createScheduler, type Scheduler } from '@dovetail/sandbox/scheduler/scheduler.ts';
import {
  type SecretManagerSimulator,
  startSecretManagerSimulator,
} from '@dovetail/sandbox/secret-manager/secret-manager-simulator.ts';
import { type Listening, listen } from '@dovetail/sandbox/studio/listen.ts';
import { createSandboxApp } from '@dovetail/sandbox/studio/sandbox-app.ts';
import { LOCAL_WEBHOOK_SECRET, seedStudio } from '@dovetail/sandbox/studio/seed.ts';
import {
  LOCAL_MOTOPRESS_KEY,
  LOCAL_USCHEDULE_KEY,
  type Simulators,
  startSimulators,
} from '@dovetail/sandbox/studio/simulators.ts';
import { newProjectId } from '../../firestore/open-firestore.ts';
import { createRecordingLog } from '../../recording-log.ts';
import { freePort } from '../service-process.ts';
import { DeployedProcess } from './deployed-process.ts';
import { createFunctionsGateway } from './functions-gateway.ts';
import type { Unpacked } from './unpack.ts';

const INVOKER = 'invoker@sandbox.iam.gserviceaccount.com';
const LOCATION = 'local';
/** The emulator holds locks for seconds where Firestore takes milliseconds: forty bookings of one bay at once would fail. */
const ONE_BY_ONE = { 'accept-booking': 1 };
/** Served by a functions-framework of their own, as each function is on Google Cloud. */
const ALONE = ['reconcileEvent', 'pullCalendar', 'onSweep'] as const;

/** What is deployed, running as it would on Google Cloud, with simulators where Google Cloud's services would be. */
export class ArtifactStudio {
  readonly serviceUrl: string;
  /** run-service first. */
  readonly processes: DeployedProcess[] = [];
  readonly environment: Readonly<Record<string, string>>;
  readonly #surroundings: Surroundings;
  #scheduler: Scheduler | undefined;

  private constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
    this.serviceUrl = surroundings.serviceUrl;
    this.environment = surroundings.environment;
  }

  get sandboxUrl(): string {
    return this.#surroundings.sandbox.url;
  }

  get workersUrl(): string {
    return this.#surroundings.gateway.url;
  }

  get secrets(): SecretManagerSimulator {
    return this.#surroundings.secrets;
  }

  /** Starts everything but the documents: `emulator` is where Firestore's listens, which must be in our environment too. */
  static async start(artifacts: Unpacked, emulator: string): Promise<ArtifactStudio> {
    const studio = new ArtifactStudio(await startSurroundings(emulator));
    try {
      await startProcesses(artifacts, studio.#surroundings, studio.processes);
      await studio.#seed();
      return studio;
    } catch (error) {
      await studio.stop();
      throw error;
    }
  }

  async #seed(): Promise<void> {
    const { simulators, sandbox, environment, runSchedule } = this.#surroundings;
    const { deps } = await wireFromEnvironment(environment, 'seed');
    await seedStudio(sandbox.url, deps);
    await deps.documents.close();
    const bearer = createOidcIssuer(simulators.account.private_key);
    this.#scheduler = createScheduler({
      clock: simulators.clock,
      log: createRecordingLog(),
      schedules: Object.entries(SCHEDULES).map(([name, { cron }]) => {
        const url = `${this.workersUrl}/on${name.replace(/(^|-)([a-z])/g, (_, __, letter: string) => letter.toUpperCase())}`;
        return { name, cron, timeZone: 'UTC', url };
      }),
      fetch: async (url, init) => {
        const headers = new Headers(init?.headers);
        headers.set('authorization', `Bearer ${await bearer.token(INVOKER, String(url))}`);
        return fetch(url, { ...init, headers });
      },
    });
    runSchedule.current = (name) => (this.#scheduler as Scheduler).run(name);
    await this.#scheduler.run('poll-feeds');
  }

  async stop(): Promise<void> {
    const { simulators, sandbox, gateway, secrets } = this.#surroundings;
    this.#scheduler?.close();
    simulators.clock.close();
    await simulators.tasks.close();
    await Promise.all(this.processes.map((process) => process.end('SIGKILL')));
    await Promise.all([gateway.close(), sandbox.close(), secrets.close()]);
  }
}

interface Surroundings {
  readonly simulators: Simulators;
  readonly secrets: SecretManagerSimulator;
  readonly sandbox: Listening;
  readonly gateway: Listening;
  readonly serviceUrl: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Where each function is served, once it is. */
  readonly targets: Record<string, number>;
  readonly runSchedule: { current: (name: string) => Promise<number> };
}

async function startSurroundings(emulator: string): Promise<Surroundings> {
  const projectId = newProjectId();
  const simulators = await startSimulators(
    undefined,
    {},
    {
      projectId,
      location: LOCATION,
      concurrent: ONE_BY_ONE,
    },
  );
  const runSchedule = { current: async (_name: string) => 503 };
  const sandbox = await listen(
    createSandboxApp({ ...simulators, runSchedule: (name) => runSchedule.current(name) }),
    0,
  );
  const targets: Record<string, number> = {};
  const gate = { keys: { keys: [...simulators.tasks.control.jwks.keys] }, email: INVOKER };
  const gateway: Listening = await listen(
    createFunctionsGateway(gate, () => gateway.url, targets),
    0,
  );
  const secrets = await startSecretManagerSimulator({ projectId, secrets: secretsFor(simulators) });
  const port = await freePort();
  const serviceUrl = `http://127.0.0.1:${port}`;
  simulators.webhookUrl.current = `${serviceUrl}/webhook/uschedule/loft`;
  const environment = {
    NODE_ENV: 'production',
    METADATA_SERVER_DETECTION: 'none',
    PORT: String(port),
    GOOGLE_CLOUD_PROJECT: projectId,
    DOVETAIL_REGION: LOCATION,
    DOVETAIL_PUBLIC_URL: serviceUrl,
    DOVETAIL_WORKERS_URL: gateway.url,
    DOVETAIL_INVOKER: INVOKER,
    FIRESTORE_EMULATOR_HOST: emulator,
    DOVETAIL_ENDPOINTS: JSON.stringify({
      secretManager: `127.0.0.1:${secrets.port}`,
      cloudTasks: `127.0.0.1:${simulators.tasks.port}`,
      googleCalendar: `${sandbox.url}/google`,
    }),
  };
  return { simulators, secrets, sandbox, gateway, serviceUrl, environment, targets, runSchedule };
}

function secretsFor({ account }: Simulators): Record<string, string> {
  return {
    'sealing-keys': `test:${randomBytes(32).toString('base64')}`,
    'google-credentials': JSON.stringify(account),
    'channel-key': randomBytes(32).toString('hex'),
    'uschedule-api-key': LOCAL_USCHEDULE_KEY,
    'uschedule-webhook': LOCAL_WEBHOOK_SECRET,
    'motopress-api-key': LOCAL_MOTOPRESS_KEY,
  };
}

/** Puts each process into `started` before anything can go wrong with it. */
async function startProcesses(
  { node, runService, functions }: Unpacked,
  { environment, serviceUrl, targets }: Surroundings,
  started: DeployedProcess[],
): Promise<void> {
  const start = (args: readonly string[], cwd: string, port?: number) => {
    const own = port === undefined ? environment : { ...environment, PORT: String(port) };
    const process = new DeployedProcess(node, args, cwd, own);
    started.push(process);
    return process;
  };
  const service = start(['index.mjs'], runService);
  const host = start(['../functions-host.mjs', '.'], functions);
  const framework = join(functions, 'node_modules/@google-cloud/functions-framework/build/src/main.js');
  for (const name of ALONE) {
    const port = await freePort();
    const served = start([framework, `--target=${name}`, '--signature-type=http'], functions, port);
    await served.listens(port);
    targets[name] = port;
  }
  await host.until(() => host.printed.includes('serving '));
  Object.assign(targets, { ...JSON.parse(/^serving (.*)$/m.exec(host.printed)?.[1] ?? '{}'), ...targets });
  await service.listens(Number(new URL(serviceUrl).port));
}
