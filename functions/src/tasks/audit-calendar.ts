import { auditCalendar } from '@dovetail/core/sync/audit-calendar.ts';
import { z } from 'zod';
import type { TaskDefinition } from './task.ts';

export const auditCalendarTask: TaskDefinition<'audit-calendar'> = {
  queue: 'audit-calendar',
  payload: z.object({ tenantId: z.string(), bindingId: z.string() }),
  run: (payload, deps) => auditCalendar({ ...payload, dryRun: false }, deps),
};
