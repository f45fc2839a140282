import { type Bay, LOFT_BAYS } from '../studio/loft-bays.ts';
import type { Dice } from './dice.ts';
import type { Edit, Slot } from './history.ts';

const DAYS = 3;
const HOURS = 8;

type Draw<K extends Edit['do']> = { readonly weight: number; readonly draw: (dice: Dice) => Edit & { readonly do: K } };

/** How often each is done, against the others, and how what it needs is drawn. */
const DRAWS: { readonly [K in Edit['do']]: Draw<K> } = {
  book: { weight: 4, draw: drawBooking },
  'system-move': { weight: 4, draw: (dice) => ({ do: 'system-move', which: which(dice), slot: slot(dice) }) },
  'system-bay': { weight: 2, draw: (dice) => ({ do: 'system-bay', which: which(dice) }) },
  'system-title': { weight: 2, draw: (dice) => ({ do: 'system-title', which: which(dice), title: text(dice) }) },
  'system-cancel': { weight: 2, draw: (dice) => ({ do: 'system-cancel', which: which(dice) }) },
  'calendar-move': { weight: 4, draw: (dice) => ({ do: 'calendar-move', which: which(dice), slot: slot(dice) }) },
  'calendar-bay': { weight: 2, draw: (dice) => ({ do: 'calendar-bay', which: which(dice) }) },
  'calendar-title': { weight: 2, draw: (dice) => ({ do: 'calendar-title', which: which(dice), title: text(dice) }) },
  'calendar-note': { weight: 2, draw: (dice) => ({ do: 'calendar-note', which: which(dice), text: text(dice) }) },
  'calendar-delete': { weight: 2, draw: (dice) => ({ do: 'calendar-delete', which: which(dice) }) },
  'own-add': { weight: 2, draw: (dice) => ({ do: 'own-add', bay: bay(dice), slot: slot(dice), title: text(dice) }) },
  'own-move': { weight: 2, draw: (dice) => ({ do: 'own-move', which: which(dice), slot: slot(dice) }) },
  'own-delete': { weight: 2, draw: (dice) => ({ do: 'own-delete', which: which(dice) }) },
  'settle-proposal': {
    weight: 1,
    draw: (dice) => ({ do: 'settle-proposal', which: which(dice), grant: dice.chance(0.5) }),
  },
  'rename-resource': {
    weight: 1,
    draw: (dice) => ({ do: 'rename-resource', bay: bay(dice), name: `Bay ${dice.below(9)}` }),
  },
  'pause-binding': { weight: 1, draw: (dice) => ({ do: 'pause-binding', bay: bay(dice) }) },
  'resume-binding': { weight: 1, draw: (dice) => ({ do: 'resume-binding', bay: bay(dice) }) },
  unbind: { weight: 1, draw: (dice) => ({ do: 'unbind', bay: bay(dice), events: dice.oneOf(['keep', 'remove']) }) },
  bind: { weight: 1, draw: (dice) => ({ do: 'bind', bay: bay(dice) }) },
  'book-day': { weight: 1, draw: (dice) => ({ do: 'book-day', bay: bay(dice), day: DAYS + dice.below(DAYS) }) },
  'clear-calendar': {
    weight: 1,
    draw: (dice) => ({ do: 'clear-calendar', bay: bay(dice), isMeant: dice.chance(0.5) }),
  },
  'expire-sync-tokens': { weight: 1, draw: () => ({ do: 'expire-sync-tokens' }) },
  'expire-channels': { weight: 1, draw: () => ({ do: 'expire-channels' }) },
};

/** All that people and the world do. */
export const EDIT_KINDS = Object.keys(DRAWS) as Edit['do'][];

const DRAWN: readonly Draw<Edit['do']>[] = Object.values(DRAWS).flatMap((draw) =>
  Array<Draw<Edit['do']>>(draw.weight).fill(draw),
);

export function drawEdit(dice: Dice): Edit {
  return dice.oneOf(DRAWN).draw(dice);
}

/** One of a kind. */
export function drawEditOf(kind: Edit['do'], dice: Dice): Edit {
  return DRAWS[kind].draw(dice);
}

export function drawBooking(dice: Dice): Edit & { readonly do: 'book' } {
  return { do: 'book', bay: bay(dice), slot: slot(dice), title: `Lesson ${dice.below(90)}` };
}

function which(dice: Dice): number {
  return dice.below(1_000);
}

function text(dice: Dice): string {
  return `${dice.oneOf(['Lesson', 'Fitting', 'Practice', 'Ünïcode ⛳'])} ${dice.below(90)}`;
}

function bay(dice: Dice): Bay {
  return dice.oneOf(LOFT_BAYS);
}

function slot(dice: Dice): Slot {
  return { day: dice.below(DAYS), hour: dice.below(HOURS), hours: 1 + dice.below(2) };
}
