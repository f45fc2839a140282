import type { Binding } from '@dovetail/core/domain/binding.ts';
import type { z } from 'zod';
import type { bindingSchema } from '../schemas/binding.ts';

/** A binding as the API shows it: without sync token and channel ids. */
export function presentBinding(binding: Binding): z.input<typeof bindingSchema> {
  return {
    id: binding.id,
    resourceId: binding.resourceId,
    provider: binding.provider,
    calendarId: binding.calendarId,
    bookingSystemId: binding.systemId,
    direction: binding.direction,
    busyIn: binding.busyIn,
    visibility: binding.visibility,
    onCancel: binding.onCancel,
    state: binding.state,
    stateReason: binding.stateReason,
    channelExpiresAt: binding.channel?.expiresAt,
    lastPushAt: binding.lastPushAt,
    lastPullAt: binding.lastPullAt,
    lastAuditAt: binding.lastAuditAt,
    missedPushes: binding.missedPushes,
    removalsHeldAt: binding.removalsHeldAt,
    createdAt: binding.createdAt,
    updatedAt: binding.updatedAt,
  };
}
