import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Calls `act` at fixed times, whether or not earlier calls have ended, so that a slow answer is not followed by fewer
 * requests. `dueAt` is the time on `performance.now()` at which the call should have begun: durations count from there.
 * Resolves when all calls have ended. @throws what a call threw first.
 */
export async function openLoop(
  load: { readonly perSecond: number; readonly seconds: number },
  act: (index: number, dueAt: number) => Promise<void>,
): Promise<void> {
  const startAt = performance.now();
  const calls: Promise<void>[] = [];
  for (let index = 0; index < Math.round(load.perSecond * load.seconds); index++) {
    const dueAt = startAt + (index * 1000) / load.perSecond;
    const wait = dueAt - performance.now();
    if (wait > 0) await sleep(wait);
    const call = act(index, dueAt);
    // It is awaited at the end; until then its failure is nobody's.
    call.catch(() => undefined);
    calls.push(call);
  }
  await Promise.all(calls);
}
