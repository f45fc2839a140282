import { Finding } from './finding.ts';

/** Nothing that a stranger writes may keep a thread at work for longer. */
const MOST_MS = 1_000;

export interface Duration {
  readonly label: string;
  /** Milliseconds the thread worked: those of a machine that is busy with others do not count. */
  readonly cpu: number;
  /** Milliseconds it took. */
  readonly wall: number;
}

/** How long `work` takes. */
export async function timed<T>(label: string, work: () => T | Promise<T>): Promise<Duration & { readonly value: T }> {
  const began = performance.now();
  const before = process.threadCpuUsage();
  const value = await work();
  const { user, system } = process.threadCpuUsage(before);
  return { label, value, cpu: (user + system) / 1_000, wall: performance.now() - began };
}

/** It kept its thread at work for more than a second, or waited so long that no busy machine explains it. */
export function isSlow({ cpu, wall }: Duration): boolean {
  return cpu > MOST_MS || wall - cpu > MOST_MS + 3 * cpu;
}

/** That something is slow. */
export function slowFinding({ label, cpu, wall }: Duration): Finding {
  return new Finding(`slow: ${label}`, `${Math.round(cpu)} ms of work, ${Math.round(wall)} ms in all`);
}
