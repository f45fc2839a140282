import type { SyncDeps } from '@dovetail/core/sync/deps.ts';
import { defineSchedule } from './schedules/schedule.ts';
import {
  auditSchedule,
  extendPagesSchedule,
  pollBookingsSchedule,
  pollFeedsSchedule,
  renewChannelsSchedule,
  safetyPullSchedule,
  sweepSchedule,
} from './schedules/schedules.ts';
import { acceptBookingTask } from './tasks/accept-booking.ts';
import { applySettingsTask } from './tasks/apply-settings.ts';
import { auditBookingsTask } from './tasks/audit-bookings.ts';
import { auditCalendarTask } from './tasks/audit-calendar.ts';
import { bindCalendarTask } from './tasks/bind-calendar.ts';
import { commitImportTask } from './tasks/commit-import.ts';
import { deliverWebhookTask } from './tasks/deliver-webhook.ts';
import { extendImportTask } from './tasks/extend-import.ts';
import { extendPagesTask } from './tasks/extend-pages.ts';
import { notifyWebhooksTask } from './tasks/notify-webhooks.ts';
import { pollBookingsTask } from './tasks/poll-bookings.ts';
import { pullCalendarTask } from './tasks/pull-calendar.ts';
import { reconcileEventTask } from './tasks/reconcile-event.ts';
import { rederiveTask } from './tasks/rederive.ts';
import { renewChannelTask } from './tasks/renew-channel.ts';
import { revertRunTask } from './tasks/revert-run.ts';
import { spreadSubscriptionsTask } from './tasks/spread-subscriptions.ts';
import { syncFeedTask } from './tasks/sync-feed.ts';
import { defineWorker } from './tasks/task.ts';

/** Every worker, by its queue. `deps` is asked at each call, so defining them costs nothing. */
export function defineWorkers(deps: () => Promise<SyncDeps>) {
  return {
    'accept-booking': defineWorker(acceptBookingTask, deps),
    'reconcile-event': defineWorker(reconcileEventTask, deps),
    'pull-calendar': defineWorker(pullCalendarTask, deps),
    'bind-calendar': defineWorker(bindCalendarTask, deps),
    'renew-channel': defineWorker(renewChannelTask, deps),
    'audit-calendar': defineWorker(auditCalendarTask, deps),
    'poll-bookings': defineWorker(pollBookingsTask, deps),
    'audit-bookings': defineWorker(auditBookingsTask, deps),
    'extend-pages': defineWorker(extendPagesTask, deps),
    rederive: defineWorker(rederiveTask, deps),
    'apply-settings': defineWorker(applySettingsTask, deps),
    'sync-feed': defineWorker(syncFeedTask, deps),
    'commit-import': defineWorker(commitImportTask, deps),
    'extend-import': defineWorker(extendImportTask, deps),
    'revert-run': defineWorker(revertRunTask, deps),
    'notify-webhooks': defineWorker(notifyWebhooksTask, deps),
    'deliver-webhook': defineWorker(deliverWebhookTask, deps),
    'spread-subscriptions': defineWorker(spreadSubscriptionsTask, deps),
  };
}

/** Every schedule, by its name. */
export function defineSchedules(deps: () => Promise<SyncDeps>) {
  return {
    sweep: defineSchedule(sweepSchedule, deps),
    'poll-bookings': defineSchedule(pollBookingsSchedule, deps),
    'poll-feeds': defineSchedule(pollFeedsSchedule, deps),
    'safety-pull': defineSchedule(safetyPullSchedule, deps),
    'renew-channels': defineSchedule(renewChannelsSchedule, deps),
    'extend-pages': defineSchedule(extendPagesSchedule, deps),
    audit: defineSchedule(auditSchedule, deps),
  };
}
