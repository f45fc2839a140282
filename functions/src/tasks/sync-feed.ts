import { syncFeed } from '@dovetail/core/sync/feeds/sync-feed.ts';
import { z } from 'zod';
import type { TaskDefinition } from './task.ts';

export const syncFeedTask: TaskDefinition<'sync-feed'> = {
  queue: 'sync-feed',
  payload: z.object({ tenantId: z.string(), feedId: z.string(), dueAt: z.string().exactOptional() }),
  run: syncFeed,
};
