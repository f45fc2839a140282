import type { LedgerEvent } from '../domain/event.ts';

/** An event whose priority is to change. */
export type OutrankedEvent = Pick<LedgerEvent, 'id' | 'resourceId' | 'overriddenBy' | 'mergedInto'>;

/**
 * Cuts events whose priority changes into commits of at most `most`, where an event weighs as much as may follow from it.
 * Events that were judged against each other, or show one booking, go together: ranked one after the other, two that
 * change places would for a moment rank alike, and staff be asked to decide what is decided the moment after. Keeps the
 * order otherwise. Pure.
 */
export function planRanking(
  events: readonly OutrankedEvent[],
  weightOf: (resourceId: string) => number,
  most: number,
): string[][] {
  const chunks: string[][] = [];
  let weight = Number.POSITIVE_INFINITY;
  for (const group of groupsOf(events)) {
    const weights = group.map(({ resourceId }) => weightOf(resourceId));
    // A group that would fit into one commit is not torn apart to fill the one before.
    if (weight + weights.reduce((sum, each) => sum + each, 0) > most) weight = Number.POSITIVE_INFINITY;
    for (const [index, { id }] of group.entries()) {
      const own = weights[index] ?? 1;
      if (weight + own > most) {
        chunks.push([]);
        weight = 0;
      }
      chunks.at(-1)?.push(id);
      weight += own;
    }
  }
  return chunks;
}

/** Events that are linked, each group where its first event was. */
function groupsOf(events: readonly OutrankedEvent[]): OutrankedEvent[][] {
  const groups = new Map(events.map(({ id }) => [id, new Set([id])]));
  for (const { id, overriddenBy, mergedInto } of events) {
    for (const other of [overriddenBy, mergedInto]) {
      const [own, theirs] = [groups.get(id), other === undefined ? undefined : groups.get(other)];
      if (!own || !theirs || own === theirs) continue;
      for (const joined of theirs) groups.set(joined, own.add(joined));
    }
  }
  return [...Map.groupBy(events, ({ id }) => groups.get(id)).values()];
}
