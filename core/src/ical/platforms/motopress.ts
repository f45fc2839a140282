import { detailsOf, nameWithCode } from './details.ts';
import type { EventTexts, PlatformRules } from './platform-rules.ts';
import { isClosure } from './wording.ts';

const PRODID = /\/\/Hotel Booking(?:\s|$)/i;
/** Stands at the beginning of its descriptions. */
const STAY = /(?:^|\n)CHECKIN:\s*\d{4}-\d\d-\d\d/i;

/**
 * MotoPress Hotel Booking, a WordPress plugin. A booking names guest and number, "Sample Guest (101)"; what it imported
 * keeps the words of where it came from. A block says "BLOCKED" and ends on its last day instead of the day after.
 */
export const motopress: PlatformRules = {
  platform: 'motopress',
  name: 'MotoPress',
  signs: { prodId: PRODID, wording: STAY },
  describe({ title, description }) {
    if (isClosure(title) && !STAY.test(description)) return { kind: 'block', title };
    const booking = nameWithCode(title, /^\d{1,12}$/);
    return {
      kind: 'reservation',
      title: title || 'Reserved',
      ...(booking && { guestName: booking.name, reservationCode: booking.code }),
      ...detailsOf(description),
    };
  },
  endsOnLastDay: ({ title, prodId }: EventTexts) => title === 'BLOCKED' && PRODID.test(prodId),
};
