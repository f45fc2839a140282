import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { eventually } from '../service-process.ts';

/** `nobody` and `nogroup`: whoever runs the tests as root runs what is deployed as somebody who may do nothing. */
const UNPRIVILEGED = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

/** A process of an artifact, with nothing of our environment, and what it printed. */
export class DeployedProcess {
  readonly #child: ChildProcess;
  readonly #exited: Promise<number | null>;
  printed = '';

  constructor(node: string, args: readonly string[], cwd: string, environment: Readonly<Record<string, string>>) {
    this.#child = spawn(node, args, { cwd, env: environment, ...UNPRIVILEGED });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.printed += chunk.toString();
      });
    }
    const endWithUs = () => void this.#child.kill('SIGKILL');
    process.once('exit', endWithUs);
    this.#exited = once(this.#child, 'exit').then(([code]) => {
      process.off('exit', endWithUs);
      return code as number | null;
    });
  }

  /** Resolves once somebody listens on the port. @throws Error when the process ended instead. */
  async listens(port: number): Promise<void> {
    await this.until(() => isTaken(port));
  }

  /** @throws Error when the process ended before `condition` held. */
  async until(condition: () => boolean | Promise<boolean>): Promise<void> {
    await eventually(async () => {
      if (this.#child.exitCode !== null || this.#child.signalCode !== null)
        throw new Error(`it ended:\n${this.printed}`);
      return condition();
    });
  }

  /** Sends a signal and resolves with the exit code; null when the signal itself ended it. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    this.#child.kill(signal);
    return this.#exited;
  }
}

function isTaken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
