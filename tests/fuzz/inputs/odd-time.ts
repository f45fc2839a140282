import fc from 'fast-check';

const pad = (value: number, width: number) => String(value).padStart(width, '0');
const join = (...parts: readonly fc.Arbitrary<string>[]) => fc.tuple(...parts).map((texts) => texts.join(''));

/** Days around the fuzzed service's present, ends of months and of everything. */
const NEAR = [
  '2027-05-01',
  '2027-05-02',
  '2027-05-03',
  '2027-05-10',
  '2027-06-30',
  '2027-12-31',
  '2028-02-29',
  '2028-06-01',
] as const;
const FAR = [
  '0000-01-01',
  '0001-01-01',
  '1582-10-10',
  '1883-11-18',
  '1969-12-31',
  '1970-01-01',
  '2000-02-29',
  '2026-05-01',
  '2029-05-31',
  '2029-06-01',
  '2038-01-20',
  '2100-02-28',
  '9998-12-31',
  '9999-12-30',
  '9999-12-31',
] as const;
const NONE = [
  '2027-02-29',
  '2027-02-30',
  '2027-04-31',
  '2027-13-01',
  '2027-00-10',
  '2027-01-00',
  '10000-01-01',
  '+012027-01-01',
  '-000001-01-01',
  '27-01-01',
  '2027-1-1',
  '２０２７-01-01',
] as const;

export const nearDate = fc.constantFrom(...NEAR);
/** A date in the form `2027-05-01`, which may be far away or no date at all. */
export const oddDate = fc.oneof(
  { weight: 4, arbitrary: nearDate },
  { weight: 2, arbitrary: fc.constantFrom(...FAR) },
  { weight: 1, arbitrary: fc.constantFrom(...NONE) },
);

const clock = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .record({ hour: fc.nat(23), minute: fc.constantFrom(0, 0, 30, 59), second: fc.constantFrom(0, 0, 59) })
      .map(({ hour, minute, second }) => `${pad(hour, 2)}:${pad(minute, 2)}:${pad(second, 2)}`),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('23:59:60', '24:00:00', '25:00:00', '10:60:00', '10:00', '1:0:0', '10:00:00.999999999'),
  },
);
const offset = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom('Z', '+00:00', '-05:00', '+14:00') },
  {
    weight: 1,
    arbitrary: fc.constantFrom('', 'z', '-00:00', '+24:00', '-23:59', '+99:99', '+0100', ' Z', '[Europe/Berlin]'),
  },
);

export const nearInstant = join(
  nearDate,
  fc.constant('T'),
  fc.nat(23).map((hour) => `${pad(hour, 2)}:00:00Z`),
);
/** An RFC 3339 time, which may be far away or no time at all. */
export const oddInstant = join(oddDate, fc.constantFrom('T', 'T', 'T', 't', ' ', '_', ''), clock, offset);

/** A time as the API takes it. */
export const oddTime = fc.oneof(
  { weight: 3, arbitrary: nearInstant },
  { weight: 2, arbitrary: nearDate },
  { weight: 2, arbitrary: oddInstant },
  { weight: 1, arbitrary: oddDate },
);

/** A time zone, or what somebody takes for one. */
export const oddZone = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.constantFrom('America/New_York', 'America/Bogota', 'Europe/Berlin', 'UTC', 'Pacific/Apia'),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      'Etc/GMT+12',
      'Asia/Kathmandu',
      'Africa/Monrovia',
      'Antarctica/Troll',
      'Australia/Lord_Howe',
      'america/new_york',
      'EST5EDT',
      '+01:00',
      'W. Europe Standard Time',
      'Eastern Standard Time',
      '(UTC+01:00) Amsterdam, Berlin',
      'Customized Time Zone',
      'Nowhere/City',
      '/freeassociation.sourceforge.net/Europe/Berlin',
      'constructor',
      '__proto__',
      'posixrules',
      'Factory',
    ),
  },
);
