import { eventIdOf } from '@dovetail/core/domain/identity.ts';
import { instantOf } from '@dovetail/core/domain/interval.ts';
import { commitChanges, type EventState } from '@dovetail/core/ledger/commit-changes.ts';
import { resource } from '../made-resource.ts';
import { expectPagesToEqualEvents } from './ledger-consistency.ts';
import { NOW, type RequestOptions, type Service, startService } from './run-service-server.ts';

/** An hour, or several, of the day that everybody books. */
export function hour(from: number, to = from + 1): { readonly start: string; readonly end: string } {
  const at = (one: number) => `2027-05-03T${String(one).padStart(2, '0')}:00:00Z`;
  return { start: at(from), end: at(to) };
}

/** The bookings of `casa`, which has no booking system, as its people and their guests ask for them. */
export async function openDesk() {
  const service: Service = await startService();
  const { documents, store, clock, deps } = service;
  await documents.commit([store.resources.create('casa', resource('studio'))]);
  const by = (role: string, options: RequestOptions = {}): RequestOptions => ({ key: `casa-${role}-key`, ...options });
  const book = (part: object = {}, role = 'staff', options: RequestOptions = {}) =>
    service.call('createBooking', '/v1/bookings', {
      ...by(role, options),
      body: { resourceId: 'studio', ...hour(10), ...part },
    });
  return {
    service,
    by,
    /** An hour of the studio, from ten, unless `part` says otherwise. */
    book,
    hold: (part: object = {}, role = 'guest') => book({ hold: true, ...part }, role),
    get: (id: string) => service.call('getBooking', `/v1/bookings/${id}`, by('staff')),
    confirm: (id: string, role = 'guest', body?: object) =>
      service.call('confirmBooking', `/v1/bookings/${id}:confirm`, by(role, body ? { body } : {})),
    change: (id: string, body: object, role = 'staff') =>
      service.call('changeBooking', `/v1/bookings/${id}`, by(role, { body })),
    cancel: (id: string, role = 'staff', body?: object) =>
      service.call('cancelBooking', `/v1/bookings/${id}:cancel`, by(role, body ? { body } : {})),
    free: async (query: string, id = 'studio'): Promise<readonly object[]> =>
      (await service.call('getAvailability', `/v1/resources/${id}/availability?${query}`, by('guest'))).body.items,
    rules: (id: string, body: object) => service.call('changeResource', `/v1/resources/${id}`, by('admin', { body })),
    elapse: (minutes: number) => clock.set(clock.now() + minutes * 60_000),
    revision: async (id: string) => (await store.resources.get(documents, 'casa', id))?.ledgerRevision,
    /** What a platform sold, whether or not the time was free. */
    async fromFeed(resourceId: string, part: Partial<EventState>): Promise<EventState> {
      const source = { type: 'feed', id: 'bnb', externalUid: part.title ?? 'stay' } as const;
      const event: EventState = {
        ...{ id: eventIdOf(source), resourceId, kind: 'reservation', status: 'active', source, title: 'Guest B' },
        ...{ start: '', end: '', priority: 3, lastSeenAt: instantOf(NOW), ...part },
      };
      await commitChanges({ tenantId: 'casa', eventIds: [event.id], decide: () => ({ events: [event] }) }, deps);
      return event;
    },
    /** Ends the service, whose pages must say what its events say. */
    async close(): Promise<void> {
      await expectPagesToEqualEvents('casa', deps);
      await service.close();
    },
  };
}

export type Desk = Awaited<ReturnType<typeof openDesk>>;
