import fc from 'fast-check';
import { type Damage, damaged, damages } from './damage.ts';
import { calendarLines } from './ics-lines.ts';
import { shownText } from './odd-text.ts';

const ENDS = {
  crlf: ['\r\n'],
  lf: ['\n'],
  cr: ['\r'],
  mixed: ['\r\n', '\n', '\r', '\r\r\n', '\n\n'],
  none: [''],
} as const;
const ENCODINGS = ['utf-8', 'utf-8 with mark', 'utf-16le', 'utf-16be', 'utf-16le without mark', 'latin1'] as const;
const CHARSETS = [
  undefined,
  undefined,
  'utf-8',
  'UTF-16',
  'iso-8859-1',
  'windows-1252',
  'shift_jis',
  'x-none',
  '',
] as const;

/** A calendar and all that happens to it on its way to bytes. */
export interface IcsInput {
  readonly lines: readonly string[];
  readonly damages: readonly Damage[];
  readonly ends: keyof typeof ENDS;
  readonly encoding: (typeof ENCODINGS)[number];
  readonly charset: (typeof CHARSETS)[number];
  /** Bytes that are written over others. */
  readonly bytes: readonly { readonly at: number; readonly byte: number }[];
}

/** Mostly `often`. */
const seldom = <T>(often: T, others: readonly T[]) =>
  fc.oneof({ weight: 6, arbitrary: fc.constant(often) }, { weight: 3, arbitrary: fc.constantFrom(...others) });

/** Calendars that begin as one of `lines`. */
export function icsInputs(lines: fc.Arbitrary<readonly string[]> = calendarLines): fc.Arbitrary<IcsInput> {
  return fc.record({
    lines,
    damages,
    ends: seldom<IcsInput['ends']>('crlf', ['lf', 'cr', 'mixed', 'none']),
    encoding: seldom<IcsInput['encoding']>('utf-8', ENCODINGS),
    charset: seldom<IcsInput['charset']>(undefined, CHARSETS),
    bytes: fc.oneof(
      { weight: 5, arbitrary: fc.constant([]) },
      {
        weight: 1,
        arbitrary: fc.array(
          fc.record({ at: fc.nat(3_000), byte: fc.constantFrom(0, 0x80, 0xc0, 0xff, 0xfe, 0xed, 10, 13, 34) }),
          { maxLength: 5 },
        ),
      },
    ),
  });
}

export function textOfIcs({ lines, damages: all, ends }: IcsInput): string {
  const endings = ENDS[ends];
  return damaged(lines, all)
    .map((line, index) => line + (endings[index % endings.length] ?? ''))
    .join('');
}

export function bytesOfIcs(input: IcsInput): Uint8Array {
  const bytes = encoded(textOfIcs(input), input.encoding);
  for (const { at, byte } of input.bytes) if (at < bytes.length) bytes[at] = byte;
  return bytes;
}

export function shownIcs(input: IcsInput): string {
  const { ends, encoding, charset, bytes } = input;
  return `${shownText(textOfIcs(input))} ${JSON.stringify({ ends, encoding, charset, bytes })}`;
}

function encoded(text: string, encoding: IcsInput['encoding']): Uint8Array {
  switch (encoding) {
    case 'utf-8':
      return Buffer.from(text, 'utf8');
    case 'utf-8 with mark':
      return Buffer.from(`\uFEFF${text}`, 'utf8');
    case 'utf-16le':
      return Buffer.from(`\uFEFF${text}`, 'utf16le');
    case 'utf-16le without mark':
      return Buffer.from(text, 'utf16le');
    case 'utf-16be':
      return Buffer.from(`\uFEFF${text}`, 'utf16le').swap16();
    case 'latin1':
      return Buffer.from(text, 'latin1');
  }
}
