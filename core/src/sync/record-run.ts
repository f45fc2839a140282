import { instantOf } from '../domain/interval.ts';
import { NO_COUNTS, type Run, type RunCounts } from '../domain/run.ts';
import { type UndoStep, undoPartId } from '../domain/undo.ts';
import type { Write } from '../ports/document-store.ts';
import type { SyncDeps } from './deps.ts';

/** A run keeps this many changes; `counts` always tells the whole number. */
const MOST_CHANGES = 500;

/** What a flow tells of one execution of it. */
export interface RunReport extends Told, Partial<Pick<Run, 'changes' | 'warnings' | 'errors'>> {
  readonly tenantId: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly counts: Partial<RunCounts>;
  readonly timingsMs?: Partial<Run['timingsMs']>;
}

type Told = Omit<
  Run,
  'id' | 'startedAt' | 'finishedAt' | 'counts' | 'changes' | 'warnings' | 'errors' | 'timingsMs' | 'revertedBy'
>;

/** Keeps what one execution of a flow did, for staff to look up, for 90 days. Answers with its id. */
export async function recordRun(
  report: RunReport,
  deps: Pick<SyncDeps, 'documents' | 'store' | 'clock' | 'newId'>,
): Promise<string> {
  const id = deps.newId();
  await deps.documents.commit([runWrite(id, report, deps)]);
  return id;
}

/** The write that keeps a run, for flows that record it together with what it did. */
export function runWrite(id: string, report: RunReport, { store, clock }: Pick<SyncDeps, 'store' | 'clock'>): Write {
  const { tenantId, startedAt, counts, timingsMs, ...rest } = report;
  const now = clock.now();
  const kept: Run = {
    ...rest,
    id,
    startedAt: instantOf(startedAt),
    finishedAt: instantOf(now),
    counts: { ...NO_COUNTS, ...counts },
    changes: (report.changes ?? []).slice(0, MOST_CHANGES),
    warnings: (report.warnings ?? []).slice(0, MOST_CHANGES),
    errors: report.errors ?? [],
    timingsMs: { fetch: 0, parse: 0, plan: 0, commit: 0, ...timingsMs },
  };
  return store.runs.create(tenantId, kept, now);
}

/** The writes that keep a run of one transaction, and what reverting it takes, for that transaction. */
export function revertibleRunWrites(
  id: string,
  report: RunReport,
  steps: readonly UndoStep[],
  deps: Pick<SyncDeps, 'store' | 'clock'>,
): Write[] {
  return [
    runWrite(id, { ...report, undoParts: 1 }, deps),
    deps.store.undo.create(report.tenantId, { id: undoPartId(id, 0), steps }, deps.clock.now()),
  ];
}
