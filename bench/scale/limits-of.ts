import { ENQUEUES_AT_ONCE } from '@dovetail/core/sync/feeds/enqueue-due-feeds.ts';
import { HOST_SLOT_MS } from '@dovetail/core/sync/feeds/pace-feeds.ts';
import { QUEUES } from '@dovetail/functions/queue-settings.ts';
import { SCHEDULE_DELIVERY } from '@dovetail/functions/schedule-settings.ts';
import type { PollCosts } from './measure-polls.ts';
import { ASSUMED } from './month-of.ts';

/** Google's own: dispatches a second of one queue, and writes a second to an index whose values only grow. */
const QUEUE_DISPATCHES_PER_SECOND = 500;
const GROWING_INDEX_WRITES_PER_SECOND = 500;
/** Milliseconds until Cloud Tasks has answered that it made a named task, as we suppose; and between two firings. */
const ENQUEUE_MS = 50;
const FIRING_EVERY_SECONDS = 300;

/** Where growth ends unless something is changed. */
export interface Limit {
  readonly what: string;
  /** So many feeds can be polled as often as they should be. */
  readonly feeds: number;
}

/** Every limit on the way up for feeds that are polled every `pollMinutes`, the first first. Pure. */
export function limitsOf(pollMinutes: number, { findingMs }: PollCosts): Limit[] {
  const seconds = pollMinutes * 60;
  const { maxDispatchesPerSecond, maxConcurrentDispatches } = QUEUES['sync-feed'];
  const perFiring = (SCHEDULE_DELIVERY.timeoutSeconds * 1_000) / Math.max(findingMs, ENQUEUE_MS / ENQUEUES_AT_ONCE);
  const limits = [
    { what: 'one host: its pace', feeds: (seconds * 1_000) / HOST_SLOT_MS },
    { what: 'sync-feed: dispatches a second', feeds: seconds * maxDispatchesPerSecond },
    { what: 'sync-feed: dispatches at once', feeds: (seconds * 1_000 * maxConcurrentDispatches) / ASSUMED.answerMs },
    { what: 'one queue of Cloud Tasks', feeds: seconds * QUEUE_DISPATCHES_PER_SECOND },
    { what: 'the index of nextPollAt', feeds: seconds * GROWING_INDEX_WRITES_PER_SECOND },
    { what: 'one firing of poll-feeds', feeds: (perFiring * seconds) / FIRING_EVERY_SECONDS },
  ];
  return limits.toSorted((a, b) => a.feeds - b.feeds);
}
