import type { BookingSystemConfig } from '@dovetail/core/domain/booking-system-config.ts';
import type { z } from 'zod';
import type { bookingSystemSchema } from '../schemas/booking-system.ts';

/** A booking system as the API shows it: without its address and the names of its secrets. */
export function presentBookingSystem(config: BookingSystemConfig): z.input<typeof bookingSystemSchema> {
  return {
    id: config.id,
    type: config.type,
    isAsked: config.baseUrl !== undefined,
    resourceIds: { ...config.resourceIds },
    priority: config.priority,
    polledUntil: config.polledUntil,
    lastAuditAt: config.lastAuditAt,
    removalsHeldAt: config.removalsHeldAt,
    createdAt: config.createdAt,
  };
}
