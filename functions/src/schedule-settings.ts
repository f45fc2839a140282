/** When a schedule fires; `cron` is unix-cron in UTC. */
export interface ScheduleSettings {
  readonly cron: string;
  /** What it is for, in the words an operator sees. */
  readonly description: string;
}

/** How every schedule is delivered. One that fails is asked again once; the next firing finds the same work anyway. */
export const SCHEDULE_DELIVERY = { timeZone: 'UTC', retryCount: 1, timeoutSeconds: 300 } as const;

export type ScheduleName =
  | 'poll-feeds'
  | 'renew-channels'
  | 'sweep'
  | 'audit'
  | 'poll-bookings'
  | 'safety-pull'
  | 'extend-pages';

/** Every schedule. Each only finds what is due and enqueues it, so it is done in seconds. */
export const SCHEDULES: Readonly<Record<ScheduleName, ScheduleSettings>> = {
  sweep: { cron: '*/2 * * * *', description: 'Takes up marks whose task was lost or is due again.' },
  'poll-bookings': { cron: '*/5 * * * *', description: 'Reads changed bookings that no webhook told of.' },
  'poll-feeds': { cron: '*/5 * * * *', description: 'Reads the feeds that are due.' },
  'safety-pull': { cron: '*/15 * * * *', description: 'Pulls every calendar, in case a push was lost.' },
  'renew-channels': { cron: '7 * * * *', description: 'Renews push channels that are near their end.' },
  'extend-pages': {
    cron: '41 2 * * *',
    description: 'Opens the ledger pages of a month that has come within reach, and expands imported series into it.',
  },
  audit: { cron: '23 3 * * *', description: 'Compares every calendar and booking system with the ledger.' },
};
