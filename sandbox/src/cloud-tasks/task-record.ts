import { z } from 'zod';

const instant = z.number();

const attemptSchema = z.object({
  scheduledAt: instant,
  dispatchedAt: instant,
  respondedAt: instant.optional(),
  /** HTTP status of the answer; absent when none came. */
  status: z.number().optional(),
  /** Why the attempt failed. */
  problem: z.string().optional(),
});

/** A task as the simulator keeps it. Instants are milliseconds since 1970, durations milliseconds. */
export const taskRecordSchema = z.object({
  /** Full name. */
  name: z.string(),
  url: z.string(),
  method: z.string(),
  headers: z.record(z.string(), z.string()),
  /** Base64. */
  body: z.string(),
  oidc: z.object({ serviceAccountEmail: z.string(), audience: z.string() }).optional(),
  createdAt: instant,
  scheduleAt: instant,
  dispatchDeadlineMs: z.number(),
  /** Attempts begun. */
  dispatchCount: z.number(),
  /** Attempts answered. */
  responseCount: z.number(),
  /** Answers that were not 5xx: what reached the handler and was refused by it. */
  executionCount: z.number(),
  firstAttemptAt: instant.optional(),
  lastAttempt: attemptSchema.optional(),
});

export type TaskRecord = z.infer<typeof taskRecordSchema>;

const countsSchema = z.object({
  created: z.number(),
  /** Requests sent to workers, doubled ones included. */
  dispatched: z.number(),
  succeeded: z.number(),
  /** Attempts that failed. */
  failed: z.number(),
  /** Tasks given up. */
  exhausted: z.number(),
});

export type QueueCounts = z.infer<typeof countsSchema>;

const queueStateSchema = z.object({
  name: z.string(),
  paused: z.boolean(),
  purgedAt: instant.optional(),
  tasks: z.array(taskRecordSchema),
  /** Names of tasks that are gone, and since when. */
  tombstones: z.array(z.tuple([z.string(), instant])),
  counts: countsSchema,
});

export type QueueState = z.infer<typeof queueStateSchema>;

/** Everything the simulator knows, as JSON. Tasks that were running are in it as waiting: they will run again. */
export const snapshotSchema = z.object({ queues: z.array(queueStateSchema) });

export type CloudTasksSnapshot = z.infer<typeof snapshotSchema>;

/** The last part of a task's name. */
export function taskIdOf(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}
