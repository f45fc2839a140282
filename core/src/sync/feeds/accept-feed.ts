import { DovetailError, NotFound, Rejected } from '../../domain/errors.ts';
import type { SyncDeps } from '../deps.ts';
import { commitFeed } from './commit-feed.ts';
import { fetchFeed } from './fetch-feed.ts';
import { planRead } from './plan-read.ts';

/**
 * Staff confirm what a suspect feed says: what it no longer shows is gone, or the other platform's calendar is meant.
 * The first needs no further read of the feed and is done at once.
 * @throws NotFound; Rejected (`not_suspect`) when there is nothing to confirm; what the feed failed with where it has to
 * be read; PreconditionFailed when it was read by somebody else meanwhile.
 */
export async function acceptFeed(
  input: { readonly tenantId: string; readonly feedId: string },
  deps: SyncDeps,
): Promise<void> {
  const { tenantId, feedId } = input;
  const found = await deps.store.feeds.getVersioned(deps.documents, tenantId, feedId);
  if (!found) throw new NotFound(`no feed "${feedId}"`);
  const { value: feed, updateTime } = found;
  if (!feed.suspicion) throw new Rejected('the feed is not suspect', { reason: 'not_suspect' });
  const startedAt = deps.clock.now();
  const fetched = feed.suspicion.reason === 'other-platform' ? await fetchFeed(feed, true, deps) : null;
  if (fetched instanceof DovetailError) throw fetched;
  const shown = fetched?.type === 'shown' ? fetched : null;
  const work = { tenantId, feed, updateTime, trigger: 'staff', runId: deps.newId(), startedAt };
  const read = await planRead(work, shown, true, deps);
  await commitFeed(read, deps);
  deps.log.info('feed.accepted', { tenantId, feedId, runId: work.runId, count: read.draft.plan.changes.length });
}
