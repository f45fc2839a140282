import type { ScheduleName } from '@dovetail/functions/schedule-settings.ts';
import { checkAgreement, checkDoubles } from './check-agreement.ts';
import type { History, Round } from './history.ts';
import { calendarOfBay, openBays } from './open-world.ts';
import { Play } from './play.ts';
import { CALM } from './weather.ts';
import { World } from './world.ts';

/** What became of a history. */
export interface Outcome {
  /** Empty when all sides agreed after every round. */
  readonly wrong: readonly string[];
  /** What happened, in order. */
  readonly trace: readonly string[];
  readonly editsMade: number;
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
const CLEARING_MINUTES = 20;
/** Rounds of a mapping that was put off are up to six hours apart. */
const HOURS_BETWEEN_ROUNDS = 8;
const HOURS_AT_THE_END = 24;
const AUDIT_HOUR = 1;
/** Within so many hours nothing may be written any more. */
const QUIET_HOURS = 4;

/** Plays a history in a world of its own, and checks after each round that all sides agree. Stops at what is wrong. */
export async function runHistory(history: History): Promise<Outcome> {
  const wrong: string[] = [];
  const world = new World(history.seed, (calendarId) => {
    for (const bay of [1, 2] as const)
      if (calendarOfBay(bay) === calendarId) wrong.push(...checkDoubles(world, bay, play));
  });
  const play = new Play(world);
  let editsMade = 0;
  try {
    await openBays(world);
    await live(world, 3);
    for (const [index, round] of history.rounds.entries()) {
      play.beginRound();
      editsMade += await playRound(round, world, play);
      const isLast = index === history.rounds.length - 1;
      const hours = isLast ? HOURS_AT_THE_END : HOURS_BETWEEN_ROUNDS;
      wrong.push(...(await comeToRest(world, hours, play.needsAudit)));
      wrong.push(...(await checkAgreement(world, play)), ...world.wrong);
      if (wrong.length > 0) break;
    }
    return { wrong: [...new Set(wrong)], trace: world.log.lines, editsMade };
  } finally {
    await world.documents.close();
  }
}

async function playRound({ rates, steps }: Round, world: World, play: Play): Promise<number> {
  let made = 0;
  world.weather.rates = rates;
  for (const { afterMs, edit, number } of steps) {
    await live(world, afterMs / MINUTE_MS);
    const isMade = play.make(edit);
    if (isMade) made++;
    world.log.note(isMade ? 'edit' : 'edit-impossible', { number, ...edit });
  }
  await live(world, 1);
  world.weather.rates = CALM;
  world.log.note('faults-stop');
  return made;
}

/** Lets time pass as it does in production. */
async function live(world: World, minutes: number): Promise<void> {
  const end = world.time.now() + minutes * MINUTE_MS;
  for (;;) {
    const next = (Math.floor(world.time.now() / MINUTE_MS) + 1) * MINUTE_MS;
    if (next > end) break;
    await world.time.advance(next - world.time.now());
    for (const [schedule, every] of CADENCE) {
      if ((next / MINUTE_MS) % every === 0) world.time.schedule(next, () => world.fire(schedule));
    }
  }
  await world.time.advance(end - world.time.now());
}

/** Lets hours pass without faults, with schedules fired once in each. Without `audits`, nothing may have needed one. */
async function comeToRest(world: World, hours: number, audits: boolean): Promise<string[]> {
  await live(world, CLEARING_MINUTES);
  let written = writesOf(world);
  for (let hour = 0; hour < hours; hour++) {
    if (hour === hours - QUIET_HOURS) written = writesOf(world);
    for (const [schedule] of CADENCE) world.time.schedule(world.time.now(), () => world.fire(schedule));
    if (audits && hour === AUDIT_HOUR) world.time.schedule(world.time.now(), () => world.fire('audit'));
    await world.time.advance(HOUR_MS);
  }
  return writesOf(world) === written ? [] : ['something is still being written'];
}

/** Changes whenever a calendar or the booking system does. */
function writesOf({ google, book }: World): string {
  const versions = book.state().appointments.reduce((sum, { version }) => sum + version, 0);
  return `${google.store.lastChange} ${versions}`;
}
