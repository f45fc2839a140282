import { type Conflict, conflictIdOf } from '@dovetail/core/domain/conflict.ts';
import { holdsTime, isOwn, type LedgerEvent, shownStatus } from '@dovetail/core/domain/event.ts';
import { eventIdOf } from '@dovetail/core/domain/identity.ts';
import { addDays, overlaps } from '@dovetail/core/domain/interval.ts';
import type { RelationRule, Resource } from '@dovetail/core/domain/resource.ts';
import { commitChanges, type EventState } from '@dovetail/core/ledger/commit-changes.ts';
import { deriveCounted } from '@dovetail/core/ledger/derive-counted.ts';
import { deriveEach } from '@dovetail/core/ledger/derive-events.ts';
import { upwardsFrom } from '@dovetail/core/ledger/relation-graph.ts';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resource } from '../made-resource.ts';
import { Ledger, TENANT } from './ledger.ts';

const ROOMS = ['kaya', 'sol', 'mar'] as const;
/** Everything lies in it. */
const SUMMER = { start: '2027-05-01', end: '2027-09-01' };

/** An apartment and its rooms, each inheriting by `rule`. */
function family(rule?: RelationRule): Resource[] {
  const nightly = (id: string, part: Partial<Resource>) =>
    resource(id, { kind: 'nightly', timeZone: 'America/Bogota', mirrorBindingIds: [`cal-${id}`], ...part });
  const relations = [{ type: 'parent', resourceId: 'house', ...(rule && { rule }) }] as const;
  return [nightly('house', { relatedFrom: ROOMS }), ...ROOMS.map((id) => nightly(id, { relations }))];
}

async function open(rule?: RelationRule): Promise<Ledger> {
  const ledger = await Ledger.open();
  const { documents, store } = ledger.deps;
  await documents.commit(family(rule).map((one) => store.resources.set(TENANT, one)));
  ledger.meter.reset();
  return ledger;
}

/** What a feed says of a stay: `nights` from June `day` on. */
function stay(
  uid: string,
  resourceId: string,
  day: number,
  nights: number,
  part: Partial<EventState> = {},
): EventState {
  const source = { type: 'feed', id: `feed-${uid}`, externalUid: uid } as const;
  const start = addDays('2027-06-01', day - 1);
  return {
    ...{ id: eventIdOf(source), resourceId, kind: 'reservation', status: 'active', source },
    ...{ start, end: addDays(start, nights), title: 'Reserved', priority: 3 },
    ...{ lastSeenAt: '2027-05-01T12:00:00Z', ...part },
  } as EventState;
}

async function events(ledger: Ledger): Promise<LedgerEvent[]> {
  return ledger.deps.store.events.query(ledger.deps.documents, TENANT);
}

/** The time that relatives take of a resource. */
async function inherited(ledger: Ledger, resourceId: string) {
  return (await events(ledger))
    .filter((event) => event.resourceId === resourceId && !isOwn(event) && holdsTime(event))
    .map(({ start, end, source, causeEventIds }) => ({ rule: source.id, start, end, causes: causeEventIds }))
    .sort((a, b) => (a.start < b.start ? -1 : 1));
}

describe('an apartment and its rooms', () => {
  let ledger: Ledger;
  beforeEach(async () => {
    ledger = await open();
  });
  afterEach(() => ledger.close());

  const room = stay('1', 'kaya', 10, 4);
  const whole = stay('2', 'house', 20, 3);

  it('take each other’s time: a room the apartment’s, the apartment every room’s, no room another’s', async () => {
    const { marked } = await ledger.put(room, whole);
    const byRoom = { start: '2027-06-10', end: '2027-06-14', causes: [room.id] };
    const byHouse = { rule: 'down', start: '2027-06-20', end: '2027-06-23', causes: [whole.id] };
    expect(await inherited(ledger, 'house')).toEqual([{ rule: 'up', ...byRoom }]);
    for (const id of ROOMS) expect(await inherited(ledger, id)).toEqual([byHouse]);
    expect(marked.map(({ bindingId }) => bindingId).sort()).toEqual(
      ['cal-house', 'cal-house', 'cal-kaya', 'cal-kaya', 'cal-mar', 'cal-sol'].sort(),
    );
    expect(await ledger.idsOn('house', '2027-06')).toHaveLength(2);
  });

  it('follow a stay that is moved, and let go of the time when it is cancelled', async () => {
    await ledger.put(room);
    await ledger.put({ ...room, start: '2027-07-01', end: '2027-07-03' });
    expect(await inherited(ledger, 'house')).toMatchObject([{ start: '2027-07-01', end: '2027-07-03' }]);
    await ledger.put({ ...room, resourceId: 'sol' });
    expect(await inherited(ledger, 'house')).toMatchObject([{ start: '2027-06-10' }]);
    await ledger.put({ ...room, resourceId: 'sol', status: 'cancelled' });
    expect(await inherited(ledger, 'house')).toEqual([]);
    expect(await ledger.idsOn('house', '2027-06')).toEqual([]);
    expect(
      await ledger.mapping((await events(ledger)).find((one) => !isOwn(one))?.id ?? '', 'cal-house'),
    ).toMatchObject({
      dirty: expect.any(String),
    });
  });

  it('have a conflict when both are reserved for the same nights, in whatever order that came', async () => {
    const both = { ...whole, start: '2027-06-12', end: '2027-06-16', priority: 2 };
    await ledger.put(room);
    await ledger.put(both);
    const other = await open();
    await other.put(both);
    await other.put(room);
    for (const one of [ledger, other]) {
      const { store, documents } = one.deps;
      const conflict = await store.conflicts.get(documents, TENANT, conflictIdOf(room.id, both.id));
      expect(conflict).toMatchObject({
        type: 'parent-child',
        start: '2027-06-12',
        end: '2027-06-14',
        status: 'resolved',
        winnerEventId: both.id,
      } satisfies Partial<Conflict>);
      expect(shownStatus((await one.event(room.id)) as LedgerEvent)).toBe('overridden');
    }
    await other.put({ ...both, status: 'cancelled' });
    expect(shownStatus((await other.event(room.id)) as LedgerEvent)).toBe('active');
    await other.close();
  });

  it('cost no more reads than they have resources and pages, and a room alone reads no other room', async () => {
    expect(await ledger.billed(() => ledger.put(room))).toEqual({ reads: 6, writes: 8, deletes: 0 });
  });
});

describe('a rule', () => {
  it('of two rooms takes the apartment while any two are taken', async () => {
    const ledger = await open({ up: { atLeast: 2 } });
    await ledger.put(stay('1', 'kaya', 10, 6));
    expect(await inherited(ledger, 'house')).toEqual([]);
    const [second, third] = [stay('2', 'sol', 12, 2), stay('3', 'mar', 13, 4)];
    await ledger.put(second, third);
    expect(await inherited(ledger, 'house')).toMatchObject([{ rule: 'count', start: '2027-06-12', end: '2027-06-16' }]);
    await ledger.put({ ...second, status: 'released' });
    expect(await inherited(ledger, 'house')).toMatchObject([{ start: '2027-06-13', end: '2027-06-16' }]);
    await ledger.put({ ...third, status: 'released' });
    expect(await inherited(ledger, 'house')).toEqual([]);
    await ledger.close();
  });

  it('that changes takes what it led to with it once the events are looked at again', async () => {
    const ledger = await open();
    const room = stay('1', 'kaya', 10, 4);
    await ledger.put(room);
    const { documents, store } = ledger.deps;
    await documents.commit([
      store.resources.update(TENANT, 'kaya', { relations: [] }),
      store.resources.update(TENANT, 'house', { relatedFrom: ['sol', 'mar'] }),
    ]);
    const decide = (current: ReadonlyMap<string, LedgerEvent>) => ({ events: [...current.values()] });
    const { changes } = await commitChanges(
      { tenantId: TENANT, eventIds: [room.id], touch: true, decide },
      ledger.deps,
    );
    expect(await inherited(ledger, 'house')).toEqual([]);
    expect(changes).toHaveLength(1);
    await ledger.close();
  });

  it('that leaves a choice keeps what staff freed free', async () => {
    const ledger = await open({ down: 'optional' });
    const whole = stay('1', 'house', 10, 4);
    await ledger.put(whole);
    const derived = (await events(ledger)).find(({ resourceId }) => resourceId === 'kaya') as LedgerEvent;
    expect(derived).toMatchObject({ optional: true });
    await ledger.put({ ...derived, staffReleasedAt: '2027-05-01T12:00:00Z' });
    await ledger.put({ ...whole, title: 'Other', priority: 2 });
    expect(await inherited(ledger, 'kaya')).toEqual([]);
    expect(await inherited(ledger, 'sol')).toHaveLength(1);
    await ledger.close();
  });
});

describe('after any history of changes', () => {
  const change = fc.uniqueArray(
    fc
      .record({
        uid: fc.constantFrom('1', '2', '3', '4'),
        resourceId: fc.constantFrom('house', ...ROOMS),
        day: fc.integer({ min: 1, max: 8 }),
        nights: fc.integer({ min: 1, max: 4 }),
        status: fc.constantFrom('active' as const, 'active' as const, 'missing' as const, 'cancelled' as const),
        kind: fc.constantFrom('reservation' as const, 'reservation' as const, 'block' as const),
        priority: fc.integer({ min: 1, max: 2 }),
      })
      .map(({ uid, resourceId, day, nights, ...part }) => stay(uid, resourceId, day, nights, part)),
    { minLength: 1, maxLength: 3, selector: ({ id }) => id },
  );
  const rule = fc.constantFrom<RelationRule | undefined>(
    undefined,
    { up: 'all' },
    { up: { atLeast: 2 } },
    { down: 'never', up: { atLeast: 2 } },
    { up: 'never', when: { kinds: ['reservation'] } },
  );

  it('derived events are exactly those of living causes, and relatives contend only on record', async () => {
    await fc.assert(
      fc.asyncProperty(rule, fc.array(change, { minLength: 1, maxLength: 6 }), async (relation, history) => {
        const ledger = await open(relation);
        for (const states of history) await ledger.put(...states);
        const all = await events(ledger);
        const own = all.filter((event) => isOwn(event) && holdsTime(event));
        const resources = new Map(family(relation).map((one) => [one.id, one]));
        const each = own.flatMap((event) => deriveEach(event, resources));
        const standing = [...own, ...each];
        const counted = upwardsFrom(ROOMS, resources).flatMap((parent) =>
          deriveCounted(parent, standing, resources, SUMMER),
        );
        const shown = (states: readonly EventState[]) =>
          states.map(({ id, start, end, status }) => `${id} ${start} ${end} ${status}`).sort();
        expect(shown(all.filter((event) => !isOwn(event) && holdsTime(event)))).toEqual(shown([...each, ...counted]));

        const { store, documents } = ledger.deps;
        const conflicts = await store.conflicts.query(documents, TENANT);
        const live = new Set(conflicts.filter((one) => one.resolvedBy !== 'overlap-ended').map(({ id }) => id));
        const related = own.flatMap((a) =>
          [...each, ...counted]
            .filter((derived) => derived.resourceId === a.resourceId && overlaps(a, derived))
            .flatMap(({ causeEventIds = [] }) => own.filter(({ id }) => id !== a.id && causeEventIds.includes(id)))
            .filter((cause) => a.kind === 'reservation' && cause.kind === 'reservation')
            .map((cause) => conflictIdOf(a.id, cause.id)),
        );
        const direct = own.flatMap((a) =>
          own
            .filter((b) => a.id < b.id && a.resourceId === b.resourceId && overlaps(a, b))
            .filter((b) => a.kind === 'reservation' || b.kind === 'reservation')
            .map((b) => conflictIdOf(a.id, b.id)),
        );
        expect([...live].sort()).toEqual([...new Set([...related, ...direct])].sort());
        for (const event of own) {
          const lost = conflicts.filter(({ id, eventIds, winnerEventId }) => {
            const hasWinner = winnerEventId !== undefined && winnerEventId !== event.id;
            return live.has(id) && hasWinner && eventIds.includes(event.id);
          });
          expect(event.overriddenBy !== undefined).toBe(lost.length > 0);
        }
        await ledger.close();
      }),
      { numRuns: 100 },
    );
  });
});
