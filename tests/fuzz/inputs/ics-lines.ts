import fc from 'fast-check';
import { oddText, repeated } from './odd-text.ts';
import { oddDate, oddInstant, oddZone } from './odd-time.ts';

/** Whoever is named in it must be in no line of the log. */
export const GUEST = 'Quenby Ottersworth';

const basic = (time: string) => time.replace(/[-:]/g, '');
const basicDate = oddDate.map(basic);
const basicTime = oddInstant.map(basic);

/** What follows the name of a property that is a time. */
const timeTail = fc.oneof(
  { weight: 4, arbitrary: basicDate.map((date) => `;VALUE=DATE:${date}`) },
  { weight: 3, arbitrary: basicTime.map((time) => `:${time}`) },
  {
    weight: 3,
    arbitrary: fc.tuple(oddZone, basicTime).map(([zone, time]) => `;TZID=${zone}:${time.replace(/Z$/, '')}`),
  },
  { weight: 2, arbitrary: fc.tuple(oddZone, basicTime).map(([zone, time]) => `;TZID="${zone}":${time}`) },
  { weight: 1, arbitrary: basicDate.map((date) => `:${date}`) },
  { weight: 1, arbitrary: basicTime.map((time) => `;VALUE=DATE:${time}`) },
  { weight: 1, arbitrary: basicTime.map((time) => `;VALUE=PERIOD:${time}/PT1H`) },
  { weight: 1, arbitrary: oddText.map((text) => `:${text}`) },
);

const duration = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('P3D', 'PT90M', 'P1W', 'P1DT2H', '+PT1H') },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '-P1D',
      'P0D',
      'PT0S',
      'P',
      'PT',
      'P1Y',
      'P1M',
      'P1.5D',
      'P999999999999W',
      'PT1H1D',
      'p1d',
      'P1D P1D',
    ),
  },
  { weight: 1, arbitrary: oddText },
);

const numbers = (...values: readonly string[]) =>
  fc.array(fc.constantFrom(...values), { minLength: 1, maxLength: 6 }).map((list) => list.join(','));
const everyNumber = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index).join(',');
const COUNTS = [
  '1',
  '2',
  '10',
  '366',
  '0',
  '-1',
  '1000000',
  '4294967296',
  '9007199254740993',
  '1e3',
  '99999999999999999999',
  '',
] as const;

const rulePart = fc.oneof(
  fc.constantFrom(...COUNTS).map((count) => `COUNT=${count}`),
  fc.constantFrom(...COUNTS).map((interval) => `INTERVAL=${interval}`),
  fc.oneof(basicDate, basicTime).map((until) => `UNTIL=${until}`),
  numbers('MO', 'TU', 'SU', '1FR', '-1SU', '5WE', '53MO', '-53TU', '0MO', 'XX', '+2MO', '').map(
    (days) => `BYDAY=${days}`,
  ),
  numbers('1', '2', '12', '0', '13', '-1').map((months) => `BYMONTH=${months}`),
  numbers('1', '15', '29', '30', '31', '-1', '-31', '0', '32').map((days) => `BYMONTHDAY=${days}`),
  numbers('1', '60', '365', '366', '-366', '0', '367').map((days) => `BYYEARDAY=${days}`),
  numbers('1', '20', '53', '-53', '0', '54').map((weeks) => `BYWEEKNO=${weeks}`),
  fc.constantFrom('0', '23', '24', '-1', everyNumber(0, 23)).map((hours) => `BYHOUR=${hours}`),
  fc.constantFrom('0', '59', '60', everyNumber(0, 59)).map((minutes) => `BYMINUTE=${minutes}`),
  fc.constantFrom('0', '59', '60', everyNumber(0, 59)).map((seconds) => `BYSECOND=${seconds}`),
  numbers('1', '-1', '366', '-366', '0', '367').map((places) => `BYSETPOS=${places}`),
  fc.constantFrom('WKST=SU', 'WKST=', 'RSCALE=HEBREW', 'SKIP=FORWARD', 'X-ODD=1', '=', ';', 'FREQ=DAILY'),
);

/** A recurrence rule, which may be endless, impossible or none. */
export const rule = fc
  .record({
    freq: fc.constantFrom(
      'YEARLY',
      'MONTHLY',
      'WEEKLY',
      'DAILY',
      'DAILY',
      'HOURLY',
      'MINUTELY',
      'SECONDLY',
      'NEVER',
      '',
    ),
    parts: fc.array(rulePart, { maxLength: 5 }),
  })
  .map(({ freq, parts }) => [`FREQ=${freq}`, ...parts].join(';'));

const summary = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom('Reserved', 'Airbnb (Not available)', 'CLOSED - Not available', 'Blocked', 'Busy'),
  },
  { weight: 3, arbitrary: fc.constantFrom(`Reserved - ${GUEST}`, `${GUEST}: 4 guests`, `CONFIRMED ${GUEST}`) },
  { weight: 1, arbitrary: oddText },
);
const description = fc.oneof(
  fc.constantFrom(
    `Reservation URL: https://www.airbnb.com/hosting/reservations/details/HMABCDEF12\\nPhone Number (Last 4 Digits): 0199`,
    `Name: ${GUEST}\\nEmail: ottersworth@example.com\\nPhone: +57 300 555 0199\\nGuests: 99999999999999999999`,
    `CHECKIN: 01/05/2027\\nCHECKOUT: 99/99/9999\\nNIGHTS: -1\\nPROPERTY: ${GUEST}`,
    `PHONE: ${'1'.repeat(500)}\\nEMAIL: ${'a@'.repeat(300)}`,
  ),
  repeated,
  oddText,
);

const parameter = fc.oneof(
  fc.constantFrom(
    ';X=1',
    ';CN="a:b;c,d"',
    ';X="unclosed',
    ';=',
    ';X',
    ';X=a,b,"c"',
    ';VALUE=',
    ';TZID=',
    ';ENCODING=BASE64',
    `;CN=${GUEST}`,
  ),
  oddText.map((text) => `;X=${text}`),
);

const PLAIN = [
  'STATUS:CANCELLED',
  'STATUS:CONFIRMED',
  'STATUS:TENTATIVE',
  'TRANSP:TRANSPARENT',
  'TRANSP:OPAQUE',
  'SEQUENCE:1',
  'SEQUENCE:-9999999999999999999999',
  'CLASS:PRIVATE',
  'METHOD:CANCEL',
  'VERSION:2.0',
  'BEGIN:VALARM',
  'END:VALARM',
  'BEGIN:VEVENT',
  'END:VEVENT',
  'BEGIN:VCALENDAR',
  'END:VCALENDAR',
  'BEGIN:VTIMEZONE',
  'END:VTIMEZONE',
  'BEGIN:',
  'END',
  ':',
  ';',
  'NOCOLON',
  ' folded',
  '\tfolded',
  '',
] as const;

/** One line that may stand in an event. */
export const eventLine: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...PLAIN) },
  { weight: 2, arbitrary: rule.map((text) => `RRULE:${text}`) },
  { weight: 1, arbitrary: rule.map((text) => `EXRULE:${text}`) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(
        fc.constantFrom('EXDATE', 'RDATE', 'RECURRENCE-ID', 'DTSTAMP', 'DTEND', 'DTSTART', 'LAST-MODIFIED'),
        timeTail,
      )
      .map((two) => two.join('')),
  },
  { weight: 1, arbitrary: duration.map((text) => `DURATION:${text}`) },
  { weight: 1, arbitrary: description.map((text) => `DESCRIPTION:${text}`) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom('SUMMARY', 'LOCATION', 'ATTENDEE', 'UID', 'URL', 'X-ODD'), parameter, summary)
      .map(([name, more, text]) => `${name}${more}:${text}`),
  },
  { weight: 1, arbitrary: oddText },
);

export const uid = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('a', 'b', 'c', 'd@airbnb.com') },
  { weight: 1, arbitrary: fc.constantFrom('', 'constructor', '__proto__', '/', '~', 'a~b') },
  { weight: 1, arbitrary: oddText },
);

/** The lines of one event, which is more or less one. */
export const vevent: fc.Arbitrary<string[]> = fc
  .record({
    uid,
    start: timeTail,
    end: fc.oneof(
      timeTail.map((tail) => `DTEND${tail}`),
      duration.map((text) => `DURATION:${text}`),
      fc.constant('X-NO-END:'),
    ),
    summary,
    rest: fc.array(eventLine, { maxLength: 5 }),
  })
  .map(({ uid: id, start, end, summary: title, rest }) => [
    'BEGIN:VEVENT',
    `UID:${id}`,
    `DTSTART${start}`,
    end,
    `SUMMARY:${title}`,
    ...rest,
    'END:VEVENT',
  ]);

const observance = fc
  .record({
    kind: fc.constantFrom('STANDARD', 'DAYLIGHT', 'ODD'),
    start: fc.oneof(basicTime, fc.constantFrom('19701025T030000', '16010101T000000')),
    from: fc.constantFrom('+0100', '-0500', '+0000', '+2400', '-9999', '+010000', 'x', ''),
    to: fc.constantFrom('+0200', '-0400', '+0000', '-2359', '+99', ''),
    more: fc.array(
      fc.oneof(
        rule.map((text) => `RRULE:${text}`),
        timeTail.map((tail) => `RDATE${tail}`),
        fc.constant('TZNAME:X'),
      ),
      { maxLength: 2 },
    ),
  })
  .map(({ kind, start, from, to, more }) => [
    `BEGIN:${kind}`,
    `DTSTART:${start}`,
    `TZOFFSETFROM:${from}`,
    `TZOFFSETTO:${to}`,
    ...more,
    `END:${kind}`,
  ]);
const vtimezone = fc
  .record({ zone: oddZone, observances: fc.array(observance, { maxLength: 3 }) })
  .map(({ zone, observances }) => ['BEGIN:VTIMEZONE', `TZID:${zone}`, ...observances.flat(), 'END:VTIMEZONE']);

const header = fc.subarray([
  'VERSION:2.0',
  'PRODID:-//Airbnb Inc//Hosting Calendar 0.8.8//EN',
  'PRODID:-//HomeAway.com, Inc.//EN',
  'PRODID;X="a:b":-//Odd//EN',
  'METHOD:PUBLISH',
  'METHOD:CANCEL',
  'X-WR-TIMEZONE:America/Bogota',
  'X-WR-TIMEZONE:Nowhere/City',
  `X-WR-CALNAME:${GUEST}`,
]);

/** The lines of a calendar, before anything happens to it. */
export const calendarLines: fc.Arbitrary<string[]> = fc
  .record({
    header,
    zones: fc.oneof(
      { weight: 3, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.array(vtimezone, { maxLength: 2 }) },
    ),
    events: fc.array(vevent, { maxLength: 6 }),
  })
  .map(({ header: first, zones, events }) => [
    'BEGIN:VCALENDAR',
    ...first,
    ...zones.flat(),
    ...events.flat(),
    'END:VCALENDAR',
  ]);
