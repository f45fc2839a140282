import type { Import, ImportContent } from '@dovetail/core/domain/import.ts';
import type { z } from 'zod';
import type { importSchema } from '../schemas/import.ts';
import { presentConflict } from './conflict.ts';

/** More are counted, and can be told by nobody at one look. */
const MOST_SHOWN = 500;

/** An import as the API shows it. Its content is there until it is committed. */
export function presentImport(kept: Import, content: ImportContent | null): z.input<typeof importSchema> {
  const { id, resourceId, options, status, counts, createdAt, expiresAt, runId } = kept;
  return {
    ...{ id, resourceId, status, counts, createdAt, expiresAt, runId },
    set: options.set,
    kind: options.kind,
    platform: options.platform,
    recurring: options.recurring,
    replace: options.replace,
    changes: (content?.changes ?? []).slice(0, MOST_SHOWN).map(({ action, eventId, entry, fields }) => ({
      ...{ action, eventId, fields },
      kind: entry?.kind,
      title: entry?.title,
      start: entry?.start,
      end: entry?.end,
    })),
    conflicts: (content?.conflicts ?? []).slice(0, MOST_SHOWN).map(presentConflict),
    setAside: content?.setAside ?? [],
    warnings: content?.warnings ?? [],
    keptSeries: content?.series.length ?? 0,
  };
}
