import { holdsTime, isOwn, type LedgerEvent } from '../domain/event.ts';
import { addDays, overlaps } from '../domain/interval.ts';
import type { Change, LedgerView, Span } from './ledger-view.ts';
import { sourceName } from './page-changes.ts';
import { sameBooking, signsOf } from './same-booking.ts';

/**
 * Shows each booking once however many sources tell of it: the event of the source with the highest priority stands for
 * the others, which keep their own time and stand for themselves again when it goes.
 */
export async function mergeSources(focus: readonly Change[], view: LedgerView, now: string): Promise<void> {
  const own = focus.filter(({ before, after }) => isOwn(after) && !(isEcho(after) && (!before || isEcho(before))));
  await view.loadPages(own.flatMap(spansOf));
  const near = new Set(own.map(({ after }) => after.id));
  const ofOthers = [...Map.groupBy(own, ({ after }) => sourceName(after.source))].flatMap(([source, changes]) =>
    view
      .linesEver(changes.flatMap(spansOf))
      .filter((line) => isOfOther(line.source, source) && line.echoOf === undefined),
  );
  for (const { id } of ofOthers) near.add(id);
  if (ofOthers.length === 0 && own.every(({ after }) => after.mergedInto === undefined)) return;
  await addKin(near, view);
  const events = [...near].map((id) => view.event(id)).filter((event) => event !== undefined);
  for (const [id, primaryId] of primaries(events)) {
    if (view.event(id)?.mergedInto !== primaryId) view.amend(id, { mergedInto: primaryId }, now);
  }
}

/** Adds what was shown by one of these events, or shows one of them: when one goes, the others are left to each other. */
async function addKin(ids: Set<string>, view: LedgerView): Promise<void> {
  for (let found = [...ids]; found.length > 0; ) {
    await view.loadEvents(found);
    const events = found.map((id) => view.event(id)).filter((event) => event !== undefined);
    await view.loadPages(events.map(around));
    const primary = events.flatMap(({ mergedInto }) => mergedInto ?? []);
    const shownBy = new Set([...ids, ...primary]);
    const kin = view
      .linesEver(events.map(around))
      .filter(({ mergedInto }) => mergedInto !== undefined && shownBy.has(mergedInto));
    found = [...new Set([...primary, ...kin.map(({ id }) => id)])].filter((id) => !ids.has(id));
    for (const id of found) ids.add(id);
  }
}

function spansOf({ before, after }: Change): Span[] {
  return [around(after), ...(before ? [around(before)] : [])];
}

/**
 * For each event, the one that stands for it; undefined for those that stand for themselves. Only events whose times
 * touch are compared: nobody would find one that lies elsewhere when the other goes. Pure.
 */
export function primaries(events: readonly LedgerEvent[]): ReadonlyMap<string, string | undefined> {
  const standing = events.filter((event) => holdsTime(event) && !isEcho(event));
  const groups = new Map(standing.map((event) => [event.id, [event]]));
  const join = (a: LedgerEvent, b: LedgerEvent) => {
    const [first, second] = [groups.get(a.id), groups.get(b.id)];
    if (!first || !second || first === second) return;
    first.push(...second);
    for (const { id } of second) groups.set(id, first);
  };
  for (const alike of alikes(standing)) {
    for (const [index, a] of alike.entries()) {
      const near = around(a);
      for (const b of alike.slice(index + 1)) {
        if (overlaps(near, b) && sameBooking(a, b)) join(a, b);
      }
    }
  }
  return new Map(
    events.map(({ id }) => {
      const primary = groups.get(id)?.reduce(first)?.id;
      return [id, primary === id ? undefined : primary];
    }),
  );
}

/** Groups of which the two of any booking share one: no other two need to be compared. */
function alikes(events: readonly LedgerEvent[]): Iterable<readonly LedgerEvent[]> {
  const groups = new Map<string, LedgerEvent[]>();
  for (const event of events) {
    for (const sign of signsOf(event)) {
      const group = groups.get(sign);
      if (group) group.push(event);
      else groups.set(sign, [event]);
    }
  }
  return groups.values();
}

/** The one to show: of the source that goes first, else known for longest. */
function first(a: LedgerEvent, b: LedgerEvent): LedgerEvent {
  if (a.priority !== b.priority) return a.priority < b.priority ? a : b;
  if (a.firstSeenAt !== b.firstSeenAt) return a.firstSeenAt < b.firstSeenAt ? a : b;
  return a.id < b.id ? a : b;
}

/** What repeats an event of ours tells of no booking. */
function isEcho({ echoOf }: LedgerEvent): boolean {
  return echoOf !== undefined;
}

/** On nightly resources two sources may be a day apart about one stay. */
function around({ resourceId, start, end }: LedgerEvent): Span {
  return start.length === 10
    ? { resourceId, start: addDays(start, -1), end: addDays(end, 1) }
    : { resourceId, start, end };
}

function isOfOther(source: string, own: string): boolean {
  return source !== own && !source.startsWith('inheritance:');
}
