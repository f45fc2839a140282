import { extendPages } from '@dovetail/core/sync/extend-pages.ts';
import { z } from 'zod';
import type { TaskDefinition } from './task.ts';

export const extendPagesTask: TaskDefinition<'extend-pages'> = {
  queue: 'extend-pages',
  payload: z.object({ tenantId: z.string(), resourceId: z.string() }),
  run: extendPages,
};
