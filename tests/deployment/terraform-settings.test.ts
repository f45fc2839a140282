import { readFile } from 'node:fs/promises';
import { deploymentSettings } from '@dovetail/functions/deployment-settings.ts';
import * as functions from '@dovetail/functions/index.ts';
import { QUEUES } from '@dovetail/functions/queue-settings.ts';
import { SCHEDULES } from '@dovetail/functions/schedule-settings.ts';
import { expect, it } from 'vitest';
import { ROOT } from '../e2e/service-process.ts';

const settings = deploymentSettings();

/** What a function is exported with, as far as it decides how it is deployed. */
interface Endpoint {
  readonly timeoutSeconds: number;
  readonly concurrency: number;
  readonly cpu: number;
  readonly availableMemoryMb: number;
  readonly taskQueueTrigger?: { readonly retryConfig: object; readonly rateLimits: object };
  readonly scheduleTrigger?: { readonly schedule: string; readonly timeZone: string };
}

function endpointOf(entryPoint: string): Endpoint {
  const exported = functions as unknown as Readonly<Record<string, { readonly __endpoint: Endpoint }>>;
  return exported[entryPoint]!.__endpoint;
}

const megabytes = (memory: string) => Number(memory.replace(/Mi$/, ''));

it('the settings that Terraform reads are those of the code (renew them: npm run terraform:settings)', async () => {
  const kept = await readFile(`${ROOT}/terraform/settings.json`, 'utf8');
  expect(kept).toBe(`${JSON.stringify(settings, null, 2)}\n`);
});

it('every queue and every schedule has its function there, and no function is left out', () => {
  expect(Object.keys(settings.workers)).toEqual(Object.keys(QUEUES).sort());
  expect(Object.keys(settings.schedules)).toEqual(Object.keys(SCHEDULES).sort());
  const entryPoints = [...Object.values(settings.workers), ...Object.values(settings.schedules)];
  expect(entryPoints.map(({ entryPoint }) => entryPoint).sort()).toEqual(Object.keys(functions).sort());
});

it.each(Object.entries(settings.workers))('the worker of %s is deployed as it is exported', (_, worker) => {
  const { maxConcurrentDispatches, maxDispatchesPerSecond, ...retryConfig } = worker.queue;
  const { timeoutSeconds, concurrency, cpu } = worker;
  expect(endpointOf(worker.entryPoint)).toMatchObject({
    timeoutSeconds,
    concurrency,
    cpu,
    availableMemoryMb: megabytes(worker.memory),
    taskQueueTrigger: { retryConfig, rateLimits: { maxConcurrentDispatches, maxDispatchesPerSecond } },
  });
});

it.each(Object.entries(settings.schedules))(
  'the function of the schedule %s is deployed as it is exported',
  (_, of) => {
    const { timeoutSeconds, concurrency, cpu, job } = of;
    expect(endpointOf(of.entryPoint)).toMatchObject({
      timeoutSeconds,
      concurrency,
      cpu,
      availableMemoryMb: megabytes(of.memory),
      scheduleTrigger: { schedule: job.cron, timeZone: job.timeZone, retryConfig: { retryCount: job.retryCount } },
    });
  },
);
