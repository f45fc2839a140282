import { NotFound } from '@dovetail/core/domain/errors.ts';
import type { Tenant } from '@dovetail/core/domain/tenant.ts';
import { pauseTenant, resumeTenant } from '@dovetail/core/sync/pause-tenant.ts';
import type { z } from 'zod';
import { defineOperation, type Operation } from '../../operations/operation.ts';
import { tenantSchema } from '../../schemas/tenant.ts';

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

function present({ id, name, timeZone, paused, createdAt }: Tenant): z.input<typeof tenantSchema> {
  return { id, name, timeZone, paused, createdAt };
}
