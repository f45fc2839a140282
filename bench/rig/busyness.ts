import { cpus } from 'node:os';
import type { Figure } from '../figure.ts';

/**
 * Watches how busy everything was meanwhile: this process's event loop, with simulators and load on it, and all cores
 * together, whoever used them. Near 1, durations say more about the machine than about us.
 */
export function watchBusyness(): () => Figure {
  const loop = performance.eventLoopUtilization();
  const before = coreTimes();
  return () => {
    const after = coreTimes();
    const simulators = performance.eventLoopUtilization(loop).utilization;
    const machine = 1 - (after.idle - before.idle) / (after.all - before.all);
    return { name: 'how busy meanwhile, of 1', measured: { simulators, machine } };
  };
}

function coreTimes(): { readonly idle: number; readonly all: number } {
  let idle = 0;
  let all = 0;
  for (const { times } of cpus()) {
    idle += times.idle;
    all += times.user + times.nice + times.sys + times.irq + times.idle;
  }
  return { idle, all };
}
