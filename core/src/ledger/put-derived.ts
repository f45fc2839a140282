import { holdsTime } from '../domain/event.ts';
import type { EventState } from './commit-changes.ts';
import type { LedgerView } from './ledger-view.ts';
import { isChange, revise } from './revise-event.ts';

/** Makes the derived events be as `wanted`, and releases those of `former` that are not among them. */
export async function putDerived(
  wanted: readonly EventState[],
  former: readonly string[],
  view: LedgerView,
  now: string,
): Promise<void> {
  const ids = new Set(wanted.map(({ id }) => id));
  const gone = former.filter((id) => !ids.has(id));
  await view.loadEvents([...ids, ...gone]);
  for (const state of wanted) {
    const before = view.event(state.id);
    const { after } = revise(state, before, now);
    if (!before || isChange(before, { ...after, lastSeenAt: before.lastSeenAt })) view.put(after);
  }
  for (const id of gone) {
    const before = view.asWritten(id);
    if (before && holdsTime(before)) view.put(revise({ ...before, status: 'released' }, before, now).after);
  }
}
