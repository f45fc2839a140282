import { hasLapsed, holdsTime, isOwn } from '../domain/event.ts';
import type { Change, LedgerView } from './ledger-view.ts';
import { revise } from './revise-event.ts';

/**
 * Lets go in writing of holds that have lapsed and stand where these events now take time, of the resource or of relatives
 * it inherits from. They were in nobody's way; but what is decided about that time from now on should not meet them again.
 * Answers with their changes.
 */
export async function releaseLapsed(focus: readonly Change[], view: LedgerView): Promise<Change[]> {
  const taking = focus.map(({ after }) => after).filter((event) => isOwn(event) && holdsTime(event));
  await view.loadPages(taking);
  const found = view.linesEver(taking).filter((line) => hasLapsed(line, view.now));
  if (found.length === 0) return [];
  const ids = new Set(found.map(({ id }) => id));
  await view.loadEvents(ids);
  const roots = [...ids].flatMap((id) => {
    const event = view.asWritten(id);
    return event && !isOwn(event) ? (event.causeEventIds ?? []) : [id];
  });
  await view.loadEvents(roots);
  const released = new Set<string>();
  for (const id of roots) {
    const hold = view.asWritten(id);
    if (!hold || !holdsTime(hold) || !hasLapsed(hold, view.now)) continue;
    view.put(revise({ ...hold, status: 'released' }, hold, view.now).after);
    released.add(id);
  }
  return view.changes().filter(({ after }) => released.has(after.id));
}
