import type { Binding } from '../domain/binding.ts';
import type { Content } from '../domain/content.ts';
import { holdsTime, type LedgerEvent } from '../domain/event.ts';

/** What a busy-only calendar shows of every event. */
export const BUSY_TITLE = 'Busy';

/**
 * What the calendar of `binding` should say about `event`, or null when it should say nothing: the event is on another
 * resource, came from that very calendar, is a mere hold, repeats another, or no longer holds its time (unless the binding
 * keeps cancelled events).
 */
export function desiredContent(event: LedgerEvent | null, binding: Binding): Content | null {
  if (!event || event.resourceId !== binding.resourceId) return null;
  if (event.source.type === 'binding' && event.source.id === binding.id) return null;
  if (event.mergedInto !== undefined || event.echoOf !== undefined) return null;
  // A hold may come to nothing, and no calendar is told of that in time.
  if (event.until !== undefined) return null;
  if (!holdsTime(event) && binding.onCancel === 'delete') return null;
  return contentOf(event, binding);
}

/** What the ledger says of an event, as the calendar of `binding` words it, wherever the event stands. */
export function contentOf(event: LedgerEvent, { visibility }: Pick<Binding, 'visibility'>): Content {
  const { start, end, title, resourceId, booking } = event;
  return {
    ...{ start, end, resourceId },
    title: visibility === 'busy-only' ? BUSY_TITLE : title,
    status: holdsTime(event) ? (booking?.status === 'pending' ? 'tentative' : 'confirmed') : 'cancelled',
  };
}
