import { detailsOf } from './details.ts';
import type { PlatformRules } from './platform-rules.ts';
import { isClosure } from './wording.ts';

const CLOSED = /^closed\s*[-–—]\s*(.+)$/i;

/**
 * Booking.com. A reservation and a closure are both "CLOSED - Not available", without a code or a guest. Only older
 * feeds name the guest ("CLOSED - Sample Guest"). What cannot be told apart is a block marked as ambiguous: it may be a
 * reservation, and holds its time either way.
 */
export const bookingCom: PlatformRules = {
  platform: 'booking.com',
  name: 'Booking.com',
  signs: { prodId: /admin\.booking\.com/i, uid: /@booking\.com$/i, url: /booking\.com\//i, wording: /^CLOSED - /i },
  describe({ title, description }) {
    const guestName = CLOSED.exec(title)?.[1];
    if (guestName !== undefined && !isClosure(guestName)) {
      return { kind: 'reservation', title, guestName, ...detailsOf(description) };
    }
    if (title === '' || isClosure(title)) {
      return { kind: 'block', title: title || 'CLOSED', ambiguous: true, ...detailsOf(description) };
    }
    return { kind: 'reservation', title, ...detailsOf(description) };
  },
};
