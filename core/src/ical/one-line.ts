/** What a line of text may hold at most; the rest tells nobody anything. */
const MOST_CHARACTERS = 1_000;

/**
 * Text as one line of a calendar that we write: what would end the line, or cannot be shown, becomes a blank. Text of
 * strangers could otherwise add properties of its own.
 */
export function oneLine(text: string): string {
  return text
    .slice(0, MOST_CHARACTERS)
    .toWellFormed()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim();
}
