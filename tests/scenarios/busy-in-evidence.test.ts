import { openSqliteDocumentStore } from '@dovetail/core/adapters/sqlite/sqlite-document-store.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  BUSY,
  blocks,
  change,
  expectBlocks,
  hour,
  LOBBY,
  openBusy,
  put,
  remove,
  starts,
  turn,
} from './busy-calendar.ts';
import { type FailedCommit, FailingStore } from './failing-store.ts';
import { at, FIRST_DAY, type Loft } from './loft.ts';

let documents: FailingStore;
let loft: Loft;

beforeEach(async () => {
  documents = new FailingStore(openSqliteDocumentStore());
  loft = await openBusy({ documents });
});
afterEach(async () => {
  await loft.close();
  await documents.close();
});

const ZONE = { timeZone: 'America/New_York' };
const HOURS = [13, 14, 15, 16, 17, 18, 19, 20];

/** A busy day: eight hours, an event each. */
async function putDay(day = FIRST_DAY): Promise<string[]> {
  const ids: string[] = [];
  for (const from of HOURS) ids.push(await put(loft, hour(from, day)));
  return ids;
}

function pull(): Promise<unknown> {
  return loft.sandbox('POST', '/schedules/safety-pull');
}

describe('after a sync token was lost', () => {
  beforeEach(() => {
    loft.studio.google.setPushMode({ mode: 'drop' });
  });

  /** What happens on the calendar is seen in a full read alone. */
  async function readWhole(): Promise<void> {
    loft.studio.google.expireSyncTokens();
    await pull();
    await loft.settle(60);
  }

  it('what was deleted meanwhile is freed, and what stands is not written again', async () => {
    const [kept, gone] = [await put(loft, hour(15)), await put(loft, hour(17))];
    const recurrence = ['RRULE:FREQ=DAILY;COUNT=3'];
    const series = await put(loft, {
      start: { dateTime: at(20), ...ZONE },
      end: { dateTime: at(21), ...ZONE },
      recurrence,
    });
    await readWhole();
    const before = await blocks(loft);
    expect(before).toHaveLength(5);
    await remove(loft, gone);
    await remove(loft, `${series}_20270608T200000Z`);
    await readWhole();
    const after = await blocks(loft);
    expect(after).toEqual(before.filter(({ start }) => start !== at(17) && start !== at(20, '2027-06-08')));
    await remove(loft, series);
    await change(loft, kept, { transparency: 'transparent' });
    await readWhole();
    await expectBlocks(loft);
  });

  it('what the calendar has forgotten is freed', async () => {
    const gone = await put(loft, hour(15));
    await readWhole();
    expect(await starts(loft)).toEqual([at(15)]);
    await remove(loft, gone);
    loft.studio.google.purgeTombstones(BUSY);
    await readWhole();
    await expectBlocks(loft);
  });

  it.each([404, 403, 500, 503, 429])(
    'nothing is freed while the calendar answers %i to all that follows the list',
    async (status) => {
      const ids = [await put(loft, hour(15)), await put(loft, hour(17))];
      await readWhole();
      for (const id of ids) await remove(loft, id);
      loft.studio.google.purgeTombstones(BUSY);
      loft.studio.google.expireSyncTokens();
      const match = `GET /calendar/v3/calendars/${encodeURIComponent(BUSY)}/events`;
      // The first read meets the lost token, the second is the list: from then on, every event of it seems unknown.
      loft.studio.faults.add({
        target: 'google',
        match,
        status,
        skip: 2,
        ...(status === 403 && { reason: 'forbidden' }),
      });
      await pull();
      await loft.settle(30);
      expect(await starts(loft)).toEqual([at(15), at(17)]);
      loft.studio.faults.clear();
      await loft.settle(2400);
      await expectBlocks(loft);
    },
  );
});

it('nothing is freed when the calendar is no longer shared, and all is well when it is again', async () => {
  const id = await put(loft, hour(15));
  await loft.settle();
  loft.studio.google.setRole(BUSY, 'none');
  await remove(loft, id);
  await put(loft, hour(18));
  await loft.settle(1200);
  expect(await starts(loft)).toEqual([at(15)]);
  loft.studio.google.setRole(BUSY, 'writer');
  await loft.settle(1200);
  await expectBlocks(loft, [at(18), at(19)]);
});

it.each(['freeBusyReader', 'reader'] as const)(
  'nothing is believed of a calendar we may only read (%s)',
  async (role) => {
    await put(loft, hour(15));
    await loft.settle();
    loft.studio.google.setRole(BUSY, role);
    await put(loft, hour(18));
    await loft.settle(1200);
    expect(await starts(loft)).toEqual([at(15)]);
  },
);

describe('many events of theirs deleted at once', () => {
  async function cleanUp(): Promise<void> {
    const ids = [...(await putDay()), ...(await putDay('2027-06-08'))];
    await loft.settle(60);
    for (const id of ids.slice(0, 8)) await remove(loft, id);
    await loft.settle(60);
  }

  it('keep their time until staff have decided, who are told once', async () => {
    await cleanUp();
    expect(await blocks(loft)).toHaveLength(16);
    expect((await blocks(loft)).filter(({ status }) => status === 'missing')).toHaveLength(8);
    expect(loft.alerts()).toMatchObject([{ action: 'removals.held', binding: 'bay-1-google', count: 8 }]);
    const [run] = await loft.runs('pull-calendar');
    expect(run).toMatchObject({ status: 'held', counts: { missing: 8 }, warnings: [expect.stringContaining('wait')] });
    expect(await loft.binding(1)).toMatchObject({ removalsHeldAt: expect.any(String) });
    await loft.settle(3600);
    expect(await blocks(loft)).toHaveLength(16);
    expect(loft.alerts()).toHaveLength(1);
  });

  it('are freed once staff say that they were meant', async () => {
    await cleanUp();
    expect(await loft.api('POST', '/v1/bindings/bay-1-google:accept')).toEqual({ count: 8 });
    await loft.settle(60);
    await expectBlocks(loft, ...HOURS.map((from) => [at(from, '2027-06-08'), at(from + 1, '2027-06-08')] as const));
  });

  it('keep their time once staff say that they were a mistake, also when the calendar is read whole', async () => {
    await cleanUp();
    expect(await loft.api('POST', '/v1/bindings/bay-1-google:restore')).toEqual({ count: 8 });
    loft.studio.google.expireSyncTokens();
    await pull();
    await loft.settle(60);
    expect(await blocks(loft)).toHaveLength(16);
    expect(await loft.binding(1)).not.toHaveProperty('removalsHeldAt');
  });

  it('are blocks like any other once their owner has put them back', async () => {
    await cleanUp();
    const deleted = loft.studio.google.events(BUSY).filter(({ status }) => status === 'cancelled');
    for (const { id } of deleted) await change(loft, id as string, { status: 'confirmed' });
    await loft.settle(60);
    expect((await blocks(loft)).map(({ status }) => status)).toEqual(Array(16).fill('active'));
  });

  it('are freed at once when they are few, or a fifth of what is to come', async () => {
    const ids = [...(await putDay()), ...(await putDay('2027-06-08')), ...(await putDay('2027-06-09'))];
    ids.push(...(await putDay('2027-06-10')));
    await loft.settle(60);
    for (const id of ids.slice(0, 6)) await remove(loft, id);
    await loft.settle(60);
    expect(await blocks(loft)).toHaveLength(26);
    expect(loft.alerts()).toEqual([]);
  });
});

describe('a read that dies at any commit', () => {
  const SOON = 12;
  const IN_THE_END = 1800;

  /** Makes the change again and again, each time with the next commit failing, until none is left to fail. */
  async function survivesEveryCommit(
    make: () => Promise<unknown>,
    agree: () => Promise<void>,
    undo: () => Promise<unknown>,
    outcome: FailedCommit,
  ): Promise<void> {
    let nth = 1;
    for (let failed = true; failed; nth++) {
      await make();
      documents.failCommit(nth, outcome);
      await loft.settle(SOON);
      failed = !documents.disarm();
      await agree().catch(() => loft.settle(IN_THE_END).then(agree));
      await undo();
      await loft.settle(60);
    }
    expect(nth).toBeGreaterThan(3);
  }

  it.each<FailedCommit>(['not applied', 'applied'])(
    'takes in, moves and frees what it would have (%s)',
    async (outcome) => {
      const id = await put(loft, hour(15));
      const other = await put(loft, hour(17));
      await loft.settle();
      await survivesEveryCommit(
        async () => {
          await change(loft, id, hour(20));
          await change(loft, other, { transparency: 'transparent' });
        },
        () => expectBlocks(loft, [at(20), at(21)]),
        async () => {
          await change(loft, id, hour(15));
          await change(loft, other, { transparency: 'opaque' });
        },
        outcome,
      );
    },
    120_000,
  );

  it('takes in a long series in several commits, and frees it whole', async () => {
    const recurrence = ['RRULE:FREQ=DAILY;COUNT=450'];
    const times = { start: { dateTime: at(15), ...ZONE }, end: { dateTime: at(16), ...ZONE } };
    await loft.api('DELETE', '/v1/bindings/lobby?events=remove');
    await loft.settle(60);
    const held = async () => {
      const { store, documents: all } = loft.studio.deps;
      const events = await store.events.query(all, 'loft', {
        where: [{ field: 'bindingId', op: '==', value: 'bay-1-google' }],
      });
      return events.filter(({ status }) => status === 'active').length;
    };
    for (let nth = 1; nth <= 7; nth++) {
      const id = await put(loft, { ...times, recurrence });
      documents.failCommit(nth, nth % 2 === 0 ? 'applied' : 'not applied');
      await loft.settle(60);
      documents.disarm();
      expect(await held(), `taken in, failing at commit ${nth}`).toBe(450);
      await remove(loft, id);
      documents.failCommit(nth, nth % 2 === 0 ? 'not applied' : 'applied');
      await loft.settle(60);
      documents.disarm();
      expect(await held(), `freed, failing at commit ${nth}`).toBe(0);
    }
    expect(loft.alerts()).toEqual([]);
  }, 120_000);
});

it('is read once when two pulls meet, and ends with what the later one saw', async () => {
  const id = await put(loft, hour(15));
  await loft.settle();
  for (let round = 0; round < 5; round++) {
    await change(loft, id, hour(17 + round));
    await Promise.all([pull(), loft.api('POST', '/v1/bindings/bay-1-google:sync')]);
    await change(loft, id, hour(10 + round));
    await pull();
    await loft.settle(60);
    await expectBlocks(loft, [at(10 + round), at(11 + round)]);
  }
});

it('frees nothing when it is turned off and on before anything was read', async () => {
  await put(loft, hour(15));
  await loft.settle();
  await loft.api('PATCH', '/v1/bindings/bay-1-google', { busyIn: false });
  await turn(loft, true);
  await expectBlocks(loft, [at(15), at(16)]);
  expect(loft.eventsOn(LOBBY)).toHaveLength(1);
});

it('is compared by audits, which tell what differs and put it right', async () => {
  for (const from of [13, 15]) await put(loft, hour(from));
  await loft.settle();
  const { store, documents: all } = loft.studio.deps;
  const [lost, moved] = await blocks(loft);
  const stored = (await store.events.getMany(all, 'loft', [lost?.id ?? '', moved?.id ?? ''])).filter((e) => e !== null);
  const [one, two] = stored as [(typeof stored)[0], (typeof stored)[0]];
  const stray = { ...one, id: 'stray', remoteId: 'gone-long-ago', start: at(20), end: at(21) };
  await all.commit([
    store.events.set('loft', { ...one, status: 'cancelled' }),
    store.events.set('loft', { ...two, title: 'Surgery' }),
    store.events.set('loft', stray),
  ]);
  const found = (await loft.audit(1)).map(({ type, healable }) => [type, healable]).sort();
  expect(found).toEqual([
    ['block-differs', true],
    ['block-missing', true],
    ['block-surplus', true],
  ]);
  await loft.api('POST', '/v1/bindings/bay-1-google:audit');
  await loft.settle(60);
  expect(await loft.audit(1)).toEqual([]);
  expect(await starts(loft)).toEqual([at(13), at(15)]);
});
