import type { SyncDeps } from '@dovetail/core/sync/deps.ts';
import { onSchedule, type ScheduleFunction } from 'firebase-functions/v2/scheduler';
import { INSTANCE } from '../queue-settings.ts';
import { SCHEDULE_DELIVERY, SCHEDULES, type ScheduleName } from '../schedule-settings.ts';

/** What one schedule does: find what is due, enqueue it, answer how much. */
export interface ScheduleDefinition {
  readonly schedule: ScheduleName;
  /** `scheduledAt` is the time the schedule fired for, the same when it fires twice. */
  readonly run: (scheduledAt: string, deps: SyncDeps) => Promise<number>;
}

/** The Cloud Function of a schedule. A failure is logged and answered with 500; the next firing finds the same work. */
export function defineSchedule(definition: ScheduleDefinition, deps: () => Promise<SyncDeps>): ScheduleFunction {
  const { cron } = SCHEDULES[definition.schedule];
  return onSchedule(
    { schedule: cron, ...SCHEDULE_DELIVERY, ...INSTANCE, invoker: 'private' },
    async ({ scheduleTime }) => {
      const wired = await deps();
      try {
        const count = await definition.run(scheduleTime, wired);
        if (count > 0) wired.log.info('schedule.fanned-out', { reason: definition.schedule, count });
      } catch (error) {
        wired.log.error('schedule.failed', { reason: definition.schedule, error });
        throw error;
      }
    },
  );
}
