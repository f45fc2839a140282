import type { Run } from '@dovetail/core/domain/run.ts';
import { whyNot } from '@dovetail/core/sync/revertible.ts';
import type { z } from 'zod';
import type { runSchema } from '../schemas/run.ts';

/** A run as the API shows it. */
export function presentRun(run: Run): z.input<typeof runSchema> {
  return {
    id: run.id,
    flow: run.flow,
    trigger: run.trigger,
    status: run.status,
    resourceId: run.resourceId,
    bindingId: run.bindingId,
    feedId: run.feedId,
    systemId: run.systemId,
    importId: run.importId,
    revertible: run.revertedBy === undefined && whyNot(run) === null,
    revertedBy: run.revertedBy,
    reverts: run.reverts,
    startedAt: run.startedAt,
    finishedAt: run.finishedAt,
    counts: run.counts,
    changes: run.changes,
    warnings: run.warnings,
    errors: run.errors,
    setAside: run.setAside,
    timingsMs: run.timingsMs,
  };
}
