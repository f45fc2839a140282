import { auditBookings } from '@dovetail/core/sync/audit-bookings.ts';
import { z } from 'zod';
import type { TaskDefinition } from './task.ts';

export const auditBookingsTask: TaskDefinition<'audit-bookings'> = {
  queue: 'audit-bookings',
  payload: z.object({ tenantId: z.string(), systemId: z.string() }),
  run: auditBookings,
};
