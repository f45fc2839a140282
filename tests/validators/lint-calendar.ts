const STATUSES = ['TENTATIVE', 'CONFIRMED', 'CANCELLED'];
const ONCE = ['UID', 'DTSTAMP', 'DTSTART', 'DTEND', 'SUMMARY', 'STATUS', 'TRANSP', 'SEQUENCE'];
const NEEDED = ['UID', 'DTSTAMP', 'DTSTART', 'DTEND'];

/** What is wrong with a calendar that the programs of others let pass. Pure; one sentence a fault. */
export function lintCalendar(text: string): string[] {
  const faults: string[] = [];
  if (!text.endsWith('\r\n')) faults.push('the last line has no end');
  if (/[^\r]\n|\r[^\n]/.test(text)) faults.push('a line ends with CR or LF alone');
  if (text.split('\r\n').some((line) => Buffer.byteLength(line) > 75)) faults.push('a line is longer than 75 octets');
  const lines = text
    .replace(/\r\n[ \t]/g, '')
    .split('\r\n')
    .slice(0, -1);
  if (lines[0] !== 'BEGIN:VCALENDAR' || lines.at(-1) !== 'END:VCALENDAR') faults.push('it is not one VCALENDAR');
  if (lines.some((line) => !/^[A-Z][A-Z0-9-]*[;:]/.test(line))) faults.push('a line is no property');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what may not be there.
  if (/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/.test(text)) faults.push('there is a control character');
  if (!text.isWellFormed()) faults.push('there is half a character');
  faults.push(...lintOrder(lines), ...lintZones(lines));
  const events = text.replace(/\r\n[ \t]/g, '').match(/^BEGIN:VEVENT\r\n[\s\S]*?^END:VEVENT\r\n/gm) ?? [];
  const uids = events.map((event) => /^UID:(.*)\r$/m.exec(event)?.[1]);
  if (new Set(uids).size < uids.length) faults.push('a UID names two events');
  return [...faults, ...events.flatMap(lintEvent)];
}

/** A calendar's own properties come before its components (RFC 5545, 3.4). */
function lintOrder(lines: readonly string[]): string[] {
  let depth = 0;
  let begun = false;
  for (const line of lines) {
    if (line.startsWith('END:')) depth--;
    else if (depth === 1 && begun && !line.startsWith('BEGIN:'))
      return ['a calendar property stands behind a component'];
    if (line.startsWith('BEGIN:')) {
      if (depth === 1) begun = true;
      depth++;
    }
  }
  return depth === 0 ? [] : ['components are not balanced'];
}

function lintZones(lines: readonly string[]): string[] {
  const defined = new Set(
    lines.flatMap((line, index) => (lines[index - 1] === 'BEGIN:VTIMEZONE' ? line.replace('TZID:', '') : [])),
  );
  const used = lines.flatMap((line) => /^[A-Z-]+;(?:.*;)?TZID=([^;:]+)/.exec(line)?.[1] ?? []);
  return [...new Set(used)].filter((name) => !defined.has(name)).map((name) => `${name} has no VTIMEZONE`);
}

function lintEvent(event: string): string[] {
  const names = event.split('\r\n').map((line) => /^[A-Z0-9-]+/.exec(line)?.[0] ?? '');
  const count = (name: string) => names.filter((each) => each === name).length;
  const status = /^STATUS:(.*)\r$/m.exec(event)?.[1];
  const floating = /^DT(?:START|END):\d{8}T\d{6}\r$/m.test(event);
  return [
    ...NEEDED.filter((name) => count(name) === 0).map((name) => `an event has no ${name}`),
    ...ONCE.filter((name) => count(name) > 1).map((name) => `an event has ${name} twice`),
    ...(status !== undefined && !STATUSES.includes(status) ? [`STATUS ${status} is unknown`] : []),
    ...(floating ? ['an event has a time without a zone'] : []),
  ];
}
