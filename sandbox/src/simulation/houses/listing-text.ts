import { createHash } from 'node:crypto';
import { addDays, instantOf } from '@dovetail/core/domain/interval.ts';
import type { HousePlan, ListingName } from './house-history.ts';
import type { Held } from './listing.ts';

/** What a text depends on beside what it lists. */
export interface Writing {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** How often the calendar was asked for. */
  readonly reads: number;
  readonly idsEpoch: number;
  readonly plan: Pick<HousePlan, 'bookingIds'>;
}

/** A platform's calendar as it words it (docs/provider-quirks.md). */
export function listingText(name: ListingName, entries: readonly Held[], writing: Writing): string {
  return WRITERS[name](entries, writing);
}

/** Another listing's calendar, of another platform. */
export function foreignText(name: ListingName, today: string, writing: Writing): string {
  const stays = [3, 9, 15].map((from): Held => {
    const start = addDays(today, 40 + from);
    return { id: `foreign ${from}`, kind: 'stay', start, end: addDays(start, 4) };
  });
  return listingText(name === 'vrbo' ? 'airbnb' : 'vrbo', stays, { ...writing, idsEpoch: 0 });
}

const WRITERS: Readonly<Record<ListingName, (entries: readonly Held[], writing: Writing) => string>> = {
  airbnb: (entries, writing) =>
    calendar(
      '\r\n',
      ['PRODID:-//Airbnb Inc//Hosting Calendar 1.0//EN', 'CALSCALE:GREGORIAN', 'VERSION:2.0'],
      [...entries.map((held) => airbnbEvent(held, writing))],
    ),
  booking: (entries, writing) =>
    calendar(
      '\r\n',
      ['VERSION:2.0', 'PRODID:-//admin.booking.com\\\\\\, b.v.//NONSGML v1.0//EN', 'METHOD:PUBLISH'],
      entries.map((held) => [stamp(writing), ...dates(held), `UID:${bookingId(held, writing)}`, CLOSED]),
    ),
  vrbo: (entries, writing) =>
    calendar(
      '\n',
      ['PRODID:-//HomeAway.com, Inc.//EN', 'VERSION:2.0', 'CALSCALE:GREGORIAN'],
      entries.map((held) => vrboEvent(held, writing)),
    ),
  site: (entries, writing) =>
    calendar(
      '\r\n',
      ['PRODID:-//casa.example//Hotel Booking 3.7.1', 'VERSION:2.0', 'CALSCALE:GREGORIAN'],
      entries.map((held) => siteEvent(held, writing)),
    ),
  plain: (entries) =>
    calendar(
      '\r\n',
      ['PRODID:-//ycs.plain.example//EN', 'VERSION:2.0'],
      entries.map((held) => [
        `SUMMARY:${held.kind === 'stay' ? 'BOOKED' : 'Blocked'}`,
        ...dates(held),
        ...(held.isCalledOff ? ['STATUS:CANCELLED'] : []),
      ]),
    ),
};

const CLOSED = 'SUMMARY:CLOSED - Not available';

/** Stays keep their ids when they are moved, closures do not, and what is closed by rules has new ones daily. */
function airbnbEvent(held: Held, writing: Writing): string[] {
  const { id, kind } = held;
  const head = [stamp(writing), ...dates(held)];
  if (kind !== 'stay') {
    const name = kind === 'tail' ? `tail ${Math.floor(writing.now / 86_400_000)}` : `${id} ${held.start} ${held.end}`;
    return [...head, 'SUMMARY:Airbnb (Not available)', `UID:7f662ec65913-${hex(name, writing)}@airbnb.com`];
  }
  return [
    ...head,
    'SUMMARY:Reserved',
    `UID:1418fb94e984-${hex(id, writing)}@airbnb.com`,
    'DESCRIPTION:Reservation URL: https://www.airbnb.com/hosting/reservations/de',
    ` tails/${codeOf(id)}\\nPhone Number (Last 4 Digits): ${digitsOf(id)}`,
  ];
}

function bookingId(held: Held, writing: Writing): string {
  const { start, end, id } = held;
  const names = { kept: id, 'anew-when-changed': `${id} ${start} ${end}`, 'anew-each-time': `${id} ${writing.reads}` };
  return `${hex(names[writing.plan.bookingIds], writing)}@booking.com`;
}

/** Its stays have new ids when they are moved; the ids of its closures spell their dates. */
function vrboEvent(held: Held, writing: Writing): string[] {
  const { id, kind, start, end } = held;
  const uid = kind === 'stay' ? hex(`${id} ${start} ${end}`, writing) : spelledDates(held);
  const summary = kind === 'stay' ? `Reserved - ${GUESTS[Number(digitsOf(id)) % GUESTS.length]}` : 'Blocked';
  return [`UID:${uid}`, stamp(writing), ...dates(held), `SUMMARY:${summary}`];
}

const GUESTS = ['Alex', 'Chloé', 'Sam', 'Noor'];

/** Its closures have no stamp, and end on their last day instead of the day after. */
function siteEvent(held: Held, writing: Writing): string[] {
  const { id, kind, start, end } = held;
  if (kind !== 'stay') {
    const uid = `UID:${hex(`${start}/${end}`, writing)}@casa.example`;
    return [uid, ...dates({ start, end: addDays(end, -1) }), 'SUMMARY:BLOCKED'];
  }
  return [
    `UID:${hex(id, writing)}@casa.example`,
    stamp(writing),
    ...dates(held),
    `SUMMARY:Sample Guest (${digitsOf(id)})`,
    `DESCRIPTION:CHECKIN: ${start}\\nCHECKOUT: ${end}\\nPROPERTY: Kaya\\n`,
  ];
}

function spelledDates({ start, end }: Pick<Held, 'start' | 'end'>): string {
  const [from, to] = [start.replaceAll('-', ''), end.replaceAll('-', '')];
  const [year, day, lastYear, lastDay] = [from.slice(0, 4), from.slice(4), to.slice(0, 4), to.slice(4)];
  return `${day}${year}-${day}-${year}-${lastDay}-${to}${lastYear}`;
}

function calendar(lineEnd: string, head: readonly string[], events: readonly (readonly string[])[]): string {
  const lines = events.flatMap((event) => ['BEGIN:VEVENT', ...event, 'END:VEVENT']);
  return ['BEGIN:VCALENDAR', ...head, ...lines, 'END:VCALENDAR', ''].join(lineEnd);
}

function stamp({ now }: Writing): string {
  return `DTSTAMP:${instantOf(now).replace(/[-:]/g, '')}`;
}

function dates({ start, end }: Pick<Held, 'start' | 'end'>): string[] {
  return [`DTSTART;VALUE=DATE:${start.replaceAll('-', '')}`, `DTEND;VALUE=DATE:${end.replaceAll('-', '')}`];
}

function codeOf(id: string): string {
  return `HM${hash(id).slice(0, 8).toUpperCase()}`;
}

/** Four digits, others for each stay. */
function digitsOf(id: string): string {
  return String(1_000 + (Number(/\d+/.exec(id)?.[0] ?? 0) % 9_000));
}

function hex(name: string, { idsEpoch }: Writing): string {
  return hash(`${name} ${idsEpoch}`);
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
