import { expect, it } from 'vitest';
import { keepText } from './keep-text.ts';

it('a text is kept with line feeds, and whole where it may be that long', () => {
  expect(keepText('BEGIN:VEVENT\r\nUID:a\nEND:VEVENT\r\n', 100)).toEqual({ text: 'BEGIN:VEVENT\nUID:a\nEND:VEVENT\n' });
  expect(keepText('a\r\nb\r\n', 4)).toEqual({ text: 'a\nb\n' });
});

it.each([
  ['more bytes than are kept', 'abcdef', 5, { text: 'abcde', cutFrom: 6 }],
  ['a character of two bytes at the end', 'abcdé', 5, { text: 'abcd', cutFrom: 5 }],
  ['a character of four bytes at the end', 'ab🏠', 5, { text: 'ab', cutFrom: 4 }],
  ['nothing but line ends', '\r\n'.repeat(9), 4, { text: '\n\n\n\n', cutFrom: 18 }],
  ['more line ends than it looks through', 'a\r\n'.repeat(5), 5, { text: 'a\na\na', cutFrom: 15 }],
])('a text with %s says that it was cut, and how long it was', (_case, text, most, kept) => {
  expect(keepText(text, most)).toEqual(kept);
});

it('halves of a character, which no store takes, are replaced', () => {
  expect(keepText('a\uD83Cb', 100)).toEqual({ text: 'a\uFFFDb' });
});
