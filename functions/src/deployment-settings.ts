import type { QueueName } from '@dovetail/core/ports/task-queue.ts';
import { functionNameOf } from '@dovetail/core/wire-from-environment.ts';
import { INSTANCE, QUEUES, type QueueSettings } from './queue-settings.ts';
import { SCHEDULE_DELIVERY, SCHEDULES, type ScheduleName, type ScheduleSettings } from './schedule-settings.ts';

interface FunctionSettings {
  /** The name it is exported under. */
  readonly entryPoint: string;
  readonly timeoutSeconds: number;
  readonly concurrency: number;
  readonly cpu: number;
  readonly memory: string;
}

export interface DeploymentSettings {
  readonly workers: Readonly<Record<string, FunctionSettings & { queue: Omit<QueueSettings, 'timeoutSeconds'> }>>;
  readonly schedules: Readonly<
    Record<string, FunctionSettings & { job: ScheduleSettings & Omit<typeof SCHEDULE_DELIVERY, 'timeoutSeconds'> }>
  >;
}

/**
 * What terraform/ is told of the code: every queue with its worker, every schedule with its function, by the names they
 * are deployed under. Kept in terraform/settings.json, which `npm run terraform:settings` renews.
 */
export function deploymentSettings(): DeploymentSettings {
  return { workers: mapOf(QUEUES, workerOf), schedules: mapOf(SCHEDULES, scheduleOf) };
}

/** Kubernetes' unit, which Cloud Run's own API takes; the Firebase SDK writes MiB. */
const RESOURCES = { ...INSTANCE, memory: INSTANCE.memory.replace('MiB', 'Mi') };

function workerOf(queue: QueueName) {
  const { timeoutSeconds, ...delivery } = QUEUES[queue];
  return { entryPoint: functionNameOf(queue), timeoutSeconds, ...RESOURCES, queue: delivery };
}

/** Exported as `onPollFeeds`, for a queue may have the same name. */
function scheduleOf(name: ScheduleName) {
  const { timeoutSeconds, ...delivery } = SCHEDULE_DELIVERY;
  return {
    entryPoint: functionNameOf(`on-${name}`),
    timeoutSeconds,
    ...RESOURCES,
    job: { ...SCHEDULES[name], ...delivery },
  };
}

function mapOf<K extends string, V>(named: Readonly<Record<K, unknown>>, describe: (name: K) => V): Record<K, V> {
  const names = (Object.keys(named) as K[]).sort();
  return Object.fromEntries(names.map((name) => [name, describe(name)])) as Record<K, V>;
}
