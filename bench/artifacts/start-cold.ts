import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A program that serves HTTP at `PORT`, and the request by which it is seen to work. */
export interface Startable {
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly body?: string;
    readonly bearer?: string;
  };
  readonly status: number;
}

export interface ColdStart {
  /** From the start of the process to the whole of its first answer. */
  readonly ms: number;
  /** What of the process is in memory then, in millions of bytes. */
  readonly residentMb: number;
}

const LOOK_EVERY_MS = 5;
const PATIENCE_MS = 30_000;

/** Starts the program in a process of its own, asks it once, and ends it. @throws Error when it answers otherwise. */
export async function startCold({ args, environment, request, status }: Startable): Promise<ColdStart> {
  const port = await freePort();
  const startedAt = performance.now();
  const child = spawn(process.execPath, args, { env: { ...environment, PORT: String(port) }, stdio: 'ignore' });
  const endWithUs = () => void child.kill('SIGKILL');
  process.once('exit', endWithUs);
  try {
    const answer = await firstAnswer(child, `http://127.0.0.1:${port}${request.path}`, request);
    const ms = performance.now() - startedAt;
    if (answer !== status) throw new Error(`${args[0]} answered ${answer}`);
    return { ms, residentMb: residentMb(child) };
  } finally {
    process.off('exit', endWithUs);
    if (child.exitCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  }
}

async function firstAnswer(child: ChildProcess, url: string, request: Startable['request']): Promise<number> {
  const { method, body, bearer } = request;
  const headers = {
    ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
    ...(body !== undefined && { 'content-type': 'application/json' }),
  };
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      const answer = await fetch(url, { method, headers, ...(body !== undefined && { body }) });
      await answer.arrayBuffer();
      return answer.status;
    } catch (error) {
      if (child.exitCode !== null) throw new Error('it ended before it answered', { cause: error });
      if (performance.now() > deadline) throw new Error(`no answer within ${PATIENCE_MS / 1000} s`, { cause: error });
      await sleep(LOOK_EVERY_MS);
    }
  }
}

function residentMb({ pid }: ChildProcess): number {
  const kibibytes = execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' });
  return (Number(kibibytes) * 1024) / 1e6;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
