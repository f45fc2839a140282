import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startSecretManagerSimulator } from '@dovetail/sandbox/secret-manager/secret-manager-simulator.ts';
import { type ColdStart, type Startable, startCold } from './artifacts/start-cold.ts';
import type { Benchmark, BenchmarkOptions, Figure } from './figure.ts';

const STARTS = 10;
const QUICK_STARTS = 3;
const PROJECT = 'bench';
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FRAMEWORK = join(ROOT, 'node_modules/@google-cloud/functions-framework/build/src/main.js');

/** Three times what an idle core of this decade takes, and half of what an instance is given (512 MiB). */
const MOST = { coldStartMs: 3_000, idleMb: 256 };
/** Cloud Run functions takes zips of 100 MB; what is loaded at every cold start is what matters. */
const MOST_MB = { runService: 8, functions: 7, zip: 1.5 };

/**
 * What is deployed: how large it is, how soon a process of it has answered its first request, and what memory it then has.
 * Secret Manager is simulated beside it; documents are asked for by none of these requests.
 */
export const artifacts: Benchmark = {
  name: 'artifacts',
  async run(options) {
    const folder = mkdtempSync(join(tmpdir(), 'dovetail-bench-'));
    try {
      options.progress('bundling');
      await promisify(execFile)(process.execPath, [join(ROOT, 'scripts/bundle.mjs'), folder]);
      return [...sizes(folder), ...(await coldStarts(folder, options))];
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

function sizes(folder: string): Figure[] {
  const megabytes = (name: string) => statSync(join(folder, name)).size / 1e6;
  const size = (name: string, file: string, most: number): Figure => {
    return { name, measured: { size: megabytes(file) }, unit: 'MB', atMost: { size: most } };
  };
  return [
    size('bundle of run-service', 'run-service/index.mjs', MOST_MB.runService),
    size('bundle of the functions', 'functions/index.mjs', MOST_MB.functions),
    size('functions.zip', 'functions.zip', MOST_MB.zip),
  ];
}

async function coldStarts(folder: string, { quick, progress }: BenchmarkOptions): Promise<Figure[]> {
  const secrets = { 'sealing-keys': `bench:${Buffer.alloc(32).toString('base64')}` };
  const secretManager = await startSecretManagerSimulator({ projectId: PROJECT, secrets });
  const environment = environmentWith(secretManager.port);
  const service: Startable = {
    args: [join(folder, 'run-service/index.mjs')],
    environment,
    request: { method: 'GET', path: '/openapi.json' },
    status: 200,
  };
  const worker: Startable = {
    args: [FRAMEWORK, `--source=${join(folder, 'functions')}`, '--target=reconcileEvent', '--signature-type=http'],
    environment,
    // A task that nobody can read: everything is wired for it, and it is done.
    request: { method: 'POST', path: '/', body: '{"data":{"tenantId":7}}', bearer: UNVERIFIED },
    status: 204,
  };
  const starts = quick ? QUICK_STARTS : STARTS;
  try {
    progress(`${starts} cold starts of run-service`);
    const ofService = await startRepeatedly(service, starts);
    progress(`${starts} cold starts of a function`);
    return [...figuresOf('run-service', ofService), ...figuresOf('a function', await startRepeatedly(worker, starts))];
  } finally {
    await secretManager.close();
  }
}

/** Cloud Run has checked the token; a worker only looks who it names. */
const UNVERIFIED = ['{"alg":"RS256"}', '{"email":"invoker@bench.test"}', 'signature']
  .map((part) => Buffer.from(part).toString('base64url'))
  .join('.');

function environmentWith(secretManagerPort: number): Record<string, string> {
  // Nobody listens at the discard port: what is asked for there would fail.
  const nobody = '127.0.0.1:9';
  return {
    NODE_ENV: 'production',
    METADATA_SERVER_DETECTION: 'none',
    GOOGLE_CLOUD_PROJECT: PROJECT,
    DOVETAIL_REGION: 'local',
    DOVETAIL_PUBLIC_URL: 'https://dovetail.test',
    DOVETAIL_INVOKER: 'invoker@bench.iam.gserviceaccount.com',
    FIRESTORE_EMULATOR_HOST: nobody,
    DOVETAIL_ENDPOINTS: JSON.stringify({
      secretManager: `127.0.0.1:${secretManagerPort}`,
      cloudTasks: nobody,
      googleCalendar: `http://${nobody}/google`,
    }),
  };
}

async function startRepeatedly(program: Startable, times: number): Promise<ColdStart[]> {
  const found: ColdStart[] = [];
  for (let count = 0; count < times; count++) found.push(await startCold(program));
  return found;
}

function figuresOf(what: string, starts: readonly ColdStart[]): Figure[] {
  const [ms, mb] = [starts.map((start) => start.ms), starts.map((start) => start.residentMb)];
  return [
    {
      name: `${what}: started to first answer, ${starts.length} times`,
      measured: { median: median(ms), worst: Math.max(...ms) },
      unit: 'ms',
      atMost: { median: MOST.coldStartMs },
    },
    { name: `${what}: memory after it`, measured: { median: median(mb) }, unit: 'MB', atMost: { median: MOST.idleMb } },
  ];
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}
