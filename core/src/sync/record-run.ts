import { instantOf } from '../domain/interval.ts';
import { NO_COUNTS, type Run, type RunChange, type RunCounts, type RunStatus } from '../domain/run.ts';
import type { SyncDeps } from './deps.ts';

/** A run keeps this many changes; `counts` always tells the whole number. */
const MOST_CHANGES = 500;

/** Keeps what one execution of a flow did, for staff to look up, for 90 days. Answers with its id. */
export async function recordRun(
  run: {
    readonly tenantId: string;
    readonly flow: string;
    readonly trigger: string;
    readonly status: RunStatus;
    readonly resourceId?: string;
    readonly bindingId?: string;
    readonly feedId?: string;
    /** Milliseconds since 1970. */
    readonly startedAt: number;
    readonly counts: Partial<RunCounts>;
    readonly changes?: readonly RunChange[];
    readonly warnings?: readonly string[];
    readonly errors?: readonly string[];
    readonly timingsMs?: Partial<Run['timingsMs']>;
  },
  deps: Pick<SyncDeps, 'documents' | 'store' | 'clock' | 'newId'>,
): Promise<string> {
  const { tenantId, startedAt, counts, timingsMs, ...rest } = run;
  const id = deps.newId();
  const now = deps.clock.now();
  const kept: Run = {
    ...rest,
    id,
    startedAt: instantOf(startedAt),
    finishedAt: instantOf(now),
    counts: { ...NO_COUNTS, ...counts },
    changes: (run.changes ?? []).slice(0, MOST_CHANGES),
    warnings: (run.warnings ?? []).slice(0, MOST_CHANGES),
    errors: run.errors ?? [],
    timingsMs: { fetch: 0, parse: 0, plan: 0, commit: 0, ...timingsMs },
  };
  await deps.documents.commit([deps.store.runs.create(tenantId, kept, now)]);
  return id;
}
