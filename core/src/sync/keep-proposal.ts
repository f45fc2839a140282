import type { Content, ContentField } from '../domain/content.ts';
import { digest } from '../domain/identity.ts';
import { instantOf } from '../domain/interval.ts';
import type { Proposal } from '../domain/run.ts';
import type { Write } from '../ports/document-store.ts';
import type { SyncDeps } from './deps.ts';
import type { Refusal } from './plan-reconcile.ts';
import type { ReconcileWork } from './reconcile-work.ts';

/** What a reason means to a person; any other code is the booking system's own. */
const DETAILS: Readonly<Record<string, string>> = {
  no_writable_source: 'This event comes from a source that takes no edits, so the calendar was put back.',
  changed_in_booking_system:
    'The booking was changed in the booking system at about the same time; that change stands.',
  changed_on_calendar: 'The event was changed on the calendar later than in the booking system; the calendar stands.',
  unsupported_form: 'A booking cannot become an all-day or recurring event, so the calendar was put back.',
  slot_taken: 'Another booking has that time, so the calendar was put back.',
  outside_ledger: 'That time lies outside the months that are kept, so the calendar was put back.',
  past: 'The booking is over and can no longer be changed, so the calendar was put back.',
  cancelled: 'The booking was cancelled at about the same time, so its event was removed.',
  locked: 'The booking is locked in the booking system, so the calendar was put back.',
};

/** The writes that keep the losing sides of collisions for staff. Their ids are derived: redelivery keeps each once. */
export function proposalWrites(refusals: readonly Refusal[], work: ReconcileWork, deps: SyncDeps): Write[] {
  const { mapping, tenantId } = work;
  return refusals.map((refusal) => {
    const { reason } = refusal;
    const { eventId, bindingId } = mapping;
    deps.log.warn('edit.refused', { direction: 'to-source', tenantId, eventId, bindingId, reason });
    return deps.store.proposals.set(tenantId, proposalOf(refusal, work, deps.clock.now()));
  });
}

/** Keeps the losing sides before what they lost to is done: who dies between the two loses none. */
export async function keepProposals(refusals: readonly Refusal[], work: ReconcileWork, deps: SyncDeps): Promise<void> {
  if (refusals.length > 0) await deps.documents.commit(proposalWrites(refusals, work, deps));
}

/**
 * Keeps once more what was to be kept with the booking system's answer: where a notice of its change got ahead, that answer
 * was no news, and nothing was committed with it.
 */
export async function keepAgain(writes: readonly Write[], deps: Pick<SyncDeps, 'documents'>): Promise<void> {
  if (writes.length > 0) await deps.documents.commit(writes);
}

function proposalOf(refusal: Refusal, { mapping, event }: ReconcileWork, now: number): Proposal {
  const { reason, fields } = refusal;
  const wanted = pick(refusal.wanted, fields);
  const identity = digest('proposal', mapping.id, reason, JSON.stringify(wanted), event?.updatedAt ?? '');
  return {
    id: identity.slice(0, 20),
    bindingId: mapping.bindingId,
    eventId: mapping.eventId,
    wanted,
    kept: pick(refusal.kept, fields),
    reason,
    detail: DETAILS[reason] ?? `The booking system refused this edit (${reason}); the calendar was put back.`,
    createdAt: instantOf(now),
  };
}

function pick(content: Content, fields: readonly ContentField[]): Record<string, string> {
  const picked: Record<string, string> = {};
  for (const field of fields) {
    if (field === 'interval') Object.assign(picked, { start: content.start, end: content.end });
    else if (field === 'resource') picked.resourceId = content.resourceId;
    else picked[field] = content[field];
  }
  return picked;
}
