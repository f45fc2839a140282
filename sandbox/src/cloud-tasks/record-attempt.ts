import type { Outcome } from './deliver-task.ts';
import type { TaskRecord } from './task-record.ts';

/** The task as it is sent: the attempt is counted, and `lastAttempt` is still the one before. */
export function beginAttempt(task: TaskRecord, now: number): TaskRecord {
  return { ...task, dispatchCount: task.dispatchCount + 1, firstAttemptAt: task.firstAttemptAt ?? now };
}

/** The task while it is under way. */
export function showAttempt(task: TaskRecord, now: number): TaskRecord {
  return { ...task, lastAttempt: { scheduledAt: task.scheduleAt, dispatchedAt: now } };
}

/** The task after the attempt under way has failed. */
export function recordFailure(task: TaskRecord, outcome: Outcome, now: number): TaskRecord {
  const attempt = task.lastAttempt ?? { scheduledAt: task.scheduleAt, dispatchedAt: now };
  if (outcome.type === 'unanswered') return { ...task, lastAttempt: { ...attempt, problem: outcome.problem } };
  const { status } = outcome;
  return {
    ...task,
    responseCount: task.responseCount + 1,
    // What X-CloudTasks-TaskExecutionCount tells: answers that are not the worker's own breakdown.
    executionCount: task.executionCount + (status >= 500 ? 0 : 1),
    lastAttempt: { ...attempt, respondedAt: now, status, problem: `HTTP status code ${status}` },
  };
}
