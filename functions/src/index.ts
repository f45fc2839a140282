import { defineSchedules, defineWorkers } from './triggers.ts';
import { wireOnce } from './wiring.ts';

/** Table of contents: every function that is deployed. Each worker runs the flow its queue is named after. */
const deps = wireOnce(process.env);
const workers = defineWorkers(deps);
const schedules = defineSchedules(deps);

export const acceptBooking = workers['accept-booking'];
export const reconcileEvent = workers['reconcile-event'];
export const pullCalendar = workers['pull-calendar'];
export const bindCalendar = workers['bind-calendar'];
export const renewChannel = workers['renew-channel'];
export const auditCalendar = workers['audit-calendar'];
export const pollBookings = workers['poll-bookings'];
export const auditBookings = workers['audit-bookings'];
export const extendPages = workers['extend-pages'];
export const rederive = workers.rederive;
export const applySettings = workers['apply-settings'];
export const syncFeed = workers['sync-feed'];
export const commitImport = workers['commit-import'];
export const extendImport = workers['extend-import'];
export const revertRun = workers['revert-run'];
export const notifyWebhooks = workers['notify-webhooks'];
export const deliverWebhook = workers['deliver-webhook'];
export const spreadSubscriptions = workers['spread-subscriptions'];

export const onSweep = schedules.sweep;
export const onPollBookings = schedules['poll-bookings'];
export const onPollFeeds = schedules['poll-feeds'];
export const onSafetyPull = schedules['safety-pull'];
export const onRenewChannels = schedules['renew-channels'];
export const onExtendPages = schedules['extend-pages'];
export const onAudit = schedules.audit;
