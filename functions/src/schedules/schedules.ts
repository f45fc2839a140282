import { tidyHolds } from '@dovetail/core/sync/direct/tidy-holds.ts';
import { sweepRederivations } from '@dovetail/core/sync/enqueue-rederivations.ts';
import { sweepSettings } from '@dovetail/core/sync/enqueue-settings.ts';
import {
  enqueueAudits,
  enqueueImportExtensions,
  enqueuePageExtensions,
  enqueuePolls,
  enqueueRenewals,
  enqueueSafetyPulls,
} from '@dovetail/core/sync/fan-out.ts';
import { enqueueDueFeeds } from '@dovetail/core/sync/feeds/enqueue-due-feeds.ts';
import { sweep } from '@dovetail/core/sync/sweep.ts';
import { sweepNotifications } from '@dovetail/core/sync/webhooks/sweep-notifications.ts';
import type { ScheduleDefinition } from './schedule.ts';

export const sweepSchedule: ScheduleDefinition = {
  schedule: 'sweep',
  run: async (_, deps) =>
    (await sweep(deps)) +
    (await sweepRederivations(deps)) +
    (await sweepSettings(deps)) +
    (await sweepNotifications(deps)) +
    (await tidyHolds(deps)),
};
export const pollBookingsSchedule: ScheduleDefinition = { schedule: 'poll-bookings', run: enqueuePolls };
export const pollFeedsSchedule: ScheduleDefinition = { schedule: 'poll-feeds', run: enqueueDueFeeds };
export const safetyPullSchedule: ScheduleDefinition = { schedule: 'safety-pull', run: enqueueSafetyPulls };
export const renewChannelsSchedule: ScheduleDefinition = { schedule: 'renew-channels', run: enqueueRenewals };
export const auditSchedule: ScheduleDefinition = { schedule: 'audit', run: enqueueAudits };
export const extendPagesSchedule: ScheduleDefinition = {
  schedule: 'extend-pages',
  run: async (scheduledAt, deps) =>
    (await enqueuePageExtensions(scheduledAt, deps)) + (await enqueueImportExtensions(scheduledAt, deps)),
};
