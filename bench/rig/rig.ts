import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectStudio, type StudioClient } from '@dovetail/sandbox/checklist/studio-client.ts';
import type { Faults } from '@dovetail/sandbox/faults.ts';
import type { GoogleControl } from '@dovetail/sandbox/google/google-simulator.ts';
import { listen } from '@dovetail/sandbox/studio/listen.ts';
import { createSandboxApp } from '@dovetail/sandbox/studio/sandbox-app.ts';
import { LOCAL_WEBHOOK_SECRET } from '@dovetail/sandbox/studio/seed.ts';
import { LOCAL_USCHEDULE_KEY, startSimulators } from '@dovetail/sandbox/studio/simulators.ts';
import type { StudioClock } from '@dovetail/sandbox/studio-clock.ts';
import {
  createUScheduleSimulator,
  STUDIO_BAYS,
  type UScheduleControl,
} from '@dovetail/sandbox/uschedule/uschedule-simulator.ts';
import { type InsertTime, watchInserts } from './insert-times.ts';
import { startServiceProcess } from './service-process.ts';

/** The simulators in this process, the services in another, all in real time. No schedule fires. */
export interface Rig {
  /** Of run-service. */
  readonly url: string;
  readonly client: StudioClient;
  readonly clock: StudioClock;
  readonly faults: Faults;
  readonly google: GoogleControl;
  readonly uschedule: UScheduleControl;
  /** Every event the services have inserted, by its id. */
  readonly inserts: ReadonlyMap<string, InsertTime>;
  stop(): Promise<void>;
}

/**
 * Starts a rig whose USchedule has these resources beside its bays, a webhook's receiver and the tenants of every
 * studio. The resources are not yet ours: see `addRooms`.
 */
export async function startRig(options: {
  readonly rooms: readonly string[];
  readonly profileFolder?: string | undefined;
}): Promise<Rig> {
  const simulators = await startSimulators(undefined, {});
  const { clock, faults, account, tasks, google, webhookUrl } = simulators;
  const watched = watchInserts(google);
  const uschedule = createUScheduleSimulator({
    clock,
    faults,
    webhookUrl: () => webhookUrl.current,
    webhookSecret: LOCAL_WEBHOOK_SECRET,
    apiKey: LOCAL_USCHEDULE_KEY,
    resources: [...STUDIO_BAYS, ...options.rooms.map((id) => ({ id, name: id, timeZone: 'America/New_York' }))],
  });
  const runSchedule = async () => 404;
  const sandbox = await listen(
    createSandboxApp({
      ...simulators,
      google: { router: watched.router, control: google.control },
      uschedule,
      runSchedule,
    }),
    0,
  );
  const folder = mkdtempSync(join(tmpdir(), 'dovetail-bench-'));
  const endSimulators = async () => {
    clock.close();
    await tasks.close();
    await sandbox.close();
    rmSync(folder, { recursive: true });
  };
  try {
    const services = await startServiceProcess(
      { sandboxUrl: sandbox.url, tasksPort: tasks.port, taskKeys: { keys: [...tasks.control.jwks.keys] }, account },
      folder,
      options.profileFolder,
    );
    webhookUrl.current = `${services.url}/webhook/uschedule/loft`;
    return {
      url: services.url,
      client: connectStudio(services.url, sandbox.url),
      clock,
      faults,
      google: google.control,
      uschedule: uschedule.control,
      inserts: watched.times,
      async stop() {
        await services.stop();
        await endSimulators();
      },
    };
  } catch (error) {
    await endSimulators();
    throw error;
  }
}
