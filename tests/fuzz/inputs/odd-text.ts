import fc from 'fast-check';

/** Text that programs stumble over. */
const ODD = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\u0085',
  '\u2028',
  '\uFEFF',
  '\uD800',
  '\uDC00x',
  '\u{1F3E0}',
  'e\u0301',
  '\u202Etxt',
  '%00',
  '%',
  '%zz',
  '..',
  '../../etc',
  'a/b',
  'a\\b',
  '~',
  '.',
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'null',
  'undefined',
  'NaN',
  '-0',
  '1e999',
  '0x10',
  'true',
  '[]',
  '{}',
  "'",
  '"',
  '`',
  ';',
  ',',
  ':',
  '$1',
  '<b>',
  '\r\n',
  'a\r\nX-Odd: 1',
  '\t',
] as const;

/** Lengths around which something changes: ids, titles, documents, index entries. */
const LENGTHS = [1, 63, 64, 65, 128, 200, 201, 255, 256, 257, 400, 500, 501, 1_500, 1_501, 4_096, 70_000] as const;

/** Letters that runs of are dear to a pattern that goes back. */
const UNITS = [
  'a',
  ' ',
  '\t',
  '0',
  '-',
  '.',
  ':',
  ';',
  ',',
  '"',
  '\\',
  '\\n',
  'a@',
  'é',
  '日',
  '🏠',
  '=',
  '(',
  '%41',
  '\n ',
] as const;

/** One piece, over and over. */
export const repeated = fc
  .record({ unit: fc.constantFrom(...UNITS), times: fc.constantFrom(...LENGTHS) })
  .map(({ unit, times }) => unit.repeat(times));

/** Halves of surrogate pairs, too. */
const anyLetters = fc
  .array(fc.oneof(fc.nat(0x17f), fc.nat(0xffff), fc.nat(0x10ffff)), { maxLength: 20 })
  .map((points) => String.fromCodePoint(...points));

export const oddText: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...ODD) },
  { weight: 2, arbitrary: repeated },
  { weight: 2, arbitrary: anyLetters },
  { weight: 1, arbitrary: fc.string({ maxLength: 30 }) },
);

/** A text as a person reads it, in one line and not longer than a page. */
export function shownText(text: string): string {
  const runs = text.replace(/(.{1,8}?)\1{40,}/gsu, (run, unit: string) => `⟨${unit} × ${run.length / unit.length}⟩`);
  const quoted = JSON.stringify(runs);
  return quoted.length > 4_000 ? `${quoted.slice(0, 4_000)}… (${text.length} characters)` : quoted;
}
