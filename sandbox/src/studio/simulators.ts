import type { ServiceAccountCredentials } from '@dovetail/core/adapters/google-calendar/google-client.ts';
import { BillingMeter } from '@dovetail/core/adapters/metered/billing-meter.ts';
import type { QueueName } from '@dovetail/core/ports/task-queue.ts';
import { QUEUES } from '@dovetail/functions/queue-settings.ts';
import { startCloudTasksSimulator } from '../cloud-tasks/cloud-tasks-simulator.ts';
import type { QueueConfig } from '../cloud-tasks/queue-config.ts';
import { Faults } from '../faults.ts';
import { casaFeeds } from '../feeds/casa-feeds.ts';
import { createFeedsSimulator, type FeedsSnapshot } from '../feeds/feeds-simulator.ts';
import { createGoogleSimulator, type GoogleSnapshot } from '../google/google-simulator.ts';
import { createMotoPressSimulator, type MotoPressSnapshot } from '../motopress/motopress-simulator.ts';
import { StudioClock } from '../studio-clock.ts';
import { createUScheduleSimulator, type UScheduleSnapshot } from '../uschedule/uschedule-simulator.ts';
import { LOCAL_WEBHOOK_SECRET, LOFT_CALENDARS } from './seed.ts';
import { createServiceAccount } from './service-account.ts';
import type { StudioState } from './studio-state.ts';

/** Google Cloud project and region of the local queues. */
export const LOCAL_PROJECT: CloudProject = { projectId: 'sandbox', location: 'local' };
export const LOCAL_USCHEDULE_KEY = 'local-uschedule-key';
/** Consumer key and secret of the local MotoPress. */
export const LOCAL_MOTOPRESS_KEY = 'ck_local:cs_local';

/** Whose queues are simulated. */
export interface CloudProject {
  readonly projectId: string;
  readonly location: string;
  /** Of a queue's tasks at the same time, where that is not to be what its settings say. */
  readonly concurrent?: Partial<Record<QueueName, number>>;
}

export type Simulators = Awaited<ReturnType<typeof startSimulators>>;

/** Every simulator of the studio, on one clock and one set of faults, in the state they were left in. */
export async function startSimulators(startAt: number | undefined, state: StudioState, project = LOCAL_PROJECT) {
  const clock = new StudioClock(startAt ?? state.clock);
  const faults = new Faults();
  const meter = new BillingMeter();
  const account = (state.account as ServiceAccountCredentials | undefined) ?? createServiceAccount();
  const webhookUrl: { current?: string } = {};
  const google = createGoogleSimulator({ clock, faults, credentials: account });
  const uschedule = createUScheduleSimulator({
    clock,
    faults,
    webhookUrl: () => webhookUrl.current,
    webhookSecret: LOCAL_WEBHOOK_SECRET,
    apiKey: LOCAL_USCHEDULE_KEY,
  });
  const feeds = createFeedsSimulator({ clock, faults, seed: casaFeeds(clock.now()) });
  const motopress = createMotoPressSimulator({ clock, faults, apiKey: LOCAL_MOTOPRESS_KEY });
  for (const calendarId of LOFT_CALENDARS) google.control.createCalendar(calendarId, { timeZone: 'America/New_York' });
  if (state.google) google.control.restore(state.google as GoogleSnapshot);
  if (state.uschedule) uschedule.control.restore(state.uschedule as UScheduleSnapshot);
  if (state.feeds) feeds.control.restore(state.feeds as FeedsSnapshot);
  if (state.motopress) motopress.control.restore(state.motopress as MotoPressSnapshot);
  const tasks = await startCloudTasksSimulator({
    clock,
    queues: queueConfigs(project),
    meter: {
      onCreate: () => {
        meter.taskCreations++;
      },
    },
    snapshot: state.tasks,
    // One key for all of Google: making another would be a good part of a test's time.
    signingKey: account.private_key,
  });
  return { clock, faults, meter, account, webhookUrl, google, uschedule, feeds, motopress, tasks };
}

/** What is to be kept of the simulators for the next start. */
export function snapshotOf({ clock, account, google, uschedule, feeds, motopress, tasks }: Simulators): StudioState {
  return {
    account,
    clock: clock.now(),
    google: google.control.snapshot(),
    uschedule: uschedule.control.snapshot(),
    feeds: feeds.control.snapshot(),
    motopress: motopress.control.snapshot(),
    tasks: tasks.control.snapshot(),
  };
}

function queueConfigs({ projectId, location, concurrent }: CloudProject): QueueConfig[] {
  return Object.entries(QUEUES).map(([id, settings]) => ({
    name: `projects/${projectId}/locations/${location}/queues/${id}`,
    rateLimits: {
      maxDispatchesPerSecond: settings.maxDispatchesPerSecond,
      maxConcurrentDispatches: concurrent?.[id as QueueName] ?? settings.maxConcurrentDispatches,
    },
    retryConfig: {
      maxAttempts: settings.maxAttempts,
      minBackoffMs: settings.minBackoffSeconds * 1000,
      maxBackoffMs: settings.maxBackoffSeconds * 1000,
      maxDoublings: settings.maxDoublings,
    },
  }));
}
