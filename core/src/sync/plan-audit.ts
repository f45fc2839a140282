import { type Content, differingFields } from '../domain/content.ts';
import type { Mapping } from '../domain/mapping.ts';
import type { LiveCalendarEvent } from '../ports/calendar-provider.ts';

/**
 * - `missing`: should stand on the calendar and does not
 * - `differs`: stands there saying something else
 * - `surplus`: a mapped event that should not stand
 * - `stranger`: carries our mark, belongs to no mapping of this binding (a copy, or of another installation; or it was put
 *   there for a mapping that names another event by now, and is taken off)
 * - `unmapped`: an event of the resource that was never driven to this calendar
 * - `held`: its removal waits for staff
 * - `parked`: given up on until a person replays it
 * - `detached`: staff took our mark off
 * - `block-missing`, `block-differs`, `block-surplus`: an event that is not ours and the block it should lead to
 */
export type AuditFindingType =
  | 'missing'
  | 'differs'
  | 'surplus'
  | 'stranger'
  | 'unmapped'
  | 'held'
  | 'parked'
  | 'detached'
  | 'block-missing'
  | 'block-differs'
  | 'block-surplus';

export interface AuditFinding {
  readonly type: AuditFindingType;
  readonly eventId?: string;
  readonly remoteId?: string;
  readonly fields?: readonly string[];
  /** Whether the audit may have it put right; the others are for people to judge. */
  readonly healable: boolean;
}

/** Judges one mapping against what its calendar lists under its id. Null when they agree or work is under way. Pure. */
export function auditMapping(
  mapping: Mapping,
  wanted: Content | null,
  listed: LiveCalendarEvent | undefined,
): AuditFinding | null {
  const { eventId, remoteId } = mapping;
  const base = { eventId, ...(remoteId !== undefined && { remoteId }) };
  if (mapping.heldAt !== undefined) return { type: 'held', ...base, healable: false };
  if (mapping.parked !== undefined) return { type: 'parked', ...base, healable: false };
  // A mark that no sweep will find is not under way, whatever it once was.
  const isMarked = mapping.dirty !== undefined || mapping.inbound !== undefined;
  if (isMarked && mapping.sweepAt !== undefined) return null;
  if (mapping.state === 'detached') return wanted ? { type: 'detached', ...base, healable: false } : null;
  if (!wanted) return listed?.ownership ? { type: 'surplus', ...base, healable: true } : null;
  if (!listed) return wanted.status === 'cancelled' ? null : { type: 'missing', ...base, healable: true };
  const fields = differingFields(listed.content, wanted);
  if (!listed.ownership || listed.recurring || fields.length > 0) {
    return { type: 'differs', ...base, fields, healable: true };
  }
  return null;
}
