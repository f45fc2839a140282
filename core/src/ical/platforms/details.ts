import { unescapeText } from '../property.ts';
import type { Description } from './platform-rules.ts';

/** Airbnb puts the confirmation code into the address of the reservation; its hosts differ by country. */
const AIRBNB_CODE = /airbnb\.[a-z.]{2,8}\/hosting\/reservations\/details\/([A-Z0-9]{6,20})(?![A-Z0-9])/;
const LAST_DIGITS = /Last 4 Digits\):\s*(\d{4})(?!\d)/;
const PHONE = /^[ \t]*(?:phone|tel)[^:\n]{0,20}:[ \t]*([+\d][\d ().-]{5,24}\d)[ \t]*$/im;
const CODE =
  /^[ \t]*(?:reservation|booking|confirmation)[ \t]*(?:code|id|no\.?|number|ref(?:erence)?)[ \t]*[:#][ \t]*(?=[A-Z-]*\d)([A-Z0-9-]{4,24})[ \t]*$/im;
const GUESTS = /^[ \t]*(?:number of )?guests?[ \t]*:[ \t]*(\d{1,2})(?!\d)/im;

type Details = Pick<Description, 'reservationCode' | 'phoneLast4' | 'guestCount'>;

/** What Airbnb's descriptions tell, escaped or not: code and last digits of the phone. */
export function airbnbDetailsOf(description: string): Details {
  return toDetails(AIRBNB_CODE.exec(description)?.[1], LAST_DIGITS.exec(description)?.[1]);
}

/** What a description, escaped as it is, tells in lines that many programs write: code, phone, guests. */
export function detailsOf(escaped: string): Details {
  if (escaped === '') return {};
  const description = unescapeText(escaped);
  const { reservationCode, phoneLast4 } = airbnbDetailsOf(description);
  return toDetails(
    reservationCode ?? CODE.exec(description)?.[1],
    phoneLast4 ?? PHONE.exec(description)?.[1]?.replace(/\D/g, '').slice(-4),
    GUESTS.exec(description)?.[1],
  );
}

function toDetails(reservationCode?: string, phoneLast4?: string, guests?: string): Details {
  const details: { -readonly [Field in keyof Details]: Details[Field] } = {};
  if (reservationCode !== undefined) details.reservationCode = reservationCode;
  if (phoneLast4 !== undefined) details.phoneLast4 = phoneLast4;
  if (guests !== undefined) details.guestCount = Number(guests);
  return details;
}

/** "Sample Guest (101)" as name and code; the code matches `pattern`. */
export function nameWithCode(title: string, pattern: RegExp): { name: string; code: string } | undefined {
  if (!title.endsWith(')')) return undefined;
  const [, name = '', code = ''] = /^(.{1,200}?)\s*\(([^()]{1,24})\)$/u.exec(title) ?? [];
  return name !== '' && pattern.test(code) ? { name: name.trim(), code } : undefined;
}
