import { holdsTime, isOwn, type LedgerEvent } from '../domain/event.ts';
import { addDays, overlaps } from '../domain/interval.ts';
import type { Change, LedgerView, Span } from './ledger-view.ts';
import { sourceName } from './page-changes.ts';
import { sameBooking } from './same-booking.ts';

/**
 * Shows each booking once however many sources tell of it: the event of the source with the highest priority stands for
 * the others, which keep their own time and stand for themselves again when it goes.
 */
export async function mergeSources(focus: readonly Change[], view: LedgerView, now: string): Promise<void> {
  const own = focus.filter(({ before, after }) => isOwn(after) && !(isEcho(after) && (!before || isEcho(before))));
  const spans = own.flatMap(({ before, after }) => [around(after), ...(before ? [around(before)] : [])]);
  await view.loadPages(spans);
  const focusIds = new Set(own.map(({ after }) => after.id));
  const near = new Set(focusIds);
  let othersNear = false;
  for (const { before, after } of own) {
    for (const span of [around(after), ...(before ? [around(before)] : [])]) {
      for (const line of view.linesEver(span)) {
        if (!isOtherSource(line.source, after) || line.echoOf !== undefined) continue;
        near.add(line.id);
        othersNear = true;
      }
    }
  }
  if (!othersNear && own.every(({ after }) => after.mergedInto === undefined)) return;
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
    const kin = events.flatMap((event) => [
      ...(event.mergedInto === undefined ? [] : [event.mergedInto]),
      ...view
        .linesEver(around(event))
        .filter(
          ({ mergedInto }) => mergedInto !== undefined && (ids.has(mergedInto) || mergedInto === event.mergedInto),
        )
        .map(({ id }) => id),
    ]);
    found = [...new Set(kin)].filter((id) => !ids.has(id));
    for (const id of found) ids.add(id);
  }
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
  for (const a of standing) {
    const near = around(a);
    for (const b of standing) {
      if (a.id < b.id && overlaps(near, b) && sameBooking(a, b)) join(a, b);
    }
  }
  return new Map(
    events.map(({ id }) => {
      const primary = groups.get(id)?.reduce(first)?.id;
      return [id, primary === id ? undefined : primary];
    }),
  );
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

function isOtherSource(source: string, { source: own }: LedgerEvent): boolean {
  return source !== sourceName(own) && !source.startsWith('inheritance:');
}
