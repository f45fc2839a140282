import type { Binding } from '../domain/binding.ts';
import type { BookingSystemConfig } from '../domain/booking-system-config.ts';
import type { Content, ContentField } from '../domain/content.ts';
import { holdsTime, isBooking, type LedgerEvent } from '../domain/event.ts';
import { mappingIdOf } from '../domain/identity.ts';
import { instantOf } from '../domain/interval.ts';
import type { Mapping } from '../domain/mapping.ts';
import type { BookingSystem } from '../ports/booking-system.ts';
import type { CalendarProvider, CalendarRef } from '../ports/calendar-provider.ts';
import { calendarOf, type SyncDeps } from './deps.ts';
import { contentOf, desiredContent } from './desired-content.ts';
import { isDirect } from './direct/direct-booking.ts';

/** One mapping that is being driven to agreement, with everything that was read for it. */
export interface ReconcileWork {
  readonly tenantId: string;
  readonly mapping: Mapping;
  /** Of the mapping as read: writes made on its strength are conditional on it. */
  readonly updateTime: string;
  readonly event: LedgerEvent | null;
  readonly binding: Binding;
  readonly provider: CalendarProvider;
  readonly calendar: CalendarRef;
  readonly wanted: Content | null;
  /** What the ledger says of the event, wherever it stands; null when no edit of it matters any more. */
  readonly said: Content | null;
  /** When the event last changed at its source, or, where that does not say, when we learnt of it. */
  readonly wantedAt: string;
  readonly past: boolean;
}

/** A booking system that takes edits of its bookings from us. */
export interface SystemSource {
  readonly config: BookingSystemConfig;
  readonly system: BookingSystem;
}

/** The source of an event, when edits may be taken back to it: of bookings made with us, the ledger itself. */
export type WritableSource = { readonly fields: ReadonlySet<ContentField> } & (
  | SystemSource
  | { readonly system: null }
);

/** Reads what one mapping's reconciliation rests on: three documents. Null when the mapping or binding is gone. */
export async function loadWork(
  input: { readonly tenantId: string; readonly eventId: string; readonly bindingId: string },
  deps: SyncDeps,
): Promise<ReconcileWork | null> {
  const { tenantId, eventId, bindingId } = input;
  const { store, documents } = deps;
  const [mappingDocument, eventDocument, bindingDocument] = await documents.getAll([
    store.mappings.path(tenantId, mappingIdOf(eventId, bindingId)),
    store.events.path(tenantId, eventId),
    store.bindings.path(tenantId, bindingId),
  ]);
  if (!mappingDocument || !bindingDocument) return null;
  const binding = store.bindings.decode(bindingDocument);
  const event = eventDocument ? store.events.decode(eventDocument) : null;
  return {
    tenantId,
    mapping: store.mappings.decode(mappingDocument),
    updateTime: mappingDocument.updateTime,
    event,
    binding,
    provider: deps.calendars[binding.provider],
    calendar: calendarOf(binding),
    wanted: binding.state === 'removing' ? null : desiredContent(event, binding),
    said: event && binding.state !== 'removing' ? contentOf(event, binding) : null,
    wantedAt: event?.booking?.updatedAt ?? event?.updatedAt ?? '',
    past: event !== null && hasEnded(event, deps.clock.now()),
  };
}

/**
 * Whether a booking has a version that neither its source was asked for nor what that made of it: its own word and the later
 * one, also where it says what it said before. Its answer may have been lost, and its booking put back since.
 * @param asked the version of which a change was asked for.
 */
export function isOvertaken(asked: number | undefined, { event }: Pick<ReconcileWork, 'event'>): boolean {
  const version = event?.booking?.version;
  return asked !== undefined && version !== undefined && version > asked + 1;
}

/**
 * Whether the ledger has heard what became of a change that its booking's source was asked for: the next version is that
 * change, or it came to nothing.
 * @param asked as for `isOvertaken`.
 */
export function isAnswered(asked: number | undefined, { event }: Pick<ReconcileWork, 'event'>): boolean {
  return asked !== undefined && event?.booking?.version === asked + 1;
}

/** Where an event's calendar edits go; null where they cannot be taken back. */
export async function findWritableSource(work: ReconcileWork, deps: SyncDeps): Promise<WritableSource | null> {
  const { event, binding, tenantId } = work;
  if (!event || binding.direction !== 'two-way' || !isBooking(event) || !holdsTime(event)) return null;
  if (isDirect(event)) return { system: null, fields: new Set(editableFields(work, false)) };
  const config = await deps.store.bookingSystems.get(deps.documents, tenantId, event.source.id);
  const system = config && deps.bookingSystem(config, tenantId);
  if (!config || !system) return null;
  // The ledger keeps the time of a booking that is done, so moving it at its source would never bring agreement.
  const done = event.booking?.status === 'completed' || event.booking?.status === 'no_show';
  return { config, system, fields: new Set(editableFields(work, done)) };
}

function editableFields({ binding }: ReconcileWork, done: boolean): ContentField[] {
  const fields: ContentField[] = done ? ['status'] : ['interval', 'status', 'resource'];
  return binding.visibility === 'details' ? [...fields, 'title'] : fields;
}

function hasEnded(event: LedgerEvent, now: number): boolean {
  return event.end <= instantOf(now).slice(0, event.end.length === 10 ? 10 : undefined);
}
