import type { FeedEntry } from '../../domain/feed.ts';
import { addDays } from '../../domain/interval.ts';
import { airbnbDetailsOf, nameWithCode } from './details.ts';
import type { PlatformRules } from './platform-rules.ts';
import { isClosure } from './wording.ts';

/** "Airbnb (Not available)" in any language; programs that merge calendars put a listing's number before it. */
const CLOSURE = /(?:^|\s)Airbnb \([^)]+\)$/i;
/** Its calendars reach a year ahead, and are cut there. */
const HORIZON_DAYS = 360;

/**
 * Airbnb. A reservation says "Reserved", with its code in the address and the last digits of the guest's phone; before
 * 2019 it said "Name (HMCODE)". Whatever the host or a setting closes is "Airbnb (Not available)".
 *
 * Settings move every day, and with them what they close. So a closure is marked as an edge
 * - when it is in progress, or begins on the day the feed was made or the day after: the notice a host wants, and what
 *   was left of a closure that Airbnb shortens and names anew each day;
 * - when nothing in the feed ends later and it reaches the end of the calendar, a year ahead: the rest of the calendar
 *   behind the booking window.
 */
export const airbnb: PlatformRules = {
  platform: 'airbnb',
  name: 'Airbnb',
  signs: {
    prodId: /airbnb/i,
    uid: /@airbnb\.com$/i,
    url: /airbnb\.[a-z.]{2,8}\/hosting\/reservations\//i,
    wording: /(?:^|\s)Airbnb \(/i,
  },
  describe({ title, description }) {
    if (CLOSURE.test(title) || isClosure(title)) return { kind: 'block', title };
    const details = airbnbDetailsOf(description);
    const legacy = nameWithCode(title, /^HM[A-Z0-9]{6,18}$/);
    const named = legacy && { guestName: legacy.name, reservationCode: legacy.code };
    return { ...(named ? { ...named, ...details } : details), kind: 'reservation', title: title || 'Reserved' };
  },
  markEdges(entries, madeOn) {
    const lastEnd = entries.reduce((last, { end }) => (end > last ? end : last), '');
    const horizon = addDays(madeOn, HORIZON_DAYS);
    const tomorrow = addDays(madeOn, 1);
    const isEdge = ({ kind, start, end }: FeedEntry) =>
      kind === 'block' &&
      ((start.slice(0, 10) <= tomorrow && end > madeOn) || (end === lastEnd && end.slice(0, 10) >= horizon));
    return entries.map((entry) => (isEdge(entry) ? { ...entry, edge: true } : entry));
  },
};
