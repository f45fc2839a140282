import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resource } from '../made-resource.ts';
import { type Desk, hour, openDesk } from './booking-desk.ts';

let desk: Desk;
beforeEach(async () => {
  desk = await openDesk();
});
afterEach(() => desk.close());

describe('moving a booking made with us', () => {
  it('keeps its id, and frees what it had', async () => {
    const { body } = await desk.book({ title: 'Lesson' });
    const moved = await desk.change(body.id, hour(14));
    expect(moved.body).toMatchObject({ id: body.id, ...hour(14), title: 'Lesson', status: 'confirmed' });
    expect((await desk.book()).status).toBe(201);
    expect((await desk.change(body.id, { end: hour(15).end })).body).toMatchObject({
      start: hour(14).start,
      end: hour(15).end,
    });
  });

  it('may overlap itself, and nobody else', async () => {
    const { body } = await desk.book(hour(10, 12));
    expect((await desk.change(body.id, hour(11, 13))).status).toBe(200);
    const other = await desk.book(hour(14));
    const refused = await desk.change(body.id, hour(13, 15));
    expect(refused.body).toMatchObject({ status: 409, inTheWay: [{ eventId: other.body.id }] });
    expect(refused.body.alternatives).toContainEqual(hour(12, 14));
    expect((await desk.get(body.id)).body).toMatchObject(hour(11, 13));
  });

  it('leads to another resource, and back', async () => {
    await desk.service.documents.commit([desk.service.store.resources.create('casa', resource('hall'))]);
    const { body } = await desk.book();
    expect((await desk.change(body.id, { resourceId: 'hall' })).body).toMatchObject({
      id: body.id,
      resourceId: 'hall',
    });
    expect((await desk.free('from=2027-05-03T10:00:00Z&to=2027-05-03T11:00:00Z')).length).toBe(1);
    expect((await desk.change(body.id, { resourceId: 'studio' })).body.resourceId).toBe('studio');
    expect((await desk.change(body.id, { resourceId: 'kaya' })).body.paths).toEqual(['start', 'end']);
    expect((await desk.change(body.id, { resourceId: 'attic' })).body).toMatchObject({
      status: 422,
      paths: ['resourceId'],
    });
  });

  it('keeps to the rules unless staff set them aside, and words change whatever they say', async () => {
    const { body } = await desk.book();
    await desk.rules('studio', { bookingRules: { minMinutes: 120 } });
    expect((await desk.change(body.id, hour(12))).body).toMatchObject({ status: 422, paths: ['end'] });
    expect((await desk.change(body.id, { ...hour(12), ignoreRules: true })).status).toBe(200);
    expect((await desk.change(body.id, { title: 'Lesson' })).body.title).toBe('Lesson');
    expect((await desk.change(body.id, { guest: { count: 3 } })).body.guest).toEqual({ count: 3 });
    expect((await desk.change(body.id, { ignoreRules: true })).status).toBe(400);
  });

  it('is for staff, and for what still stands', async () => {
    const { body } = await desk.book();
    expect((await desk.change(body.id, hour(12), 'guest')).status).toBe(403);
    await desk.cancel(body.id);
    expect((await desk.change(body.id, hour(12))).body).toMatchObject({
      status: 409,
      type: 'urn:dovetail:problem:wrong-state',
    });
    const held = await desk.hold();
    desk.elapse(15);
    expect((await desk.change(held.body.id, hour(12))).status).toBe(409);
  });

  it('leaves a hold a hold', async () => {
    const { body } = await desk.hold();
    expect((await desk.change(body.id, hour(12))).body).toMatchObject({
      status: 'held',
      holdExpiresAt: body.holdExpiresAt,
    });
    desk.elapse(15);
    expect((await desk.get(body.id)).body.status).toBe('cancelled');
    expect((await desk.book(hour(12))).status).toBe(201);
  });
});

describe('cancelling a booking made with us', () => {
  it('frees its time, and is done the second time too', async () => {
    const { body } = await desk.book();
    expect((await desk.cancel(body.id)).body.status).toBe('cancelled');
    const before = await desk.revision('studio');
    expect((await desk.cancel(body.id)).body.status).toBe('cancelled');
    expect(await desk.revision('studio')).toBe(before);
    expect((await desk.book()).status).toBe(201);
    expect((await desk.cancel('nothing')).status).toBe(404);
  });

  it('keeps why, with the run that tells of it', async () => {
    const { body } = await desk.book();
    await desk.cancel(body.id, 'staff', { reason: 'The roof leaks' });
    const why = await desk.service.call('explainEvent', `/v1/events/${body.id}/why`, desk.by('staff'));
    expect(why.body.run.change).toMatchObject({ action: 'cancel-booking', reason: 'The roof leaks' });
  });
});
