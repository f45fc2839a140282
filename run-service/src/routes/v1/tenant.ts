import { NotFound } from '@dovetail/core/domain/errors.ts';
import { prioritiesOf } from '@dovetail/core/domain/priorities.ts';
import type { Tenant } from '@dovetail/core/domain/tenant.ts';
import { pauseTenant, resumeTenant } from '@dovetail/core/sync/pause-tenant.ts';
import type { z } from 'zod';
import { defineOperation, type Operation } from '../../operations/operation.ts';
import { tenantChangeSchema, tenantSchema } from '../../schemas/tenant.ts';

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
    summary:
      'Say whose word goes first, and who invites guests. What was decided stays; from now on events are ranked anew as they change',
    body: tenantChangeSchema,
    response: tenantSchema,
    handle: ({ tenantId, body: { organizer, ...rest } }, deps) =>
      deps.documents.transact(async (transaction) => {
        const tenant = await deps.store.tenants.get(transaction, tenantId);
        if (!tenant) throw new NotFound('the tenant of this key is gone');
        const { organizer: known, ...others } = tenant;
        const named = organizer === undefined ? known : organizer;
        const changed = { ...others, ...rest, ...(named && { organizer: named }) };
        transaction.write(deps.store.tenants.set(changed));
        return present(changed);
      }),
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
  const priorities = { motopressApi, manual, feeds: { ...feeds } };
  return { id, name, timeZone, paused, priorities, organizer, createdAt };
}
