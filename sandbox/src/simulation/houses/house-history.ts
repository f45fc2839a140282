import { Dice } from '../dice.ts';
import { drawRates, type Round } from '../history.ts';

/** A house that is let whole or by its two rooms. */
export const ROOMS = ['house', 'kaya', 'sol'] as const;
export type Room = (typeof ROOMS)[number];

/** Where it is sold: what each platform lists is one of the three. */
export const LISTINGS = ['airbnb', 'booking', 'vrbo', 'site', 'plain'] as const;
export type ListingName = (typeof LISTINGS)[number];

/** Nights, counted from the first day of the history. */
export interface Nights {
  readonly from: number;
  readonly nights: number;
}

/**
 * What a feed answers for some hours instead of what its platform has: nothing, part of it, all but one, what it was
 * hours ago, the same under new ids, another listing's calendar of another platform, a page, half a document; or it
 * answers with an error, or not at all.
 */
export const DISTURBANCES = [
  ...['empty', 'part', 'all-but-one', 'stale', 'new-ids', 'foreign', 'page', 'cut'],
  ...['not-found', 'too-many', 'broken', 'silent'],
] as const;
export type Disturbance =
  | 'empty'
  | 'part'
  | 'all-but-one'
  | 'stale'
  | 'new-ids'
  | 'foreign'
  | 'page'
  | 'cut'
  | Refusing;
export type Refusing = 'not-found' | 'too-many' | 'broken' | 'silent';

/** How rooms bear on the house: each takes it, only both together do, or none does. The house takes both, always. */
export type RelationRule = 'each' | 'all' | 'none';

/** What guests, hosts, staff and the world do. `which` counts around what there is. */
export type HouseEdit =
  | ({ readonly do: 'sell'; readonly listing: ListingName } & Nights)
  | ({ readonly do: 'move'; readonly which: number } & Nights)
  | { readonly do: 'shorten' | 'lengthen' | 'cancel' | 'open' | 'call-off'; readonly which: number }
  | { readonly do: 'cancel-many'; readonly listing: ListingName; readonly all: boolean }
  | ({ readonly do: 'close'; readonly listing: ListingName } & Nights)
  | {
      readonly do: 'disturb';
      readonly listing: ListingName;
      readonly how: Disturbance;
      readonly hours: number;
      /** Of `stale`: how old what it shows is. */
      readonly ago: number;
    }
  | { readonly do: 'release' | 'restore' | 'resolve' | 'resolve-and-release'; readonly which: number }
  | { readonly do: 'accept' | 'sync' | 'pause' | 'resume' | 'new-address'; readonly listing: ListingName }
  | { readonly do: 'remove'; readonly listing: ListingName; readonly events: 'keep' | 'release' }
  | { readonly do: 'add'; readonly listing: ListingName }
  | { readonly do: 'relate'; readonly rule: RelationRule }
  | ({ readonly do: 'book'; readonly room: Room; readonly holdMinutes?: number } & Nights)
  | ({ readonly do: 'move-booking'; readonly which: number } & Nights)
  | { readonly do: 'confirm' | 'unbook' | 'unblock'; readonly which: number }
  | ({ readonly do: 'block'; readonly room: Room } & Nights)
  | ({ readonly do: 'own-add'; readonly isAllDay: boolean } & Nights)
  | ({ readonly do: 'own-move'; readonly which: number } & Nights)
  | { readonly do: 'own-delete' | 'own-free'; readonly which: number }
  | { readonly do: 'import'; readonly listing: ListingName }
  | { readonly do: 'stop-importing'; readonly listing: ListingName; readonly hours: number }
  | { readonly do: 'expire-sync-tokens' };

/** What is so from the beginning. */
export interface HousePlan {
  readonly listings: readonly ListingName[];
  /** Whether platforms import what we publish, and show it again. */
  readonly rings: boolean;
  /** The room whose calendar staff keep; its own events block. */
  readonly calendarOf?: Room;
  readonly rule: RelationRule;
  /** What Booking.com does with the ids of its entries. */
  readonly bookingIds: 'kept' | 'anew-when-changed' | 'anew-each-time';
  /** Whether Airbnb closes what lies behind its booking window. */
  readonly hasTail: boolean;
}

/** Of nights: a house, what it is sold on, and what becomes of it. */
export interface HouseHistory {
  readonly family: 'houses';
  readonly seed: number;
  /** How many edits it was drawn to have, about; absent when its seed said so. */
  readonly edits?: number;
  readonly plan: HousePlan;
  readonly rounds: readonly Round<HouseEdit>[];
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Feeds are read every quarter of an hour at best, so what lies within minutes meets and what lies hours apart does not. */
const PAUSES_MS = [0, 1_000, 40_000, 4 * MINUTE_MS, 17 * MINUTE_MS, HOUR_MS, 2 * HOUR_MS, 4 * HOUR_MS, 7 * HOUR_MS];
const MOST_ROUNDS = 3;
const MOST_STEPS = 9;
const LAST_DAY = 24;
const SOLD_FIRST = 3;
/** One edit in four finds nothing that it can be made on. */
const STEPS_AN_EDIT = 1.35;
/** So many pass in a round, about. */
const DAYS_A_ROUND = 1;

/**
 * The history of a seed, always the same.
 * @param edits about how many are made, in as many rounds as they fill; absent, there are up to three rounds.
 */
export function houseHistoryOf(seed: number, edits?: number): HouseHistory {
  const dice = new Dice(seed ^ 0x40005e);
  const plan = drawPlan(dice);
  const mostRounds = edits === undefined ? 1 + dice.below(MOST_ROUNDS) : Number.POSITIVE_INFINITY;
  const mostSteps = edits === undefined ? Number.POSITIVE_INFINITY : Math.round(edits * STEPS_AN_EDIT);
  const rounds: Round<HouseEdit>[] = [];
  let number = 0;
  while (rounds.length < mostRounds && number < mostSteps) {
    const count = Math.min(3 + dice.below(MOST_STEPS), mostSteps - number);
    const days = edits === undefined ? 0 : rounds.length * DAYS_A_ROUND;
    const steps = Array.from({ length: count }, () => {
      // A history that sells nothing at first is one in which nothing can be edited.
      const edit = number < SOLD_FIRST ? sell(dice, plan) : drawEdit(dice, plan);
      return { number: number++, afterMs: dice.oneOf(PAUSES_MS), edit: laterBy(days, edit) };
    });
    rounds.push({ rates: drawRates(dice), steps });
  }
  return { family: 'houses', seed, ...(edits !== undefined && { edits }), plan, rounds };
}

/** Of nights that are still to come when a long history has got so far. */
function laterBy(days: number, edit: HouseEdit): HouseEdit {
  return 'from' in edit ? { ...edit, from: edit.from + days } : edit;
}

function drawPlan(dice: Dice): HousePlan {
  const listings = LISTINGS.filter(() => dice.chance(0.55));
  return {
    listings: listings.length > 0 ? listings : [dice.oneOf(LISTINGS)],
    rings: dice.chance(0.4),
    ...(dice.chance(0.4) && { calendarOf: dice.oneOf(ROOMS) }),
    rule: dice.oneOf(['each', 'each', 'all', 'none'] as const),
    bookingIds: dice.oneOf(['kept', 'anew-when-changed', 'anew-each-time'] as const),
    hasTail: dice.chance(0.3),
  };
}

function drawEdit(dice: Dice, plan: HousePlan): HouseEdit {
  const which = dice.below(1_000);
  const listing = dice.oneOf(plan.listings);
  const families: readonly (readonly (() => HouseEdit)[])[] = [
    ofGuests(dice, plan, which),
    ofGuests(dice, plan, which),
    ofFeeds(dice, listing),
    ofStaff(dice, which, listing),
    ofBookings(dice, which),
    ...(plan.calendarOf ? [ofCalendar(dice, which)] : []),
    ...(plan.rings ? [ofImports(dice, listing)] : []),
  ];
  return dice.oneOf(dice.oneOf(families))();
}

function ofGuests(dice: Dice, plan: HousePlan, which: number): (() => HouseEdit)[] {
  const listing = dice.oneOf(plan.listings);
  return [
    () => sell(dice, plan),
    () => sell(dice, plan),
    () => ({ do: 'move', which, ...nights(dice) }),
    () => ({ do: dice.oneOf(['shorten', 'lengthen']), which }),
    () => ({ do: 'cancel', which }),
    () => ({ do: 'cancel', which }),
    () => ({ do: dice.oneOf(['call-off', 'open']), which }),
    () => ({ do: 'close', listing, ...nights(dice) }),
    () => ({ do: 'cancel-many', listing, all: dice.chance(0.4) }),
  ];
}

function ofFeeds(dice: Dice, listing: ListingName): (() => HouseEdit)[] {
  const disturb = (hours: number) => () =>
    ({ do: 'disturb', listing, how: dice.oneOf(DISTURBANCES), hours, ago: 1 + dice.below(12) }) as HouseEdit;
  return [1, 3, 5, 8, 15].map(disturb);
}

function ofStaff(dice: Dice, which: number, listing: ListingName): (() => HouseEdit)[] {
  return [
    () => ({ do: dice.oneOf(['release', 'restore']), which }),
    () => ({ do: dice.oneOf(['resolve', 'resolve-and-release']), which }),
    () => ({ do: dice.oneOf(['accept', 'sync']), listing }),
    () => ({ do: dice.oneOf(['pause', 'resume', 'resume', 'new-address']), listing }),
    () => ({ do: 'remove', listing, events: dice.oneOf(['keep', 'release', 'release']) }),
    () => ({ do: 'add', listing }),
    () => ({ do: 'relate', rule: dice.oneOf(['each', 'all', 'none'] as const) }),
  ];
}

function ofBookings(dice: Dice, which: number): (() => HouseEdit)[] {
  const room = dice.oneOf(ROOMS);
  return [
    () => ({ do: 'book', room, ...nights(dice) }),
    () => ({ do: 'book', room, ...nights(dice), holdMinutes: dice.oneOf([5, 30, 200]) }),
    () => ({ do: 'confirm', which }),
    () => ({ do: 'unbook', which }),
    () => ({ do: 'move-booking', which, ...nights(dice) }),
    () => ({ do: 'block', room, ...nights(dice) }),
    () => ({ do: 'unblock', which }),
  ];
}

function ofCalendar(dice: Dice, which: number): (() => HouseEdit)[] {
  return [
    () => ({ do: 'own-add', isAllDay: dice.chance(0.5), ...nights(dice) }),
    () => ({ do: 'own-move', which, ...nights(dice) }),
    () => ({ do: 'own-delete', which }),
    () => ({ do: dice.oneOf(['own-free', 'expire-sync-tokens'] as const), which }) as HouseEdit,
  ];
}

function ofImports(dice: Dice, listing: ListingName): (() => HouseEdit)[] {
  return [
    () => ({ do: 'import', listing }),
    () => ({ do: 'import', listing }),
    () => ({ do: 'stop-importing', listing, hours: 5 + dice.below(25) }),
  ];
}

function sell(dice: Dice, { listings }: HousePlan): HouseEdit {
  return { do: 'sell', listing: dice.oneOf(listings), ...nights(dice) };
}

/** Seldom so soon that the stay begins before the history is over. */
function nights(dice: Dice): Nights {
  const soonest = dice.chance(0.15) ? 0 : 3;
  return { from: soonest + dice.below(LAST_DAY - soonest), nights: 1 + dice.below(5) };
}
