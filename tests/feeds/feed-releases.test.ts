import { releaseEvent, restoreEvent } from '@dovetail/core/sync/release-event.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BodyEntry } from './calendar-body.ts';
import { FeedHistory, TENANT } from './feed-history.ts';

const A: BodyEntry = { uid: 'a', start: '2027-06-10', end: '2027-06-14' };
const B: BodyEntry = { uid: 'b', start: '2027-06-20', end: '2027-06-22' };

let history: FeedHistory;
beforeEach(async () => {
  history = await FeedHistory.open();
  await history.shows([A, B]).read();
});
afterEach(() => history.close());

const statuses = async () => (await history.ledger()).map(({ status }) => status);

describe('time that staff have freed', () => {
  const decide = async (flow: typeof releaseEvent) => {
    const [first] = await history.events();
    return flow({ tenantId: TENANT, eventId: first?.id ?? '' }, history.deps);
  };

  it('is held again once they take that back, if the feed shows it still', async () => {
    await decide(releaseEvent);
    await history.read(1);
    expect(await statuses()).toEqual(['released', 'active']);
    await decide(restoreEvent);
    expect(await statuses()).toEqual(['active', 'active']);
  });

  it('is not held again by that when the feed let go of it meanwhile, and is when the feed shows it anew', async () => {
    await decide(releaseEvent);
    await history.shows([B]).read(1);
    await history.read(7);
    await decide(restoreEvent);
    expect(await statuses()).toEqual(['cancelled', 'active']);
    await history.shows([A, B]).read(1);
    expect(await statuses()).toEqual(['active', 'active']);
  });

  it('stays free when the feed shows it anew, as it was', async () => {
    await decide(releaseEvent);
    await history.shows([B]).read(1);
    await history.read(7);
    await history.shows([A, B]).read(1);
    expect(await statuses()).toEqual(['released', 'active']);
  });
});
