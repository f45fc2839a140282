import { Finding } from './finding.ts';

/** Nothing that a stranger writes may keep a thread at work for longer. */
const MOST_MS = 1_000;

export interface Duration {
  readonly label: string;
  /** Milliseconds the thread worked: those of a machine that is busy with others do not count. */
  readonly cpu: number;
  /** Milliseconds in which the thread had nothing to do but wait; those in which others had its processor do not count. */
  readonly idle: number;
}

/** How long `work` takes. */
export async function timed<T>(label: string, work: () => T | Promise<T>): Promise<Duration & { readonly value: T }> {
  const loop = performance.eventLoopUtilization();
  const before = process.threadCpuUsage();
  const value = await work();
  const { user, system } = process.threadCpuUsage(before);
  return { label, value, cpu: (user + system) / 1_000, idle: performance.eventLoopUtilization(loop).idle };
}

/** It kept its thread at work for more than a second, or waiting. */
export function isSlow({ cpu, idle }: Duration): boolean {
  return cpu > MOST_MS || idle > MOST_MS;
}

/** That something is slow. */
export function slowFinding({ label, cpu, idle }: Duration): Finding {
  return new Finding(`slow: ${label}`, `${Math.round(cpu)} ms of work, ${Math.round(idle)} ms of waiting`);
}
