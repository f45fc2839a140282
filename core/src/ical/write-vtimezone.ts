import { Temporal } from 'temporal-polyfill';

/** A change of a zone's clocks. */
interface Onset {
  /** What clocks show when it comes, before it. */
  readonly wall: Temporal.PlainDateTime;
  /** Seconds east of UTC. */
  readonly from: number;
  readonly to: number;
}

/** So far beyond what is asked for that both of a year's changes come before it, and their rule shows. */
const MARGIN = { months: 14 } as const;
const WEEKDAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const;
/** Where clocks never change, the rule holds from here on. */
const ALWAYS = Temporal.PlainDateTime.from('1970-01-01T00:00:00');

/**
 * A VTIMEZONE (RFC 5545, 3.6.5) that says what clocks show in an IANA zone from `from` to `to`, both instants. Changes
 * that come by a rule every year are told as that rule, which Outlook understands and which goes on holding; others
 * are listed.
 */
export function writeVtimezone(timeZone: string, from: string, to: string): string {
  const onsets = onsetsWithin(timeZone, from, to);
  const kinds = Map.groupBy(onsets, ({ from: before, to: after }) => `${before} ${after}`);
  const observances = [...kinds.values()].flatMap(observanceOf);
  return ['BEGIN:VTIMEZONE', `TZID:${timeZone}`, ...observances, 'END:VTIMEZONE'].join('\r\n');
}

function onsetsWithin(timeZone: string, from: string, to: string): Onset[] {
  const first = Temporal.Instant.from(from).toZonedDateTimeISO(timeZone).subtract(MARGIN);
  const last = Temporal.Instant.from(to).toZonedDateTimeISO(timeZone).add(MARGIN).epochMilliseconds;
  const start = secondsOf(first);
  // What held before the first change that is told; without it, times before that one would mean nothing.
  const onsets: Onset[] = [{ wall: ALWAYS, from: start, to: start }];
  let change = first.getTimeZoneTransition('next');
  while (change && change.epochMilliseconds <= last) {
    const before = secondsOf(change.subtract({ nanoseconds: 1 }));
    const after = secondsOf(change);
    const wall = change.toPlainDateTime().add({ seconds: before - after });
    if (before !== after) onsets.push({ wall, from: before, to: after });
    change = change.getTimeZoneTransition('next');
  }
  // Where the year's changes are all told, they say it themselves.
  return onsets.length > 2 ? onsets.slice(1) : onsets;
}

function observanceOf(onsets: readonly Onset[]): string[] {
  const [first, ...others] = onsets;
  if (!first) return [];
  const rule = others.length > 0 ? yearlyRule(onsets) : undefined;
  const kind = first.to > first.from ? 'DAYLIGHT' : 'STANDARD';
  return [
    `BEGIN:${kind}`,
    `DTSTART:${basic(first.wall)}`,
    `TZOFFSETFROM:${offset(first.from)}`,
    `TZOFFSETTO:${offset(first.to)}`,
    ...(rule === undefined ? others.map(({ wall }) => `RDATE:${basic(wall)}`) : [`RRULE:${rule}`]),
    `END:${kind}`,
  ];
}

/** The rule by which these come, one a year; undefined where no simple one fits all of them. */
function yearlyRule(onsets: readonly Onset[]): string | undefined {
  const walls = onsets.map(({ wall }) => wall);
  const [first] = walls as [Temporal.PlainDateTime];
  const isYearly = walls.every(
    (wall, index) =>
      wall.year === first.year + index &&
      wall.month === first.month &&
      wall.dayOfWeek === first.dayOfWeek &&
      wall.toPlainTime().equals(first.toPlainTime()),
  );
  if (!isYearly) return undefined;
  const weeks = new Set(walls.map(({ day }) => Math.ceil(day / 7)));
  const isLast = walls.every(({ day, daysInMonth }) => day > daysInMonth - 7);
  const week = weeks.size === 1 && !isLast ? [...weeks][0] : isLast ? -1 : undefined;
  if (week === undefined) return undefined;
  return `FREQ=YEARLY;BYMONTH=${first.month};BYDAY=${week}${WEEKDAYS[first.dayOfWeek - 1]}`;
}

function secondsOf({ offsetNanoseconds }: Temporal.ZonedDateTime): number {
  return Math.trunc(offsetNanoseconds / 1e9);
}

function offset(seconds: number): string {
  const absolute = Math.abs(seconds);
  const parts = [Math.floor(absolute / 3600), Math.floor(absolute / 60) % 60];
  if (absolute % 60 !== 0) parts.push(absolute % 60);
  return `${seconds < 0 ? '-' : '+'}${parts.map((part) => String(part).padStart(2, '0')).join('')}`;
}

function basic(wall: Temporal.PlainDateTime): string {
  return wall.toString({ smallestUnit: 'second' }).replace(/[-:]/g, '');
}
