import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A running Firestore emulator. */
export interface Emulator {
  /** `127.0.0.1:port`, as `FIRESTORE_EMULATOR_HOST` wants it. */
  readonly host: string;
  /** Ends it, if we started it. */
  stop(): Promise<void>;
}

const JAR_IN_SDK = 'platform/cloud-firestore-emulator/cloud-firestore-emulator.jar';
const MAIN_CLASS = 'com.google.cloud.datastore.emulator.firestore.CloudFirestore';
const START_TIMEOUT_MS = 30_000;
const LOG_CHARACTERS = 4_000;

/**
 * Google's own Firestore emulator: the one at `FIRESTORE_EMULATOR_HOST`, else one we start from the jar at
 * `FIRESTORE_EMULATOR_JAR`, else from the Cloud SDK's. Null when there is none, or no `java` to run it.
 * @throws when it is there but does not start.
 */
export async function startEmulator(env: NodeJS.ProcessEnv = process.env): Promise<Emulator | null> {
  if (env.FIRESTORE_EMULATOR_HOST) return { host: env.FIRESTORE_EMULATOR_HOST, stop: async () => {} };
  const jar = env.FIRESTORE_EMULATOR_JAR ?? (await findJarInSdk());
  if (!jar || !(await answers('java', ['-version']))) return null;
  return await startJar(jar);
}

async function startJar(jar: string): Promise<Emulator> {
  const port = await freePort();
  const args = ['-cp', jar, MAIN_CLASS, 'start', '--host=127.0.0.1', `--port=${port}`];
  const child = spawn('java', args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const killAtExit = () => child.kill('SIGKILL');
  process.once('exit', killAtExit);
  const stop = async () => {
    process.off('exit', killAtExit);
    child.kill('SIGTERM');
    await exited;
  };
  try {
    await saysItRuns(child, exited);
  } catch (error) {
    await stop();
    throw error;
  }
  return { host: `127.0.0.1:${port}`, stop };
}

async function saysItRuns(child: ReturnType<typeof spawn>, exited: Promise<void>): Promise<void> {
  let output = '';
  const running = new Promise<void>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        output = (output + chunk.toString()).slice(-LOG_CHARACTERS);
        if (output.includes('is now running')) resolve();
      });
    }
  });
  const failed = Promise.race([
    exited.then(() => 'ended'),
    new Promise<string>((resolve) => setTimeout(resolve, START_TIMEOUT_MS, 'did not get ready').unref()),
  ]).then((what) => {
    throw new Error(`The Firestore emulator ${what}:\n${output}`);
  });
  await Promise.race([running, failed]);
}

async function findJarInSdk(): Promise<string | null> {
  const root = await answers('gcloud', ['info', '--format=value(installation.sdk_root)']);
  const jar = root && join(root.trim(), JAR_IN_SDK);
  return jar && existsSync(jar) ? jar : null;
}

/** What a command prints, or null when it is missing or fails. */
async function answers(command: string, args: readonly string[]): Promise<string | null> {
  try {
    const { stdout, stderr } = await promisify(execFile)(command, args);
    return stdout || stderr;
  } catch {
    return null;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('No port is free.');
  return address.port;
}
