import type { FeedEntry } from '../domain/feed.ts';
import { digest } from '../domain/identity.ts';
import type { EventLines } from './event-lines.ts';
import { type EventSpan, type ResourceTime, readSpan, toResourceTime } from './event-span.ts';
import type { FreeReason } from './feed-reading.ts';
import { readTime } from './feed-time.ts';
import type { FramedCalendar } from './frame-feed.ts';
import type { EventTexts, PlatformRules } from './platforms/platform-rules.ts';
import { textIn, valueIn } from './property.ts';
import type { TimesOfCalendar } from './times-of-calendar.ts';

/** By what the events of one calendar are read. */
export interface EventReader {
  readonly calendar: FramedCalendar;
  readonly times: TimesOfCalendar;
  readonly resource: ResourceTime;
  readonly rules: PlatformRules;
}

/** One event, or one of a series' events, understood. */
export interface EventReading {
  readonly entry: FeedEntry;
  readonly span: EventSpan;
  readonly freeBecause: FreeReason | undefined;
}

/** What a title may need to be rid of; most are plain words. */
const UNTIDY = /[^ -~]|^ | $| {2}/;
const LONGEST_TITLE = 300;
const LONGEST_UID = 500;

/** Reads one VEVENT by itself, as if it did not recur. @throws NotReadable, or a RangeError of Temporal */
export function readEvent(lines: EventLines, reader: EventReader): EventReading {
  const texts = textsOf(lines, reader.calendar);
  const span = readSpan(lines, reader.times, reader.rules.endsOnLastDay?.(texts));
  const { start, end } = toResourceTime(span, reader.resource);
  const uid = texts.uid || digest('no-uid', start, end, texts.title);
  const entry = { ...reader.rules.describe(texts), uid, recurrenceId: '', start, end, raw: lines.raw };
  const modifiedAt = modifiedAtOf(lines);
  return {
    entry: modifiedAt === undefined ? entry : { ...entry, modifiedAt },
    span,
    freeBecause: freeBecause(lines, reader.calendar),
  };
}

/** The texts of an event. A title is one line; of what is too long to be a title or a name, no more is kept. */
export function textsOf(lines: EventLines, { prodId }: FramedCalendar): EventTexts {
  return {
    uid: uidOf(lines),
    title: titleIn(lines),
    description: lines.description === undefined ? '' : (valueIn(lines.description) ?? ''),
    prodId,
  };
}

function titleIn({ summary }: EventLines): string {
  const text = textIn(summary);
  if (text.length <= LONGEST_TITLE && !UNTIDY.test(text)) return text;
  const title = text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
  return title.slice(0, LONGEST_TITLE).toWellFormed();
}

/** The UID, or a name in its place that is as long as a name should be; empty when there is none. */
export function uidOf(lines: EventLines): string {
  const uid = textIn(lines.uid).trim();
  return uid.length > LONGEST_UID ? digest('long-uid', uid) : uid;
}

function freeBecause(lines: EventLines, calendar: FramedCalendar): FreeReason | undefined {
  if (calendar.method === 'CANCEL') return 'cancelled';
  if (lines.status !== undefined && /^cancell?ed$/i.test(textIn(lines.status).trim())) return 'cancelled';
  if (lines.transparency !== undefined && /^transparent$/i.test(textIn(lines.transparency).trim()))
    return 'transparent';
  return undefined;
}

function modifiedAtOf({ lastModified }: EventLines): string | undefined {
  const time = lastModified === undefined ? undefined : readTime(lastModified);
  return time?.type === 'instant' ? time.instant : undefined;
}
