import { pollBookings } from '@dovetail/core/sync/poll-bookings.ts';
import { z } from 'zod';
import type { TaskDefinition } from './task.ts';

export const pollBookingsTask: TaskDefinition<'poll-bookings'> = {
  queue: 'poll-bookings',
  payload: z.object({ tenantId: z.string(), systemId: z.string() }),
  run: pollBookings,
};
