import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { ServiceSurroundings } from '@dovetail/sandbox/studio/wire-services.ts';

/** The services, running as a process of their own. */
export interface ServiceProcess {
  readonly url: string;
  stop(): Promise<void>;
}

const MAIN = fileURLToPath(import.meta.resolve('@dovetail/sandbox/services-main.ts'));
const PATIENCE_MS = 30_000;
const LOOK_EVERY_MS = 50;

/**
 * Starts the services with the studio's tenants, on free ports, documents in memory as `npm start` has them, the log in
 * `folder`. With a `profileFolder`, a CPU profile is left there when they end. @throws Error when they do not come up.
 */
export async function startServiceProcess(
  surroundings: Pick<ServiceSurroundings, 'sandboxUrl' | 'tasksPort' | 'taskKeys' | 'account'>,
  folder: string,
  profileFolder: string | undefined,
): Promise<ServiceProcess> {
  const told = { ...surroundings, seed: true, ports: { port: 0, workersPort: 0 } };
  const logFile = join(folder, 'services.log');
  // The log goes to a file: written to a pipe that is read late, it would hold the services up.
  const log = openSync(logFile, 'w');
  const child = spawn(process.execPath, [...profiling(profileFolder), MAIN], {
    env: { ...process.env, DOVETAIL_SURROUNDINGS: JSON.stringify(told) },
    stdio: ['ignore', log, 'inherit'],
  });
  closeSync(log);
  const endWithUs = () => void child.kill();
  process.once('exit', endWithUs);
  const stop = async () => {
    process.off('exit', endWithUs);
    if (hasEnded(child)) return;
    child.kill();
    await once(child, 'exit');
  };
  try {
    return { url: await readiness(child, logFile), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Node writes the profile when it exits by itself, so it must not be killed by the signal that asks it to end. */
function profiling(folder: string | undefined): string[] {
  if (folder === undefined) return [];
  const exitWhenAsked = 'process.once("SIGTERM", () => process.exit());';
  return ['--cpu-prof', `--cpu-prof-dir=${folder}`, '--import', `data:text/javascript,${exitWhenAsked}`];
}

async function readiness(child: ChildProcess, logFile: string): Promise<string> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const [, url] = /^ready (\S+)$/m.exec(readFileSync(logFile, 'utf8')) ?? [];
    if (url !== undefined) return url;
    if (hasEnded(child)) throw new Error('the services ended before they were ready');
    if (performance.now() > deadline) throw new Error(`the services were not ready within ${PATIENCE_MS / 1000} s`);
    await sleep(LOOK_EVERY_MS);
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
