import type { ServiceAccountCredentials } from '@dovetail/core/adapters/google-calendar/google-client.ts';
import type { BillingMeter } from '@dovetail/core/adapters/metered/billing-meter.ts';
import type { DocumentStore } from '@dovetail/core/ports/document-store.ts';
import type { Log } from '@dovetail/core/ports/log.ts';
import type { SyncDeps } from '@dovetail/core/sync/deps.ts';
import { SCHEDULES, type ScheduleName } from '@dovetail/functions/schedule-settings.ts';
import type { CloudTasksControl } from '../cloud-tasks/cloud-tasks-simulator.ts';
import type { Faults } from '../faults.ts';
import type { FeedsControl } from '../feeds/feeds-simulator.ts';
import type { GoogleControl } from '../google/google-simulator.ts';
import type { MotoPressControl } from '../motopress/motopress-simulator.ts';
import { createScheduler, type ScheduleConfig, type Scheduler } from '../scheduler/scheduler.ts';
import type { StudioClock } from '../studio-clock.ts';
import type { UScheduleControl } from '../uschedule/uschedule-simulator.ts';
import { listen } from './listen.ts';
import { createSandboxApp } from './sandbox-app.ts';
import { seedStudio } from './seed.ts';
import { openWorkersDoor, startServices } from './services.ts';
import { snapshotOf, startSimulators } from './simulators.ts';
import { loadState, saveState, withWorkersAt } from './studio-state.ts';

export interface StudioOptions {
  /** Port of the service; 0 takes a free one. */
  readonly port: number;
  /** Port of the simulators. */
  readonly sandboxPort: number;
  /** The instant the studio's clock starts at, milliseconds since 1970; now when absent. */
  readonly startAt?: number | undefined;
  /** Keeps documents and simulators from one run to the next; absent, everything is in memory. */
  readonly dataFolder?: string | undefined;
  /** Uses this store instead of the embedded one. */
  readonly documents?: DocumentStore;
  readonly log?: Log;
  /** The services' account at Google, when nothing was kept. A fresh one when absent, which takes a moment to make. */
  readonly account?: ServiceAccountCredentials;
  /** Fires these schedules at other times than their own (unix-cron): rarer ones make weeks pass quickly. */
  readonly crons?: Partial<Record<ScheduleName, string>>;
}

/** A running studio, with the controls that tests use beside its HTTP endpoints. */
export interface Studio {
  readonly url: string;
  readonly sandboxUrl: string;
  readonly clock: StudioClock;
  readonly google: GoogleControl;
  readonly uschedule: UScheduleControl;
  readonly feeds: FeedsControl;
  readonly motopress: MotoPressControl;
  readonly tasks: CloudTasksControl;
  readonly meter: BillingMeter;
  readonly faults: Faults;
  readonly deps: SyncDeps;
  stop(): Promise<void>;
}

/** Starts the whole studio on the loopback interface: services, store and simulators, all on one clock. */
export async function startStudio(options: StudioOptions): Promise<Studio> {
  const { dataFolder, documents, log } = options;
  const kept = dataFolder === undefined ? {} : loadState(dataFolder);
  const workers = await openWorkersDoor(0);
  const state = withWorkersAt(workers.listening.url, kept);
  const simulators = await startSimulators(options.startAt, { account: options.account, ...state });
  const { clock, meter, account, tasks } = simulators;
  let scheduler: Scheduler | undefined;
  const runSchedule = async (name: string) => (scheduler ? scheduler.run(name) : 503);
  const sandbox = await listen(createSandboxApp({ ...simulators, runSchedule }), options.sandboxPort);
  const services = await startServices(
    {
      sandboxUrl: sandbox.url,
      tasksPort: tasks.port,
      taskKeys: { keys: [...tasks.control.jwks.keys] },
      ...{ account, clock, meter, dataFolder, documents, log },
    },
    options.port,
    workers,
  );
  simulators.webhookUrl.current = `${services.url}/webhook/uschedule/loft`;
  await seedStudio(sandbox.url, services.deps);
  scheduler = createScheduler({
    clock,
    schedules: scheduleConfigs(services.workersUrl, options.crons),
    log: services.deps.log,
  });
  await scheduler.run('poll-feeds');
  return {
    url: services.url,
    sandboxUrl: sandbox.url,
    clock,
    meter,
    faults: simulators.faults,
    google: simulators.google.control,
    uschedule: simulators.uschedule.control,
    feeds: simulators.feeds.control,
    motopress: simulators.motopress.control,
    tasks: tasks.control,
    deps: services.deps,
    async stop() {
      scheduler?.close();
      const { workersUrl } = services;
      if (dataFolder !== undefined) saveState(dataFolder, { ...snapshotOf(simulators), workersUrl });
      clock.close();
      await tasks.close();
      await services.stop();
      await sandbox.close();
    },
  };
}

function scheduleConfigs(workersUrl: string, crons: StudioOptions['crons']): ScheduleConfig[] {
  return Object.entries(SCHEDULES).map(([name, { cron }]) => ({
    name,
    cron: crons?.[name as ScheduleName] ?? cron,
    timeZone: 'UTC',
    url: `${workersUrl}/schedules/${name}`,
  }));
}
