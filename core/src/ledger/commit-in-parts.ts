import { CommitTooLarge } from '../domain/errors.ts';
import { MOST_CHANGES } from './settle-decision.ts';

/** A few items that much follows from may lie close together: after so many parts that were not too large the next is. */
const BEFORE_GROWING = 4;

/**
 * Commits a change set of any size, in its order, as many items in a transaction as it takes: at most 200, and fewer
 * where much follows from them for relatives and rivals. How much does is known only once it was worked out, so a part
 * that proves too large is halved, and those after it stay that small for a while.
 * @param commit one transaction with these items; `isLast` says that nothing comes after them.
 * @throws what `commit` throws; CommitTooLarge where one item alone is.
 */
export async function commitInParts<T>(
  items: readonly T[],
  commit: (part: readonly T[], isLast: boolean) => Promise<void>,
): Promise<void> {
  let size = MOST_CHANGES;
  let inARow = 0;
  for (let from = 0; from < items.length; ) {
    const part = items.slice(from, from + size);
    try {
      await commit(part, from + part.length === items.length);
      from += part.length;
      inARow++;
    } catch (error) {
      if (!(error instanceof CommitTooLarge) || part.length === 1) throw error;
      size = part.length >> 1;
      inARow = 0;
    }
    if (inARow >= BEFORE_GROWING) {
      size = Math.min(MOST_CHANGES, size * 2);
      inARow = 0;
    }
  }
}
