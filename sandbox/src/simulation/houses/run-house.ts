import { instantOf } from '@dovetail/core/domain/interval.ts';
import type { ScheduleName } from '@dovetail/functions/schedule-settings.ts';
import type { Round } from '../history.ts';
import { passMinutes } from '../pass-minutes.ts';
import type { Outcome } from '../run-history.ts';
import { watchedStore } from '../watched-store.ts';
import { CALM } from '../weather.ts';
import { World } from '../world.ts';
import { Asked } from './asked.ts';
import { restFaults, storedFaults } from './check-house.ts';
import { Errands } from './errands.ts';
import { FeedDesk } from './feed-desk.ts';
import { HouseCalendar } from './house-calendar.ts';
import type { HouseEdit, HouseHistory, HousePlan, ListingName } from './house-history.ts';
import type { HouseParts } from './house-parts.ts';
import { HousePlay } from './house-play.ts';
import { HouseWatch } from './house-watch.ts';
import { Listing } from './listing.ts';
import { nightsOfAll } from './nights.ts';
import { openHouse } from './open-house.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** How often schedules fire, in minutes, as in production; the rest of them have no work here. */
const CADENCE: readonly (readonly [ScheduleName, number])[] = [
  ['sweep', 2],
  ['poll-feeds', 5],
];
/**
 * Once nothing was edited or written for so long, sweeps find nothing but holds that lapse, and polls only feeds that are
 * due: firings that would find nothing are left out but for some.
 */
const STILL_MS = 12 * MINUTE_MS;
const WHEN_STILL = 30;
const SWEEP_FOR_HOLDS = 8;
const WITH_CALENDAR: typeof CADENCE = [...CADENCE, ['safety-pull', 15], ['renew-channels', 60]];
/** How often platforms come for our calendar, in hours: as often as they say, or are seen to (docs/provider-quirks.md). */
const IMPORT_HOURS: Readonly<Record<ListingName, number>> = { airbnb: 3, booking: 6, vrbo: 5, site: 6, plain: 6 };
/** A feed that is suspect, read six hours late, twice over; with rings, what platforms still believe dies out first. */
const MOST_HOURS = 60;
const MOST_HOURS_WITH_RINGS = 200;
/** For so long nothing may be written any more but how often feeds were read. */
const QUIET_HOURS = 3;

/** Plays a history of nights in a world of its own. Stops at what is wrong. */
export async function runHouse(history: HouseHistory): Promise<Outcome> {
  const { plan } = history;
  const house = new House(history);
  let editsMade = 0;
  try {
    await house.open();
    for (const round of history.rounds) {
      editsMade += await house.play(round);
      if (house.wrong.length === 0) await house.rest();
      if (house.wrong.length > 0) break;
    }
    return { wrong: house.wrong, trace: [`${JSON.stringify(plan)}`, ...house.trace], editsMade };
  } finally {
    await house.close();
  }
}

/** One world with all that its history knows of it. */
class House {
  readonly #plan: HousePlan;
  readonly #parts: HouseParts;
  readonly #play: HousePlay;
  #lastEdit = 0;
  readonly #told = new Map<ListingName, Set<string>>();

  constructor({ seed, plan }: HouseHistory) {
    this.#plan = plan;
    const listings = new Map(plan.listings.map((name) => [name, new Listing(name, plan)]));
    const world: World = new World(seed, () => undefined, {
      feedsOf: (instance, reach) => this.#parts.desk.fetcherOf(instance, reach),
      documentsOf: (instance, documents) =>
        watchedStore(documents, ({ writes }) => this.#parts.watch.see(instance, writes)),
    });
    const desk = new FeedDesk(world.time, plan, listings);
    const asked = new Asked();
    const calendar = plan.calendarOf && new HouseCalendar(plan.calendarOf, world.google, world.time);
    const everTold = (name: ListingName) => this.#told.get(name) ?? new Set<string>();
    const watch = new HouseWatch({ time: world.time, tasks: world.tasks, desk, asked, calendar, everTold });
    desk.mayBeForeign = (feedId) => !asked.accepts.has(feedId) && watch.evidenceOf(feedId).holdsToCome(watch.today);
    this.#parts = { world, listings, desk, calendar, watch, asked, errands: new Errands(world.time) };
    this.#play = new HousePlay(this.#parts);
  }

  get wrong(): string[] {
    return [...this.#parts.watch.wrong];
  }

  get trace(): readonly string[] {
    return this.#parts.world.log.lines;
  }

  async open(): Promise<void> {
    const { world, watch, listings } = this.#parts;
    await openHouse(world, this.#plan);
    // What was written before anybody watched.
    for (const resource of await world.store.resources.query(world.documents, 'casa')) {
      watch.ledger.resources.set(resource.id, resource);
    }
    for (const name of listings.keys()) this.#play.feeds.addFeed(name);
    await this.#live(1);
    if (this.#plan.rings) for (const name of listings.keys()) this.#importEvery(name);
  }

  close(): Promise<void> {
    return this.#parts.world.documents.close();
  }

  async play({ rates, steps }: Round<HouseEdit>): Promise<number> {
    const { world, calendar } = this.#parts;
    calendar?.beginRound();
    world.weather.rates = rates;
    let made = 0;
    for (const { afterMs, edit, number } of steps) {
      await this.#live(afterMs / MINUTE_MS);
      this.#lastEdit = world.time.now();
      const isMade = this.#play.make(edit);
      if (isMade) made++;
      world.log.note(isMade ? 'edit' : 'edit-impossible', { number, ...edit });
      if (this.wrong.length > 0) return made;
    }
    await this.#live(1);
    return made;
  }

  /** Faults stop, staff put right what is theirs to put right, and hours pass until all is as it must be, and stays so. */
  async rest(): Promise<void> {
    const { world, watch, desk, listings } = this.#parts;
    world.weather.rates = CALM;
    desk.clear();
    this.#play.stoppedUntil.clear();
    world.log.note('faults-stop');
    await this.#live(20);
    for (const name of listings.keys()) this.#play.feeds.resume(name);
    const most = this.#plan.rings ? MOST_HOURS_WITH_RINGS : MOST_HOURS;
    let faults: string[] = ['nothing was looked at'];
    for (let hour = 0; hour < most && faults.length > 0 && this.wrong.length === 0; hour++) {
      await this.#live(60);
      faults = restFaults(this.#parts, this.#play);
      if (faults.length === 0) faults = await storedFaults(this.#parts);
      if (faults.length === 0) faults = await this.#beQuiet();
    }
    for (const fault of faults) watch.fault(fault);
  }

  /** All is as it must be: for some hours, nothing is written. */
  async #beQuiet(): Promise<string[]> {
    const { watch, world } = this.#parts;
    const [since, today] = [world.time.now(), watch.today];
    for (let hour = 0; hour < QUIET_HOURS; hour++) await this.#live(60);
    const isDisturbed = watch.lastWrite > since && watch.today === today;
    return [...restFaults(this.#parts, this.#play), ...(isDisturbed ? ['something is still being written'] : [])];
  }

  #importEvery(name: ListingName): void {
    const { time } = this.#parts.world;
    const listing = this.#parts.listings.get(name) as Listing;
    time.schedule(time.now() + IMPORT_HOURS[name] * HOUR_MS, () => {
      this.#play.import(name);
      this.#importEvery(name);
    });
    listing.onImport = (nights) => {
      const told = this.#told.get(name) ?? new Set<string>();
      this.#told.set(name, new Set([...told, ...nightsOfAll(nights)]));
    };
  }

  #mayFindWork(schedule: ScheduleName, now: number): boolean {
    const { ledger, lastWrite } = this.#parts.watch;
    if (now - Math.max(lastWrite, this.#lastEdit) <= STILL_MS) return true;
    if (schedule === 'sweep') {
      const isHeld = [...ledger.events.values()].some(
        ({ until }) => until !== undefined && until > instantOf(now - HOUR_MS),
      );
      return isHeld && (now / MINUTE_MS) % SWEEP_FOR_HOLDS === 0;
    }
    if (schedule !== 'poll-feeds') return true;
    return [...ledger.polls.values()].some((at) => at <= instantOf(now + MINUTE_MS));
  }

  /** Lets time pass as it does in production. */
  #live(minutes: number): Promise<void> {
    const { world, calendar } = this.#parts;
    const cadence = calendar ? WITH_CALENDAR : CADENCE;
    return passMinutes(world.time, minutes, (at) => {
      const minute = at / MINUTE_MS;
      for (const [schedule, every] of cadence) {
        if (minute % every === 0 && (minute % WHEN_STILL === 0 || this.#mayFindWork(schedule, at)))
          world.time.schedule(at, () => world.fire(schedule));
      }
    });
  }
}
