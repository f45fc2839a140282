import { bookDirectly } from '@dovetail/core/sync/direct/book-directly.ts';
import { confirmHold } from '@dovetail/core/sync/direct/confirm-hold.ts';
import { tidyHolds } from '@dovetail/core/sync/direct/tidy-holds.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Ledger, lesson, START, TENANT } from './ledger.ts';
import { RecordingTaskQueue } from './run-service-server.ts';

const TIMES = { start: '2027-05-03T14:00:00Z', end: '2027-05-03T15:00:00Z' };
const UNTIL = '2027-05-01T12:15:00Z';

describe('holds that have lapsed', () => {
  let ledger: Ledger;
  let deps: Parameters<typeof tidyHolds>[0];
  beforeEach(async () => {
    ledger = await Ledger.open();
    deps = { ...ledger.deps, tasks: new RecordingTaskQueue() };
  });
  afterEach(() => ledger.close());

  const hold = (id = 'one', part: object = {}) =>
    bookDirectly({ tenantId: TENANT, draft: { id, resourceId: 'bay-1', ...TIMES, holdUntil: UNTIL, ...part } }, deps);
  const tidyAfter = (minutes: number) => {
    ledger.now = START + minutes * 60_000;
    return tidyHolds(deps);
  };

  it('are let go of once, with their conflicts and what they had overridden', async () => {
    const { id } = await hold();
    const late = lesson('42', { ...TIMES, priority: 5 });
    await ledger.put(late);
    expect((await ledger.event(late.id))?.overriddenBy, 'it came into the time of a hold').toBe(id);
    expect(await tidyAfter(14)).toBe(0);
    expect(await tidyAfter(16)).toBe(1);
    expect((await ledger.event(id))?.status).toBe('released');
    expect(await ledger.event(late.id)).not.toHaveProperty('overriddenBy');
    const { documents, store } = ledger.deps;
    expect(await store.conflicts.query(documents, TENANT)).toMatchObject([{ resolvedBy: 'overlap-ended' }]);
    expect(await ledger.idsOn('bay-1', '2027-05')).toEqual([late.id]);
    expect(await tidyAfter(17)).toBe(0);
  });

  it('are left alone when they were confirmed, or lapsed long ago', async () => {
    const confirmed = await hold();
    await confirmHold({ tenantId: TENANT, hold: confirmed, details: {} }, deps);
    const forgotten = await hold('two', { resourceId: 'bay-2' });
    expect(await tidyAfter(60)).toBe(0);
    expect((await ledger.event(confirmed.id))?.status).toBe('active');
    expect((await ledger.event(forgotten.id))?.status, 'it holds nothing all the same').toBe('active');
  });
});
