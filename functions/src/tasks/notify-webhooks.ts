import { notifyWebhooks } from '@dovetail/core/sync/webhooks/notify-webhooks.ts';
import { z } from 'zod';
import type { TaskDefinition } from './task.ts';

export const notifyWebhooksTask: TaskDefinition<'notify-webhooks'> = {
  queue: 'notify-webhooks',
  payload: z.object({ tenantId: z.string(), outboxId: z.string() }),
  run: notifyWebhooks,
};
