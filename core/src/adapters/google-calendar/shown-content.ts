import { type Content, type ContentStatus, changedFields, type Stamp } from '../../domain/content.ts';

/** The part of a Google event that shows a content's title and status. */
export interface ShownContent {
  readonly summary: string;
  readonly status: 'confirmed' | 'tentative';
  readonly transparency: 'opaque' | 'transparent';
}

/** The same part of an event as read: what is usual is not said. */
export interface ShownEvent {
  readonly summary?: string | null | undefined;
  readonly status?: string | null | undefined;
  readonly transparency?: string | null | undefined;
}

/** What people read on the kept event of a cancelled booking. */
const CANCELLED = 'Cancelled: ';

/**
 * How title and status are shown. Google's own status `cancelled` means deleted, so a cancelled booking whose event is
 * kept shows it in its title and leaves its time free.
 */
export function showContent({ title, status }: Pick<Content, 'title' | 'status'>): ShownContent {
  if (status !== 'cancelled') return { summary: title, status, transparency: 'opaque' };
  return { summary: CANCELLED + title, status: 'confirmed', transparency: 'transparent' };
}

/**
 * The title and status that an event shows: the way back from `showContent`. An event is a kept one only if the stamp
 * says that we wrote it so; what staff call "Cancelled: …" is a title like any other. Once staff take off the word, or
 * make the time busy again, it is cancelled no more.
 */
export function readShownContent(shown: ShownEvent, stamp: Stamp | undefined): Pick<Content, 'title' | 'status'> {
  const summary = shown.summary ?? '';
  // Calendars may trim the blank behind the colon when no title follows.
  const isMarked = summary.startsWith(CANCELLED.trimEnd()) && stampedStatus(stamp) === 'cancelled';
  const title = isMarked ? summary.slice(CANCELLED.length) : summary;
  if (isMarked && shown.transparency === 'transparent') return { title, status: 'cancelled' };
  return { title, status: shown.status === 'tentative' ? 'tentative' : 'confirmed' };
}

const STATUSES: readonly ContentStatus[] = ['confirmed', 'tentative', 'cancelled'];

/** The status of the content a stamp was made of; undefined when the stamp cannot be read. */
export function stampedStatus(stamp: Stamp | undefined): ContentStatus | undefined {
  const rest = { start: '', end: '', title: '', resourceId: '' };
  return STATUSES.find((status) => !changedFields({ ...rest, status }, stamp).includes('status'));
}
