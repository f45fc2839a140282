import { conflictIdOf } from '@dovetail/core/domain/conflict.ts';
import { type Interval, instantOf, overlaps } from '@dovetail/core/domain/interval.ts';
import type { Write } from '@dovetail/core/ports/document-store.ts';
import type { DirectTaskQueue } from '../../cloud-tasks/direct-task-queue.ts';
import type { Instance } from '../instance.ts';
import type { VirtualTime } from '../virtual-time.ts';
import type { Asked } from './asked.ts';
import type { FeedDesk, FeedShown } from './feed-desk.ts';
import { FeedEvidence } from './feed-evidence.ts';
import type { HouseCalendar } from './house-calendar.ts';
import type { ListingName } from './house-history.ts';
import { asInterval, holds, LedgerCopy, type Line, type LineChange, sourceOf, standsForItself } from './ledger-copy.ts';
import { farFrom, hasNight, nightsOf, nightsOfAll, nightsWithout, todayAt } from './nights.ts';
import { inheritanceFaults } from './relatives.ts';

/** What the watch knows beside what is written. */
export interface Watched {
  readonly time: VirtualTime;
  readonly tasks: Pick<DirectTaskQueue, 'pending'>;
  readonly desk: FeedDesk;
  readonly asked: Asked;
  readonly calendar: HouseCalendar | undefined;
  /** Nights that a feed's platform was ever told to be taken: what it shows there may be ours. */
  readonly everTold: (listing: ListingName) => ReadonlySet<string>;
}

/** Clocks of two processes are off by some seconds. */
const CLOCKS_MS = 15_000;
/** As long as a request takes at the most. */
const JUST_NOW_MS = 2 * 60_000;

/**
 * Looks at every commit of the ledger at the instant it is made: what it lets go of, what it takes, what relatives
 * inherit, and who wants the same time. It reads what is written and what feeds showed, and asks no flow.
 */
export class HouseWatch {
  readonly ledger = new LedgerCopy();
  readonly evidence = new Map<string, FeedEvidence>();
  /** What was wrong, each once. */
  readonly wrong = new Set<string>();
  /** When the ledger, its conflicts or a mapping were last written. */
  lastWrite = 0;
  readonly #world: Watched;

  constructor(world: Watched) {
    this.#world = world;
  }

  get today(): string {
    return todayAt(this.#world.time.now());
  }

  /** Whether what relatives inherit is being brought up to date. */
  get isRederiving(): boolean {
    return this.ledger.isToRederive || this.#world.tasks.pending().some(({ queue }) => queue === 'rederive');
  }

  evidenceOf(feedId: string): FeedEvidence {
    const known = this.evidence.get(feedId) ?? new FeedEvidence();
    this.evidence.set(feedId, known);
    return known;
  }

  /** To be told of every commit, and by which process it was made. */
  see(instance: Instance, writes: readonly Write[]): void {
    const shown = this.#world.desk.shownTo(instance);
    const before = new Map(this.ledger.events);
    const changes = this.ledger.take(writes);
    if (writes.some(({ path }) => TOLD.test(path))) this.lastWrite = this.#world.time.now();
    if (changes.length > 0) {
      this.#checkSources(changes, before, shown);
      this.#checkBookings(changes);
    }
    const closes = writes.some(
      (write) =>
        write.type === 'update' &&
        write.path.endsWith(`/feeds/${shown?.feedId}`) &&
        write.data['counters'] !== undefined,
    );
    if (shown && closes) this.#takeAnswer(shown);
    if (changes.length > 0 || writes.some(({ path }) => /\/resources\/[^/]+$/.test(path))) this.#checkStanding();
  }

  /** What a source held before and holds no more, it must have let go of by right. */
  #checkSources(changes: readonly LineChange[], before: ReadonlyMap<string, Line>, shown: FeedShown | undefined): void {
    const now = this.#world.time.now();
    for (const { before: was, after } of changes) {
      const { released, releases } = this.#world.asked;
      if (was && asInterval(was) !== asInterval(after)) released.delete(after.id);
      const isMissed = after.source.type === 'feed' && after.status === 'missing' && was?.status !== 'missing';
      const fault = isMissed ? this.#faultOfMissing(after, shown) : undefined;
      if (fault !== undefined)
        this.fault(`${sourceOf(after)} was said to miss ${asInterval(after)}, although ${fault}`);
      const isNew = after.staffReleasedAt !== undefined && was?.staffReleasedAt === undefined;
      if (isNew && releases.has(after.id)) released.set(after.id, after);
    }
    const sources = new Set(changes.map(({ after }) => sourceOf(after)));
    for (const source of sources) {
      const [type = '', id = ''] = source.split(' ');
      if (!['feed', 'binding', 'staff', 'direct'].includes(type)) continue;
      const had = this.#nightsOf(before.values(), source, now);
      const has = this.#nightsOf(this.ledger.events.values(), source, now);
      for (const night of nightsWithout(had, has)) {
        const freed = changes.flatMap(({ before: line }) =>
          line && sourceOf(line) === source && hasNight(line, night) ? [line] : [],
        );
        const fault =
          freed.length === 0 ? 'no event of it changed there' : this.#faultOf(type, id, night, freed, shown);
        if (fault !== undefined) this.fault(`${source} let go of ${night}, although ${fault}`);
      }
    }
  }

  /** A feed that was read shortly before midnight may be written down after it. */
  #faultOfMissing({ source, start }: Line, shown: FeedShown | undefined): string | undefined {
    if (source.type !== 'feed' || shown?.feedId !== source.id || !shown.entries) return 'its feed was not read';
    const hasBegun = start <= todayAt(this.#world.time.now() - JUST_NOW_MS);
    return hasBegun ? 'it has begun, and is never missed' : undefined;
  }

  #faultOf(
    type: string,
    id: string,
    night: string,
    freed: readonly Line[],
    shown: FeedShown | undefined,
  ): string | undefined {
    const { asked, calendar, time, everTold } = this.#world;
    const isByStaff = ({ id: eventId, staffReleasedAt }: Line) =>
      asked.releases.has(eventId) &&
      staffReleasedAt === undefined &&
      this.ledger.events.get(eventId)?.staffReleasedAt !== undefined;
    if (freed.every(isByStaff)) return undefined;
    switch (type) {
      case 'feed':
        if (asked.removals.get(id) === 'release') return undefined;
        if (asked.accepts.has(id)) return this.evidenceOf(id).faultOfAccepting(night);
        if (everTold(listingOf(id)).has(night)) return undefined;
        if (shown?.feedId !== id) return 'whoever did it had not read its feed';
        // What it shows there may be held by another of its events, and staff have freed that.
        if (
          shown.entries?.some((entry) => hasNight(entry, night) && this.ledger.isFreed(`feed ${id}`, entry, time.now()))
        )
          return undefined;
        return this.evidenceOf(id).faultOfLetting(night, shown, this.today, time.now());
      case 'binding':
        return freed.every((line) => isByStaff(line) || calendar?.wasFree(night, line.source.externalUid))
          ? undefined
          : 'its calendar shows that event there';
      default:
        return freed.every((line) => asked.endings.has(line.id) || this.#hasLapsed(line))
          ? undefined
          : 'nobody asked for that';
    }
  }

  /** By the clock of some process. */
  #hasLapsed({ until }: Line): boolean {
    return until !== undefined && until <= instantOf(this.#world.time.now() + CLOCKS_MS);
  }

  #nightsOf(lines: Iterable<Line>, source: string, now: number): Set<string> {
    const at = instantOf(now);
    const held = [...lines].filter((line) => sourceOf(line) === source && holds(line, at));
    return nightsOfAll(held, this.today);
  }

  /** What somebody books with us, nobody else has. */
  #checkBookings(changes: readonly LineChange[]): void {
    const now = this.#world.time.now();
    const at = instantOf(now);
    for (const { before, after } of changes) {
      if (after.source.type !== 'direct' || !holds(after, at)) continue;
      const isNew = !before || asInterval(before) !== asInterval(after) || before.resourceId !== after.resourceId;
      const isConfirmed = before?.until !== undefined && after.until === undefined;
      if (!isNew && !isConfirmed) continue;
      const hadLapsed = before !== undefined && !holds(before, at);
      const others = this.ledger.holding(now).filter((line) => {
        if (line.id === after.id || line.resourceId !== after.resourceId || !overlaps(line, after)) return false;
        if (line.causeEventIds?.includes(after.id) || line.echoOf === after.id) return false;
        return isNew || hadLapsed || line.kind === 'reservation';
      });
      for (const other of others) {
        this.fault(
          `${after.id} was booked on ${asInterval(after)} although ${sourceOf(other)} holds ${asInterval(other)}`,
        );
      }
    }
  }

  /** Who is refused nights is refused them because somebody has some of them, or had until just now. */
  checkRefusal(room: string, nights: Interval): void {
    const justNow = instantOf(this.#world.time.now() - JUST_NOW_MS);
    const isInTheWay = (line: Line) =>
      line.resourceId === room && overlaps(line, nights) && (holds(line, justNow) || line.updatedAt > justNow);
    if ([...this.ledger.events.values()].some(isInTheWay)) return;
    this.fault(`${room} was refused on ${asInterval(nights)}, which nobody has`);
  }

  /** From now on the feed shows this. */
  #takeAnswer(shown: FeedShown): void {
    const { feedId } = shown;
    const now = this.#world.time.now();
    const evidence = this.evidenceOf(feedId);
    evidence.take(shown, this.today, now);
    if (!shown.entries) return;
    const told = this.#world.everTold(listingOf(feedId));
    const holding = this.ledger.holding(now).filter((line) => sourceOf(line) === `feed ${feedId}`);
    const held = nightsOfAll(holding);
    const far = farFrom(this.today);
    for (const entry of evidence.shown()) {
      const lacking = nightsOf(entry, this.today).filter(
        (night) => night < far && !held.has(night) && !told.has(night),
      );
      const [start] = lacking;
      if (start === undefined || this.ledger.isFreed(`feed ${feedId}`, { start, end: entry.end }, now)) continue;
      this.fault(`feed ${feedId} showed ${entry.id} on ${asInterval(entry)}, and ${lacking.join(', ')} are not held`);
    }
    for (const night of held) {
      if (night < this.today || night >= far) continue;
      const isOld = holding.some((line) => hasNight(line, night) && line.start <= this.today);
      const isEcho = holding.every((line) => !hasNight(line, night) || line.echoOf !== undefined);
      if (isOld || isEcho || told.has(night) || !evidence.isOverdue(night, this.today)) continue;
      this.fault(`feed ${feedId} still holds ${night}, which it has not shown for long enough`);
    }
    this.#checkTwice(feedId, shown, holding, far);
  }

  /** Each of what the feed shows is held by one event. */
  #checkTwice(feedId: string, { entries = [] }: FeedShown, holding: readonly Line[], far: string): void {
    // What has begun is never missed, and may be held without being shown.
    const active = holding.filter(
      ({ id, status, start }) => status === 'active' && start > this.today && !this.#world.asked.restored.has(id),
    );
    for (const night of nightsOfAll(active, this.today)) {
      if (night >= far) continue;
      const [holders, shown] = [active, entries.filter((entry) => !entry.isCalledOff)].map(
        (all) => all.filter((one) => hasNight(one, night)).length,
      ) as [number, number];
      if (holders > shown) this.fault(`feed ${feedId} shows ${shown} on ${night}, and ${holders} events hold it`);
    }
  }

  /** What must be so after every commit, whoever made it. */
  #checkStanding(): void {
    const holding = this.ledger.holding(this.#world.time.now());
    if (!this.isRederiving) {
      for (const fault of inheritanceFaults(holding, this.ledger, this.today)) this.fault(fault);
    }
    const stays = holding.filter((line) => line.kind === 'reservation' && standsForItself(line));
    for (const [index, a] of stays.entries()) {
      for (const b of stays.slice(index + 1)) {
        if (!overlaps(a, b) || !this.#areRelated(a.resourceId, b.resourceId)) continue;
        const known = this.ledger.conflicts.get(conflictIdOf(a.id, b.id));
        if (known && known.resolvedBy !== 'overlap-ended') continue;
        this.fault(
          `${sourceOf(a)} and ${sourceOf(b)} both sold ${asInterval(a)} and ${asInterval(b)}, and nobody is told`,
        );
      }
    }
    for (const line of holding) {
      const freed = this.#world.asked.released.get(line.id);
      if (freed && asInterval(freed) === asInterval(line)) {
        this.fault(`${line.id} holds ${asInterval(line)} again, which staff have freed`);
      }
    }
  }

  #areRelated(a: string, b: string): boolean {
    return a === b || ((a === 'house' || b === 'house') && !this.isRederiving);
  }

  fault(text: string): void {
    this.wrong.add(`${instantOf(this.#world.time.now())} ${text}`);
  }
}

/** Whatever is told to people and calendars: what else is written is housekeeping. */
const TOLD = /\/(events|conflicts|mappings|deadLetters|proposals|runs)\/[^/]+$|\/pages\//;

/** The listing that a feed is of. */
export function listingOf(feedId: string): ListingName {
  return feedId.split('-')[0] as ListingName;
}
