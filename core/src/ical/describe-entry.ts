import type { FeedEntry } from '../domain/feed.ts';

type Description = Pick<FeedEntry, 'kind' | 'title' | 'reservationCode' | 'phoneLast4'>;

/** Airbnb "Airbnb (Not available)"; Booking.com "CLOSED - Not available"; Vrbo "Blocked"; MotoPress "BLOCKED". */
const CLOSURE = /not available|unavailable|^closed\b|^blocked\b/i;
/** Airbnb puts the confirmation code into the URL; its hosts differ by country. */
const AIRBNB_CODE = /airbnb\.[a-z.]+\/hosting\/reservations\/details\/([A-Z0-9]{6,20})\b/;
const AIRBNB_PHONE = /Last 4 Digits\):\s*(\d{4})\b/;

/**
 * What an entry is, by the words platforms use. Whatever is not called a closure is a reservation: its summary is
 * "Reserved" or a guest's name.
 */
export function describeEntry(summary: string, description: string): Description {
  const title = summary.replace(/\s+/g, ' ').trim();
  const kind = CLOSURE.test(title) ? 'block' : 'reservation';
  const reservationCode = AIRBNB_CODE.exec(description)?.[1];
  const phoneLast4 = AIRBNB_PHONE.exec(description)?.[1];
  return {
    kind,
    title: title || 'Reserved',
    ...(reservationCode === undefined ? {} : { reservationCode }),
    ...(phoneLast4 === undefined ? {} : { phoneLast4 }),
  };
}
