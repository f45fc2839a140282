/** One VEVENT as a platform would write it. */
export interface BodyEntry {
  readonly uid: string;
  /** Dates, instants such as `2027-06-05T15:00:00Z`, or what follows DTSTART as it is: `;TZID=CST:20270605T150000`. */
  readonly start: string;
  readonly end?: string;
  /** `Reserved` when absent. */
  readonly summary?: string;
  /** An Airbnb confirmation code. */
  readonly code?: string;
  /** Further lines, as they are. */
  readonly lines?: readonly string[];
}

/** Whose calendar it says it is. */
export type Maker = 'airbnb' | 'booking.com' | 'vrbo' | 'nobody';

const PROD_IDS: Readonly<Record<Maker, string>> = {
  airbnb: '-//Airbnb Inc//Hosting Calendar 1.0//EN',
  'booking.com': '-//admin.booking.com\\\\\\, b.v.//NONSGML v1.0//EN',
  vrbo: '-//HomeAway.com, Inc.//EN',
  nobody: '-//Test//EN',
};

/** An iCalendar document with these entries below `header`, stamped with the time it is fetched at. */
export function calendarBody(
  entries: readonly BodyEntry[],
  maker: Maker = 'nobody',
  stampMs = 0,
  header: readonly string[] = [],
): string {
  const stamp = basic(`${new Date(stampMs).toISOString().slice(0, 19)}Z`);
  const lines = entries.flatMap(({ uid, start, end, summary = 'Reserved', code, lines: more = [] }) => [
    'BEGIN:VEVENT',
    `DTSTAMP:${stamp}`,
    `UID:${uid}`,
    `DTSTART${timeOf(start)}`,
    ...(end === undefined ? [] : [`DTEND${timeOf(end)}`]),
    `SUMMARY:${summary}`,
    ...(code === undefined
      ? []
      : [
          `DESCRIPTION:Reservation URL: https://www.airbnb.com/hosting/reservations/de`,
          ` tails/${code}\\nPhone Number (Last 4 Digits): 0101`,
        ]),
    ...more,
    'END:VEVENT',
  ]);
  return ['BEGIN:VCALENDAR', 'VERSION:2.0', `PRODID:${PROD_IDS[maker]}`, ...header, ...lines, 'END:VCALENDAR', ''].join(
    '\r\n',
  );
}

function timeOf(time: string): string {
  if (time.startsWith(';') || time.startsWith(':')) return time;
  return time.length === 10 ? `;VALUE=DATE:${basic(time)}` : `:${basic(time)}`;
}

function basic(time: string): string {
  return time.replace(/[-:]/g, '');
}
