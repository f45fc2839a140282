import { reconcileEvent } from '@dovetail/core/sync/reconcile-event.ts';
import { z } from 'zod';
import type { TaskDefinition } from './task.ts';

export const reconcileEventTask: TaskDefinition<'reconcile-event'> = {
  queue: 'reconcile-event',
  payload: z.object({ tenantId: z.string(), eventId: z.string(), bindingId: z.string() }),
  run: reconcileEvent,
};
