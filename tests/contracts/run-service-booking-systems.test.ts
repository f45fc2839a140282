import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { expectProblem, type Service, startService } from './run-service-server.ts';

let service: Service;
beforeEach(async () => {
  service = await startService();
});
afterEach(() => service.close());

describe('booking systems, asked for', () => {
  it('are listed by id, without addresses and the names of secrets', async () => {
    const { body, text } = await service.call('listBookingSystems', '/v1/booking-systems', { key: 'loft-staff-key' });
    expect(body.items).toMatchObject([
      { id: 'app', type: 'webhook', isAsked: false },
      { id: 'uschedule', type: 'uschedule', isAsked: true, resourceIds: { '1': 'bay-1', '2': 'bay-2' } },
    ]);
    expect(text).not.toMatch(/uschedule\.test|loft-uschedule|loft-webhooks/);
    const one = await service.call('getBookingSystem', '/v1/booking-systems/app', { key: 'loft-staff-key' });
    expect(one.body).toEqual(body.items[0]);
  });

  it('are none by an id that is not one', async () => {
    expectProblem(await service.call('getBookingSystem', '/v1/booking-systems/other'));
  });
});

describe('a booking system, told by staff', () => {
  const key = 'loft-manager-key';

  it('to be audited is put in the queue', async () => {
    const { status } = await service.call('auditBookingSystem', '/v1/booking-systems/uschedule:audit', { key });
    expect(status).toBe(202);
    const payload = { tenantId: 'loft', systemId: 'uschedule' };
    expect(service.tasks.tasks).toMatchObject([{ queue: 'audit-bookings', payload }]);
  });

  it('to be audited that can only send is refused', async () => {
    const reply = await service.call('auditBookingSystem', '/v1/booking-systems/app:audit', { key });
    expectProblem(reply);
    expect(reply.status).toBe(422);
    expect(service.tasks.tasks).toEqual([]);
  });

  it('that its lost bookings are gone, loses none where it keeps every booking', async () => {
    const { body } = await service.call('acceptLostBookings', '/v1/booking-systems/app:accept', { key });
    expect(body).toEqual({ count: 0 });
    expect((await service.call('listRuns', '/v1/runs')).body.items).toEqual([]);
  });
});
