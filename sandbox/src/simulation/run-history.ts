import type { ScheduleName } from '@dovetail/functions/schedule-settings.ts';
import { LOFT_BAYS } from '../studio/loft-bays.ts';
import { checkAgreement, checkDoubles } from './check-agreement.ts';
import type { Edit, History, Round } from './history.ts';
import { calendarOfBay, openBays } from './open-world.ts';
import { passMinutes } from './pass-minutes.ts';
import { Play } from './play.ts';
import { CALM } from './weather.ts';
import { TENANT, World } from './world.ts';

/** What became of a history. */
export interface Outcome {
  /** Empty when all sides agreed after every round. */
  readonly wrong: readonly string[];
  /** What happened, in order. */
  readonly trace: readonly string[];
  readonly editsMade: number;
}

/** The same of a history of bays. */
export interface BaysOutcome extends Outcome {
  /** What of all that can be done was done at least once. */
  readonly kindsMade: ReadonlySet<Edit['do']>;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** How often schedules fire, in minutes, as in production; the rest of them have no work here. */
const CADENCE: readonly (readonly [ScheduleName, number])[] = [
  ['sweep', 2],
  ['poll-bookings', 5],
  ['safety-pull', 15],
  ['renew-channels', 60],
];
/** Retries of a task are over by then. */
const MOST_CLEARING_MINUTES = 20;
/** In so many, polls and sweeps have come round. */
const CLEAR_MINUTES = 6;
/** Hours until all is at rest, at most: rounds of a mapping that was put off are up to six hours apart. */
const HOURS_BETWEEN_ROUNDS = 8;
const HOURS_AT_THE_END = 24;
const AUDIT_HOUR = 1;
/** Within so many hours nothing may be written any more, once nothing waits. */
const QUIET_HOURS_BETWEEN = 1;
const QUIET_HOURS_AT_THE_END = 4;
/** One history in so many is given all its hours, in case something comes late of which nothing can be seen before. */
const WHOLE_DAYS_ONE_IN = 10;

/** Plays a history in a world of its own, and checks after each round that all sides agree. Stops at what is wrong. */
export async function runHistory(history: History): Promise<BaysOutcome> {
  const wrong: string[] = [];
  const world = new World(history.seed, (calendarId) => {
    for (const bay of LOFT_BAYS) if (calendarOfBay(bay) === calendarId) wrong.push(...checkDoubles(world, bay, play));
  });
  const play = new Play(world);
  const made: Edit['do'][] = [];
  try {
    if (history.isOverWire) await world.openWire();
    await openBays(world);
    await live(world, 3);
    for (const [index, round] of history.rounds.entries()) {
      play.beginRound();
      made.push(...(await playRound(round, world, play)));
      const isLast = index === history.rounds.length - 1;
      const most = isLast ? HOURS_AT_THE_END : HOURS_BETWEEN_ROUNDS;
      const quiet = isLast ? QUIET_HOURS_AT_THE_END : QUIET_HOURS_BETWEEN;
      const least = history.seed % WHOLE_DAYS_ONE_IN === 0 ? most : quiet;
      play.decisions.setRight();
      wrong.push(...(await comeToRest(world, play, { least, most, quiet, audits: play.needsAudit })));
      if (play.decisions.tidyKept()) await live(world, CLEAR_MINUTES);
      wrong.push(...(await checkAgreement(world, play)));
      wrong.push(...world.slips);
      await play.decisions.endRound();
      if (wrong.length > 0) break;
    }
  } catch (error) {
    wrong.push(`it was broken off: ${error instanceof Error ? error.stack : String(error)}`);
  } finally {
    await world.close();
  }
  return {
    wrong: [...new Set(wrong)],
    editsMade: made.length,
    kindsMade: new Set(made),
    get trace() {
      return world.log.lines;
    },
  };
}

/** Answers what was done. */
async function playRound({ rates, steps }: Round, world: World, play: Play): Promise<Edit['do'][]> {
  const made: Edit['do'][] = [];
  world.weather.rates = rates;
  for (const { afterMs, edit, number } of steps) {
    await live(world, afterMs / MINUTE_MS);
    if (edit.do === 'settle-proposal') await play.decisions.attend();
    const isMade = play.make(edit);
    if (isMade) made.push(edit.do);
    world.log.note(isMade ? 'edit' : 'edit-impossible', { number, ...edit });
  }
  await live(world, 1);
  world.weather.rates = CALM;
  world.log.note('faults-stop');
  return made;
}

/** Lets time pass as it does in production. */
function live(world: World, minutes: number): Promise<void> {
  return passMinutes(world.time, minutes, (at) => {
    for (const [schedule, every] of CADENCE) {
      if ((at / MINUTE_MS) % every !== 0) continue;
      // Cloud Scheduler, too, may deliver late, twice, or not at all.
      for (const ms of world.weather.arrivalsOfTask()) world.time.schedule(at + ms, () => world.fire(schedule));
    }
  });
}

interface Rest {
  readonly least: number;
  readonly most: number;
  readonly quiet: number;
  /** Without audits, nothing may have needed one. */
  readonly audits: boolean;
}

/** Lets hours pass without faults, with schedules fired once in each, until nothing has waited or been written for a while. */
async function comeToRest(world: World, play: Play, { least, most, quiet, audits }: Rest): Promise<string[]> {
  await clear(world, play);
  let written = writesOf(world);
  let calm = 0;
  for (let hour = 0; hour < most && (hour < least || calm < quiet); hour++) {
    for (const [schedule] of CADENCE) world.time.schedule(world.time.now(), () => world.fire(schedule));
    if (audits && hour === AUDIT_HOUR) world.time.schedule(world.time.now(), () => world.fire('audit'));
    await world.time.advance(HOUR_MS);
    const isCalm =
      writesOf(world) === written && !(await somethingWaits(world, play)) && !(audits && hour < AUDIT_HOUR);
    written = writesOf(world);
    calm = isCalm ? calm + 1 : 0;
  }
  return calm >= quiet ? [] : ['something still waits or is being written'];
}

/** Lets life go on as in production until nothing has waited for a while: what a round left behind is in full swing. */
async function clear(world: World, play: Play): Promise<void> {
  let calm = 0;
  for (let minute = 0; minute < MOST_CLEARING_MINUTES && calm < CLEAR_MINUTES; minute++) {
    await live(world, 1);
    calm = (await somethingWaits(world, play)) ? 0 : calm + 1;
  }
}

/** A calendar whose pushes got lost is pulled again and again for a while: that is no work that waits. */
async function somethingWaits({ tasks, store, documents }: World, play: Play): Promise<boolean> {
  if (await play.decisions.attend()) return true;
  if (tasks.pending().some(({ queue }) => queue !== 'pull-calendar')) return true;
  const mappings = await store.mappings.query(documents, TENANT);
  return mappings.some(({ dirty, inbound }) => dirty !== undefined || inbound !== undefined);
}

/** Changes whenever a calendar or the booking system does. */
function writesOf({ google, book }: World): string {
  const versions = book.state().appointments.reduce((sum, { version }) => sum + version, 0);
  return `${google.store.lastChange} ${versions}`;
}
