import { describe, expect, it } from 'vitest';
import { decodeFeed } from './decode-feed.ts';

const TEXT = 'BEGIN:VCALENDAR\r\nSUMMARY:Zoë, naïve — 日本\r\nEND:VCALENDAR\r\n';
const utf16be = (text: string) => Buffer.from(text, 'utf16le').swap16();

describe('the text of a feed', () => {
  it.each([
    ['UTF-8', Buffer.from(TEXT)],
    ['UTF-8 with a byte order mark', Buffer.from(`\uFEFF${TEXT}`)],
    ['UTF-16 with a byte order mark', Buffer.from(`\uFEFF${TEXT}`, 'utf16le')],
    ['UTF-16, big endian, with a byte order mark', utf16be(`\uFEFF${TEXT}`)],
    ['UTF-16 without a byte order mark', Buffer.from(TEXT, 'utf16le')],
    ['UTF-16, big endian, without a byte order mark', utf16be(TEXT)],
  ])('is read from %s', (_encoding, bytes) => {
    expect(decodeFeed(bytes)).toBe(TEXT);
  });

  it.each(['iso-8859-1', '"ISO-8859-1"', 'latin1', 'windows-1252'])('is read by the charset %s', (charset) => {
    expect(decodeFeed(Buffer.from('SUMMARY:Zoë', 'latin1'), charset)).toBe('SUMMARY:Zoë');
  });

  it('is UTF-8 whatever the charset says when a byte order mark says so', () => {
    expect(decodeFeed(Buffer.from(`\uFEFF${TEXT}`), 'iso-8859-1')).toBe(TEXT);
  });

  it.each([undefined, '', 'no-such-charset'])('is UTF-8 when the charset is %s', (charset) => {
    expect(decodeFeed(Buffer.from(TEXT), charset)).toBe(TEXT);
  });

  it('has a stand-in for every byte that cannot be read', () => {
    const bytes = Buffer.concat([Buffer.from('SUMMARY:a'), Buffer.from([0xff, 0xc3]), Buffer.from('b')]);
    expect(decodeFeed(bytes)).toBe('SUMMARY:a\uFFFD\uFFFDb');
  });

  it('is whole where a fold cuts a letter in two', () => {
    const [first, second] = Buffer.from('ë');
    const bytes = Buffer.from([...Buffer.from('SUMMARY:Zo'), first!, ...Buffer.from('\r\n '), second!]);
    expect(decodeFeed(bytes)).toBe('SUMMARY:Zoë');
  });
});
