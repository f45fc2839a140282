import { pullCalendar } from '@dovetail/core/sync/pull-calendar.ts';
import { z } from 'zod';
import type { TaskDefinition } from './task.ts';

export const pullCalendarTask: TaskDefinition<'pull-calendar'> = {
  queue: 'pull-calendar',
  payload: z.object({
    tenantId: z.string(),
    bindingId: z.string(),
    trigger: z.enum(['push', 'safety', 'bind', 'renewal', 'staff', 'resume']),
    channelId: z.string().optional(),
  }) as TaskDefinition<'pull-calendar'>['payload'],
  run: pullCalendar,
};
