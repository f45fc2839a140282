import { holdsTime, isOwn, type LedgerEvent } from '../domain/event.ts';
import { deriveEach } from './derive-events.ts';
import { inheritCounted } from './inherit-counted.ts';
import type { Change, LedgerView, Span } from './ledger-view.ts';
import { putDerived } from './put-derived.ts';
import { familyOf } from './relation-graph.ts';

/**
 * Brings up to date what relatives inherit from events that changed: derived events come with their cause, follow it, and
 * go with the last one.
 * @param touch also looks for derived events that today's relations would no longer lead to.
 */
export async function inherit(focus: readonly Change[], view: LedgerView, now: string, touch: boolean): Promise<void> {
  await loadFamily(
    focus.flatMap(({ before, after }) => [after.resourceId, ...(before ? [before.resourceId] : [])]),
    view,
  );
  const own = focus.filter(({ after }) => isOwn(after));
  if (touch) await view.loadDerivedFrom(own.map(({ after }) => after.id));
  await replaceDerived(own, view, now, touch);
  await inheritCounted(view, now, (counted) => replaceDerived(counted, view, now, false));
}

/**
 * The time of relatives that an event takes in one of its states, as far as it follows from the event alone or was just
 * derived. Time that staff freed is not taken by a state that is `standing`.
 */
export function derivedSpans(event: LedgerEvent, standing: boolean, view: LedgerView): Span[] {
  if (!isOwn(event)) return [];
  const each = deriveEach(event, view.resources()).filter(({ id }) => {
    const derived = view.known(id);
    return !standing || !derived || holdsTime(derived);
  });
  const counted = view
    .changes()
    .map(({ after }) => after)
    .filter((after) => after.source.id === 'count' && after.causeEventIds?.includes(event.id))
    .filter((after) => !standing || holdsTime(after));
  return [...each, ...counted].map(({ resourceId, start, end }) => ({ resourceId, start, end }));
}

async function loadFamily(resourceIds: readonly string[], view: LedgerView): Promise<void> {
  for (;;) {
    const missing = [...familyOf(resourceIds, view.resources())].filter((id) => !view.hasResource(id));
    if (missing.length === 0) return;
    await view.loadResources(missing);
  }
}

/** Puts what these events cause by themselves in place of what they caused before. */
async function replaceDerived(causes: readonly Change[], view: LedgerView, now: string, touch: boolean): Promise<void> {
  const resources = view.resources();
  const wanted = causes.flatMap(({ after }) => deriveEach(view.event(after.id) ?? after, resources));
  const former = causes.flatMap(({ before }) => (before ? deriveEach(before, resources) : [])).map(({ id }) => id);
  const found = touch ? causes.flatMap(({ after }) => view.derivedFrom(after.id)) : [];
  // What several cause together is for `inheritCounted` to judge.
  const stray = found.filter(({ source }) => source.id !== 'count').map(({ id }) => id);
  await putDerived(wanted, [...former, ...stray], view, now);
}
