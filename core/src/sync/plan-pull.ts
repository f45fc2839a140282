import { changedFields } from '../domain/content.ts';
import type { Mapping } from '../domain/mapping.ts';
import type { CalendarEvent } from '../ports/calendar-provider.ts';

/**
 * What one listed calendar event means for us:
 * - `echo`: it says what we last wrote, or we are about to settle it anyway
 * - `edited`: a mapped event that somebody changed, or took our mark off
 * - `vanished`: a mapped event that is gone and was not removed by us
 * - `elsewhere`: it carries our mark and this binding does not count it as standing: moved here, copied, brought back
 *   from the bin, or not yet adopted
 * - `unmanaged`: nothing of ours
 */
export type PullVerdict = 'echo' | 'edited' | 'vanished' | 'elsewhere' | 'unmanaged';

/** Decides about one item, given the mapping of this binding that its id or its mark leads to. Pure. */
export function planPull(item: CalendarEvent, mapping: Mapping | null): PullVerdict {
  if (mapping && mapping.remoteId === item.remoteId) return planMapped(item, mapping);
  if (item.state === 'cancelled') return 'unmanaged';
  return item.ownership ? 'elsewhere' : 'unmanaged';
}

function planMapped(item: CalendarEvent, mapping: Mapping): PullVerdict {
  if (mapping.state === 'detached') return 'echo';
  if (item.state === 'cancelled') {
    // The tombstone of one that is being revived.
    if (item.etag !== undefined && item.etag === mapping.etag) return 'echo';
    return mapping.state === 'live' || mapping.state === 'stated' ? 'vanished' : 'echo';
  }
  if (!item.ownership) return 'edited';
  if (mapping.state === 'gone') return 'elsewhere';
  const { stamp } = item.ownership;
  const untouched = changedFields(item.content, stamp).length === 0 && !item.recurring;
  const known = stamp !== undefined && stamp === mapping.agreed;
  return untouched && (known || mapping.dirty !== undefined) ? 'echo' : 'edited';
}
