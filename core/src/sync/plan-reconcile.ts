import {
  CONTENT_FIELDS,
  type Content,
  type ContentField,
  changedFields,
  differingFields,
  stampOf,
  withFields,
} from '../domain/content.ts';
import { msOf } from '../domain/interval.ts';
import type { Mapping } from '../domain/mapping.ts';
import type { CalendarEvent, LiveCalendarEvent } from '../ports/calendar-provider.ts';

/** All that the decision about one mapping rests on. */
export interface ReconcileState {
  readonly mapping: Mapping;
  /** What the calendar should say; null for nothing. */
  readonly wanted: Content | null;
  /** What the ledger says of the event, also where it is not wanted; null when no edit of it matters any more. */
  readonly said: Content | null;
  /** When the source's side last changed. */
  readonly wantedAt: string;
  /** What the calendar says: not read yet, nothing known there under that id, or the event. */
  readonly remote: 'unread' | null | CalendarEvent;
  /**
   * What a calendar edit may change at the source: `status` stands for cancelling, `resource` for moving to another
   * calendar. Empty where there is no writable source.
   */
  readonly writable: ReadonlySet<ContentField>;
  /**
   * The booking stands on another resource, whose mapping names this very calendar event: one that was moved here, or is
   * left here. Known where the event is live and not wanted.
   */
  readonly isHeldElsewhere: boolean;
  /** What the source says it said after the calendar's edit, also where it had said so before. */
  readonly isOvertaken?: boolean;
  /** The event has ended: removing it from a calendar is tidying, not cancelling. */
  readonly past: boolean;
}

/** Fields on which one side lost, and what each said. */
export interface Refusal {
  readonly fields: readonly ContentField[];
  readonly wanted: Content;
  readonly kept: Content;
  /** One of ours (`no_writable_source`, `changed_in_booking_system`, `changed_on_calendar`, `unsupported_form`) or the
   * booking system's own code. */
  readonly reason: string;
}

export type ReconcilePlan =
  | { readonly do: 'read' }
  /** Put the event there: it never stood. */
  | { readonly do: 'insert'; readonly content: Content }
  /** `ifMatch` is the etag the decision rests on. `fields` may be empty: then only the stamp is brought up to date. */
  | {
      readonly do: 'write';
      readonly content: Content;
      readonly fields: readonly ContentField[];
      readonly ifMatch: string;
      readonly refusals: readonly Refusal[];
    }
  /** `ifMatch` as in `write`; `refusals` is what goes with it. */
  | { readonly do: 'remove'; readonly ifMatch: string; readonly refusals: readonly Refusal[] }
  /** The mapping that holds the event elsewhere is to decide about it. */
  | { readonly do: 'hand-over' }
  /** The event stands here and was seen on another calendar too: there it is removed. */
  | { readonly do: 'clear-strays' }
  /** What was once put there for this mapping, and is none of its event, is removed first. */
  | { readonly do: 'clear-leftover' }
  /** Both sides agree; record it. */
  | { readonly do: 'settle'; readonly as: 'live' | 'gone' | 'detached' }
  /**
   * Ask the source to take the calendar's values of `fields`. `overruled` are its own changes that are lost when it
   * does; `refusals` what else was lost, kept when the event is written.
   */
  | {
      readonly do: 'change-source';
      readonly content: Content;
      readonly fields: readonly ContentField[];
      readonly remote: LiveCalendarEvent;
      readonly overruled: readonly Refusal[];
      readonly refusals: readonly Refusal[];
    }
  /**
   * The event vanished from the calendar: it moved to a sibling calendar, or it is cancelled. With a `refusal` nothing
   * is cancelled: unless it moved, it is put back.
   */
  | { readonly do: 'find-or-cancel'; readonly refusal?: Refusal }
  /** The event stands on no other calendar under this id; with `content` it is put back on this one. */
  | { readonly do: 'take-back'; readonly content?: Content };

/** Within this, clocks and delays decide more than people: the booking system wins. */
const DOUBT_MS = 60_000;
/** Written by us alone; a calendar that says otherwise is corrected. */
export const OURS_ALWAYS: ReadonlySet<ContentField> = new Set(['status', 'resource']);
const NO_FIELDS: ReadonlySet<ContentField> = new Set();

/**
 * Decides what brings one mapping into agreement. Pure. The base of the three-way comparison is the stamp inside the
 * calendar event: a field that differs from it was edited there, a field in which the ledger differs from it was
 * changed here.
 */
export function planReconcile(state: ReconcileState): ReconcilePlan {
  const { mapping, remote } = state;
  if (mapping.leftover !== undefined) return { do: 'clear-leftover' };
  if (mapping.state === 'detached') return { do: 'settle', as: 'detached' };
  if (remote === 'unread') return planUnread(state);
  if (remote === null) return planForgotten(state);
  return remote.state === 'cancelled' ? planTombstone(state) : planLive(state, remote);
}

/** Nothing hints at an edit on the calendar: act on what we know; the etag guards against being wrong. */
function planUnread({ mapping, wanted }: ReconcileState): ReconcilePlan {
  // One whose disappearance is held must not be taken for one that stands.
  if (mapping.inbound !== undefined || mapping.heldAt !== undefined) return { do: 'read' };
  if (!wanted) {
    if (mapping.state === 'gone') return { do: 'settle', as: 'gone' };
    // A shared one may have been dragged here, also if this is the very version that was seen here last.
    if (mapping.etag === undefined || mapping.shared) return { do: 'read' };
    return { do: 'remove', ifMatch: mapping.etag, refusals: [] };
  }
  if (mapping.state !== 'live') {
    return wanted.status === 'cancelled' ? { do: 'settle', as: 'gone' } : { do: 'insert', content: wanted };
  }
  if (mapping.etag === undefined || mapping.agreed === undefined) return { do: 'read' };
  // One that was dragged here says what was taken from it, which need not be what its stamp was made of.
  const known = [mapping.agreed, ...(mapping.taken ?? [])].map((stamp) => new Set(changedFields(wanted, stamp)));
  const fields = CONTENT_FIELDS.filter((field) => known.some((changed) => changed.has(field)));
  if (fields.length === 0) return { do: 'settle', as: 'live' };
  return { do: 'write', content: wanted, fields, ifMatch: mapping.etag, refusals: [] };
}

/** The calendar knows nothing of the id, not even that it was deleted. That is no evidence of a cancellation. */
function planForgotten({ mapping, wanted }: ReconcileState): ReconcilePlan {
  if (mapping.seenElsewhere) return { do: 'take-back', ...(wanted && { content: wanted }) };
  if (!wanted || wanted.status === 'cancelled') return { do: 'settle', as: 'gone' };
  return { do: 'insert', content: wanted };
}

function planTombstone({ mapping, wanted, past, writable }: ReconcileState): ReconcilePlan {
  if (past) return { do: 'settle', as: 'gone' };
  if (!wanted || wanted.status === 'cancelled') {
    const removedByUs = mapping.state !== 'live' && mapping.inbound === undefined;
    return removedByUs ? { do: 'settle', as: 'gone' } : { do: 'take-back' };
  }
  if (mapping.state !== 'live') return { do: 'take-back', content: wanted };
  if (!writable.has('status')) return { do: 'find-or-cancel', refusal: refusedRemoval(wanted, 'no_writable_source') };
  // An event that was just moved here still bears the other resource in its stamp: that is no change of the ledger's.
  const changed = mapping.agreed === undefined ? [] : changedFields(wanted, mapping.agreed);
  const fromCalendar = takenFields(mapping, wanted);
  const ledgerMoved = changed.some((field) => field !== 'resource' && !fromCalendar.has(field));
  if (ledgerMoved) return { do: 'find-or-cancel', refusal: refusedRemoval(wanted, 'changed_in_booking_system') };
  return { do: 'find-or-cancel' };
}

/** The refusal of an event's removal from the calendar. */
export function refusedRemoval(kept: Content, reason: Refusal['reason']): Refusal {
  return { fields: ['status'], wanted: { ...kept, status: 'cancelled' }, kept, reason };
}

function planLive(state: ReconcileState, remote: LiveCalendarEvent): ReconcilePlan {
  const { mapping, wanted } = state;
  if (!remote.ownership) return { do: 'settle', as: 'detached' };
  if (!wanted && state.isHeldElsewhere) return planHeld(state, remote);
  if (mapping.seenElsewhere) return { do: 'clear-strays' };
  if (!wanted) return planLeaving(state, remote);
  const { content, overruled, refusals } = mergeEdits(state, remote, wanted);
  const toSource = differingFields(content, wanted);
  if (toSource.length > 0) return { do: 'change-source', content, fields: toSource, remote, overruled, refusals };
  const fields = restoredFields(remote, wanted);
  if (fields.length === 0 && remote.ownership.stamp === stampOf(wanted) && mapping.remoteId === remote.remoteId) {
    return { do: 'settle', as: 'live' };
  }
  return { do: 'write', content: wanted, fields, ifMatch: remote.etag, refusals };
}

/**
 * The fields in which the ledger has what it says from this calendar, whose own stamp does not tell so yet: where the
 * calendar says otherwise by now, it was edited again.
 */
function takenFields({ taken = [] }: Mapping, wanted: Content): ReadonlySet<ContentField> {
  const changed = taken.map((stamp) => new Set(changedFields(wanted, stamp)));
  return new Set(CONTENT_FIELDS.filter((field) => changed.some((fields) => !fields.has(field))));
}

/** Left here, its edits are taken to its source first. What was dragged here is taken up whole by whoever holds it. */
function planHeld(state: ReconcileState, remote: LiveCalendarEvent): ReconcilePlan {
  const leaving = planLeaving(state, remote);
  const isLeft = remote.content.resourceId === state.mapping.resourceId;
  return isLeft && leaving.do === 'change-source' ? leaving : { do: 'hand-over' };
}

/** An event that is to leave its calendar is removed once what was edited on it has been taken to its source, or refused. */
function planLeaving(state: ReconcileState, remote: LiveCalendarEvent): ReconcilePlan {
  const { said } = state;
  const { etag: ifMatch } = remote;
  if (!said) return { do: 'remove', ifMatch, refusals: [] };
  const { content, overruled, refusals } = mergeEdits(state, remote, said);
  const fields = differingFields(content, said);
  if (fields.length > 0) return { do: 'change-source', content, fields, remote, overruled, refusals };
  if (said.status !== 'cancelled') return { do: 'remove', ifMatch, refusals };
  return { do: 'remove', ifMatch, refusals: refusals.map((refusal) => ({ ...refusal, reason: 'cancelled' })) };
}

/** The fields to be written so that the event says `wanted`; all of them when it took a form we never write. */
export function restoredFields(remote: LiveCalendarEvent, wanted: Content): readonly ContentField[] {
  return isConverted(remote, wanted) ? CONTENT_FIELDS : differingFields(wanted, remote.content);
}

function isConverted(remote: LiveCalendarEvent, wanted: Content): boolean {
  return remote.recurring || remote.allDay !== (wanted.start.length === 10);
}

/**
 * The content both sides should end with, and what is lost on the way: `overruled` at the source, `refusals` on the
 * calendar. Pure.
 */
export function mergeEdits(
  state: Pick<ReconcileState, 'mapping' | 'writable' | 'wantedAt' | 'isOvertaken'>,
  remote: LiveCalendarEvent,
  wanted: Content,
): { readonly content: Content; readonly overruled: readonly Refusal[]; readonly refusals: readonly Refusal[] } {
  const stamp = remote.ownership?.stamp;
  const converted = isConverted(remote, wanted);
  const onCalendar = (fields: readonly ContentField[], reason: string): Refusal[] =>
    fields.length === 0 ? [] : [{ fields, wanted: remote.content, kept: wanted, reason }];
  const unsupported = onCalendar(converted ? ['interval'] : [], 'unsupported_form');
  if (stamp === undefined) return { content: wanted, overruled: [], refusals: unsupported };
  // Stamped by a write of ours that is not recorded yet, it says what we wrote over what was taken.
  const isOverwritten = state.mapping.agreed !== undefined && state.mapping.agreed !== stamp;
  const taken = isOverwritten ? NO_FIELDS : takenFields(state.mapping, wanted);
  const changedThere = new Set([...changedFields(remote.content, stamp), ...taken]);
  const edited = differingFields(remote.content, wanted).filter(
    (field) => changedThere.has(field) && !OURS_ALWAYS.has(field) && !(converted && field === 'interval'),
  );
  const changedHere = new Set(changedFields(wanted, stamp).filter((field) => !taken.has(field)));
  const forbidden = edited.filter((field) => !state.writable.has(field));
  const isContested = (field: ContentField) => changedHere.has(field) || (state.isOvertaken && !taken.has(field));
  const contested = edited.filter((field) => state.writable.has(field) && isContested(field));
  const calendarIsLater = msOf(remote.updatedAt) - msOf(state.wantedAt) > DOUBT_MS;
  const lost = new Set([...forbidden, ...(calendarIsLater ? [] : contested)]);
  const content = withFields(
    wanted,
    remote.content,
    edited.filter((field) => !lost.has(field)),
  );
  const overruled: Refusal = { fields: contested, wanted, kept: remote.content, reason: 'changed_on_calendar' };
  return {
    content,
    overruled: calendarIsLater && contested.length > 0 ? [overruled] : [],
    refusals: [
      ...unsupported,
      ...onCalendar(forbidden, 'no_writable_source'),
      ...onCalendar(calendarIsLater ? [] : contested, 'changed_in_booking_system'),
    ],
  };
}
