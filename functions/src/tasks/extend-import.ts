import { extendImport } from '@dovetail/core/sync/imports/extend-import.ts';
import { z } from 'zod';
import type { TaskDefinition } from './task.ts';

export const extendImportTask: TaskDefinition<'extend-import'> = {
  queue: 'extend-import',
  payload: z.object({ tenantId: z.string(), ruleId: z.string() }),
  run: extendImport,
};
