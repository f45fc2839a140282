import type { Booking } from '@dovetail/core/domain/booking.ts';
import type { TaskPayloads } from '@dovetail/core/ports/task-queue.ts';
import { openText } from '@dovetail/core/store/sealed-text.ts';
import { acceptBooking, bookingContext } from '@dovetail/core/sync/accept-booking.ts';
import { eventIdOfBooking } from '@dovetail/core/sync/commit-booking.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { expectNothingTaken, expectProblem, type Service, sign, startService } from './run-service-server.ts';

let service: Service;
beforeEach(async () => {
  service = await startService();
});
afterEach(() => service.close());

describe('the booking webhook', () => {
  const data = {
    id: 'b-1',
    resourceId: 'one',
    start: '2027-05-02T10:00:00-04:00',
    end: '2027-05-02T11:00:00-04:00',
    status: 'confirmed',
    version: 3,
    guest: { name: 'Guest A', email: 'guest.a@example.com' },
  };
  const notice = (part: object = {}, type = 'booking.updated') =>
    JSON.stringify({ type, timestamp: '2027-05-01T08:00:00Z', data: { ...data, ...part } });
  const post = (body: string, path = 'loft/app', id = 'msg_1') =>
    service.send('POST', `/webhook/bookings/${path}`, { key: null, body, headers: sign(body, id) });
  const bookingInTask = () => {
    const payload = service.tasks.tasks[0]!.payload as { sealedBooking: string };
    return openText(service.deps.sealer, payload.sealedBooking, bookingContext('loft', 'app'));
  };

  /** What the worker does with a task that was enqueued. */
  const runTask = async (index: number) => {
    const { sealedBooking, ...ids } = service.tasks.tasks[index]!.payload as TaskPayloads['accept-booking'];
    const booking = openText<Booking>(service.deps.sealer, sealedBooking!, bookingContext('loft', 'app'));
    await acceptBooking({ ...ids, booking }, service.deps);
  };
  const bookingInLedger = () => service.store.events.get(service.documents, 'loft', eventIdOfBooking('app', 'b-1'));

  it('keeps the booking in the task, in our terms and sealed', async () => {
    const reply = await post(notice());
    expect(reply.status).toBe(202);
    expect(JSON.stringify(service.tasks.tasks)).not.toContain('Guest');
    expect(bookingInTask()).toEqual({
      id: 'b-1',
      externalResourceId: 'one',
      resourceId: 'bay-1',
      start: '2027-05-02T14:00:00Z',
      end: '2027-05-02T15:00:00Z',
      status: 'confirmed',
      version: 3,
      guest: { name: 'Guest A', email: 'guest.a@example.com' },
    });
  });

  it("takes a resource by our own id, and leaves the app's newer fields unread", async () => {
    expect((await post(notice({ resourceId: 'bay-2', loyaltyTier: 'gold' }))).status).toBe(202);
    expect(bookingInTask()).toMatchObject({ resourceId: 'bay-2' });
  });

  it('logs ids only, never the guest', async () => {
    await post(notice());
    await post(notice({ end: data.start }), 'loft/app', 'msg_2');
    expect(service.log.lines.map(({ action }) => action)).toEqual(['webhook.accepted', 'webhook.refused']);
    expect(JSON.stringify(service.log.lines)).not.toMatch(/Guest|guest/);
  });

  it('takes a replayed delivery without a second effect', async () => {
    await post(notice());
    expect((await post(notice())).status).toBe(202);
    expect(service.tasks.tasks).toHaveLength(1);
  });

  it.each([
    ['an end before the start', { end: '2027-05-02T09:00:00-04:00' }, 'data.end'],
    ['an end at the start', { end: data.start }, 'data.end'],
    ['dates on a timed resource', { start: '2027-05-02', end: '2027-05-03' }, 'data.start'],
    ['a day that no month has', { start: '2027-02-30T10:00:00Z' }, 'data.start'],
    ['a time after the year 9999', { end: '9999-12-31T23:59:59-23:00' }, 'data.end'],
    ['a time without an offset', { start: '2027-05-02T10:00:00' }, 'data.start'],
    ['neither version nor updatedAt', { version: undefined }, 'data.version'],
    ['a date as updatedAt', { version: undefined, updatedAt: '2027-05-01' }, 'data.updatedAt'],
    ['an updatedAt without an offset', { updatedAt: '2027-05-01T08:00:00.250' }, 'data.updatedAt'],
    ['an updatedAt after the year 9999', { updatedAt: '9999-12-31T23:59:59-23:00' }, 'data.updatedAt'],
    ['an id with half a character', { id: 'b-\ud83d' }, 'data.id'],
    ['a resource with half a character', { resourceId: 'one\ud83d' }, 'data.resourceId'],
    ['a currency with half a character', { currency: 'E\ud83d' }, 'data.currency'],
    ['an unknown status', { status: 'maybe' }, 'data.status'],
    ['no id', { id: undefined }, 'data.id'],
  ])('refuses %s', async (_case, part, path) => {
    const reply = await post(notice(part));
    expectProblem(reply);
    expect(reply.body.status).toBe(400);
    expect(reply.body.paths).toContain(path);
    expectNothingTaken(service, 'invalid-request');
  });

  it('refuses a cancellation that says it is not one', async () => {
    expect((await post(notice({}, 'booking.cancelled'))).body.paths).toEqual(['data.status']);
  });

  it('takes updatedAt in place of a version, in UTC to the microsecond', async () => {
    await post(notice({ version: undefined, updatedAt: '2027-05-01T10:00:00.250+02:00' }));
    expect(bookingInTask()).toMatchObject({ updatedAt: '2027-05-01T08:00:00.250000Z' });
  });

  it('says what updatedAt has to be', async () => {
    const reply = await post(notice({ updatedAt: '2027-05-01' }));
    expect(reply.body.errors).toEqual([
      { path: 'data.updatedAt', detail: 'is not an RFC 3339 time with an offset, such as 2027-05-01T10:00:00.250Z' },
    ]);
  });

  it.each([
    ['in their order', [0, 1]],
    ['in the other order', [1, 0]],
  ])('ends with the later of two states of one second, from an app without versions, told %s', async (_, order) => {
    const state = { version: undefined, guest: undefined };
    await post(notice({ ...state, title: 'Lesson', updatedAt: '2027-05-01T08:00:00.25Z' }), 'loft/app', 'msg_1');
    await post(notice({ ...state, title: 'Fitting', updatedAt: '2027-05-01T08:00:00.3Z' }), 'loft/app', 'msg_2');
    for (const index of order) await runTask(index);
    expect((await bookingInLedger())?.title).toBe('Fitting');
  });

  it('takes a title and a guest in which a character was cut in two', async () => {
    expect((await post(notice({ title: 'Lesson \ud83d', guest: { name: 'Guest \ud83d' } }))).status).toBe(202);
    await runTask(0);
    expect(await bookingInLedger()).toMatchObject({ title: 'Lesson \ufffd', guest: { name: 'Guest \ufffd' } });
  });

  it('takes dates on nightly resources', async () => {
    const system = await service.store.bookingSystems.get(service.documents, 'loft', 'app');
    await service.documents.commit([service.store.bookingSystems.create('casa', system!)]);
    const stay = { resourceId: 'kaya', start: '2027-05-02', end: '2027-05-05' };
    expect((await post(notice(stay), 'casa/app')).status).toBe(202);
    expect((await post(notice({ resourceId: 'kaya' }), 'casa/app', 'msg_2')).body.paths).toContain('data.start');
  });

  it.each(['bay-9', '../bay-1', '__proto__', 'constructor'])(
    'keeps a booking of the unknown resource %s for staff, and says so',
    async (resourceId) => {
      const reply = await post(notice({ resourceId }));
      expectProblem(reply);
      expect(reply.body).toMatchObject({
        status: 422,
        type: 'urn:dovetail:problem:unknown-resource',
        paths: ['data.resourceId'],
      });
      expect(reply.body.detail).toContain('kept');
      expect(service.tasks.tasks).toHaveLength(1);
    },
  );

  it('loses nothing of a booking that moves to an unknown resource: its old time is freed, a letter is kept', async () => {
    await post(notice());
    await runTask(0);
    await post(notice({ resourceId: 'bay-9', version: 4 }), 'loft/app', 'msg_2');
    await runTask(service.tasks.tasks.length - 1);
    expect((await bookingInLedger())?.status).toBe('released');
    const letters = await service.call('listDeadLetters', '/v1/dead-letters');
    expect(letters.body.items).toMatchObject([{ reason: 'unknown_resource', subject: { bookingId: 'b-1' } }]);
    expect(letters.text).not.toContain('Guest');
  });

  it.each([
    ['USchedule, which has its own address', 'loft/uschedule'],
    ['an unknown booking system', 'loft/nothing'],
    ['an unknown tenant', 'nobody/app'],
    ["another tenant's system", 'casa/app'],
  ])('knows nothing of %s', async (_case, path) => {
    const reply = await post(notice(), path);
    expectProblem(reply);
    expect(reply.status).toBe(404);
    expect(service.tasks.tasks).toEqual([]);
  });
});
