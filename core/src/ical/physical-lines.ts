/** Takes the folds out of a line (RFC 5545, 3.1). */
export function unfold(line: string): string {
  let lineFeed = line.indexOf('\n');
  if (lineFeed === -1) return line;
  let unfolded = '';
  let from = 0;
  for (; lineFeed !== -1 && lineFeed < line.length - 1; lineFeed = line.indexOf('\n', from)) {
    unfolded += line.slice(from, line[lineFeed - 1] === '\r' ? lineFeed - 1 : lineFeed);
    from = lineFeed + 2;
  }
  return unfolded + line.slice(from);
}

/**
 * The text with every line ending in a line feed, or in one carriage return and a line feed. Lines may also end with a
 * carriage return alone, as old Macintosh programs wrote them, or with two and a line feed, as in files that were
 * converted twice.
 */
export function withLineFeeds(text: string): string {
  for (let at = text.indexOf('\r'); at !== -1; at = text.indexOf('\r', at + 1)) {
    if (text[at + 1] === '\n') continue;
    return text.replace(/\r+\n?/g, (end) => (end.endsWith('\n') ? '\n' : '\n'.repeat(end.length)));
  }
  return text;
}
