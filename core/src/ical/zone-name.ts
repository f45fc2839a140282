import { type DateWithTimeZone, sync, type VEvent } from 'node-ical';
import { isTimeZone } from './local-time.ts';

/** Longer ones are no names. */
const LONGEST_NAME = 128;
/** Names that say nothing; node-ical would take them for the process's own zone. */
const NAMELESS = /^(tzone:|customized time zone|\(no tz description\))/i;

/**
 * The IANA name of the zone a feed calls `tzid`: itself; the end of a path, as in
 * `/freeassociation.sourceforge.net/Europe/Berlin`; a Windows name (`W. Europe Standard Time`) or Windows' label for it
 * (`(UTC+01:00) Amsterdam, Berlin, …`), by the table of CLDR that node-ical brings. Undefined for any other.
 */
export function ianaNameOf(tzid: string): string | undefined {
  const name = tzid.replaceAll('"', '').trim();
  if (name === '' || name.length > LONGEST_NAME) return undefined;
  return [...pathEnds(name), windowsName(name), windowsName(withoutOffset(name))].find(
    (candidate) => candidate !== undefined && isTimeZone(candidate),
  );
}

/** The fixed offset that stands in a name no table knows, such as `GMT-0430` or `(UTC+05:30) Somewhere`. */
export function offsetNameOf(tzid: string): string | undefined {
  const [, sign, hours = '', minutes = '00'] = /^\(?(?:UTC|GMT)?\s*([+-])(\d{1,2})[:.]?(\d\d)?(?!\d)/i.exec(tzid) ?? [];
  const name = `${sign}${hours.padStart(2, '0')}:${minutes}`;
  return sign !== undefined && isTimeZone(name) ? name : undefined;
}

function pathEnds(name: string): string[] {
  const parts = name.split('/').slice(-4);
  return [name, ...parts.map((_, index) => parts.slice(index).join('/')).filter((end) => /[a-z]/i.test(end))];
}

function withoutOffset(name: string): string {
  return name.replace(/^\((?:UTC|GMT)[^)]*\)\s*/i, '');
}

/** What node-ical makes of a time in that zone: it gives the IANA name with it, or the name as it was. */
function windowsName(name: string): string | undefined {
  if (NAMELESS.test(name)) return undefined;
  const parsed = sync.parseICS(
    `BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:zone\r\nDTSTART;TZID="${name}":20270101T000000\r\nEND:VEVENT\r\nEND:VCALENDAR`,
  )['zone'] as VEvent | undefined;
  const start: DateWithTimeZone | undefined = parsed?.start;
  return start?.tz;
}
