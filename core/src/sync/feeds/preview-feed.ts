import { DovetailError } from '../../domain/errors.ts';
import type { Platform } from '../../domain/event.ts';
import type { Feed, PlatformGuess } from '../../domain/feed.ts';
import type { SyncDeps } from '../deps.ts';
import type { RunReport } from '../record-run.ts';
import { failureReport } from './fail-feed.ts';
import { fetchFeed } from './fetch-feed.ts';
import { planRead } from './plan-read.ts';

/** What a read of a feed would do. */
export interface FeedPreview {
  readonly platform: Platform;
  readonly detection?: PlatformGuess;
  readonly report: RunReport;
}

/**
 * Reads a feed and answers what the next read of it would do, by the same plan; nothing is written. Conflicts are not
 * counted: they are found as the ledger is written. A feed that cannot be read has the report of that failure.
 * @throws what the document store throws.
 */
export async function previewFeed(
  input: { readonly tenantId: string; readonly feed: Feed },
  deps: SyncDeps,
): Promise<FeedPreview> {
  const { tenantId, feed } = input;
  const startedAt = deps.clock.now();
  const fetched = await fetchFeed(feed, true, deps);
  const work = { tenantId, feed, updateTime: '', trigger: 'preview', runId: 'preview', startedAt };
  if (fetched instanceof DovetailError) return { platform: feed.platform, report: failureReport(work, fetched) };
  const shown = fetched.type === 'shown' ? fetched : null;
  const { draft, report } = await planRead(work, shown, false, deps);
  return { platform: draft.platform, ...(shown && { detection: shown.guess }), report };
}
