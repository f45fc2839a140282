import { finishImport } from '@dovetail/core/sync/imports/commit-import.ts';
import { z } from 'zod';
import type { TaskDefinition } from './task.ts';

export const commitImportTask: TaskDefinition<'commit-import'> = {
  queue: 'commit-import',
  payload: z.object({ tenantId: z.string(), importId: z.string() }),
  run: finishImport,
};
