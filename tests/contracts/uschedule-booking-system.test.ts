import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createUScheduleBookingSystem } from '@dovetail/core/adapters/uschedule/uschedule-booking-system.ts';
import {
  AccessRevoked,
  InvalidInput,
  NotFound,
  PreconditionFailed,
  RateLimited,
  Rejected,
  TemporarilyUnavailable,
} from '@dovetail/core/domain/errors.ts';
import type { BookingSystem } from '@dovetail/core/ports/booking-system.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startUSchedule, type UScheduleServer } from './uschedule-server.ts';

const MORNING = { start: '2027-05-01T13:00:00Z', end: '2027-05-01T14:00:00Z' };
const NOON = { start: '2027-05-01T16:00:00Z', end: '2027-05-01T17:00:00Z' };

function connect(baseUrl: string, options: { apiKey?: () => Promise<string>; timeoutMs?: number } = {}): BookingSystem {
  return createUScheduleBookingSystem({
    baseUrl,
    apiKey: async () => 'the-key',
    tenantHeader: 'loft',
    resourceIds: { '1': 'bay-1', '2': 'bay-2' },
    ...options,
  });
}

describe('USchedule as a booking system', () => {
  let server: UScheduleServer;
  let bookings: BookingSystem;

  beforeEach(async () => {
    server = await startUSchedule();
    bookings = connect(server.baseUrl);
  });
  afterEach(() => server.close());

  it('creates a booking and reads it back in our terms', async () => {
    const draft = { resourceId: 'bay-2', ...MORNING, title: 'Lesson', guestName: 'Guest A' };
    const created = await bookings.create(draft, 'key-1');
    expect(created).toMatchObject({
      resourceId: 'bay-2',
      externalResourceId: '2',
      ...MORNING,
      status: 'confirmed',
      version: 1,
      title: 'Lesson',
      guest: { name: 'Guest A' },
    });
    expect(await bookings.get(created.id)).toEqual(created);
  });

  it('creates one booking however often a draft is sent with one key', async () => {
    const draft = { resourceId: 'bay-1', ...MORNING };
    server.faults.add({ target: 'uschedule', match: 'POST /v1/appointments', dropResponse: true, times: 1 });
    await expect(bookings.create(draft, 'key-1')).rejects.toThrow(TemporarilyUnavailable);
    const created = await bookings.create(draft, 'key-1');
    expect(server.control.appointments().map(({ id }) => id)).toEqual([created.id]);
  });

  it('is refused a slot that is taken', async () => {
    await bookings.create({ resourceId: 'bay-1', ...MORNING }, 'key-1');
    const refused = bookings.create({ resourceId: 'bay-1', ...MORNING }, 'key-2');
    await expect(refused).rejects.toMatchObject({ kind: 'rejected', reason: 'slot_taken' });
    await expect(refused).rejects.toBeInstanceOf(Rejected);
  });

  it('moves, retitles and changes the bay of a booking under its version', async () => {
    const created = await bookings.create({ resourceId: 'bay-1', ...MORNING }, 'key-1');
    const changed = await bookings.change(created.id, { interval: NOON, resourceId: 'bay-2', title: 'Moved' }, 1);
    expect(changed).toMatchObject({ ...NOON, resourceId: 'bay-2', title: 'Moved', version: 2 });
  });

  it('changes nothing when the booking moved on', async () => {
    const created = await bookings.create({ resourceId: 'bay-1', ...MORNING }, 'key-1');
    await bookings.change(created.id, { title: 'By staff' }, 1);
    await expect(bookings.change(created.id, { title: 'Too late' }, 1)).rejects.toThrow(PreconditionFailed);
    expect((await bookings.get(created.id))?.title).toBe('By staff');
  });

  it('changes whichever version stands when the caller knows none', async () => {
    const created = await bookings.create({ resourceId: 'bay-1', ...MORNING }, 'key-1');
    await bookings.change(created.id, { title: 'Second' }, 1);
    expect(await bookings.change(created.id, { title: 'Third' }, undefined)).toMatchObject({ version: 3 });
  });

  it('tells why a change was refused', async () => {
    const created = await bookings.create({ resourceId: 'bay-1', ...MORNING }, 'key-1');
    server.control.lock(created.id);
    await expect(bookings.change(created.id, { interval: NOON }, 1)).rejects.toMatchObject({ reason: 'locked' });
    server.control.lock(created.id, false);
    await server.clock.advance(24 * 3_600_000);
    await expect(bookings.change(created.id, { interval: NOON }, 1)).rejects.toMatchObject({ reason: 'past' });
  });

  it('cancels once, however often it is asked', async () => {
    const created = await bookings.create({ resourceId: 'bay-1', ...MORNING }, 'key-1');
    const cancelled = await bookings.cancel(created.id, 'deleted on the calendar');
    expect(cancelled).toMatchObject({ status: 'cancelled', version: 2 });
    expect(await bookings.cancel(created.id, 'again')).toEqual(cancelled);
  });

  it('knows nothing of a booking that does not exist', async () => {
    expect(await bookings.get('apt_none')).toBeNull();
    await expect(bookings.change('apt_none', { title: 'x' }, 1)).rejects.toThrow(NotFound);
    await expect(bookings.change('apt_none', { title: 'x' }, undefined)).rejects.toThrow(NotFound);
    await expect(bookings.cancel('apt_none', 'x')).rejects.toThrow(NotFound);
  });

  it('lists what changed since an instant, page by page, with what was cancelled', async () => {
    const seeds = Array.from({ length: 230 }, (_, index) => ({
      resource_id: '1',
      start: new Date(Date.parse('2027-06-01T00:00:00Z') + index * 3_600_000).toISOString(),
      end: new Date(Date.parse('2027-06-01T01:00:00Z') + index * 3_600_000).toISOString(),
    }));
    const [first] = server.control.seedAppointments(seeds);
    await server.clock.advance(60_000);
    await bookings.cancel(first!.id, 'x');

    const firstPage = await bookings.listChanged('2027-05-01T00:00:00Z');
    const secondPage = await bookings.listChanged('2027-05-01T00:00:00Z', firstPage.nextCursor);
    expect([firstPage.bookings.length, secondPage.bookings.length, secondPage.nextCursor]).toEqual([
      200,
      30,
      undefined,
    ]);
    expect(secondPage.bookings.at(-1)).toMatchObject({ id: first!.id, status: 'cancelled' });
    expect((await bookings.listChanged('2027-05-01T08:01:00Z')).bookings.map(({ id }) => id)).toEqual([first!.id]);
  });

  it('keeps a resource that is not listed under its own name when one of ours could be called so', async () => {
    await server.close();
    server = await startUSchedule({
      resources: [
        { id: 'simulator-9', name: 'Nine', timeZone: 'America/New_York' },
        { id: 'Room №4', name: 'Four', timeZone: 'America/New_York' },
      ],
    });
    const [nine, four] = server.control.seedAppointments([
      { resource_id: 'simulator-9', ...MORNING },
      { resource_id: 'Room №4', ...MORNING },
    ]);
    bookings = connect(server.baseUrl);
    expect(await bookings.get(nine!.id)).toMatchObject({ resourceId: 'simulator-9' });
    expect(await bookings.get(four!.id)).toMatchObject({ resourceId: undefined, externalResourceId: 'Room №4' });
  });

  describe('when USchedule fails', () => {
    it.each([
      { status: 503, error: TemporarilyUnavailable },
      { status: 500, error: TemporarilyUnavailable },
      { status: 401, error: AccessRevoked },
      { status: 403, error: AccessRevoked },
      { status: 404, error: InvalidInput },
      { status: 400, error: InvalidInput },
    ])('reports an answer of $status as $error.name, never as a missing booking', async ({ status, error }) => {
      server.faults.add({ target: 'uschedule', status });
      await expect(bookings.get('apt_1')).rejects.toThrow(error);
    });

    it('waits as long as it is told to', async () => {
      server.faults.add({ target: 'uschedule', status: 429 });
      const refused = bookings.get('apt_1');
      await expect(refused).rejects.toThrow(RateLimited);
      await expect(refused).rejects.toMatchObject({ retryAfterMs: 1_000 });
    });

    it.each([{ dropResponse: true }, { truncate: true }])(
      'learns nothing from an answer that breaks off: %o',
      async (how) => {
        const [seeded] = server.control.seedAppointments([{ resource_id: '1', ...MORNING }]);
        server.faults.add({ target: 'uschedule', ...how });
        await expect(bookings.get(seeded!.id)).rejects.toThrow(TemporarilyUnavailable);
      },
    );

    it('reports a wrong key as lost access', async () => {
      const stranger = connect(server.baseUrl, { apiKey: async () => 'another-key' });
      await expect(stranger.get('apt_1')).rejects.toThrow(AccessRevoked);
    });

    it('reports a key that is not in the secret store as lost access, not as a missing booking', async () => {
      const apiKey = () => Promise.reject(new NotFound('no such secret'));
      await expect(connect(server.baseUrl, { apiKey }).get('apt_1')).rejects.toThrow(AccessRevoked);
    });
  });
});

describe('what only looks like USchedule', () => {
  const closers: (() => void)[] = [];
  afterEach(() => {
    for (const close of closers.splice(0)) close();
  });

  const APPOINTMENT = {
    id: 'apt_1',
    resource_id: '1',
    start: '2027-05-01T09:00:00-04:00',
    end: '2027-05-01T10:00:00-04:00',
    status: 'confirmed',
    version: 1,
    updated_at: '2027-05-01T08:00:00.000Z',
  };

  async function serve(listener: RequestListener): Promise<string> {
    const server = createServer(listener).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    closers.push(() => {
      server.closeAllConnections();
      server.close();
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  const servePage = (data: readonly object[]) =>
    serve((_request, response) => response.end(JSON.stringify({ data, next_cursor: null, has_more: false })));

  it.each([200, 302, 404])("is tried again later when a proxy's page comes with %i", async (status) => {
    const url = await serve((_request, response) => response.writeHead(status).end('<html>Be right back</html>'));
    await expect(connect(url).get('apt_1')).rejects.toThrow(TemporarilyUnavailable);
  });

  it('does not get the key by way of a redirect', async () => {
    const keys: (string | undefined)[] = [];
    const elsewhere = await serve((request, response) =>
      response.end(String(keys.push(request.headers.authorization))),
    );
    const url = await serve((_request, response) => response.writeHead(307, { location: elsewhere }).end());
    await expect(connect(url).get('apt_1')).rejects.toThrow(TemporarilyUnavailable);
    expect(keys).toEqual([]);
  });

  it('is tried again later when nobody listens or nobody answers', async () => {
    const silent = await serve(() => {});
    await expect(connect(silent, { timeoutMs: 50 }).get('apt_1')).rejects.toThrow(TemporarilyUnavailable);
    for (const close of closers.splice(0)) close();
    await expect(connect(silent).get('apt_1')).rejects.toThrow(TemporarilyUnavailable);
  });

  it.each([
    ['status', { status: 'deleted' }],
    ['start', { start: 'tomorrow' }],
    ['end', { end: '2027-05-01T09:00:00-04:00' }],
    ['version', { version: '1' }],
    ['updated_at', { updated_at: '2027-05-01' }],
    ['updated_at', { updated_at: '2027-05-01T08:00Z' }],
    ['end', { end: '9999-12-31T23:59:59-04:00' }],
    ['resource_id', { resource_id: '1\ud83d' }],
  ])('is set aside, by the field, when the %s of one booking breaks the contract', async (path, broken) => {
    const url = await servePage([
      { ...APPOINTMENT, ...broken },
      { ...APPOINTMENT, id: 'apt_2' },
    ]);
    const { bookings, unreadable } = await connect(url).listChanged('2027-05-01T00:00:00Z');
    expect(bookings.map(({ id }) => id)).toEqual(['apt_2']);
    expect(unreadable).toEqual([{ bookingId: 'apt_1', paths: [path] }]);
  });

  it('is set aside without an id when nothing could be kept under the id it names', async () => {
    const url = await servePage([{ ...APPOINTMENT, id: 'apt_\ud83d' }]);
    const page = await connect(url).listChanged('2027-05-01T00:00:00Z');
    expect(page).toEqual({ bookings: [], unreadable: [{ bookingId: undefined, paths: ['id'] }] });
  });

  it.each([
    ['2027-05-01T08:00:00Z', '2027-05-01T08:00:00.000000Z'],
    ['2027-05-01T08:00:00.250Z', '2027-05-01T08:00:00.250000Z'],
    ['2027-05-01T04:00:00.250001-04:00', '2027-05-01T08:00:00.250001Z'],
  ])('is known to have changed at the very part of the second: %s', async (updatedAt, expected) => {
    const url = await servePage([{ ...APPOINTMENT, updated_at: updatedAt }]);
    const { bookings } = await connect(url).listChanged('2027-05-01T00:00:00Z');
    expect(bookings).toMatchObject([{ updatedAt: expected, start: '2027-05-01T13:00:00Z' }]);
  });

  it('is refused when it announces a further page without saying where', async () => {
    const url = await serve((_request, response) => response.end(JSON.stringify({ data: [], has_more: true })));
    await expect(connect(url).listChanged('2027-05-01T00:00:00Z')).rejects.toMatchObject({ paths: ['next_cursor'] });
  });
});
