import { expect, it } from 'vitest';
import { isEmailAddress } from './email-address.ts';

it.each(['ana@example.com', 'a.b+golf@mail.example.co', "o'neil_{x}@example.museum", 'x@xn--bcher-kva.example'])(
  '%j is an e-mail address',
  (text) => {
    expect(isEmailAddress(text)).toBe(true);
  },
);

it.each([
  '',
  'ana',
  'ana@',
  '@example.com',
  'ana@example',
  'ana@example.c',
  'ana@@example.com',
  'ana@exam ple.com',
  '.ana@example.com',
  'a..b@example.com',
  'ana@-example.com',
  'ana@example..com',
  'Ana <ana@example.com>',
  'ana@example.com, bob@example.com',
  'ana@example.com\r\nBCC:bob@example.com',
  'ana@example.com\n',
  'mailto:ana@example.com',
  '"a b"@example.com',
  'ana@[127.0.0.1]',
  'añа@example.com',
  `${'a'.repeat(250)}@example.com`,
])('%j is none', (text) => {
  expect(isEmailAddress(text)).toBe(false);
});

it('is decided in no time however long the text', () => {
  const startedAt = performance.now();
  expect(isEmailAddress(`${'a.'.repeat(100_000)}@`)).toBe(false);
  expect(isEmailAddress(`a@${'b-'.repeat(120)}`)).toBe(false);
  expect(performance.now() - startedAt).toBeLessThan(100);
});
