import type { BookingSystemConfig } from '@dovetail/core/domain/booking-system-config.ts';
import { NotFound } from '@dovetail/core/domain/errors.ts';
import { acceptLostBookings } from '@dovetail/core/sync/accept-lost-bookings.ts';
import { z } from 'zod';
import type { AppDeps } from '../../app-deps.ts';
import { Problem } from '../../middleware/problem.ts';
import { defineOperation, type Operation } from '../../operations/operation.ts';
import { presentBookingSystem } from '../../present/booking-system.ts';
import { decidedSchema } from '../../schemas/binding.ts';
import { bookingSystemSchema } from '../../schemas/booking-system.ts';
import { byChosenId } from '../../schemas/fields.ts';
import { pageFields, pageOf } from '../../schemas/page.ts';
import { listPage } from './list-page.ts';

/** The systems of record that bookings come from. */
export const bookingSystemOperations: readonly Operation[] = [
  defineOperation({
    id: 'listBookingSystems',
    method: 'get',
    path: '/v1/booking-systems',
    role: 'staff',
    summary: 'Every booking system, by id',
    query: z.strictObject(pageFields),
    response: pageOf(bookingSystemSchema),
    handle: async ({ tenantId, query }, deps) => {
      const page = await listPage(deps.store.bookingSystems, tenantId, query, {}, deps);
      return { ...page, items: page.items.map(presentBookingSystem) };
    },
  }),
  defineOperation({
    id: 'getBookingSystem',
    method: 'get',
    path: '/v1/booking-systems/{id}',
    role: 'staff',
    summary: 'One booking system',
    params: byChosenId,
    response: bookingSystemSchema,
    handle: async ({ tenantId, params }, deps) => presentBookingSystem(await readSystem(tenantId, params.id, deps)),
  }),
  defineOperation({
    id: 'auditBookingSystem',
    method: 'post',
    path: '/v1/booking-systems/{id}:audit',
    role: 'manager',
    summary: 'Compare what it holds with the ledger now; the run tells what was found',
    params: byChosenId,
    status: 202,
    response: bookingSystemSchema,
    handle: async ({ tenantId, params }, deps) => {
      const config = await readSystem(tenantId, params.id, deps);
      if (config.baseUrl === undefined) {
        throw new Problem('unprocessable', 'The booking system can only send to us: there is nothing to ask it.');
      }
      await deps.tasks.enqueue({ queue: 'audit-bookings', payload: { tenantId, systemId: config.id } });
      return presentBookingSystem(config);
    },
  }),
  defineOperation({
    id: 'acceptLostBookings',
    method: 'post',
    path: '/v1/booking-systems/{id}:accept',
    role: 'manager',
    summary: 'The bookings that it does not know any more are gone: cancel them',
    params: byChosenId,
    response: decidedSchema,
    handle: async ({ tenantId, params }, deps) => ({
      count: await acceptLostBookings({ tenantId, systemId: params.id }, deps),
    }),
  }),
];

async function readSystem(tenantId: string, id: string, deps: AppDeps): Promise<BookingSystemConfig> {
  const config = await deps.store.bookingSystems.get(deps.documents, tenantId, id);
  if (!config) throw new NotFound(`no booking system "${id}"`);
  return config;
}
