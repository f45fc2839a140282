import { instantOf } from '@dovetail/core/domain/interval.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resource } from '../made-resource.ts';
import { type Desk, hour, openDesk } from './booking-desk.ts';
import { NOW } from './run-service-server.ts';

const MINUTE = 60_000;

let desk: Desk;
beforeEach(async () => {
  desk = await openDesk();
});
afterEach(() => desk.close());

describe('a hold', () => {
  it('takes its time until it lapses, a quarter of an hour unless it says otherwise', async () => {
    const { body } = await desk.hold();
    expect(body).toMatchObject({ status: 'held', holdExpiresAt: instantOf(NOW + 15 * MINUTE) });
    expect((await desk.hold({ ...hour(12), holdMinutes: 60 })).body.holdExpiresAt).toBe(instantOf(NOW + 60 * MINUTE));
    const at = instantOf(NOW + 5 * MINUTE);
    expect((await desk.hold({ ...hour(14), holdExpiresAt: at })).body.holdExpiresAt).toBe(at);
    expect((await desk.hold({ ...hour(16), holdMinutes: 61 })).body.paths).toEqual(['holdMinutes']);
    expect((await desk.hold({ ...hour(16), holdMinutes: 61 }, 'staff')).status).toBe(201);
    expect((await desk.book()).status).toBe(409);
  });

  it('is had by one of fifty who ask at once; the others hear that the time is taken', async () => {
    const replies = await Promise.all(Array.from({ length: 50 }, () => desk.hold()));
    const refused = replies.filter(({ status }) => status !== 201);
    expect(refused).toHaveLength(49);
    for (const { body } of refused) {
      expect(body).toMatchObject({ status: 409, reason: 'slot_taken', inTheWay: [hour(10)] });
      expect(body.alternatives).toHaveLength(2);
    }
  });

  it('that has lapsed frees its time with nothing written, for every reader', async () => {
    const { body } = await desk.hold();
    const query = 'from=2027-05-03T10:00:00Z&to=2027-05-03T11:00:00Z';
    const busy = { resourceIds: ['studio'], from: '2027-05-03', to: '2027-05-04' };
    const readers = async () => ({
      slots: (await desk.free(query)).length,
      busy: (await desk.service.call('readFreeBusy', '/v1/freebusy', desk.by('guest', { body: busy }))).body.items[0]
        .busy.length,
      event: (await desk.service.call('getEvent', `/v1/events/${body.id}`, desk.by('staff'))).body.status,
      booking: (await desk.get(body.id)).body.status,
      why: (await desk.service.call('explainEvent', `/v1/events/${body.id}/why`, desk.by('staff'))).body.holdsTime,
    });
    const before = await desk.revision('studio');
    expect(await readers()).toEqual({ slots: 0, busy: 1, event: 'active', booking: 'held', why: true });
    desk.elapse(15);
    expect(await readers()).toEqual({ slots: 1, busy: 0, event: 'released', booking: 'cancelled', why: false });
    expect(await desk.revision('studio')).toBe(before);
    const stored = await desk.service.store.events.get(desk.service.documents, 'casa', body.id);
    expect(stored?.status, 'as it was written').toBe('active');
  });

  it('is confirmed with what is known of the guest by then, once or again', async () => {
    const { body } = await desk.hold();
    desk.elapse(14);
    const confirmed = await desk.confirm(body.id, 'staff', { guest: { name: 'Guest A' } });
    expect(confirmed.body).toMatchObject({
      id: body.id,
      status: 'confirmed',
      title: 'Guest A',
      guest: { name: 'Guest A' },
    });
    expect(confirmed.body).not.toHaveProperty('holdExpiresAt');
    desk.elapse(60);
    expect((await desk.get(body.id)).body.status).toBe('confirmed');
    expect((await desk.confirm(body.id, 'staff')).body).toEqual(confirmed.body);
    expect((await desk.book()).status).toBe(409);
  });

  it('that has lapsed is confirmed if nobody took its time', async () => {
    const { body } = await desk.hold();
    desk.elapse(16);
    expect((await desk.confirm(body.id)).body.status).toBe('confirmed');
    expect((await desk.book()).status).toBe(409);
  });

  it('that has lapsed is not confirmed over who came after it, and its time is theirs', async () => {
    const { body } = await desk.hold();
    desk.elapse(16);
    const next = await desk.hold({}, 'staff');
    expect(next.status).toBe(201);
    const refused = await desk.confirm(body.id, 'staff');
    expect(refused.body).toMatchObject({ status: 409, inTheWay: [{ eventId: next.body.id }] });
    expect(refused.body.alternatives).toHaveLength(2);
    await desk.cancel(next.body.id);
    expect((await desk.confirm(body.id)).body.status).toBe('confirmed');
  });

  it('that has lapsed is let go of in writing when another takes its time', async () => {
    const { body } = await desk.hold();
    desk.elapse(16);
    await desk.book();
    const stored = await desk.service.store.events.get(desk.service.documents, 'casa', body.id);
    expect(stored?.status).toBe('released');
    expect(await desk.service.store.conflicts.query(desk.service.documents, 'casa')).toEqual([]);
  });

  it('is not confirmed when another source sold its time meanwhile', async () => {
    const { body } = await desk.hold();
    const sold = await desk.fromFeed('studio', hour(10));
    expect((await desk.confirm(body.id, 'staff')).body).toMatchObject({
      status: 409,
      inTheWay: [{ eventId: sold.id }],
    });
  });

  it('is let go of by a guest, who may not cancel what is confirmed', async () => {
    const { body } = await desk.hold();
    expect((await desk.cancel(body.id, 'guest')).body.status).toBe('cancelled');
    expect((await desk.confirm(body.id)).status).toBe(409);
    const next = await desk.book();
    expect((await desk.cancel(next.body.id, 'guest')).status).toBe(403);
    expect((await desk.cancel(next.body.id)).body.status).toBe('cancelled');
  });

  it('is not refused by the least notice that passes while it waits', async () => {
    await desk.rules('studio', { bookingRules: { minNoticeMinutes: 60 } });
    const times = { start: '2027-05-01T09:00:00Z', end: '2027-05-01T10:00:00Z' };
    const { body } = await desk.hold(times);
    desk.elapse(10);
    expect((await desk.hold({ ...times, start: '2027-05-01T09:05:00Z' })).body.paths).toEqual(['start']);
    expect((await desk.confirm(body.id)).body.status).toBe('confirmed');
  });
});

describe('a house and its rooms', () => {
  beforeEach(async () => {
    const rooms = ['sol', 'mar', 'luz'];
    const up = { up: { atLeast: 2 } } as const;
    const { documents, store } = desk.service;
    await documents.commit([
      store.resources.set('casa', resource('house', { kind: 'nightly', relatedFrom: rooms })),
      ...rooms.map((id) =>
        store.resources.set(
          'casa',
          resource(id, { kind: 'nightly', relations: [{ type: 'parent', resourceId: 'house', rule: up }] }),
        ),
      ),
    ]);
  });
  const nights = { start: '2027-05-10', end: '2027-05-12' };
  const isFree = async (id: string) => (await desk.free('from=2027-05-10&to=2027-05-12', id)).length > 0;

  it('hold and lapse together', async () => {
    const { body } = await desk.hold({ resourceId: 'house', ...nights });
    expect(await isFree('sol')).toBe(false);
    expect((await desk.book({ resourceId: 'sol', ...nights })).status).toBe(409);
    desk.elapse(15);
    expect(await isFree('sol')).toBe(true);
    expect((await desk.book({ resourceId: 'sol', ...nights })).status).toBe(201);
    const events = await desk.service.store.events.query(desk.service.documents, 'casa');
    const stale = events.filter(({ id, causeEventIds }) => id === body.id || causeEventIds?.includes(body.id));
    expect(stale.map(({ status }) => status)).toEqual(['released', 'released', 'released', 'released']);
  });

  it('do not contend over a hold that has lapsed, wherever it stood', async () => {
    await desk.hold({ resourceId: 'sol', ...nights });
    desk.elapse(15);
    expect((await desk.book({ resourceId: 'house', ...nights })).status).toBe(201);
    expect(await desk.service.store.conflicts.query(desk.service.documents, 'casa')).toEqual([]);
  });

  it('let a booking move from one to the other, though each takes the other with it', async () => {
    const { documents, store } = desk.service;
    const relations = [{ type: 'parent', resourceId: 'house' }] as const;
    await documents.commit(
      ['sol', 'mar', 'luz'].map((id) => store.resources.set('casa', resource(id, { kind: 'nightly', relations }))),
    );
    const { body } = await desk.book({ resourceId: 'sol', ...nights });
    expect((await desk.change(body.id, { resourceId: 'house' })).status).toBe(200);
    expect(await isFree('mar')).toBe(false);
    expect((await desk.change(body.id, { resourceId: 'mar' })).status).toBe(200);
    expect(await isFree('sol')).toBe(true);
    expect((await desk.change(body.id, { end: '2027-05-13' })).status).toBe(200);
  });

  it('keep what is confirmed', async () => {
    const { body } = await desk.hold({ resourceId: 'house', ...nights });
    await desk.confirm(body.id);
    desk.elapse(60);
    expect(await isFree('sol')).toBe(false);
  });

  it('are taken together only for as long as enough of them are', async () => {
    await desk.book({ resourceId: 'sol', ...nights });
    expect(await isFree('house')).toBe(true);
    await desk.hold({ resourceId: 'mar', ...nights, holdMinutes: 10 });
    await desk.hold({ resourceId: 'luz', ...nights, holdMinutes: 20 });
    expect(await isFree('house')).toBe(false);
    desk.elapse(10);
    expect(await isFree('house'), 'sol and luz').toBe(false);
    desk.elapse(10);
    expect(await isFree('house'), 'sol alone').toBe(true);
    expect((await desk.book({ resourceId: 'house', start: '2027-05-09', end: '2027-05-10' })).status).toBe(201);
  });
});
