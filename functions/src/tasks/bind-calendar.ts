import { bindCalendar } from '@dovetail/core/sync/bind-calendar.ts';
import { z } from 'zod';
import type { TaskDefinition } from './task.ts';

export const bindCalendarTask: TaskDefinition<'bind-calendar'> = {
  queue: 'bind-calendar',
  payload: z.object({ tenantId: z.string(), bindingId: z.string() }),
  run: bindCalendar,
};
