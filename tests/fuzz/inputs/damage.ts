import fc from 'fast-check';
import { eventLine } from './ics-lines.ts';
import { oddText } from './odd-text.ts';

/** Something that happens to the lines of a text; positions are taken modulo what there is. */
export type Damage =
  | { readonly do: 'delete' | 'double' | 'cut' | 'unfold'; readonly line: number }
  | { readonly do: 'swap'; readonly line: number; readonly other: number }
  | { readonly do: 'insert'; readonly line: number; readonly text: string }
  | {
      readonly do: 'splice';
      readonly line: number;
      readonly at: number;
      readonly remove: number;
      readonly text: string;
    }
  | { readonly do: 'fold'; readonly line: number; readonly at: number; readonly blank: string }
  | { readonly do: 'nest'; readonly line: number; readonly name: string; readonly deep: number }
  | { readonly do: 'repeat'; readonly line: number; readonly lines: number; readonly times: number }
  | {
      readonly do: 'stretch';
      readonly line: number;
      readonly at: number;
      readonly unit: string;
      readonly times: number;
      readonly tail: string;
    };

const line = fc.nat(200);
const at = fc.nat(120);
const UNITS = [
  'a',
  ' ',
  '\t',
  '"',
  '\\',
  '\\n',
  ';',
  ':',
  ',',
  '=',
  ';X="',
  '\\,',
  'é',
  '0',
  '-',
  '\r\n ',
  '\r',
  '\0',
  ';A=B',
  '://a',
  ';TZID=',
  ' Airbnb (',
  '20270510T100000Z,',
] as const;

const damage: fc.Arbitrary<Damage> = fc.oneof(
  fc.record({ do: fc.constantFrom('delete', 'double', 'unfold'), line }),
  fc.record({ do: fc.constant('cut'), line }),
  fc.record({ do: fc.constant('swap'), line, other: line }),
  fc.record({ do: fc.constant('insert'), line, text: eventLine }),
  fc.record({ do: fc.constant('splice'), line, at, remove: fc.nat(10), text: oddText }),
  fc.record({ do: fc.constant('fold'), line, at, blank: fc.constantFrom(' ', '\t', '  ', '') }),
  fc.record({
    do: fc.constant('nest'),
    line,
    name: fc.constantFrom('VALARM', 'VEVENT', 'VCALENDAR', 'X-ODD', 'STANDARD', 'DAYLIGHT'),
    deep: fc.constantFrom(1, 2, 3, 4, 5_000),
  }),
  fc.record({
    do: fc.constant('repeat'),
    line,
    lines: fc.integer({ min: 1, max: 12 }),
    times: fc.constantFrom(2, 3, 10, 30, 300, 5_000),
  }),
  fc.record({
    do: fc.constant('stretch'),
    line,
    at,
    unit: fc.constantFrom(...UNITS),
    times: fc.constantFrom(50, 100, 300, 2_000, 10_000, 60_000),
    tail: fc.constantFrom('', '', '', '\u2028', '\0', '!', '"'),
  }),
) as fc.Arbitrary<Damage>;

/** What may happen to a text; mostly little. */
export const damages = fc.oneof(
  { weight: 1, arbitrary: fc.constant([]) },
  { weight: 3, arbitrary: fc.array(damage, { minLength: 1, maxLength: 4 }) },
);

/** Enough for any limit to be passed; more only takes time. */
const MOST_LETTERS = 5_500_000;

/** The lines after what happened to them. */
export function damaged(lines: readonly string[], all: readonly Damage[]): string[] {
  let result = [...lines];
  for (const each of all) {
    if (result.length === 0) break;
    const next = apply(result, each);
    if (next.reduce((sum, text) => sum + text.length, 0) <= MOST_LETTERS) result = next;
  }
  return result;
}

function apply(lines: readonly string[], what: Damage): string[] {
  const index = what.line % lines.length;
  const text = lines[index] ?? '';
  const replaced = (...others: readonly string[]) => lines.toSpliced(index, 1, ...others);
  switch (what.do) {
    case 'delete':
      return replaced();
    case 'double':
      return replaced(text, text);
    case 'unfold':
      return index === 0 ? [...lines] : lines.toSpliced(index - 1, 2, `${lines[index - 1]}${text}`);
    case 'cut':
      return lines.slice(0, index);
    case 'swap': {
      const other = what.other % lines.length;
      return lines.with(index, lines[other] ?? '').with(other, text);
    }
    case 'insert':
      return replaced(text, what.text);
    case 'splice':
      return replaced(text.slice(0, what.at) + what.text + text.slice(what.at + what.remove));
    case 'fold':
      return replaced(text.slice(0, what.at), what.blank + text.slice(what.at));
    case 'nest':
      return replaced(text, ...Array<string>(what.deep).fill(`BEGIN:${what.name}`));
    case 'repeat':
      return replaced(...Array.from({ length: what.times }, () => lines.slice(index, index + what.lines)).flat());
    case 'stretch':
      return replaced(text.slice(0, what.at) + what.unit.repeat(what.times) + what.tail + text.slice(what.at));
  }
}
