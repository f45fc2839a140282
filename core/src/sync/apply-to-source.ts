import { type Content, stampOf } from '../domain/content.ts';
import { type Mapping, takenWith } from '../domain/mapping.ts';
import type { LiveCalendarEvent } from '../ports/calendar-provider.ts';
import { removeEvent, writeEvent } from './apply-to-calendar.ts';
import { changeOf } from './ask-source.ts';
import type { SyncDeps } from './deps.ts';
import { changeAtSource } from './edit-source.ts';
import { handOver } from './hand-over.ts';
import { keepAgain, keepProposals, proposalWrites } from './keep-proposal.ts';
import { type ReconcilePlan, restoredFields } from './plan-reconcile.ts';
import type { StepOutcome } from './reconcile-event.ts';
import { isAnswered, type ReconcileWork, type WritableSource } from './reconcile-work.ts';
import { stateFirst } from './state-first.ts';

/**
 * Takes an edit made on the calendar back to the booking's source, and its answer into the ledger. Refused, the event is
 * written back as it was, or leaves the calendar if it is not wanted there, and the refusal is kept as a proposal.
 */
export async function changeSource(
  plan: Extract<ReconcilePlan, { do: 'change-source' }>,
  found: ReconcileWork,
  { source, holder }: { readonly source: WritableSource; readonly holder: Mapping | null },
  deps: SyncDeps,
): Promise<StepOutcome> {
  const { content, fields, remote, overruled, refusals } = plan;
  let work = isAnswered(found.mapping.askedOf, found)
    ? await stateFirst({ askedOf: undefined }, [], found, deps)
    : found;
  const said = (work.wanted ?? work.said) as Content;
  const writes = proposalWrites(overruled, work, deps);
  const asked = {
    change: changeOf(content, fields),
    before: work.mapping.askedOf,
    state: async (version: number | undefined) => {
      work = await stateTaken(remote, version, work, deps);
    },
  };
  const answer = await changeAtSource(asked, work, source, writes, deps);
  if (answer === 'done') {
    await keepAgain(writes, deps);
    return { lookAgain: remote };
  }
  if (answer === 'moved-on') return { lookAgain: 'unread' };
  const refused = [...refusals, { fields, wanted: content, kept: said, reason: answer.refused }];
  if (!work.wanted && holder) {
    await keepProposals(refused, work, deps);
    return handOver(holder, remote.etag, work, deps);
  }
  if (!work.wanted) return removeEvent({ ifMatch: remote.etag, refusals: refused }, work, remote, deps);
  const restored = { content: said, fields: restoredFields(remote, said), ifMatch: remote.etag };
  return writeEvent({ ...restored, refusals: refused }, work, deps);
}

/** Records what is about to be taken up from the calendar, and of which version of its booking that is asked. */
async function stateTaken(
  remote: LiveCalendarEvent,
  askedOf: number | undefined,
  work: ReconcileWork,
  deps: SyncDeps,
): Promise<ReconcileWork> {
  const { mapping } = work;
  const stamp = stampOf(remote.content);
  if (mapping.taken?.includes(stamp) && askedOf === mapping.askedOf) return work;
  return stateFirst({ taken: takenWith(stamp, mapping), askedOf }, [], work, deps);
}
