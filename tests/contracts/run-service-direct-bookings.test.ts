import { eventIdOf } from '@dovetail/core/domain/identity.ts';
import { instantOf } from '@dovetail/core/domain/interval.ts';
import { commitChanges, type EventState } from '@dovetail/core/ledger/commit-changes.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { expectPagesToEqualEvents } from './ledger-consistency.ts';
import { NOW, type RequestOptions, resource, type Service, startService } from './run-service-server.ts';

let service: Service;
beforeEach(async () => {
  service = await startService();
  await service.documents.commit([service.store.resources.create('casa', resource('studio'))]);
});
afterEach(async () => {
  await expectPagesToEqualEvents('casa', service.deps);
  await service.close();
});

const MINUTE = 60_000;
const hour = (from: number, to = from + 1) => ({
  start: `2027-05-03T${String(from).padStart(2, '0')}:00:00Z`,
  end: `2027-05-03T${String(to).padStart(2, '0')}:00:00Z`,
});
const by = (role: string, options: RequestOptions = {}): RequestOptions => ({ key: `casa-${role}-key`, ...options });
const book = (part: object = {}, role = 'staff', options: RequestOptions = {}) =>
  service.call('createBooking', '/v1/bookings', {
    ...by(role, options),
    body: { resourceId: 'studio', ...hour(10), ...part },
  });
const hold = (part: object = {}, role = 'guest') => book({ hold: true, ...part }, role);
const get = (id: string) => service.call('getBooking', `/v1/bookings/${id}`, by('staff'));
const confirm = (id: string, role = 'guest', body?: object) =>
  service.call('confirmBooking', `/v1/bookings/${id}:confirm`, by(role, body ? { body } : {}));
const change = (id: string, body: object, role = 'staff') =>
  service.call('changeBooking', `/v1/bookings/${id}`, by(role, { body }));
const cancel = (id: string, role = 'staff') => service.call('cancelBooking', `/v1/bookings/${id}:cancel`, by(role));
const free = async (query: string, id = 'studio') =>
  (await service.call('getAvailability', `/v1/resources/${id}/availability?${query}`, by('guest'))).body.items;
const rules = (id: string, body: object) =>
  service.call('changeResource', `/v1/resources/${id}`, by('admin', { body }));
const elapse = (minutes: number) => service.clock.set(service.clock.now() + minutes * MINUTE);
const revision = async (id: string) =>
  (await service.store.resources.get(service.documents, 'casa', id))?.ledgerRevision;

async function fromFeed(resourceId: string, part: Partial<EventState>): Promise<EventState> {
  const source = { type: 'feed', id: 'bnb', externalUid: part.title ?? 'stay' } as const;
  const event: EventState = {
    ...{ id: eventIdOf(source), resourceId, kind: 'reservation', status: 'active', source, title: 'Guest B' },
    ...{ start: '', end: '', priority: 3, lastSeenAt: instantOf(NOW), ...part },
  };
  await commitChanges({ tenantId: 'casa', eventIds: [event.id], decide: () => ({ events: [event] }) }, service.deps);
  return event;
}

describe('a booking made with us', () => {
  it('stands in the ledger at once, confirmed, with what is known of the guest', async () => {
    const guest = { name: 'Guest A', email: 'a@example.com', phone: '+49 123', count: 2 };
    const made = await book({ guest });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      resourceId: 'studio',
      ...hour(10),
      status: 'confirmed',
      title: 'Guest A',
      guest,
    });
    expect(made.body).not.toHaveProperty('holdExpiresAt');
    expect((await get(made.body.id)).body).toEqual(made.body);
    expect((await get(made.body.source.externalUid)).body).toEqual(made.body);
    const { body } = await service.call('listResourceEvents', '/v1/resources/studio/events', by('staff'));
    expect(body.items).toMatchObject([
      { id: made.body.id, kind: 'reservation', source: { type: 'direct', id: 'api' } },
    ]);
    const listed = await service.call('listBookings', '/v1/bookings', by('staff'));
    expect(listed.body.items).toEqual([made.body]);
  });

  it('tells why it is there, down to the run', async () => {
    const { body } = await book();
    const why = await service.call('explainEvent', `/v1/events/${body.id}/why`, by('staff'));
    expect(why.body).toMatchObject({ holdsTime: true, source: { type: 'direct' }, runs: [{ flow: 'book' }] });
    expect(why.body.runs[0]).toMatchObject({
      status: 'success',
      counts: { added: 1 },
      changes: [{ eventId: body.id }],
    });
  });

  it('has its calendars driven, and a hold has not until it is confirmed', async () => {
    const binding = { id: 'cal', resourceId: 'studio', calendarId: 'studio@group' };
    await service.call('createBinding', '/v1/bindings', by('admin', { body: binding }));
    const driven = () => service.tasks.tasks.filter(({ queue }) => queue === 'reconcile-event').length;
    const { body } = await hold();
    expect(driven()).toBe(0);
    await confirm(body.id);
    expect(driven()).toBe(1);
    await book(hour(12));
    expect(driven()).toBe(2);
  });

  it('is made once under one Idempotency-Key, also when the first answer was lost', async () => {
    const headers = { 'idempotency-key': 'once' };
    const first = await book({}, 'guest', { headers });
    expect((await book({}, 'guest', { headers })).body).toEqual(first.body);
    const { documents, store } = service;
    const answers = await store.answers.query(documents, 'casa');
    await documents.commit(answers.map(({ id }) => store.answers.delete('casa', id)));
    expect((await book({}, 'guest', { headers })).body).toEqual(first.body);
    expect(await store.events.query(documents, 'casa')).toHaveLength(1);
  });

  it('is refused where another stands, with what is in the way and the nearest free times', async () => {
    const taken = await book({ ...hour(10, 12), guest: { name: 'Guest A' } });
    const block = { resourceId: 'studio', ...hour(12), title: 'Cleaning' };
    const closed = await service.call('createBlock', '/v1/blocks', by('staff', { body: block }));
    const refused = await book(hour(11, 13));
    expect(refused.body).toMatchObject({
      ...{ status: 409, type: 'urn:dovetail:problem:time-taken', reason: 'slot_taken' },
      inTheWay: [
        { eventId: taken.body.id, kind: 'reservation', ...hour(10, 12) },
        { eventId: closed.body.eventId, kind: 'block', ...hour(12) },
      ],
      alternatives: [hour(13, 15), hour(8, 10)],
    });
    expect(refused.text).not.toMatch(/Guest A|Cleaning/);
  });

  it('is refused to a guest without the ids by which holds are confirmed', async () => {
    const held = await hold();
    const refused = await hold();
    expect(refused.body.inTheWay).toEqual([{ kind: 'reservation', ...hour(10) }]);
    expect(refused.text).not.toContain(held.body.id);
  });

  it('tells a guest nothing of what it was told', async () => {
    const { body } = await hold({ guest: { name: 'Guest A' }, title: 'Birthday' });
    expect(body).not.toHaveProperty('guest');
    const confirmed = await confirm(body.id);
    expect(confirmed.text).not.toMatch(/Guest A|Birthday/);
    expect((await get(body.id)).body).toMatchObject({ guest: { name: 'Guest A' }, title: 'Birthday' });
  });

  it.each([
    ['an end before the start', { end: hour(9).start }, 400, 'end'],
    ['dates', { start: '2027-05-03', end: '2027-05-04' }, 400, 'start'],
    ['an unknown resource', { resourceId: 'hall' }, 422, 'resourceId'],
    ['a resource of another tenant', { resourceId: 'bay-1' }, 422, 'resourceId'],
    ['a hold of no time', { hold: true, holdMinutes: 0 }, 400, 'holdMinutes'],
    ['a hold that is over', { hold: true, holdExpiresAt: '2027-05-01T08:00:00Z' }, 400, 'holdExpiresAt'],
    ['a hold until a day', { hold: true, holdExpiresAt: '2027-05-02' }, 400, 'holdExpiresAt'],
    ['a hold of years', { hold: true, holdExpiresAt: '2028-05-02T00:00:00Z' }, 400, 'holdExpiresAt'],
    ['an expiry without a hold', { holdMinutes: 5 }, 400, 'holdMinutes'],
    ['two expiries', { hold: true, holdMinutes: 5, holdExpiresAt: '2027-05-02T00:00:00Z' }, 400, 'holdExpiresAt'],
    ['an address that is none', { guest: { email: 'nowhere' } }, 400, 'guest.email'],
    ['a field there is not', { price: 3 }, 400, 'price'],
    ['a time in the past', { start: '2027-05-01T06:00:00Z', end: '2027-05-01T07:00:00Z' }, 422, 'start'],
    ['a time beyond the ledger', { start: '2029-07-03T06:00:00Z', end: '2029-07-03T07:00:00Z' }, 422, 'end'],
  ])('is refused with %s', async (_case, part, status, path) => {
    const { body } = await book(part);
    expect(body.status).toBe(status);
    expect(body.paths).toContain(path);
    expect(await revision('studio')).toBe(0);
  });

  it('keeps to the rules of its resource; only staff may set them aside', async () => {
    await rules('studio', {
      openingHours: [{ weekday: 1, opens: '09:00', closes: '13:00' }],
      bookingRules: { minMinutes: 60, bufferAfterMinutes: 30 },
    });
    const early = await book(hour(10));
    expect(early.body).toMatchObject({ status: 422, paths: ['start'], alternatives: [{ ...hour(13) }] });
    expect((await book({ ...hour(10), ignoreRules: true }, 'guest')).status).toBe(403);
    expect((await book({ ...hour(10), ignoreRules: true })).status).toBe(201);
    expect((await book({ ...hour(13), end: '2027-05-03T13:30:00Z' })).body.paths).toEqual(['end']);
    expect((await book(hour(14))).status).toBe(201);
    const tooNear = await book(hour(15));
    expect(tooNear.body).toMatchObject({
      status: 409,
      inTheWay: [hour(14)],
      alternatives: [{ start: '2027-05-03T15:30:00Z' }],
    });
    expect((await book({ ...hour(15), ignoreRules: true })).status).toBe(201);
    expect((await book({ ...hour(15), ignoreRules: true })).status, 'what is taken stays taken').toBe(409);
  });

  it('leaves no guest in the log', async () => {
    const guest = { name: 'Guest A', email: 'a@example.com' };
    const { body } = await hold({ guest, title: 'Lesson' });
    await hold({ guest, title: 'Lesson' });
    await confirm(body.id);
    expect(service.log.named('booking.decided')).toHaveLength(2);
    expect(JSON.stringify(service.log.lines)).not.toMatch(/Guest A|Lesson|example\.com/);
  });
});

describe('a stay made with us', () => {
  const stay = (from: number, to: number, part: object = {}) =>
    book({ resourceId: 'kaya', start: `2027-05-${from}`, end: `2027-05-${to}`, ...part });

  it('may begin on the day another ends, and keeps to the least stay', async () => {
    await rules('kaya', { bookingRules: { minNights: 2 } });
    expect((await stay(10, 12)).status).toBe(201);
    expect((await stay(12, 14)).status).toBe(201);
    expect((await stay(14, 15)).body).toMatchObject({ status: 422, paths: ['end'], alternatives: [] });
    const refused = await stay(11, 14);
    expect(refused.body.inTheWay).toHaveLength(2);
    expect(refused.body.alternatives).toEqual([
      { start: '2027-05-14', end: '2027-05-17' },
      { start: '2027-05-07', end: '2027-05-10' },
    ]);
  });
});

describe('a hold', () => {
  it('takes its time until it lapses, a quarter of an hour unless it says otherwise', async () => {
    const { body } = await hold();
    expect(body).toMatchObject({ status: 'held', holdExpiresAt: instantOf(NOW + 15 * MINUTE) });
    expect((await hold({ ...hour(12), holdMinutes: 60 })).body.holdExpiresAt).toBe(instantOf(NOW + 60 * MINUTE));
    const at = instantOf(NOW + 5 * MINUTE);
    expect((await hold({ ...hour(14), holdExpiresAt: at })).body.holdExpiresAt).toBe(at);
    expect((await hold({ ...hour(16), holdMinutes: 61 })).body.paths).toEqual(['holdMinutes']);
    expect((await hold({ ...hour(16), holdMinutes: 61 }, 'staff')).status).toBe(201);
    expect((await book()).status).toBe(409);
  });

  it('that has lapsed frees its time with nothing written, for every reader', async () => {
    const { body } = await hold();
    const query = 'from=2027-05-03T10:00:00Z&to=2027-05-03T11:00:00Z';
    const busy = { resourceIds: ['studio'], from: '2027-05-03', to: '2027-05-04' };
    const readers = async () => ({
      slots: (await free(query)).length,
      busy: (await service.call('readFreeBusy', '/v1/freebusy', by('guest', { body: busy }))).body.items[0].busy.length,
      event: (await service.call('getEvent', `/v1/events/${body.id}`, by('staff'))).body.status,
      booking: (await get(body.id)).body.status,
      why: (await service.call('explainEvent', `/v1/events/${body.id}/why`, by('staff'))).body.holdsTime,
    });
    const before = await revision('studio');
    expect(await readers()).toEqual({ slots: 0, busy: 1, event: 'active', booking: 'held', why: true });
    elapse(15);
    expect(await readers()).toEqual({ slots: 1, busy: 0, event: 'released', booking: 'cancelled', why: false });
    expect(await revision('studio')).toBe(before);
    const stored = await service.store.events.get(service.documents, 'casa', body.id);
    expect(stored?.status, 'as it was written').toBe('active');
  });

  it('is confirmed with what is known of the guest by then, once or again', async () => {
    const { body } = await hold();
    elapse(14);
    const confirmed = await confirm(body.id, 'staff', { guest: { name: 'Guest A' } });
    expect(confirmed.body).toMatchObject({
      id: body.id,
      status: 'confirmed',
      title: 'Guest A',
      guest: { name: 'Guest A' },
    });
    expect(confirmed.body).not.toHaveProperty('holdExpiresAt');
    elapse(60);
    expect((await get(body.id)).body.status).toBe('confirmed');
    expect((await confirm(body.id, 'staff')).body).toEqual(confirmed.body);
    expect((await book()).status).toBe(409);
  });

  it('that has lapsed is confirmed if nobody took its time', async () => {
    const { body } = await hold();
    elapse(16);
    expect((await confirm(body.id)).body.status).toBe('confirmed');
    expect((await book()).status).toBe(409);
  });

  it('that has lapsed is not confirmed over who came after it, and its time is theirs', async () => {
    const { body } = await hold();
    elapse(16);
    const next = await hold({}, 'staff');
    expect(next.status).toBe(201);
    const refused = await confirm(body.id, 'staff');
    expect(refused.body).toMatchObject({ status: 409, inTheWay: [{ eventId: next.body.id }] });
    expect(refused.body.alternatives).toHaveLength(2);
    await cancel(next.body.id);
    expect((await confirm(body.id)).body.status).toBe('confirmed');
  });

  it('that has lapsed is let go of in writing when another takes its time', async () => {
    const { body } = await hold();
    elapse(16);
    await book();
    const stored = await service.store.events.get(service.documents, 'casa', body.id);
    expect(stored?.status).toBe('released');
    expect(await service.store.conflicts.query(service.documents, 'casa')).toEqual([]);
  });

  it('is not confirmed when another source sold its time meanwhile', async () => {
    const { body } = await hold();
    const sold = await fromFeed('studio', hour(10));
    expect((await confirm(body.id, 'staff')).body).toMatchObject({ status: 409, inTheWay: [{ eventId: sold.id }] });
  });

  it('is let go of by a guest, who may not cancel what is confirmed', async () => {
    const { body } = await hold();
    expect((await cancel(body.id, 'guest')).body.status).toBe('cancelled');
    expect((await confirm(body.id)).status).toBe(409);
    const next = await book();
    expect((await cancel(next.body.id, 'guest')).status).toBe(403);
    expect((await cancel(next.body.id)).body.status).toBe('cancelled');
  });

  it('is not refused by the least notice that passes while it waits', async () => {
    await rules('studio', { bookingRules: { minNoticeMinutes: 60 } });
    const times = { start: '2027-05-01T09:00:00Z', end: '2027-05-01T10:00:00Z' };
    const { body } = await hold(times);
    elapse(10);
    expect((await hold({ ...times, start: '2027-05-01T09:05:00Z' })).body.paths).toEqual(['start']);
    expect((await confirm(body.id)).body.status).toBe('confirmed');
  });
});

describe('moving a booking made with us', () => {
  it('keeps its id, and frees what it had', async () => {
    const { body } = await book({ title: 'Lesson' });
    const moved = await change(body.id, hour(14));
    expect(moved.body).toMatchObject({ id: body.id, ...hour(14), title: 'Lesson', status: 'confirmed' });
    expect((await book()).status).toBe(201);
    expect((await change(body.id, { end: hour(15).end })).body).toMatchObject({
      start: hour(14).start,
      end: hour(15).end,
    });
  });

  it('may overlap itself, and nobody else', async () => {
    const { body } = await book(hour(10, 12));
    expect((await change(body.id, hour(11, 13))).status).toBe(200);
    const other = await book(hour(14));
    const refused = await change(body.id, hour(13, 15));
    expect(refused.body).toMatchObject({ status: 409, inTheWay: [{ eventId: other.body.id }] });
    expect(refused.body.alternatives).toContainEqual(hour(12, 14));
    expect((await get(body.id)).body).toMatchObject(hour(11, 13));
  });

  it('leads to another resource, and back', async () => {
    await service.documents.commit([service.store.resources.create('casa', resource('hall'))]);
    const { body } = await book();
    expect((await change(body.id, { resourceId: 'hall' })).body).toMatchObject({ id: body.id, resourceId: 'hall' });
    expect((await free('from=2027-05-03T10:00:00Z&to=2027-05-03T11:00:00Z')).length).toBe(1);
    expect((await change(body.id, { resourceId: 'studio' })).body.resourceId).toBe('studio');
    expect((await change(body.id, { resourceId: 'kaya' })).body.paths).toEqual(['start', 'end']);
    expect((await change(body.id, { resourceId: 'attic' })).body).toMatchObject({ status: 422, paths: ['resourceId'] });
  });

  it('keeps to the rules unless staff set them aside, and words change whatever they say', async () => {
    const { body } = await book();
    await rules('studio', { bookingRules: { minMinutes: 120 } });
    expect((await change(body.id, hour(12))).body).toMatchObject({ status: 422, paths: ['end'] });
    expect((await change(body.id, { ...hour(12), ignoreRules: true })).status).toBe(200);
    expect((await change(body.id, { title: 'Lesson' })).body.title).toBe('Lesson');
    expect((await change(body.id, { guest: { count: 3 } })).body.guest).toEqual({ count: 3 });
    expect((await change(body.id, { ignoreRules: true })).status).toBe(400);
  });

  it('is for staff, and for what still stands', async () => {
    const { body } = await book();
    expect((await change(body.id, hour(12), 'guest')).status).toBe(403);
    await cancel(body.id);
    expect((await change(body.id, hour(12))).body).toMatchObject({
      status: 409,
      type: 'urn:dovetail:problem:wrong-state',
    });
    const held = await hold();
    elapse(15);
    expect((await change(held.body.id, hour(12))).status).toBe(409);
  });

  it('leaves a hold a hold', async () => {
    const { body } = await hold();
    expect((await change(body.id, hour(12))).body).toMatchObject({ status: 'held', holdExpiresAt: body.holdExpiresAt });
    elapse(15);
    expect((await get(body.id)).body.status).toBe('cancelled');
    expect((await book(hour(12))).status).toBe(201);
  });
});

describe('cancelling a booking made with us', () => {
  it('frees its time, and is done the second time too', async () => {
    const { body } = await book();
    expect((await cancel(body.id)).body.status).toBe('cancelled');
    const before = await revision('studio');
    expect((await cancel(body.id)).body.status).toBe('cancelled');
    expect(await revision('studio')).toBe(before);
    expect((await book()).status).toBe(201);
    expect((await cancel('nothing')).status).toBe(404);
  });
});

describe('a house and its rooms', () => {
  beforeEach(async () => {
    const rooms = ['sol', 'mar', 'luz'];
    const up = { up: { atLeast: 2 } } as const;
    const { documents, store } = service;
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
  const isFree = async (id: string) => (await free('from=2027-05-10&to=2027-05-12', id)).length > 0;

  it('hold and lapse together', async () => {
    const { body } = await hold({ resourceId: 'house', ...nights });
    expect(await isFree('sol')).toBe(false);
    expect((await book({ resourceId: 'sol', ...nights })).status).toBe(409);
    elapse(15);
    expect(await isFree('sol')).toBe(true);
    expect((await book({ resourceId: 'sol', ...nights })).status).toBe(201);
    const events = await service.store.events.query(service.documents, 'casa');
    const stale = events.filter(({ id, causeEventIds }) => id === body.id || causeEventIds?.includes(body.id));
    expect(stale.map(({ status }) => status)).toEqual(['released', 'released', 'released', 'released']);
  });

  it('do not contend over a hold that has lapsed, wherever it stood', async () => {
    await hold({ resourceId: 'sol', ...nights });
    elapse(15);
    expect((await book({ resourceId: 'house', ...nights })).status).toBe(201);
    expect(await service.store.conflicts.query(service.documents, 'casa')).toEqual([]);
  });

  it('let a booking move from one to the other, though each takes the other with it', async () => {
    const { documents, store } = service;
    const relations = [{ type: 'parent', resourceId: 'house' }] as const;
    await documents.commit(
      ['sol', 'mar', 'luz'].map((id) => store.resources.set('casa', resource(id, { kind: 'nightly', relations }))),
    );
    const { body } = await book({ resourceId: 'sol', ...nights });
    expect((await change(body.id, { resourceId: 'house' })).status).toBe(200);
    expect(await isFree('mar')).toBe(false);
    expect((await change(body.id, { resourceId: 'mar' })).status).toBe(200);
    expect(await isFree('sol')).toBe(true);
    expect((await change(body.id, { end: '2027-05-13' })).status).toBe(200);
  });

  it('keep what is confirmed', async () => {
    const { body } = await hold({ resourceId: 'house', ...nights });
    await confirm(body.id);
    elapse(60);
    expect(await isFree('sol')).toBe(false);
  });

  it('are taken together only for as long as enough of them are', async () => {
    await book({ resourceId: 'sol', ...nights });
    expect(await isFree('house')).toBe(true);
    await hold({ resourceId: 'mar', ...nights, holdMinutes: 10 });
    await hold({ resourceId: 'luz', ...nights, holdMinutes: 20 });
    expect(await isFree('house')).toBe(false);
    elapse(10);
    expect(await isFree('house'), 'sol and luz').toBe(false);
    elapse(10);
    expect(await isFree('house'), 'sol alone').toBe(true);
    expect((await book({ resourceId: 'house', start: '2027-05-09', end: '2027-05-10' })).status).toBe(201);
  });
});
