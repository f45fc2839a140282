import { NotFound } from '@dovetail/core/domain/errors.ts';
import { DEFAULT_FEED_LIMITS } from '@dovetail/core/domain/feed-limits.ts';
import { prioritiesOf } from '@dovetail/core/domain/priorities.ts';
import type { Tenant } from '@dovetail/core/domain/tenant.ts';
import { pauseTenant, resumeTenant } from '@dovetail/core/sync/pause-tenant.ts';
import type { z } from 'zod';
import { defineOperation, type Operation } from '../../operations/operation.ts';
import { tenantChangeSchema, tenantSchema } from '../../schemas/tenant.ts';
import { changeTenant } from './change-tenant.ts';

/** The tenant of the key itself. */
export const tenantOperations: readonly Operation[] = [
  defineOperation({
    id: 'getTenant',
    method: 'get',
    path: '/v1/tenant',
    role: 'staff',
    summary: 'The business this key belongs to',
    response: tenantSchema,
    handle: async ({ tenantId }, deps) => {
      const tenant = await deps.store.tenants.get(deps.documents, tenantId);
      if (!tenant) throw new NotFound('the tenant of this key is gone');
      return present(tenant);
    },
  }),
  defineOperation({
    id: 'changeTenant',
    method: 'patch',
    path: '/v1/tenant',
    role: 'admin',
    summary: 'Say whose word goes first, what is taken from feeds, and who invites guests',
    description:
      'What stands is brought in line in the background: events to come are ranked anew, so that conflicts may have another ' +
      'winner and bookings be shown by another source; what staff decided stays. Feeds without limits of their own are read ' +
      'whole with the new ones when they are next due; those with limits of their own keep them.',
    body: tenantChangeSchema,
    response: tenantSchema,
    handle: async ({ tenantId, body }, deps) => present(await changeTenant(tenantId, body, deps)),
  }),
  defineOperation({
    id: 'pauseTenant',
    method: 'post',
    path: '/v1/tenant:pause',
    role: 'admin',
    summary: 'Stop reading and writing every calendar and feed; bookings are still accepted',
    response: tenantSchema,
    handle: async ({ tenantId }, deps) => present(await pauseTenant({ tenantId }, deps)),
  }),
  defineOperation({
    id: 'resumeTenant',
    method: 'post',
    path: '/v1/tenant:resume',
    role: 'admin',
    summary: 'Go on where a pause left off',
    response: tenantSchema,
    handle: async ({ tenantId }, deps) => present(await resumeTenant({ tenantId }, deps)),
  }),
];

function present(tenant: Tenant): z.input<typeof tenantSchema> {
  const { id, name, timeZone, paused, organizer, createdAt } = tenant;
  const { motopressApi, manual, feeds } = prioritiesOf(tenant.priorities);
  const feedLimits = { ...DEFAULT_FEED_LIMITS, ...tenant.feedLimits };
  return {
    id,
    name,
    timeZone,
    paused,
    priorities: { motopressApi, manual, feeds: { ...feeds } },
    feedLimits,
    organizer,
    createdAt,
  };
}
