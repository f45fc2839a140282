import type { RawEntry } from '../domain/event.ts';

const utf8 = new TextEncoder();

/**
 * A VEVENT's text as it is kept for people: with line feeds, cut after so many bytes of UTF-8 but never within a
 * character. It is a copy, since a part of a string keeps all of its document in memory.
 */
export function keepText(vevent: string, mostBytes: number): RawEntry {
  // Line ends of two characters become one; of what lies beyond this, nothing would be left.
  const within = vevent.slice(0, 2 * mostBytes);
  const lines = within.replaceAll('\r\n', '\n');
  const bytes = Buffer.alloc(mostBytes);
  const { read, written } = utf8.encodeInto(lines, bytes);
  const text = bytes.toString('utf8', 0, written);
  const isWhole = read === lines.length && within.length === vevent.length;
  return isWhole ? { text } : { text, cutFrom: vevent.length };
}
