import { isAscii } from 'node:buffer';

/** UTF-8's stand-in for what it cannot read (Unicode 17, 5.22). */
const REPLACEMENT = '\uFFFD';

/**
 * The text of a feed. A byte order mark decides; then zero bytes, which give UTF-16 away; then `charset`, the
 * parameter of the answer's content type; then UTF-8. What cannot be read becomes U+FFFD, and never an error.
 */
export function decodeFeed(bytes: Uint8Array, charset?: string): string {
  const encoding = markedEncoding(bytes) ?? knownEncoding(charset) ?? 'utf-8';
  // Most feeds are plain ASCII, and as such are decoded several times faster.
  if (encoding === 'utf-8' && isAscii(bytes)) return asBuffer(bytes).toString('latin1');
  const text = new TextDecoder(encoding).decode(bytes);
  return encoding === 'utf-8' && text.includes(REPLACEMENT) ? decodeUnfolded(bytes, text) : text;
}

/** By byte order mark, or by the zero byte beside the first letter: a calendar begins with `BEGIN`. */
function markedEncoding(bytes: Uint8Array): string | undefined {
  const [first, second, third] = bytes;
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8';
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  if (bytes.length >= 2 && first === 0 && second !== 0) return 'utf-16be';
  if (bytes.length >= 2 && first !== 0 && second === 0) return 'utf-16le';
  return undefined;
}

function knownEncoding(charset: string | undefined): string | undefined {
  if (charset === undefined) return undefined;
  try {
    return new TextDecoder(charset.replace(/^["'\s]+|["'\s]+$/g, '')).encoding;
  } catch {
    // A charset nobody knows says nothing.
    return undefined;
  }
}

/**
 * Lines are folded by bytes (RFC 5545, 3.1), which may cut a letter in two: such a letter is whole again once the
 * fold is gone. The text without folds when that makes more of it readable.
 */
function decodeUnfolded(bytes: Uint8Array, text: string): string {
  const folded = asBuffer(bytes).toString('latin1');
  const unfolded = new TextDecoder().decode(Buffer.from(folded.replace(/\r?\n[ \t]/g, ''), 'latin1'));
  return unreadable(unfolded) < unreadable(text) ? unfolded : text;
}

function unreadable(text: string): number {
  return text.split(REPLACEMENT).length;
}

/** The same bytes, not a copy. */
function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
