import { spreadSubscriptions } from '@dovetail/core/sync/webhooks/spread-subscriptions.ts';
import { z } from 'zod';
import type { TaskDefinition } from './task.ts';

export const spreadSubscriptionsTask: TaskDefinition<'spread-subscriptions'> = {
  queue: 'spread-subscriptions',
  payload: z.object({ tenantId: z.string() }),
  run: spreadSubscriptions,
};
