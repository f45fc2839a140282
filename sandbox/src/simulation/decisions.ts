import type { Proposal } from '@dovetail/core/domain/run.ts';
import { eventIdOfBooking } from '@dovetail/core/sync/commit-booking.ts';
import { type Bay, LOFT_BAYS } from '../studio/loft-bays.ts';
import type { Edit } from './history.ts';
import { bindingOfBay } from './open-world.ts';
import type { Play } from './play.ts';
import { Staff } from './staff.ts';
import { eventsOf } from './told.ts';
import { SYSTEM, TENANT, type World } from './world.ts';

type Decision = Extract<
  Edit,
  { readonly do: 'settle-proposal' | 'rename-resource' | 'pause-binding' | 'resume-binding' | 'unbind' | 'bind' }
>;

/** How staff leave the binding of a bay, as far as they know: what they asked for may not be done yet. */
type Left = 'bound' | 'paused' | 'unbound';

/** What staff decide beside editing, and what they remember of it until all sides agree. */
export class Decisions {
  readonly #world: World;
  readonly #play: Play;
  readonly #staff: Staff;
  readonly #left: Record<Bay, Left> = { 1: 'bound', 2: 'bound' };
  /** Bays that were without their calendar at some time of this round. */
  readonly #unbound = new Set<Bay>();
  /** Whether the deletion of all events on a bay's calendar, in this round, was meant. */
  readonly #meant = new Map<Bay, boolean>();
  /** Proposals that staff have seen, and put aside since. */
  #known: readonly Proposal[] = [];
  readonly #toldOf = new Set<string>();
  /** Our events that stood on a bay's calendar when it was unbound, and were kept. One id may stand on both. */
  readonly #kept = { 1: new Set<string>(), 2: new Set<string>() };
  /** Bookings whose events did not stand there yet: one that was just being put there stays. */
  readonly #awaited = { 1: new Set<string>(), 2: new Set<string>() };

  constructor(world: World, play: Play) {
    this.#world = world;
    this.#play = play;
    this.#staff = new Staff(world);
  }

  /** Whether staff edit our events on a bay's calendar: not while it is unbound, nor before all agree again. */
  edits(bay: Bay): boolean {
    return !this.#unbound.has(bay);
  }

  /** Events of which staff were told in this round, and put it aside. */
  get toldOf(): ReadonlySet<string> {
    return this.#toldOf;
  }

  /** Calendars that were cleared by mistake in this round. */
  get mistakes(): number {
    return [...this.#meant.values()].filter((isMeant) => !isMeant).length;
  }

  make(edit: Decision): boolean {
    switch (edit.do) {
      case 'settle-proposal':
        return this.#settle(edit.which, edit.grant);
      case 'rename-resource':
        this.#staff.rename(edit.bay, edit.name);
        return true;
      case 'pause-binding':
        return this.#leave(edit.bay, 'bound', 'paused', () => this.#staff.pause(edit.bay));
      case 'resume-binding':
        return this.#leave(edit.bay, 'paused', 'bound', () => this.#staff.resume(edit.bay));
      case 'unbind':
        return !this.#play.events.areTouched && this.#unbind(edit.bay, edit.events);
      case 'bind':
        return this.#leave(edit.bay, 'unbound', 'bound', () => this.#staff.bind(edit.bay));
    }
  }

  /**
   * Remembers what to say when the removals are held. Answers false where they cannot be: whoever unbinds a calendar, and
   * binds it again, has its events put there anew.
   */
  clears(bay: Bay, isMeant: boolean): boolean {
    if (this.#unbound.has(bay) || this.#meant.has(bay)) return false;
    this.#meant.set(bay, isMeant);
    return true;
  }

  /** At the end of a round: every calendar is bound and read again. */
  setRight(): void {
    for (const bay of LOFT_BAYS) {
      if (this.#left[bay] === 'paused') this.#staff.resume(bay);
      if (this.#left[bay] === 'unbound') this.#staff.bind(bay);
      this.#left[bay] = 'bound';
    }
  }

  /** Looks what waits for staff, and says what is to become of it. Answers whether anything did. */
  async attend(): Promise<boolean> {
    const { store, documents } = this.#world;
    this.#known = await store.proposals.query(documents, TENANT);
    let isHeld = false;
    for (const bay of LOFT_BAYS) {
      const binding = await store.bindings.get(documents, TENANT, bindingOfBay(bay));
      if (binding?.removalsHeldAt === undefined) continue;
      isHeld = true;
      if (!this.#staff.isBusy) this.#staff.decide(bay, this.#meant.get(bay) ?? true);
    }
    const isReplayed = await this.#replayBackFills();
    return isHeld || isReplayed || this.#staff.isBusy;
  }

  /** A store that keeps failing may use up all tries at setting a calendar to work. */
  async #replayBackFills(): Promise<boolean> {
    const { store, documents } = this.#world;
    const letters = await store.deadLetters.query(documents, TENANT);
    const lost = letters.filter(
      ({ queue, reason }) => queue === 'bind-calendar' && reason === 'temporarily-unavailable',
    );
    if (!this.#staff.isBusy) for (const letter of lost) this.#staff.replay(1, letter);
    return lost.length > 0;
  }

  /** All sides agree: what follows is judged on its own. */
  async endRound(): Promise<void> {
    this.#unbound.clear();
    this.#meant.clear();
    this.#toldOf.clear();
    await this.#staff.dismissAll();
    this.#known = [];
  }

  /**
   * Takes away what was kept on a calendar while it was unbound and has no business there any more: the audit tells of it,
   * and it is left to staff. Answers whether there was any.
   */
  tidyKept(): boolean {
    return LOFT_BAYS.map((bay) => this.#tidy(bay)).includes(true);
  }

  #tidy(bay: Bay): boolean {
    const { events } = this.#play;
    const placed = [...this.#awaited[bay]].flatMap((id) =>
      eventsOf(id, this.#world).filter((shown) => shown.bay === bay),
    );
    const kept = [...this.#kept[bay], ...placed.map(({ event }) => event.id)];
    this.#awaited[bay].clear();
    this.#kept[bay].clear();
    const stale = [...new Set(kept)].filter((eventId) => events.isStale(eventId, bay));
    for (const eventId of stale) events.remove(bay, eventId);
    return stale.length > 0;
  }

  #settle(which: number, isGranted: boolean): boolean {
    const proposal = this.#known[which % Math.max(1, this.#known.length)];
    const booking = this.#play.bookings.find(({ id }) => eventIdOfBooking(SYSTEM, id) === proposal?.eventId);
    if (!proposal || !booking) return false;
    this.#known = this.#known.filter(({ id }) => id !== proposal.id);
    this.#toldOf.add(proposal.eventId);
    if (isGranted) this.#play.grant(booking.id, proposal.wanted);
    this.#staff.dismiss(1, proposal);
    return true;
  }

  #unbind(bay: Bay, events: 'keep' | 'remove'): boolean {
    if (!this.#leave(bay, 'bound', 'unbound', () => this.#staff.unbind(bay, events))) return false;
    this.#unbound.add(bay);
    if (events === 'remove') this.#play.events.forgetNotes(bay);
    else this.#keep(bay);
    return true;
  }

  #keep(bay: Bay): void {
    for (const id of this.#play.events.on(bay)) this.#kept[bay].add(id);
    for (const booking of this.#play.bookings.filter((each) => each.mayHaveBeenOn(bay))) {
      const isMissing = !eventsOf(booking.id, this.#world).some((shown) => shown.bay === bay);
      if (isMissing) this.#awaited[bay].add(booking.id);
    }
  }

  #leave(bay: Bay, from: Left, to: Left, ask: () => void): boolean {
    if (this.#left[bay] !== from || (to === 'unbound' && this.#meant.has(bay))) return false;
    this.#left[bay] = to;
    ask();
    return true;
  }
}
