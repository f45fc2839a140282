import { digest } from './identity.ts';
import type { Interval } from './interval.ts';

/** How a calendar event presents a booking's state. `cancelled` events are kept, marked, only where a binding asks. */
export type ContentStatus = 'confirmed' | 'tentative' | 'cancelled';

/** What an event on a calendar says, as far as we write it: everything else there belongs to staff. */
export interface Content extends Interval {
  readonly title: string;
  readonly status: ContentStatus;
  readonly resourceId: string;
}

/** The parts of a content that are compared and merged as one. Start and end move together. */
export type ContentField = 'interval' | 'title' | 'status' | 'resource';

export const CONTENT_FIELDS: readonly ContentField[] = ['interval', 'title', 'status', 'resource'];

/**
 * Fingerprint of the content we last wrote, one short hash per field, in the form `1.interval.title.status.resource`.
 *
 * It travels in the calendar event itself. Comparing it with the event's content says, field by field, what was edited
 * since, without any record of ours: so a write that died before it was recorded is still recognised as ours.
 */
export type Stamp = string;

const VERSION = '1';
/** 50 bits: two contents of one event are compared, never a whole calendar's. */
const HASH_LENGTH = 10;

/** The stamp of a content. */
export function stampOf(content: Content): Stamp {
  return [VERSION, ...CONTENT_FIELDS.map((field) => fieldHash(content, field))].join('.');
}

/** The fields in which `content` differs from what `stamp` was made of; all of them when the stamp is unreadable. */
export function changedFields(content: Content, stamp: Stamp | undefined): ContentField[] {
  const [version, ...hashes] = (stamp ?? '').split('.');
  if (version !== VERSION || hashes.length !== CONTENT_FIELDS.length) return [...CONTENT_FIELDS];
  return CONTENT_FIELDS.filter((field, index) => fieldHash(content, field) !== hashes[index]);
}

/** Titles are compared as people read them: composed Unicode, line breaks and runs of blanks as one blank. */
export function normaliseTitle(title: string): string {
  return title.normalize('NFC').replace(/\s+/g, ' ').trim();
}

/** `base` with the named fields taken from `other`. */
export function withFields(base: Content, other: Content, fields: readonly ContentField[]): Content {
  const taken = new Set(fields);
  const interval = taken.has('interval') ? other : base;
  return {
    start: interval.start,
    end: interval.end,
    title: taken.has('title') ? other.title : base.title,
    status: taken.has('status') ? other.status : base.status,
    resourceId: taken.has('resource') ? other.resourceId : base.resourceId,
  };
}

/** The fields in which two contents differ. */
export function differingFields(a: Content, b: Content): ContentField[] {
  return changedFields(a, stampOf(b));
}

function fieldHash(content: Content, field: ContentField): string {
  switch (field) {
    case 'interval':
      return digest('interval', content.start, content.end).slice(0, HASH_LENGTH);
    case 'title':
      return digest('title', normaliseTitle(content.title)).slice(0, HASH_LENGTH);
    case 'status':
      return digest('status', content.status).slice(0, HASH_LENGTH);
    case 'resource':
      return digest('resource', content.resourceId).slice(0, HASH_LENGTH);
  }
}
