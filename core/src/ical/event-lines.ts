import type { FramedEvent } from './frame-feed.ts';
import { LineCursor } from './line-cursor.ts';

/** The lines of a VEVENT that bear on us, each without its name: `;PARAMETER=x:value`. Of a repeated one, the first. */
export interface EventLines {
  /** All of it, as it stands in the document. */
  readonly raw: string;
  uid: string | undefined;
  summary: string | undefined;
  description: string | undefined;
  start: string | undefined;
  end: string | undefined;
  duration: string | undefined;
  status: string | undefined;
  transparency: string | undefined;
  recurrenceId: string | undefined;
  stamp: string | undefined;
  lastModified: string | undefined;
  /** In the order of the document: RRULE, RDATE, EXRULE (RFC 2445, 4.8.5.2) and EXDATE. */
  readonly recurrence: RecurrenceLine[];
  /** How long these are together, and how many of them are rules. */
  recurrenceCharacters: number;
  rules: number;
  /** A second DTSTART, DTEND or DURATION says something else than the first. */
  contradictory: boolean;
  /** A line that must be read whole is too long to be. */
  tooLarge: boolean;
}

export interface RecurrenceLine {
  readonly name: RecurrenceName;
  readonly line: string;
}

export type RecurrenceName = 'RRULE' | 'RDATE' | 'EXRULE' | 'EXDATE';

/**
 * The most that is read of one line. A description of more is junk to us; some 4,000 dates fit into an EXDATE.
 */
const MOST_CHARACTERS = 65_536;
/** Lines of one event's recurrence: Outlook writes an EXDATE line for each date. */
const MOST_RECURRENCE_LINES = 5_000;
/** Of all of these together: some 16,000 dates. */
const MOST_RECURRENCE_CHARACTERS = 4 * MOST_CHARACTERS;
/** There should be one (RFC 5545, 3.8.5.3); each is expanded by itself. */
const MOST_RULES = 20;

/** Somebody else who wants to see the lines of an event while they are walked. */
export interface LineWatcher {
  see(line: LineCursor): void;
}

/** Reads the lines of an event, not yet their values; `watcher` gets to see each. */
export function readEventLines(text: string, event: FramedEvent, watcher?: LineWatcher): EventLines {
  const lines = noLines(text.slice(event.from, event.to));
  const cursor = new LineCursor(text, event.from, event.to);
  while (cursor.next()) {
    watcher?.see(cursor);
    takeLine(lines, cursor);
  }
  return lines;
}

function takeLine(lines: EventLines, cursor: LineCursor): void {
  switch (cursor.name) {
    case 'UID':
      // Whole: two that differ at their ends are two.
      lines.uid ??= cursor.rest(Number.POSITIVE_INFINITY);
      break;
    case 'SUMMARY':
      lines.summary ??= cursor.rest(MOST_CHARACTERS);
      break;
    case 'DESCRIPTION':
      lines.description ??= cursor.rest(MOST_CHARACTERS);
      break;
    case 'DTSTART':
      lines.start = takeOnce(lines, lines.start, cursor);
      break;
    case 'DTEND':
      lines.end = takeOnce(lines, lines.end, cursor);
      break;
    case 'DURATION':
      lines.duration = takeOnce(lines, lines.duration, cursor);
      break;
    case 'STATUS':
      lines.status ??= cursor.rest(MOST_CHARACTERS);
      break;
    case 'TRANSP':
      lines.transparency ??= cursor.rest(MOST_CHARACTERS);
      break;
    case 'RECURRENCE-ID':
      lines.recurrenceId ??= cursor.rest(MOST_CHARACTERS);
      break;
    case 'DTSTAMP':
      lines.stamp ??= cursor.rest(MOST_CHARACTERS);
      break;
    case 'LAST-MODIFIED':
      lines.lastModified ??= cursor.rest(MOST_CHARACTERS);
      break;
    case 'RRULE':
    case 'RDATE':
    case 'EXRULE':
    case 'EXDATE':
      takeRecurrence(lines, cursor.name, cursor);
      break;
  }
}

/** Which of two different starts is meant nobody knows; the same one twice does no harm. */
function takeOnce(lines: EventLines, first: string | undefined, cursor: LineCursor): string {
  const line = cursor.rest(MOST_CHARACTERS);
  if (first !== undefined && first !== line) lines.contradictory = true;
  return first ?? line;
}

function takeRecurrence(lines: EventLines, name: RecurrenceName, cursor: LineCursor): void {
  const { recurrence } = lines;
  const isRule = name === 'RRULE' || name === 'EXRULE';
  lines.recurrenceCharacters += cursor.to - cursor.from;
  if (isRule) lines.rules++;
  if (
    cursor.to - cursor.from > MOST_CHARACTERS ||
    lines.recurrenceCharacters > MOST_RECURRENCE_CHARACTERS ||
    lines.rules > MOST_RULES ||
    recurrence.length === MOST_RECURRENCE_LINES
  ) {
    lines.tooLarge = true;
  } else recurrence.push({ name, line: cursor.rest(MOST_CHARACTERS) });
}

function noLines(raw: string): EventLines {
  return {
    raw,
    uid: undefined,
    summary: undefined,
    description: undefined,
    start: undefined,
    end: undefined,
    duration: undefined,
    status: undefined,
    transparency: undefined,
    recurrenceId: undefined,
    stamp: undefined,
    lastModified: undefined,
    recurrence: [],
    recurrenceCharacters: 0,
    rules: 0,
    contradictory: false,
    tooLarge: false,
  };
}
