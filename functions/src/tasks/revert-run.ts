import { finishRevert } from '@dovetail/core/sync/revert-run.ts';
import { z } from 'zod';
import type { TaskDefinition } from './task.ts';

export const revertRunTask: TaskDefinition<'revert-run'> = {
  queue: 'revert-run',
  payload: z.object({ tenantId: z.string(), runId: z.string() }),
  run: finishRevert,
};
