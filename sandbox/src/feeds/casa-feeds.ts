import { createHash } from 'node:crypto';
import { addDays, instantOf } from '@dovetail/core/domain/interval.ts';

/** A stay or closure, `from` days after today for `nights`. */
interface Span {
  readonly from: number;
  readonly nights: number;
}

/**
 * The feeds of the tenant `casa`, each in the shape its platform is known to send (docs/provider-quirks.md), with all
 * of its stays and closures in the days after `nowMs`. Feed name → body.
 */
export function casaFeeds(nowMs: number): Record<string, string> {
  const now = instantOf(nowMs);
  const today = now.slice(0, 10);
  return {
    'casa-airbnb': airbnb(today, now),
    'casa-bookingcom': bookingCom(today, now),
    'casa-vrbo': vrbo(today, now),
    'casa-motopress': motoPress(today, now),
  };
}

/** A reservation is told from a closure by its summary; its code stands in a folded URL. No guest names. */
function airbnb(today: string, now: string): string {
  const event = (span: Span, uid: string, rest: readonly string[]) =>
    vevent([`DTSTAMP:${basic(now)}`, ...dates(today, span), ...rest, `UID:${uid}@airbnb.com`]);
  const stay = (span: Span, code: string) =>
    event(span, `1418fb94e984-${hex(code)}`, [
      'SUMMARY:Reserved',
      'DESCRIPTION:Reservation URL: https://www.airbnb.com/hosting/reservations/de',
      ` tails/${code}\\nPhone Number (Last 4 Digits): 0101`,
    ]);
  return vcalendar(
    '\r\n',
    ['PRODID:-//Airbnb Inc//Hosting Calendar 1.0//EN', 'CALSCALE:GREGORIAN', 'VERSION:2.0'],
    [
      ...stay({ from: 3, nights: 4 }, 'HMKAYA0001'),
      ...stay({ from: 7, nights: 3 }, 'HMKAYA0002'),
      ...event({ from: 12, nights: 2 }, `7f662ec65913-${hex('kaya')}`, ['SUMMARY:Airbnb (Not available)']),
    ],
  );
}

/** Reservations and closures look alike. */
function bookingCom(today: string, now: string): string {
  const event = (span: Span) =>
    vevent([
      `DTSTAMP:${basic(now)}`,
      ...dates(today, span),
      `UID:${hex(`sol ${span.from}`)}@booking.com`,
      'SUMMARY:CLOSED - Not available',
    ]);
  return vcalendar(
    '\r\n',
    [
      'VERSION:2.0',
      'PRODID:-//admin.booking.com\\\\\\, b.v.//NONSGML v1.0//EN',
      'CALSCALE:GREGORIAN',
      'METHOD:PUBLISH',
    ],
    [...event({ from: 4, nights: 2 }), ...event({ from: 9, nights: 5 })],
  );
}

/** Bare line feeds; a reservation carries a first name. */
function vrbo(today: string, now: string): string {
  const event = (span: Span, summary: string) =>
    vevent([`UID:${hex(`mar ${span.from}`)}`, `DTSTAMP:${basic(now)}`, ...dates(today, span), `SUMMARY:${summary}`]);
  return vcalendar(
    '\n',
    ['PRODID:-//HomeAway.com, Inc.//EN', 'VERSION:2.0', 'CALSCALE:GREGORIAN'],
    [...event({ from: 5, nights: 3 }, 'Reserved - Guest'), ...event({ from: 10, nights: 4 }, 'Blocked')],
  );
}

/** Names its guests; its blocks have no DTSTAMP and end on their last day instead of the day after. */
function motoPress(today: string, now: string): string {
  const stay = (span: Span, booking: number) =>
    vevent([
      `UID:${hex(`simmer-highs ${booking}`)}@casa.example`,
      `DTSTAMP:${basic(now)}`,
      ...dates(today, span),
      `SUMMARY:Sample Guest (${booking})`,
      `DESCRIPTION:CHECKIN: ${addDays(today, span.from)}\\nCHECKOUT: ${addDays(today, span.from + span.nights)}\\n`,
      ` NIGHTS: ${span.nights}\\nPROPERTY: Simmer Highs\\n`,
    ]);
  const block = (span: Span) =>
    vevent([
      `UID:${hex(`simmer-highs ${span.from}`)}@casa.example`,
      ...dates(today, { from: span.from, nights: span.nights - 1 }),
      'SUMMARY:BLOCKED',
    ]);
  return vcalendar(
    '\r\n',
    ['PRODID:-//casa.example//Hotel Booking 3.7.1', 'VERSION:2.0', 'CALSCALE:GREGORIAN'],
    [...stay({ from: 20, nights: 3 }, 101), ...stay({ from: 24, nights: 6 }, 102), ...block({ from: 32, nights: 4 })],
  );
}

function vcalendar(lineEnd: string, head: readonly string[], events: readonly string[]): string {
  return ['BEGIN:VCALENDAR', ...head, ...events, 'END:VCALENDAR', ''].join(lineEnd);
}

function vevent(lines: readonly string[]): string[] {
  return ['BEGIN:VEVENT', ...lines, 'END:VEVENT'];
}

function dates(today: string, span: Span): string[] {
  return [
    `DTSTART;VALUE=DATE:${basic(addDays(today, span.from))}`,
    `DTEND;VALUE=DATE:${basic(addDays(today, span.from + span.nights))}`,
  ];
}

/** ISO 8601's basic form, the one iCalendar uses. */
function basic(time: string): string {
  return time.replace(/[-:]/g, '');
}

function hex(seed: string): string {
  return createHash('sha256').update(seed).digest('hex').slice(0, 32);
}
