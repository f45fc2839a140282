import { AlreadyExists, InvalidInput, NotFound } from '@dovetail/core/domain/errors.ts';
import { mappingIdOf, remoteEventIdOf } from '@dovetail/core/domain/identity.ts';
import { commitChanges, type EventState } from '@dovetail/core/ledger/commit-changes.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resource } from '../made-resource.ts';
import { Ledger, lesson, TENANT } from './ledger.ts';

const MAY = '2027-05';
const LATER = { start: '2027-05-03T16:00:00Z', end: '2027-05-03T17:00:00Z' };

describe('a ledger commit', () => {
  let ledger: Ledger;
  beforeEach(async () => {
    ledger = await Ledger.open();
  });
  afterEach(() => ledger.close());

  it('writes event, page, ledger revision and mark together', async () => {
    const state = lesson('42');
    const result = await ledger.put(state);
    const now = '2027-05-01T12:00:00Z';
    const after = { ...state, timeRevision: 1, revision: 1, firstSeenAt: now, updatedAt: now };
    expect(result).toEqual({
      changes: [{ before: undefined, after }],
      marked: [{ eventId: state.id, bindingId: 'cal-1', mark: 'mark-1' }],
      conflicts: 0,
      opened: [],
      warnings: [],
    });
    expect(await ledger.event(state.id)).toEqual(after);
    expect(await ledger.lines('bay-1', MAY)).toEqual([
      {
        id: state.id,
        start: state.start,
        end: state.end,
        kind: 'reservation',
        status: 'active',
        priority: 2,
        source: 'booking-system:uschedule',
        timeRevision: 1,
      },
    ]);
    expect(await ledger.revision('bay-1')).toBe(1);
    expect(await ledger.revision('bay-2')).toBe(0);
    expect(await ledger.mapping(state.id, 'cal-1')).toEqual({
      id: mappingIdOf(state.id, 'cal-1'),
      eventId: state.id,
      bindingId: 'cal-1',
      resourceId: 'bay-1',
      end: state.end,
      dirty: 'mark-1',
      sweepAt: '2027-05-01T12:02:00Z',
      attempts: 0,
      state: 'stated',
      generation: 0,
      remoteId: remoteEventIdOf(TENANT, state.id, 'cal-1', 0),
      updatedAt: '2027-05-01T12:00:00Z',
    });
    expect(await ledger.mapping(state.id, 'cal-2')).toBeNull();
  });

  it('writes nothing at all when one of its writes cannot be', async () => {
    await ledger.put(lesson('41'));
    const before = await ledger.contents();
    const taken = ledger.deps.store.resources.create(TENANT, resource('bay-2'));
    const decide = () => ({ events: [lesson('42')], writes: [taken] });
    const failed = commitChanges({ tenantId: TENANT, eventIds: [lesson('42').id], decide }, ledger.deps);
    await expect(failed).rejects.toThrow(AlreadyExists);
    expect(await ledger.contents()).toEqual(before);
  });

  it('shows the decision what is there, and writes nothing when it wants nothing', async () => {
    const { changes } = await ledger.put(lesson('42'));
    const before = await ledger.contents();
    const known = lesson('42').id;
    const seen: unknown[] = [];
    const decide = (current: ReadonlyMap<string, unknown>) => {
      seen.push(...current.entries());
      return null;
    };
    const result = await commitChanges({ tenantId: TENANT, eventIds: [known, 'never-seen'], decide }, ledger.deps);
    expect(seen).toEqual([[known, changes[0]?.after]]);
    expect(result).toEqual({ changes: [], marked: [], conflicts: 0, opened: [], warnings: [] });
    expect(await ledger.contents()).toEqual(before);
  });

  it('writes nothing for what a source only words anew', async () => {
    await ledger.put(lesson('42', { raw: { text: 'DTSTAMP:20270501T120000Z' } }));
    const before = await ledger.contents();
    const again = await ledger.put(lesson('42', { raw: { text: 'DTSTAMP:20270501T130000Z' } }));
    expect(again.changes).toEqual([]);
    expect(await ledger.contents()).toEqual(before);
  });

  it('counts the changes of an event and keeps when it was first seen', async () => {
    await ledger.put(lesson('42'));
    ledger.now += 60_000;
    const { changes } = await ledger.put(lesson('42', LATER));
    expect(changes[0]?.before).toMatchObject({ revision: 1, start: lesson('42').start });
    expect(changes[0]?.after).toMatchObject({
      ...LATER,
      revision: 2,
      firstSeenAt: '2027-05-01T12:00:00Z',
      updatedAt: '2027-05-01T12:01:00Z',
    });
  });

  it('forgets what the new state no longer says', async () => {
    await ledger.put(lesson('42', { guest: { name: 'Ada' }, price: 80 }));
    await ledger.put(lesson('42'));
    expect(await ledger.event(lesson('42').id)).not.toHaveProperty('guest');
    expect(await ledger.event(lesson('42').id)).not.toHaveProperty('price');
  });

  it('moves an event within its page, which stays in order', async () => {
    const [early, late] = [lesson('1'), lesson('2', LATER)];
    await ledger.put(early, late);
    expect(await ledger.idsOn('bay-1', MAY)).toEqual([early.id, late.id]);
    await ledger.put({ ...early, start: '2027-05-03T18:00:00Z', end: '2027-05-03T19:00:00Z' });
    expect(await ledger.idsOn('bay-1', MAY)).toEqual([late.id, early.id]);
  });

  it('takes an event that moves to another resource off the one and puts it on the other, and marks both calendars', async () => {
    const state = lesson('42');
    await ledger.put(state, lesson('43'));
    const { marked } = await ledger.put({ ...state, resourceId: 'bay-2' });
    expect(await ledger.idsOn('bay-1', MAY)).toEqual([lesson('43').id]);
    expect(await ledger.idsOn('bay-2', MAY)).toEqual([state.id]);
    expect([await ledger.revision('bay-1'), await ledger.revision('bay-2')]).toEqual([2, 1]);
    expect(marked).toEqual([
      { eventId: state.id, bindingId: 'cal-1', mark: 'mark-2' },
      { eventId: state.id, bindingId: 'cal-2', mark: 'mark-2' },
    ]);
    expect(await ledger.mapping(state.id, 'cal-1')).toMatchObject({ dirty: 'mark-2', resourceId: 'bay-1' });
    expect(await ledger.mapping(state.id, 'cal-2')).toMatchObject({ dirty: 'mark-2', resourceId: 'bay-2' });
  });

  it.each(['cancelled', 'released'] as const)(
    'takes an event that is %s off its page, and keeps it',
    async (status) => {
      const state = lesson('42');
      await ledger.put(state, lesson('43'));
      const { marked } = await ledger.put({ ...state, status });
      expect(await ledger.idsOn('bay-1', MAY)).toEqual([lesson('43').id]);
      expect(await ledger.event(state.id)).toMatchObject({ status, revision: 2 });
      expect(marked).toEqual([{ eventId: state.id, bindingId: 'cal-1', mark: 'mark-2' }]);
    },
  );

  it('puts an event that comes back on its page again', async () => {
    await ledger.put(lesson('42', { status: 'cancelled' }));
    await ledger.put(lesson('42'));
    expect(await ledger.idsOn('bay-1', MAY)).toEqual([lesson('42').id]);
  });

  it('gives an event that never held its time neither line nor mapping', async () => {
    const { marked } = await ledger.put(lesson('42', { status: 'cancelled' }));
    expect(marked).toEqual([]);
    expect(await ledger.mapping(lesson('42').id, 'cal-1')).toBeNull();
    expect(await ledger.idsOn('bay-1', MAY)).toEqual([]);
  });

  it('touches the event alone when only its version is new', async () => {
    const state = lesson('42');
    await ledger.put(state);
    const others = (await ledger.contents()).filter(({ path }) => !path.includes('/events/'));
    ledger.now += 60_000;
    const { marked } = await ledger.put({ ...state, booking: { status: 'confirmed', version: 2 }, price: 90 });
    expect(marked).toEqual([]);
    expect(await ledger.event(state.id)).toMatchObject({ revision: 2, booking: { version: 2 }, price: 90 });
    expect((await ledger.contents()).filter(({ path }) => !path.includes('/events/'))).toEqual(others);
  });

  it.each<[string, Partial<EventState>, boolean]>([
    ['start', { start: '2027-05-03T13:00:00Z' }, true],
    ['end', { end: '2027-05-03T16:00:00Z' }, true],
    ['title', { title: 'Lesson with Ada' }, false],
    ['confirmation', { booking: { status: 'pending', version: 2 } }, false],
  ])('tells resource and calendar of a new %s, and the page where it shows', async (_, part, isOnPage) => {
    await ledger.put(lesson('42'));
    const [line] = await ledger.lines('bay-1', MAY);
    const { marked } = await ledger.put(lesson('42', part));
    expect(marked).toEqual([{ eventId: lesson('42').id, bindingId: 'cal-1', mark: 'mark-2' }]);
    expect(await ledger.revision('bay-1')).toBe(2);
    expect(await ledger.lines('bay-1', MAY)).toEqual([isOnPage ? { ...line, ...part, timeRevision: 2 } : line]);
  });

  it.each<[string, Partial<EventState>, number]>([
    ['status', { status: 'missing' }, 1],
    ['kind', { kind: 'block' }, 2],
    ['priority', { priority: 5 }, 1],
    ['platform', { platform: 'airbnb' }, 2],
  ])('tells resource and page of a new %s, and no calendar: none shows it', async (_, part, timeRevision) => {
    await ledger.put(lesson('42'));
    const [line] = await ledger.lines('bay-1', MAY);
    const { marked } = await ledger.put(lesson('42', part));
    expect(marked).toEqual([]);
    expect(await ledger.revision('bay-1')).toBe(2);
    expect(await ledger.lines('bay-1', MAY)).toEqual([{ ...line, ...part, timeRevision }]);
  });

  it('tells resource and page of a hold, and calendars only once it is none', async () => {
    const until = '2027-05-02T00:00:00Z';
    const held = [lesson('42', { until }), lesson('42', { until, title: 'Moved', end: '2027-05-03T16:00:00Z' })];
    for (const [index, state] of held.entries()) {
      expect((await ledger.put(state)).marked).toEqual([]);
      expect(await ledger.revision('bay-1')).toBe(index + 1);
      expect(await ledger.lines('bay-1', MAY)).toMatchObject([{ until, end: state.end }]);
    }
    expect((await ledger.put(lesson('42'))).marked).toMatchObject([{ bindingId: 'cal-1' }]);
    expect((await ledger.put(lesson('42', { until }))).marked, 'it would have to go').toHaveLength(1);
  });

  it('marks no calendar when a booking is completed', async () => {
    await ledger.put(lesson('42'));
    const { marked } = await ledger.put(lesson('42', { booking: { status: 'completed', version: 2 } }));
    expect(marked).toEqual([]);
  });

  it('does not mirror an event to the calendar it came from', async () => {
    const { documents, store } = ledger.deps;
    await documents.commit([store.resources.update(TENANT, 'bay-1', { mirrorBindingIds: ['cal-1', 'other'] })]);
    const source = { type: 'binding', id: 'cal-1', externalUid: 'r1' } as const;
    const { marked } = await ledger.put(lesson('42', { source, kind: 'block' }));
    expect(marked).toEqual([{ eventId: lesson('42').id, bindingId: 'other', mark: 'mark-1' }]);
    expect(await ledger.mapping(lesson('42').id, 'cal-1')).toBeNull();
  });

  it('leaves a known mapping its calendar event, and puts it to work again', async () => {
    const state = lesson('42');
    await ledger.put(state);
    const { documents, store } = ledger.deps;
    const agreed = { state: 'live', remoteId: 'r7', generation: 3, etag: '"7"', agreed: '1.a.b.c.d' } as const;
    const idle = { dirty: undefined, sweepAt: undefined };
    const tired = { attempts: 4, nextAttemptAt: '2027-05-02T00:00:00Z', parked: 'forbidden', inbound: 'pull-1' };
    const id = mappingIdOf(state.id, 'cal-1');
    await documents.commit([store.mappings.update(TENANT, id, { ...agreed, ...idle, ...tired })]);
    await ledger.put({ ...state, ...LATER });
    const marked = await ledger.mapping(state.id, 'cal-1');
    expect(marked).toMatchObject({ ...agreed, dirty: 'mark-2', attempts: 0, inbound: 'pull-1', end: LATER.end });
    expect(marked).not.toHaveProperty('parked');
    expect(marked).not.toHaveProperty('nextAttemptAt');
  });

  it('lists an event on the page of every month it touches, and takes it off those it leaves', async () => {
    const state = lesson('42', { start: '2027-05-30T12:00:00Z', end: '2027-07-01T00:00:01Z' });
    await ledger.put(state);
    const on = (months: readonly string[]) => Promise.all(months.map((month) => ledger.idsOn('bay-1', month)));
    const months = ['2027-04', '2027-05', '2027-06', '2027-07', '2027-08'];
    expect(await on(months)).toEqual([[], [state.id], [state.id], [state.id], []]);
    await ledger.put({ ...state, start: '2027-06-30T00:00:00Z', end: '2027-08-01T00:00:00Z' });
    expect(await on(months)).toEqual([[], [], [state.id], [state.id], []]);
  });

  it('lists of a long event what lies between two months ago and 25 months ahead, and warns', async () => {
    const { warnings } = await ledger.put(lesson('42', { start: '2026-01-01T00:00:00Z', end: '2031-01-01T00:00:00Z' }));
    const months = ['2027-02', '2027-03', '2029-06', '2029-07'];
    const listed = await Promise.all(months.map((month) => ledger.idsOn('bay-1', month)));
    expect(listed.map((ids) => ids.length)).toEqual([0, 1, 1, 0]);
    expect(warnings).toEqual([expect.stringContaining('2027-03 to 2029-06')]);
    expect((await ledger.contents()).filter(({ path }) => path.includes('/pages/'))).toHaveLength(28);
  });

  it('keeps an event of a resource that does not exist out of the ledger', async () => {
    const before = await ledger.contents();
    const stray = ledger.put(lesson('41'), lesson('42', { resourceId: 'bay-9' }));
    await expect(stray).rejects.toThrow(NotFound);
    await expect(stray).rejects.toThrow('bay-9');
    expect(await ledger.contents()).toEqual(before);
  });

  it('lets events leave a resource that is gone, and come to rest there, but not stand on it again', async () => {
    const { documents, store } = ledger.deps;
    const [moved, released] = [lesson('1', { status: 'cancelled' }), lesson('2', { status: 'cancelled' })];
    await ledger.put(lesson('1'), lesson('2'));
    await ledger.put(moved, released);
    await documents.commit([store.resources.delete(TENANT, 'bay-1')]);
    await ledger.put(lesson('1', { resourceId: 'bay-2' }), { ...released, status: 'released' });
    expect(await ledger.idsOn('bay-2', MAY)).toEqual([moved.id]);
    expect(await ledger.event(released.id)).toMatchObject({ status: 'released', revision: 3 });
    expect(await ledger.revision('bay-1')).toBeUndefined();
    await expect(ledger.put(lesson('2'))).rejects.toThrow(NotFound);
  });

  it('takes 200 changes, and refuses more without writing any', async () => {
    const states = Array.from({ length: 201 }, (_, index) => lesson(String(index)));
    await expect(ledger.put(...states)).rejects.toThrow(InvalidInput);
    expect(await ledger.idsOn('bay-1', MAY)).toEqual([]);
    const { marked } = await ledger.put(...states.slice(1));
    expect(marked).toHaveLength(200);
    expect(await ledger.idsOn('bay-1', MAY)).toHaveLength(200);
    expect(await ledger.revision('bay-1')).toBe(1);
  });

  it('refuses a decision about an event it was not shown, or two about one', async () => {
    await ledger.put(lesson('42'));
    const before = await ledger.contents();
    const decide = () => ({ events: [lesson('42', LATER)] });
    const blind = commitChanges({ tenantId: TENANT, eventIds: [lesson('43').id], decide }, ledger.deps);
    await expect(blind).rejects.toThrow(lesson('42').id);
    await expect(ledger.put(lesson('43'), lesson('43', LATER))).rejects.toThrow(lesson('43').id);
    expect(await ledger.contents()).toEqual(before);
  });
});
