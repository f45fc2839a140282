import { InvalidInput } from '../domain/errors.ts';

/** One VEVENT, cut out of its document. */
export interface FramedEvent {
  /** Its text as it stood in the document, with line feeds. */
  readonly raw: string;
  /** Its own lines, unfolded; those of components inside it (alarms) are left out. */
  readonly lines: readonly string[];
  /** False when its END is missing. */
  readonly whole: boolean;
}

export interface FramedCalendar {
  readonly prodId: string;
  readonly events: readonly FramedEvent[];
  /** The text of each VTIMEZONE. */
  readonly timeZones: readonly string[];
}

/** One line of a component: `NAME;PARAM=VALUE:value`. */
export interface Property {
  /** Upper case. */
  readonly name: string;
  /** With its leading semicolon, or empty. */
  readonly parameters: string;
  readonly value: string;
}

interface OpenComponent {
  readonly name: string;
  readonly raw: string[];
  readonly lines: string[];
  nested: number;
}

/**
 * Cuts a document into its VEVENTs, so that each can be read by itself and none decides the fate of another. Every
 * VEVENT of the document is in the result once, also one that is cut off or repeats a UID.
 * @throws InvalidInput when this is not one or more complete iCalendar documents (RFC 5545, 3.4): an HTML page, an
 * empty answer, a file that breaks off.
 */
export function frameCalendar(text: string): FramedCalendar {
  const frame = new Frame();
  for (const { line, raw } of unfold(text)) frame.take(line, raw);
  return frame.finish();
}

/** Reads one unfolded line; undefined for what is not a property. */
export function readProperty(line: string): Property | undefined {
  const [, name, parameters, value] = /^([\w-]+)((?:;[\w-]+=(?:"[^"]*"|[^":;]*))*):(.*)$/.exec(line) ?? [];
  if (name === undefined || parameters === undefined || value === undefined) return undefined;
  return { name: name.toUpperCase(), parameters, value };
}

class Frame {
  readonly #events: FramedEvent[] = [];
  readonly #timeZones: string[] = [];
  #prodId = '';
  #calendars = 0;
  #inCalendar = false;
  #open: OpenComponent | undefined;

  take(line: string, raw: string): void {
    const [, keyword = '', name = ''] =
      /^(BEGIN|END):([\w-]+)\s*$/i.exec(line)?.map((part) => part.toUpperCase()) ?? [];
    if (name === 'VCALENDAR') this.#turnCalendar(keyword === 'BEGIN');
    else if (keyword === 'BEGIN') this.#begin(name, raw);
    else if (keyword === 'END') this.#end(name, raw);
    else this.#takeProperty(line, raw);
  }

  finish(): FramedCalendar {
    if (this.#calendars === 0 || this.#inCalendar) throw new InvalidInput('not a complete iCalendar document');
    return { prodId: this.#prodId, events: this.#events, timeZones: this.#timeZones };
  }

  #turnCalendar(begins: boolean): void {
    this.#close(false);
    if (begins) this.#calendars++;
    this.#inCalendar = begins;
  }

  #begin(name: string, raw: string): void {
    // No component contains a VEVENT, so what is still open lost its END.
    if (this.#open && name === 'VEVENT') this.#close(false);
    if (this.#open) {
      this.#open.raw.push(raw);
      this.#open.nested++;
    } else {
      // Wherever it stands: files glued together by hand have events outside of any VCALENDAR.
      this.#open = { name, raw: [raw], lines: [], nested: 0 };
    }
  }

  #end(name: string, raw: string): void {
    if (!this.#open) return;
    this.#open.raw.push(raw);
    if (name === this.#open.name) this.#close(true);
    else this.#open.nested = Math.max(0, this.#open.nested - 1);
  }

  #takeProperty(line: string, raw: string): void {
    if (this.#open) {
      this.#open.raw.push(raw);
      if (this.#open.nested === 0) this.#open.lines.push(line);
      return;
    }
    const property = readProperty(line);
    if (property?.name === 'PRODID') this.#prodId = property.value;
  }

  #close(whole: boolean): void {
    const open = this.#open;
    this.#open = undefined;
    if (open?.name === 'VEVENT') this.#events.push({ raw: open.raw.join('\n'), lines: open.lines, whole });
    if (open?.name === 'VTIMEZONE' && whole) this.#timeZones.push(open.raw.join('\n'));
  }
}

/** Joins folded lines (RFC 5545, 3.1). Bare line feeds and carriage returns end lines too: platforms send them. */
function* unfold(text: string): Generator<{ line: string; raw: string }> {
  let line: string | undefined;
  let raw = '';
  for (const physical of text.split(/\r\n|\n|\r/)) {
    if (line !== undefined && /^[ \t]/.test(physical)) {
      line += physical.slice(1);
      raw += `\n${physical}`;
      continue;
    }
    if (line) yield { line, raw };
    line = physical;
    raw = physical;
  }
  if (line) yield { line, raw };
}
