import { detailsOf } from './details.ts';
import type { PlatformRules } from './platform-rules.ts';
import { isClosure, reservedFor } from './wording.ts';

/**
 * Feeds of nobody in particular: Agoda ("BOOKED"), Google, channel managers. What is not worded as a closure is a
 * reservation, since somebody meant the time to be taken.
 */
export const generic: PlatformRules = {
  platform: 'generic',
  name: 'an unknown program',
  describe({ title, description }) {
    const guestName = reservedFor(title);
    return {
      kind: isClosure(title) ? 'block' : 'reservation',
      title: title || 'Reserved',
      ...(guestName ? { guestName } : {}),
      ...detailsOf(description),
    };
  },
};
