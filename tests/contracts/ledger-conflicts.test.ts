import { type Conflict, conflictIdOf } from '@dovetail/core/domain/conflict.ts';
import { holdsTime, type LedgerEvent, shownStatus } from '@dovetail/core/domain/event.ts';
import { eventIdOf } from '@dovetail/core/domain/identity.ts';
import { instantOf, overlaps } from '@dovetail/core/domain/interval.ts';
import { commitChanges, type EventState } from '@dovetail/core/ledger/commit-changes.ts';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Ledger, lesson, TENANT } from './ledger.ts';

let ledger: Ledger;
beforeEach(async () => {
  ledger = await Ledger.open();
});
afterEach(() => ledger.close());

const TEN = { start: '2027-05-03T10:00:00Z', end: '2027-05-03T11:00:00Z' };
const HALF_PAST_TEN = { start: '2027-05-03T10:30:00Z', end: '2027-05-03T11:30:00Z' };
const NOON = { start: '2027-05-03T12:00:00Z', end: '2027-05-03T13:00:00Z' };

/** What a feed says of `uid`, on Bay 1 at ten. */
function entry(feed: string, uid: string, part: Partial<EventState> = {}): EventState {
  const source = { type: 'feed', id: feed, externalUid: uid } as const;
  const { booking: _, ...rest } = lesson(uid);
  return { ...rest, ...TEN, source, id: eventIdOf(source), priority: 3, ...part };
}

function conflictOf(a: EventState, b: EventState): Promise<Conflict | null> {
  const { store, documents } = ledger.deps;
  return store.conflicts.get(documents, TENANT, conflictIdOf(a.id, b.id));
}

/** Staff say which of the two goes first. */
async function decide(a: EventState, b: EventState, winner: EventState): Promise<void> {
  const open = (await conflictOf(a, b)) as Conflict;
  const updatedAt = instantOf(ledger.now);
  const decision = {
    status: 'resolved',
    resolvedBy: 'staff',
    winnerEventId: winner.id,
    reason: 'Staff decided.',
  } as const;
  await commitChanges(
    {
      tenantId: TENANT,
      eventIds: open.eventIds,
      touch: true,
      decide: (current) => ({ events: [...current.values()], conflicts: [{ ...open, ...decision, updatedAt }] }),
    },
    ledger.deps,
  );
}

async function read(state: EventState): Promise<LedgerEvent> {
  return (await ledger.event(state.id)) as LedgerEvent;
}

describe('two reservations of one resource that share time', () => {
  const first = entry('airbnb', '1');
  const second = entry('vrbo', '2', { ...HALF_PAST_TEN, priority: 2 });

  it('are recorded, and both keep their time: the one of lower priority is overridden', async () => {
    await ledger.put(first);
    const result = await ledger.put(second);
    expect(result).toMatchObject({ conflicts: 1, opened: [] });
    expect(await conflictOf(first, second)).toMatchObject({
      resourceId: 'bay-1',
      type: 'double-booking',
      eventIds: [first.id, second.id].sort(),
      start: HALF_PAST_TEN.start,
      end: TEN.end,
      status: 'resolved',
      winnerEventId: second.id,
      resolvedBy: 'priority',
    });
    expect(shownStatus(await read(first))).toBe('overridden');
    expect(holdsTime(await read(first))).toBe(true);
    expect((await ledger.idsOn('bay-1', '2027-05')).sort()).toEqual([first.id, second.id].sort());
    expect(await ledger.mapping(first.id, 'cal-1')).toMatchObject({ state: 'stated' });
  });

  it('are the same whichever came first, or both at once', async () => {
    await ledger.put(first, second);
    const together = await conflictOf(first, second);
    const other = await Ledger.open();
    await other.put(second);
    await other.put(first);
    const { store, documents } = other.deps;
    expect(await store.conflicts.get(documents, TENANT, conflictIdOf(first.id, second.id))).toEqual(together);
    expect((await other.event(first.id))?.overriddenBy).toBe(second.id);
    await other.close();
  });

  it('are over when one goes: the other is active again, and the record stays', async () => {
    await ledger.put(first, second);
    await ledger.put({ ...second, status: 'cancelled' });
    expect(await conflictOf(first, second)).toMatchObject({ status: 'resolved', resolvedBy: 'overlap-ended' });
    expect(await conflictOf(first, second)).not.toHaveProperty('winnerEventId');
    expect(shownStatus(await read(first))).toBe('active');
    await ledger.put(second);
    expect(await conflictOf(first, second)).toMatchObject({ resolvedBy: 'priority', winnerEventId: second.id });
    expect(shownStatus(await read(first))).toBe('overridden');
  });

  it('are over when either moves away, and when both do', async () => {
    await ledger.put(first, second);
    await ledger.put({ ...first, ...NOON });
    expect(await conflictOf(first, second)).toMatchObject({ resolvedBy: 'overlap-ended' });
    await ledger.put(first);
    await ledger.put({ ...first, ...NOON }, { ...second, resourceId: 'bay-2' });
    expect(await conflictOf(first, second)).toMatchObject({ resolvedBy: 'overlap-ended' });
    expect(shownStatus(await read(first))).toBe('active');
  });

  it('wait for staff when their sources rank alike, who are told once', async () => {
    await ledger.put(first, { ...second, priority: 3 });
    expect(await conflictOf(first, second)).toMatchObject({ status: 'open' });
    await ledger.put({ ...second, priority: 3, end: '2027-05-03T11:45:00Z' });
    expect(ledger.log.of('conflict.opened')).toMatchObject([{ severity: 'ALERT', resource: 'bay-1' }]);
    expect(shownStatus(await read(first))).toBe('active');
  });

  it('are told of in one line when one commit opens many', async () => {
    await ledger.put(first, { ...second, priority: 3 }, entry('motopress', '3'));
    expect(ledger.log.of('conflict.opened')).toMatchObject([{ resource: 'bay-1', count: 3 }]);
  });

  it('stay overridden by a third when the first winner goes', async () => {
    const third = entry('motopress', '3', { priority: 1 });
    await ledger.put(first, second, third);
    expect((await read(first)).overriddenBy).toBeDefined();
    await ledger.put({ ...third, status: 'cancelled' });
    expect((await read(first)).overriddenBy).toBe(second.id);
    await ledger.put({ ...second, status: 'cancelled' });
    expect(shownStatus(await read(first))).toBe('active');
  });
});

describe('a reservation that shares time with many', () => {
  const hourOf = (index: number) => instantOf(Date.parse('2027-05-03T00:00:00Z') + index * 3_600_000);
  const stays = (feed: string, count: number) =>
    Array.from({ length: count }, (_, index) =>
      entry(feed, `${feed} ${index}`, { start: hourOf(index), end: hourOf(index + 1) }),
    );
  const long = entry('vrbo', 'long', { start: hourOf(0), end: hourOf(200) });

  it('is in conflict with each of them, whichever comes last', async () => {
    const many = stays('airbnb', 120);
    await ledger.put(...many);
    expect(await ledger.put(long)).toMatchObject({ conflicts: 120 });
    for (const one of many) expect(await conflictOf(one, long)).toMatchObject({ status: 'open' });
  });

  it('is compared with a few only of its own source, which can mean no more', async () => {
    await ledger.put(...stays('vrbo', 60));
    expect(await ledger.put(long)).toMatchObject({ conflicts: 20 });
  });
});

describe('two reservations of one source', () => {
  it('are in conflict however many blocks of that source take their time', async () => {
    const blocks = Array.from({ length: 60 }, (_, index) => entry('airbnb', `block ${index}`, { kind: 'block' }));
    const [first, second] = [entry('airbnb', 'first'), entry('airbnb', 'second', HALF_PAST_TEN)];
    await ledger.put(...blocks, first);
    await ledger.put(second);
    expect(await conflictOf(first, second)).toMatchObject({ type: 'double-booking', status: 'open' });
  });
});

describe('a reservation and a block that share time', () => {
  const stay = entry('airbnb', '1');
  const closure = entry('vrbo', '2', { ...HALF_PAST_TEN, kind: 'block', priority: 1 });

  it('are settled for the reservation, and the block stays one event that holds its time', async () => {
    await ledger.put(stay, closure);
    expect(await conflictOf(stay, closure)).toMatchObject({ type: 'partial-overlap', winnerEventId: stay.id });
    expect(await read(closure)).toMatchObject({ ...HALF_PAST_TEN, overriddenBy: stay.id });
    expect(holdsTime(await read(closure))).toBe(true);
    await ledger.put({ ...stay, status: 'released' });
    expect(shownStatus(await read(closure))).toBe('active');
  });
});

describe('one booking that two sources tell of', () => {
  const told = entry('airbnb', 'uid-1', { guest: { phoneLast4: '0101' } });
  const retold = entry('motopress', 'uid-1', { priority: 2, end: '2027-05-03T11:30:00Z' });

  it('is one: the source with priority shows it, the other keeps its time, and there is no conflict', async () => {
    await ledger.put(told);
    const { marked } = await ledger.put(retold);
    expect((await read(told)).mergedInto).toBe(retold.id);
    expect(await conflictOf(told, retold)).toBeNull();
    expect(marked.map(({ eventId }) => eventId).sort()).toEqual([told.id, retold.id].sort());
    expect(await ledger.lines('bay-1', '2027-05')).toMatchObject(
      [
        { id: told.id, ...TEN, mergedInto: retold.id },
        { id: retold.id, end: retold.end },
      ].sort((a, b) => (a.id < b.id ? -1 : 1)),
    );
  });

  it('is shown by the other again when the first source lets go of it', async () => {
    await ledger.put(told, retold);
    await ledger.put({ ...retold, status: 'released' });
    expect(await read(told)).not.toHaveProperty('mergedInto');
    const { marked } = await ledger.put(retold);
    expect((await read(told)).mergedInto).toBe(retold.id);
    expect(marked).toHaveLength(2);
  });

  it('is two again when the dates of one move away', async () => {
    await ledger.put(told, retold);
    await ledger.put({ ...told, ...NOON, source: { ...told.source, externalUid: 'other' } });
    expect(await read(told)).not.toHaveProperty('mergedInto');
  });

  it('is left to the others when the one that showed it goes, also where two of them do not touch', async () => {
    const code = { reservationCode: 'HMONE' };
    const long = entry('airbnb', '1', { ...code, priority: 3, end: '2027-05-03T12:00:00Z' });
    const early = entry('vrbo', '2', { ...code, priority: 2 });
    const late = entry('motopress', '3', { ...code, priority: 1, start: TEN.end, end: '2027-05-03T12:00:00Z' });
    await ledger.put(long, early, late);
    expect([(await read(long)).mergedInto, (await read(early)).mergedInto]).toEqual([late.id, late.id]);
    await ledger.put({ ...late, status: 'released' });
    expect((await read(long)).mergedInto).toBe(early.id);
    expect(await read(early)).not.toHaveProperty('mergedInto');
  });

  it('keeps what staff decided about it when another source comes to show it, and what they decided last', async () => {
    const other = entry('vrbo', 'uid-9', HALF_PAST_TEN);
    await ledger.put(told, other);
    await decide(told, other, other);
    await ledger.put({ ...retold, priority: 4 }, { ...told, priority: 5 });
    expect((await read(told)).mergedInto).toBe(retold.id);
    expect(await conflictOf(retold, other)).toMatchObject({ resolvedBy: 'staff', winnerEventId: other.id });
    expect((await read(retold)).overriddenBy).toBe(other.id);
    ledger.now += 1000;
    await decide(retold, other, retold);
    await ledger.put({ ...told, priority: 3 });
    expect((await read(retold)).mergedInto).toBe(told.id);
    expect(await conflictOf(told, other)).toMatchObject({ resolvedBy: 'staff', winnerEventId: told.id });
    expect((await read(other)).overriddenBy).toBe(told.id);
  });

  it('contends with others once, by the source that shows it', async () => {
    const other = entry('vrbo', 'uid-9', HALF_PAST_TEN);
    await ledger.put(told, retold, other);
    expect(await conflictOf(retold, other)).toMatchObject({ winnerEventId: retold.id });
    expect(await conflictOf(told, other)).toBeNull();
  });
});

describe('time that staff freed', () => {
  const stay = entry('airbnb', '1');
  const freed = { ...stay, staffReleasedAt: '2027-05-01T12:00:00Z' };

  it('stays free while the source repeats what it said', async () => {
    await ledger.put(stay);
    await ledger.put(freed);
    expect(await read(stay)).toMatchObject({ status: 'released', staffReleasedAt: '2027-05-01T12:00:00Z' });
    await ledger.put({ ...stay, title: 'Other' });
    expect((await read(stay)).status).toBe('released');
    expect(await ledger.idsOn('bay-1', '2027-05')).toEqual([]);
  });

  it('is taken again when the source moves the booking, or staff take it back', async () => {
    await ledger.put(freed);
    await ledger.put({ ...stay, ...NOON });
    expect((await read(stay)).status).toBe('active');
    await ledger.put({ ...freed, ...NOON });
    await ledger.put({ ...stay, ...NOON, staffReleasedAt: null });
    expect((await read(stay)).status).toBe('active');
    expect(await read(stay)).not.toHaveProperty('staffReleasedAt');
  });

  it('is free for good once the source cancels', async () => {
    await ledger.put(freed);
    await ledger.put({ ...stay, status: 'cancelled' });
    expect((await read(stay)).status).toBe('cancelled');
  });
});

describe('after any history of changes', () => {
  const hour = fc.integer({ min: 8, max: 14 });
  const state = fc
    .record({
      feed: fc.constantFrom('airbnb', 'vrbo', 'motopress'),
      uid: fc.constantFrom('1', '2', '3'),
      from: hour,
      hours: fc.integer({ min: 1, max: 3 }),
      kind: fc.constantFrom('reservation' as const, 'reservation' as const, 'block' as const),
      status: fc.constantFrom('active' as const, 'active' as const, 'missing' as const, 'released' as const),
      priority: fc.integer({ min: 1, max: 3 }),
      resourceId: fc.constantFrom('bay-1', 'bay-1', 'bay-2'),
      code: fc.constantFrom(undefined, undefined, 'HMONE', 'HMTWO'),
    })
    .map(({ feed, uid, from, hours, code, ...part }) => {
      const time = (at: number) => `2027-05-03T${String(at).padStart(2, '0')}:00:00Z`;
      const times = { start: time(from), end: time(from + hours) };
      return entry(feed, `${feed}-${uid}`, { ...part, ...times, ...(code !== undefined && { reservationCode: code }) });
    });
  const change = fc.uniqueArray(state, { minLength: 1, maxLength: 3, selector: ({ id }) => id });

  it('reservations overlap only with a conflict on record, and nobody is overridden without one', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 8 }), async (history) => {
        const fresh = await Ledger.open();
        for (const events of history) await fresh.put(...events);
        const { store, documents } = fresh.deps;
        const events = await store.events.query(documents, TENANT);
        const conflicts = await store.conflicts.query(documents, TENANT);
        const live = new Map(conflicts.filter((one) => one.resolvedBy !== 'overlap-ended').map((one) => [one.id, one]));
        const contenders = events.filter((event) => holdsTime(event) && event.mergedInto === undefined);
        const contests = contenders.flatMap((a) =>
          contenders.filter((b) => a.id < b.id && isContest(a, b)).map((b) => conflictIdOf(a.id, b.id)),
        );
        expect([...live.keys()].sort()).toEqual(contests.sort());
        for (const event of events) {
          const losses = [...live.values()].filter(
            ({ eventIds, winnerEventId }) =>
              eventIds.includes(event.id) && winnerEventId !== undefined && winnerEventId !== event.id,
          );
          const isLost = losses.length > 0 && contenders.includes(event);
          expect(event.overriddenBy !== undefined).toBe(isLost);
          if (isLost) expect(losses.map(({ winnerEventId }) => winnerEventId)).toContain(event.overriddenBy);
          const primary = events.find(({ id }) => id === event.mergedInto);
          if (event.mergedInto !== undefined && holdsTime(event)) expect(primary && holdsTime(primary)).toBe(true);
        }
        await fresh.close();
      }),
      { numRuns: 100 },
    );
  });
});

function isContest(a: LedgerEvent, b: LedgerEvent): boolean {
  const hasReservation = a.kind === 'reservation' || b.kind === 'reservation';
  return hasReservation && a.resourceId === b.resourceId && overlaps(a, b);
}
