import { CommitTooLarge, InvalidInput } from '../domain/errors.ts';
import type { Transaction } from '../ports/document-store.ts';
import type { Store } from '../store/store.ts';
import type { CommitInput, Decision } from './commit-changes.ts';
import { inherit } from './inherit.ts';
import { type Change, LedgerView } from './ledger-view.ts';
import { mergeSources } from './merge-sources.ts';
import { releaseLapsed } from './release-lapsed.ts';
import { bearsOnOthers, isChange, revise } from './revise-event.ts';
import { settleConflicts } from './settle-conflicts.ts';

/** More than this in one commit would come near Firestore's 10 MiB; callers cut their change sets. */
export const MOST_CHANGES = 200;
/** Events and conflicts of one part: leaves 10 KiB for each, with the pages and marks that go with it. */
const MOST_DOCUMENTS = 1_000;
/** Events of one part together with each that it meets: looked at before it is known how many documents come of it. */
const MOST_LOOKS = 10_000;

/** A decision with all that follows from it, before it is written. */
export interface Settled {
  readonly view: LedgerView;
  readonly decision: Decision;
  readonly changes: readonly Change[];
}

/**
 * Reads the events, lets `decide` say what they should become, and works out what follows for others; null when it says
 * nothing. Nothing is written.
 * @throws as `commitChanges`.
 */
export async function settleDecision(
  transaction: Transaction,
  input: CommitInput,
  now: number,
  store: Store,
): Promise<Settled | null> {
  const view = new LedgerView(input.tenantId, now, transaction, store);
  await view.loadEvents(input.eventIds);
  const current = new Map(
    input.eventIds.map((id) => view.event(id)).flatMap((event) => (event ? [[event.id, event] as const] : [])),
  );
  if (input.readsTenant) await view.loadTenant();
  if (input.sees) {
    await view.loadResources(input.sees.resourceIds);
    await view.loadPages(input.sees.spans(view.resources(), current));
  }
  const decision = input.decide(current, view);
  if (!decision) return null;
  checkDecision(decision, input.eventIds);
  for (const state of decision.events) view.put(revise(state, current.get(state.id), view.now).after);
  for (const conflict of decision.conflicts ?? []) view.putConflict(conflict);
  const focus = view.changes().filter(({ before, after }) => input.touch || bearsOnOthers(before, after));
  focus.push(...(await releaseLapsed(focus, view)));
  // One change is committed whatever follows from it: there is nothing left to cut.
  const isCut = input.isPart === true && decision.events.length > 1;
  await settleOthers(focus, view, { touch: input.touch ?? false, most: isCut ? MOST_LOOKS : Number.POSITIVE_INFINITY });
  if (isCut) checkSize(decision, view);
  const changes = view.changes().filter(({ before, after }) => !before || isChange(before, after));
  return { view, decision, changes };
}

function checkSize({ events }: Decision, view: LedgerView): void {
  const documents = view.changes().length + view.changedConflicts().length;
  if (documents > MOST_DOCUMENTS) {
    throw new CommitTooLarge(`${events.length} changes lead to ${documents} documents in one commit`);
  }
}

/** What follows from changes for other events. The order matters: what is merged inherits and contends as one. */
async function settleOthers(
  focus: readonly Change[],
  view: LedgerView,
  { touch, most }: { readonly touch: boolean; readonly most: number },
): Promise<void> {
  const { now } = view;
  if (focus.length === 0) return;
  await mergeSources(focus, view, now);
  const ids = new Set(focus.map(({ after }) => after.id));
  const amended = view.changes().filter(({ before, after }) => before?.mergedInto !== after.mergedInto);
  const all = [...focus, ...amended.filter(({ after }) => !ids.has(after.id))];
  await inherit(all, view, now, touch);
  await settleConflicts(all, view, now, most);
}

/** A change to an event that was not read, or a second one to the same, would leave its old page lines standing. */
function checkDecision({ events }: Decision, eventIds: readonly string[]): void {
  if (events.length > MOST_CHANGES) {
    throw new InvalidInput(`one commit takes at most ${MOST_CHANGES} changes, not ${events.length}`);
  }
  const mayChange = new Set(eventIds);
  for (const { id } of events) {
    if (!mayChange.delete(id)) throw new Error(`event ${id} was decided about twice, or without being read`);
  }
}
