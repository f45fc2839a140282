import { renewChannel } from '@dovetail/core/sync/renew-channel.ts';
import { z } from 'zod';
import type { TaskDefinition } from './task.ts';

export const renewChannelTask: TaskDefinition<'renew-channel'> = {
  queue: 'renew-channel',
  payload: z.object({ tenantId: z.string(), bindingId: z.string() }),
  run: renewChannel,
};
