import { decodeFeed } from './decode-feed.ts';
import type { SemanticHash } from './feed-reading.ts';
import { unfold, withLineFeeds } from './physical-lines.ts';
import { refuseDocument } from './refuse-document.ts';

/** What a VCALENDAR says of all its events. A feed may be several VCALENDARs in a row. */
export interface FramedCalendar {
  /** PRODID: who made it, as it says itself. */
  readonly prodId: string;
  /** METHOD, upper case; CANCEL calls everything in it off (RFC 5546, 1.4). */
  readonly method: string;
  /** X-WR-TIMEZONE: the zone its times are meant in when they name none. */
  readonly timeZone: string;
  /** Where its VTIMEZONEs stand in the text. */
  readonly timeZones: readonly TextSpan[];
}

/** From `from` up to, but without, `to`. */
export interface TextSpan {
  readonly from: number;
  readonly to: number;
}

/** Where one VEVENT stands, from its BEGIN line to the end of its END line. */
export interface FramedEvent extends TextSpan {
  /** False when its END is missing. */
  readonly whole: boolean;
  readonly calendar: FramedCalendar;
}

/** A feed cut into its VEVENTs; no more than this is kept of them until they are read. */
export interface FramedFeed {
  /** Without byte order mark; its lines end with a line feed, or with one carriage return and a line feed. */
  readonly text: string;
  /** In the order of the document. */
  readonly calendars: readonly FramedCalendar[];
  /** Every VEVENT of the document, once. */
  readonly events: readonly FramedEvent[];
  /** What was found out about it meanwhile, so that nobody needs to do it again. */
  readonly memo: { semanticHash?: SemanticHash };
}

/**
 * Cuts a feed into its VEVENTs, so that each can be read by itself and none decides the fate of another: also one that
 * is cut off, stands outside of any VCALENDAR or repeats a UID. Bytes are decoded as `decodeFeed` says.
 * @throws InvalidInput when this is not one or more complete iCalendar documents (RFC 5545, 3.4): an HTML page, an empty
 * answer, a file that breaks off.
 */
export function frameFeed(feed: string | Uint8Array, charset?: string): FramedFeed {
  // Blanks before the first line would make it a folded one.
  const text = withLineFeeds(typeof feed === 'string' ? feed : decodeFeed(feed, charset))
    .replaceAll('\uFEFF', '')
    .trimStart();
  const framer = new Framer(text);
  for (let from = 0; from < text.length; ) {
    const lineFeed = text.indexOf('\n', from);
    const to = lineFeed === -1 ? text.length : lineFeed + 1;
    framer.take(from, to);
    from = to;
  }
  return framer.finish();
}

interface OpenComponent {
  readonly name: string;
  readonly from: number;
  /** How many components inside it are open. */
  nested: number;
}

type CalendarDraft = { -readonly [Field in keyof FramedCalendar]: FramedCalendar[Field] } & { timeZones: TextSpan[] };

/** BEGIN or END and what of; names are compared without regard to case (RFC 5545, 2). */
const BOUNDARY = /^(BEGIN|END)[ \t]*:[ \t]*([\w-]+)\s*$/i;
const CALENDAR_PROPERTY = /^(PRODID|METHOD|X-WR-TIMEZONE)(?:;[^:]*)?:(.*)/i;
const SPACE = 32;
const TAB = 9;
const LETTER_B = 98;
const LETTER_E = 101;
/** Turns an ASCII letter into its lower case. */
const LOWER_CASE = 32;

class Framer {
  readonly #text: string;
  readonly #events: FramedEvent[] = [];
  readonly #calendars: CalendarDraft[] = [];
  #calendar: CalendarDraft = emptyCalendar();
  #begun = 0;
  #inCalendar = false;
  #open: OpenComponent | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  take(from: number, to: number): void {
    const code = this.#text.charCodeAt(from);
    // What is folded under a line is read with it; as lines of their own, a million folds would each be read to the last.
    if (code === SPACE || code === TAB) return;
    const first = code | LOWER_CASE;
    if (first === LETTER_B || first === LETTER_E) this.#takeBoundary(from, to);
    else if (this.#open === undefined) this.#takeCalendarProperty(from, to);
  }

  finish(): FramedFeed {
    if (this.#begun === 0 || this.#inCalendar) throw refuseDocument(this.#text);
    return { text: this.#text, calendars: this.#calendars, events: this.#events, memo: {} };
  }

  #takeBoundary(from: number, to: number): void {
    // Nearly all of them are one of these two.
    if (this.#text.startsWith('END:VEVENT\r\n', from)) this.#end('VEVENT', to);
    else if (this.#text.startsWith('BEGIN:VEVENT\r\n', from)) this.#begin('VEVENT', from);
    else this.#takeOtherBoundary(from, to);
  }

  #takeOtherBoundary(from: number, to: number): void {
    const [, keyword, kind] = BOUNDARY.exec(this.#lineAt(from, to)) ?? [];
    if (keyword === undefined || kind === undefined) return;
    const begins = keyword.length === 5;
    const name = kind.toUpperCase();
    if (name === 'VCALENDAR') this.#turnCalendar(begins, from);
    else if (begins) this.#begin(name, from);
    else this.#end(name, to);
  }

  #turnCalendar(begins: boolean, at: number): void {
    this.#close(at, false);
    if (begins) {
      this.#begun++;
      this.#calendar = emptyCalendar();
      this.#calendars.push(this.#calendar);
    }
    this.#inCalendar = begins;
  }

  #begin(name: string, from: number): void {
    // No component contains a VEVENT, so what is still open lost its END.
    if (this.#open && name === 'VEVENT') this.#close(from, false);
    if (this.#open) this.#open.nested++;
    // Wherever it stands: files glued together by hand have events outside of any VCALENDAR.
    else this.#open = { name, from, nested: 0 };
  }

  #end(name: string, to: number): void {
    if (!this.#open) return;
    if (name === this.#open.name) this.#close(to, true);
    else this.#open.nested = Math.max(0, this.#open.nested - 1);
  }

  #close(to: number, whole: boolean): void {
    const open = this.#open;
    this.#open = undefined;
    if (open?.name === 'VEVENT') this.#events.push({ from: open.from, to, whole, calendar: this.#calendar });
    if (open?.name === 'VTIMEZONE' && whole) this.#calendar.timeZones.push({ from: open.from, to });
  }

  #takeCalendarProperty(from: number, to: number): void {
    const [, name, value = ''] = CALENDAR_PROPERTY.exec(this.#lineAt(from, to)) ?? [];
    switch (name?.toUpperCase()) {
      case 'PRODID':
        this.#calendar.prodId = value.trim();
        break;
      case 'METHOD':
        this.#calendar.method = value.trim().toUpperCase();
        break;
      case 'X-WR-TIMEZONE':
        this.#calendar.timeZone = value.trim();
        break;
    }
  }

  /** The line with all that is folded under it, without its end. */
  #lineAt(from: number, to: number): string {
    let end = to;
    while (this.#text[end] === ' ' || this.#text[end] === '\t') {
      const lineFeed = this.#text.indexOf('\n', end);
      end = lineFeed === -1 ? this.#text.length : lineFeed + 1;
    }
    return unfold(this.#text.slice(from, end).trimEnd());
  }
}

function emptyCalendar(): CalendarDraft {
  return { prodId: '', method: '', timeZone: '', timeZones: [] };
}
