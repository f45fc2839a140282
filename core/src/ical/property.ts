/**
 * The value of a line without its name (`;LANGUAGE=en:Reserved` or `:Reserved`), and its parameters. Undefined for a
 * line without a value.
 */
export function valueIn(line: string): string | undefined {
  const at = valueStart(line);
  return at === -1 ? undefined : line.slice(at);
}

/** Longer ones are not repeated before each value of a list. */
const LONGEST_PARAMETERS = 1_000;
/** Longer names of zones are none. */
const LONGEST_PARAMETER = 200;

/** The values of a list, as EXDATE has them, each with the line's parameters before it that bear on a time. */
export function valuesIn(line: string): string[] {
  const value = valueIn(line) ?? '';
  const written = line.slice(0, line.length - value.length);
  const parameters = written.length > LONGEST_PARAMETERS ? timeParametersOf(written) : written;
  return value.split(',').map((part) => parameters + part);
}

/** As they come before a value; thousands of values, each read behind thousands of letters, would take seconds. */
function timeParametersOf(written: string): string {
  const parameters = ['VALUE', 'TZID'].flatMap((name) => {
    const value = parameterIn(written, name)?.slice(0, LONGEST_PARAMETER);
    return value === undefined ? [] : `;${name}="${value}"`;
  });
  return `${parameters.join('')}:`;
}

/** The value of a TEXT property, unescaped; empty for one that is absent. */
export function textIn(line: string | undefined): string {
  return line === undefined ? '' : unescapeText(valueIn(line) ?? '');
}

/** Takes the escapes out of a text (RFC 5545, 3.3.11). */
export function unescapeText(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(/\\([\\;,:"nN])/g, (_, escaped) => (escaped === 'n' || escaped === 'N' ? '\n' : escaped));
}

/** A parameter of a line without its name, as it is or out of its quotes; names are compared without regard to case. */
export function parameterIn(line: string, name: string): string | undefined {
  if (line.charCodeAt(0) === COLON) return undefined;
  const parameters = line.slice(0, Math.max(0, valueStart(line) - 1));
  for (const [, key, value = ''] of parameters.matchAll(PARAMETER)) {
    if (key?.toUpperCase() === name) return value.replaceAll('"', '').trim();
  }
  return undefined;
}

const COLON = 58;
const QUOTE = 34;
const PARAMETER = /;([\w-]+)=((?:"[^"]*"?|[^";])*)/g;

/** Behind the first colon that stands in no quotes; behind the first of all when a quote is never closed. */
function valueStart(line: string): number {
  let quoted = false;
  for (let at = 0; at < line.length; at++) {
    const code = line.charCodeAt(at);
    if (code === COLON && !quoted) return at + 1;
    if (code === QUOTE) quoted = !quoted;
  }
  return line.indexOf(':') + 1 || -1;
}
