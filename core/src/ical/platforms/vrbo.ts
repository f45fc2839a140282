import { detailsOf } from './details.ts';
import type { PlatformRules } from './platform-rules.ts';
import { isClosure, reservedFor } from './wording.ts';

/** The UID of a block spells its dates: 02292020-0229-2020-0305-202003052020. */
const BLOCK_UID = /^(?:0[1-9]|1[0-2])\d{6}-\d{4}-\d{4}-\d{4}-\d{12}$/;

/** Vrbo, HomeAway, Abritel, FeWo-direkt: "Reserved - Alex" and "Blocked", in the language of the account. */
export const vrbo: PlatformRules = {
  platform: 'vrbo',
  name: 'Vrbo',
  signs: {
    prodId: /homeaway|vrbo|abritel|fewo-direkt|stayz|bookabach/i,
    uid: BLOCK_UID,
    url: /(?:vrbo|homeaway|abritel)\.[a-z.]{2,8}\//i,
    wording: /^(?:Reserved|Réservée?|Reservad[oa]|Reserviert|Prenotat[oa]|Gereserveerd) - /iu,
  },
  describe({ uid, title, description }) {
    if (BLOCK_UID.test(uid) || isClosure(title)) return { kind: 'block', title: title || 'Blocked' };
    const guestName = reservedFor(title);
    return {
      kind: 'reservation',
      title: title || 'Reserved',
      ...(guestName ? { guestName } : {}),
      ...detailsOf(description),
    };
  },
};
