import { holdsTime } from '../domain/event.ts';
import type { Interval } from '../domain/interval.ts';
import type { Resource } from '../domain/resource.ts';
import { affectedWindows, childWindow, deriveCounted, withEdges } from './derive-counted.ts';
import { countsUpward } from './derive-events.ts';
import type { Change, LedgerView } from './ledger-view.ts';
import { putDerived } from './put-derived.ts';
import { countOf, upwardsFrom } from './relation-graph.ts';
import { translateInterval } from './translate-interval.ts';

/**
 * Brings up to date what parents inherit from several children together, from the lowest parent upwards.
 * @param further hands on what changed on a parent to those above it that a single child is enough for.
 */
export async function inheritCounted(
  view: LedgerView,
  now: string,
  further: (counted: readonly Change[]) => Promise<void>,
): Promise<void> {
  const changed = view.changes().filter(bearsOnParents);
  const resourceIds = changed.flatMap(({ before, after }) => [
    after.resourceId,
    ...(before ? [before.resourceId] : []),
  ]);
  for (const parent of upwardsFrom(resourceIds, view.resources())) {
    await recount(parent, view, now);
    const counted = view.changes().filter(({ after }) => after.resourceId === parent.id && after.source.id === 'count');
    await further(counted);
  }
}

async function recount(parent: Resource, view: LedgerView, now: string): Promise<void> {
  const children = countOf(parent, view.resources())?.children ?? [];
  const changed = changedOn(parent, children, view);
  if (changed.length === 0) return;
  const around = changed.map((interval) => ({ resourceId: parent.id, ...withEdges(interval) }));
  await view.loadPages(around);
  const counted = view.linesEver(around).filter(({ source }) => source === 'inheritance:count');
  for (const window of affectedWindows(changed, counted)) {
    const spans = children.map((child) => ({ resourceId: child.id, ...childWindow(window, parent, child) }));
    await view.loadPages(spans);
    const ids = spans.flatMap((span) => view.lines(span).map(({ id }) => id));
    await view.loadEvents(ids);
    const events = [...new Set(ids)].map((id) => view.event(id)).filter((event) => event !== undefined);
    const wanted = deriveCounted(parent, events, view.resources(), window);
    const former = counted.filter(({ start, end }) => window.start <= start && end <= window.end);
    await putDerived(
      wanted,
      former.map(({ id }) => id),
      view,
      now,
    );
  }
}

/** The parent's time in which something changed on one of the children. */
function changedOn(parent: Resource, children: readonly Resource[], view: LedgerView): Interval[] {
  const byId = new Map(children.map((child) => [child.id, child]));
  return view
    .changes()
    .flatMap(({ before, after }) => (before ? [before, after] : [after]))
    .flatMap((event) => {
      // Looked at again: the children may not count together any more.
      if (event.resourceId === parent.id && event.source.id === 'count')
        return [{ start: event.start, end: event.end }];
      const child = byId.get(event.resourceId);
      const taken = child && countsUpward(event) ? translateInterval(event, child, parent) : null;
      return taken ? [{ start: taken.start, end: taken.end }] : [];
    });
}

/** True for a change of time that counts towards a parent. */
function bearsOnParents({ before, after }: Change): boolean {
  return [before, after].some((event) => event !== undefined && holdsTime(event) && countsUpward(event));
}
