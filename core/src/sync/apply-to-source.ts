import type { Content } from '../domain/content.ts';
import { writeEvent } from './apply-to-calendar.ts';
import { changeOf } from './ask-source.ts';
import type { SyncDeps } from './deps.ts';
import { changeAtSource } from './edit-source.ts';
import { proposalWrites } from './keep-proposal.ts';
import { type ReconcilePlan, type Refusal, restoredFields } from './plan-reconcile.ts';
import type { StepOutcome } from './reconcile-event.ts';
import type { ReconcileWork, WritableSource } from './reconcile-work.ts';

/**
 * Takes an edit made on the calendar back to the booking's source, and its answer into the ledger. Refused, the event is
 * written back as it was and the refusal kept as a proposal.
 */
export async function changeSource(
  plan: Extract<ReconcilePlan, { do: 'change-source' }>,
  work: ReconcileWork,
  source: WritableSource,
  deps: SyncDeps,
): Promise<StepOutcome> {
  const { content, fields, remote, overruled, refusals } = plan;
  const wanted = work.wanted as Content;
  const writes = proposalWrites(overruled, work, deps);
  const answer = await changeAtSource(changeOf(content, fields), work, source, writes, deps);
  if (answer.refused === undefined) return { lookAgain: remote };
  const refusal: Refusal = { fields, wanted: content, kept: wanted, reason: answer.refused };
  const restored = { content: wanted, fields: restoredFields(remote, wanted), ifMatch: remote.etag };
  return writeEvent({ ...restored, refusals: [...refusals, refusal] }, work, deps);
}
