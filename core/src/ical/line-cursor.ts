import { unfold } from './physical-lines.ts';

/** Walks the lines of one component, without its BEGIN and END and without what stands in components inside it. */
export class LineCursor {
  /** Upper case; empty for what is no property. */
  name = '';
  /** Where the line begins. */
  from = 0;
  /** Where it ends with all that is folded under it, its line end included. */
  to: number;
  readonly #text: string;
  readonly #end: number;
  #nested = -1;
  #afterName = 0;
  #folded = false;

  constructor(text: string, from: number, end: number) {
    this.#text = text;
    this.#end = end;
    this.to = from;
  }

  /** Goes to the next line; false when there is none. */
  next(): boolean {
    while (this.to < this.#end) {
      this.#readLine();
      if (this.name === 'BEGIN') this.#nested++;
      else if (this.name === 'END') this.#nested = Math.max(0, this.#nested - 1);
      else if (this.#nested <= 0) return true;
    }
    return false;
  }

  /** What follows the name, unfolded: `;PARAMETER=x:value`. Cut at `most` characters of the text. */
  rest(most: number): string {
    const from = this.from + this.#afterName;
    const to = this.to - (this.#text.endsWith('\r\n', this.to) ? 2 : this.#text.endsWith('\n', this.to) ? 1 : 0);
    const line = this.#text.slice(from, Math.min(to, from + most));
    return this.#folded ? unfold(line) : line;
  }

  #readLine(): void {
    const text = this.#text;
    this.from = this.to;
    this.to = this.#endOfLine(this.from);
    this.#folded = this.to < this.#end && isBlank(text.charCodeAt(this.to));
    while (this.to < this.#end && isBlank(text.charCodeAt(this.to))) this.to = this.#endOfLine(this.to);
    let at = this.from;
    while (NAME_CHARACTERS[text.charCodeAt(at)] === 1) at++;
    this.#afterName = at - this.from;
    const code = text.charCodeAt(at);
    if (code === COLON || code === SEMICOLON) this.name = nameAt(text, this.from, at);
    else this.#readFoldedName();
  }

  #endOfLine(from: number): number {
    const lineFeed = this.#text.indexOf('\n', from);
    return lineFeed === -1 || lineFeed >= this.#end ? this.#end : lineFeed + 1;
  }

  /** A fold may stand anywhere, so also within a name. */
  #readFoldedName(): void {
    const [, name = ''] = /^((?:[\w-]|\r?\n[ \t])+)[:;]/.exec(this.#text.slice(this.from, this.to)) ?? [];
    this.#afterName = name.length;
    this.name = unfold(name).toUpperCase();
  }
}

const COLON = 58;
const SEMICOLON = 59;

/** Names that nearly every line has, by a key that no two of them share. */
const KNOWN_NAMES = new Array<string | undefined>(4_096).fill(undefined);
for (const name of [
  'BEGIN',
  'END',
  'UID',
  'SUMMARY',
  'DESCRIPTION',
  'DTSTART',
  'DTEND',
  'DTSTAMP',
  'STATUS',
  'TRANSP',
  'SEQUENCE',
  'CREATED',
  'LAST-MODIFIED',
  'LOCATION',
]) {
  KNOWN_NAMES[keyOfName(name, 0, name.length)] = name;
}

/** The name in upper case. Cutting each out of the text anew would take a tenth of the time a feed takes. */
function nameAt(text: string, from: number, to: number): string {
  const known = KNOWN_NAMES[keyOfName(text, from, to)];
  return known?.length === to - from && text.startsWith(known, from) ? known : text.slice(from, to).toUpperCase();
}

/** By length and the first and the last letter. */
function keyOfName(text: string, from: number, to: number): number {
  return (to - from) * 256 + text.charCodeAt(from) + text.charCodeAt(to - 1);
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9;
}

/** Letters, digits and hyphens (RFC 5545, 3.1), and the underscores that some programs use. */
const NAME_CHARACTERS = new Uint8Array(128);
for (const character of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_') {
  NAME_CHARACTERS[character.charCodeAt(0)] = 1;
}
