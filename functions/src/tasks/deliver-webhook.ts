import { deliverWebhook } from '@dovetail/core/sync/webhooks/deliver-webhook.ts';
import { z } from 'zod';
import type { TaskDefinition } from './task.ts';

export const deliverWebhookTask: TaskDefinition<'deliver-webhook'> = {
  queue: 'deliver-webhook',
  payload: z.object({ tenantId: z.string(), deliveryId: z.string(), round: z.int(), attempt: z.int() }),
  run: deliverWebhook,
};
