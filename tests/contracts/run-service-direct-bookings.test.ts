import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Desk, hour, openDesk } from './booking-desk.ts';

let desk: Desk;
beforeEach(async () => {
  desk = await openDesk();
});
afterEach(() => desk.close());

describe('a booking made with us', () => {
  it('stands in the ledger at once, confirmed, with what is known of the guest', async () => {
    const guest = { name: 'Guest A', email: 'a@example.com', phone: '+49 123', count: 2 };
    const made = await desk.book({ guest });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      resourceId: 'studio',
      ...hour(10),
      status: 'confirmed',
      title: 'Guest A',
      guest,
    });
    expect(made.body).not.toHaveProperty('holdExpiresAt');
    expect((await desk.get(made.body.id)).body).toEqual(made.body);
    expect((await desk.get(made.body.source.externalUid)).body).toEqual(made.body);
    const { body } = await desk.service.call('listResourceEvents', '/v1/resources/studio/events', desk.by('staff'));
    expect(body.items).toMatchObject([
      { id: made.body.id, kind: 'reservation', source: { type: 'direct', id: 'api' } },
    ]);
    const listed = await desk.service.call('listBookings', '/v1/bookings', desk.by('staff'));
    expect(listed.body.items).toEqual([made.body]);
  });

  it('tells why it is there, down to the run', async () => {
    const { body } = await desk.book();
    const why = await desk.service.call('explainEvent', `/v1/events/${body.id}/why`, desk.by('staff'));
    expect(why.body).toMatchObject({ holdsTime: true, source: { type: 'direct' }, runs: [{ flow: 'book' }] });
    expect(why.body.runs[0]).toMatchObject({
      status: 'success',
      counts: { added: 1 },
      changes: [{ eventId: body.id }],
    });
  });

  it('has its calendars driven, and a hold has not until it is confirmed', async () => {
    const binding = { id: 'cal', resourceId: 'studio', calendarId: 'studio@group' };
    await desk.service.call('createBinding', '/v1/bindings', desk.by('admin', { body: binding }));
    const driven = () => desk.service.tasks.tasks.filter(({ queue }) => queue === 'reconcile-event').length;
    const { body } = await desk.hold();
    expect(driven()).toBe(0);
    await desk.confirm(body.id);
    expect(driven()).toBe(1);
    await desk.book(hour(12));
    expect(driven()).toBe(2);
  });

  it('is made once under one Idempotency-Key, also when the first answer was lost', async () => {
    const headers = { 'idempotency-key': 'once' };
    const first = await desk.book({}, 'guest', { headers });
    expect((await desk.book({}, 'guest', { headers })).body).toEqual(first.body);
    const { documents, store } = desk.service;
    const answers = await store.answers.query(documents, 'casa');
    await documents.commit(answers.map(({ id }) => store.answers.delete('casa', id)));
    expect((await desk.book({}, 'guest', { headers })).body).toEqual(first.body);
    expect(await store.events.query(documents, 'casa')).toHaveLength(1);
  });

  it('is refused where another stands, with what is in the way and the nearest free times', async () => {
    const taken = await desk.book({ ...hour(10, 12), guest: { name: 'Guest A' } });
    const block = { resourceId: 'studio', ...hour(12), title: 'Cleaning' };
    const closed = await desk.service.call('createBlock', '/v1/blocks', desk.by('staff', { body: block }));
    const refused = await desk.book(hour(11, 13));
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
    const held = await desk.hold();
    const refused = await desk.hold();
    expect(refused.body.inTheWay).toEqual([{ kind: 'reservation', ...hour(10) }]);
    expect(refused.text).not.toContain(held.body.id);
  });

  it('tells a guest nothing of what it was told', async () => {
    const { body } = await desk.hold({ guest: { name: 'Guest A' }, title: 'Birthday' });
    expect(body).not.toHaveProperty('guest');
    const confirmed = await desk.confirm(body.id);
    expect(confirmed.text).not.toMatch(/Guest A|Birthday/);
    expect((await desk.get(body.id)).body).toMatchObject({ guest: { name: 'Guest A' }, title: 'Birthday' });
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
    const { body } = await desk.book(part);
    expect(body.status).toBe(status);
    expect(body.paths).toContain(path);
    expect(await desk.revision('studio')).toBe(0);
  });

  it('keeps to the rules of its resource; only staff may set them aside', async () => {
    await desk.rules('studio', {
      openingHours: [{ weekday: 1, opens: '09:00', closes: '13:00' }],
      bookingRules: { minMinutes: 60, bufferAfterMinutes: 30 },
    });
    const early = await desk.book(hour(10));
    expect(early.body).toMatchObject({ status: 422, paths: ['start'], alternatives: [{ ...hour(13) }] });
    expect((await desk.book({ ...hour(10), ignoreRules: true }, 'guest')).status).toBe(403);
    expect((await desk.book({ ...hour(10), ignoreRules: true })).status).toBe(201);
    expect((await desk.book({ ...hour(13), end: '2027-05-03T13:30:00Z' })).body.paths).toEqual(['end']);
    expect((await desk.book(hour(14))).status).toBe(201);
    const tooNear = await desk.book(hour(15));
    expect(tooNear.body).toMatchObject({
      status: 409,
      inTheWay: [hour(14)],
      alternatives: [{ start: '2027-05-03T15:30:00Z' }],
    });
    expect((await desk.book({ ...hour(15), ignoreRules: true })).status).toBe(201);
    expect((await desk.book({ ...hour(15), ignoreRules: true })).status, 'what is taken stays taken').toBe(409);
  });

  it('leaves no guest in the log', async () => {
    const guest = { name: 'Guest A', email: 'a@example.com' };
    const { body } = await desk.hold({ guest, title: 'Lesson' });
    await desk.hold({ guest, title: 'Lesson' });
    await desk.confirm(body.id);
    expect(desk.service.log.named('booking.decided')).toHaveLength(2);
    expect(JSON.stringify(desk.service.log.lines)).not.toMatch(/Guest A|Lesson|example\.com/);
  });
});

describe('a stay made with us', () => {
  const stay = (from: number, to: number, part: object = {}) =>
    desk.book({ resourceId: 'kaya', start: `2027-05-${from}`, end: `2027-05-${to}`, ...part });

  it('may begin on the day another ends, and keeps to the least stay', async () => {
    await desk.rules('kaya', { bookingRules: { minNights: 2 } });
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
