import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A program of ours as a process of its own, with what it printed. */
export class Program {
  readonly child: ChildProcess;
  printed = '';
  readonly #exited: Promise<number | null>;

  constructor(script: string, environment: Record<string, string>) {
    this.child = spawn(process.execPath, [script], { cwd: ROOT, env: { PATH: process.env.PATH, ...environment } });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.printed += chunk.toString();
      });
    }
    this.#exited = once(this.child, 'exit').then(([code]) => code as number | null);
  }

  /** Resolves once `text` was printed. @throws Error when the program ends without. */
  async until(text: string): Promise<void> {
    while (!this.printed.includes(text)) {
      const ended = await Promise.race([
        this.#exited.then(() => true),
        once(this.child.stdout as NodeJS.ReadableStream, 'data').then(() => false),
      ]);
      if (ended && !this.printed.includes(text)) throw new Error(`ended without printing "${text}":\n${this.printed}`);
    }
  }

  /** Sends a signal and resolves with the exit code; null when the signal itself ended it. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    this.child.kill(signal);
    return this.#exited;
  }

  exited(): Promise<number | null> {
    return this.#exited;
  }
}

/**
 * A port that was free just now. It lies below those the system hands out to whoever asks for any (32768 and up), so that
 * no server of another test is given it before it is used.
 */
export async function freePort(): Promise<number> {
  const server = createServer();
  const taken = once(server, 'error').then(() => true);
  server.listen(randomInt(20_000, 32_000), '127.0.0.1');
  if (await Promise.race([taken, once(server, 'listening').then(() => false)])) return freePort();
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

/** Waits until `condition` holds; looks often, for at most a minute and a half. */
export async function eventually(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 90_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('it did not come true within a minute and a half');
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
