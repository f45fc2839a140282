import { DovetailError, NotFound } from '../../domain/errors.ts';
import { instantOf, msOf } from '../../domain/interval.ts';
import type { Collected } from '../../domain/publication.ts';
import type { OpenPublication, PublicationDeps } from './open-publication.ts';

/** A reader that asks more often is noted no more often, unless there was something new to collect. */
const LEAST_BETWEEN_MS = 10 * 60_000;
/** At once one after the other: somebody waits for the calendar. */
const MOST_ATTEMPTS = 3;

/**
 * Notes that a reader now has what the publication shows: at once where it is new, else every ten minutes at most. It is
 * tried several times: a platform that shows again what it is not known to have collected is taken to have closed that
 * itself, and two of them keep each other's closures alive. That it could not be noted all the same is told in the log and
 * fails nobody: what is not known to be collected counts as not collected.
 */
export async function noteCollection(open: OpenPublication, deps: PublicationDeps): Promise<void> {
  const collected = collectedAfter(open);
  if (!collected) return;
  const { token } = open;
  for (let attempt = 1; ; attempt++) {
    try {
      return await deps.documents.commit([deps.store.publicationTokens.note(token.hash, collected)]);
    } catch (error) {
      // Deleted or rotated out while it was read.
      if (error instanceof NotFound) return;
      if (!(error instanceof DovetailError)) throw error;
      if (attempt < MOST_ATTEMPTS) continue;
      const { tenantId, publicationId } = token;
      deps.log.error('publication.not-noted', { tenantId, publicationId, error });
      return;
    }
  }
}

/** What is known of the readers once they have collected this; undefined when it is known already. Pure. */
export function collectedAfter({ token, tag, resources, now }: OpenPublication): Collected | undefined {
  const { collected: before } = token;
  const at = instantOf(now);
  if (before?.etag === tag) {
    return now - msOf(before.lastAt) >= LEAST_BETWEEN_MS ? { ...before, lastAt: at } : undefined;
  }
  const revisions = Object.fromEntries(resources.map(({ id, ledgerRevision }) => [id, ledgerRevision]));
  return { etag: tag, firstAt: at, lastAt: at, revisions };
}
