import { rederive } from '@dovetail/core/sync/rederive.ts';
import { z } from 'zod';
import type { TaskDefinition } from './task.ts';

export const rederiveTask: TaskDefinition<'rederive'> = {
  queue: 'rederive',
  payload: z.object({ tenantId: z.string(), resourceId: z.string() }),
  run: rederive,
};
