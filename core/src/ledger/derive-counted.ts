import { holdsTime } from '../domain/event.ts';
import { type Interval, msOf, overlaps, union, without } from '../domain/interval.ts';
import type { Resource } from '../domain/resource.ts';
import type { EventState } from './commit-changes.ts';
import { type CausingEvent, countsUpward, derivedState, rootCauses } from './derive-events.ts';
import { countOf, type Resources } from './relation-graph.ts';
import { instantWithin, type TimeKeeping, translateInterval } from './translate-interval.ts';

const DAY_MS = 86_400_000;

/** Time that one child takes of its parent. */
interface Claim extends Interval {
  readonly childId: string;
  readonly event: CausingEvent;
}

/**
 * The events that several children cause on their parent together: one for each longest stretch within `window` during
 * which enough of them are taken, each counted once however many of its events overlap. Pure.
 *
 * `events` are those that stand on the children, at least where they share time with `childWindow`; others are ignored,
 * as is time that came down to a child. Nothing may be counted just outside the window, or one stretch would be cut in
 * two: `affectedWindows` finds such windows.
 */
export function deriveCounted(
  parent: Resource,
  events: Iterable<CausingEvent>,
  resources: Resources,
  window: Interval,
): EventState[] {
  const count = countOf(parent, resources);
  if (!count) return [];
  const claims = claimsOn(parent, events, count.children).flatMap((claim) => clipped(claim, window));
  const all = count.children.length;
  const title = count.least === all ? 'Every part is taken' : `At least ${count.least} of ${all} parts are taken`;
  return lastingStretches(claims, count.least).map(({ until, ...stretch }) => {
    const behind = claims.filter((claim) => overlaps(claim, stretch) && lastsUntil(claim, until));
    const causes = behind.map(({ event }) => event);
    const state = derivedState({
      ...{ rule: 'count', name: `${parent.id}~${stretch.start}`, resourceId: parent.id, ...stretch, title },
      // It stands only with all of them, so it ranks as its lowest and is as sure as the least sure.
      priority: causes.reduce((lowest, { priority }) => Math.max(lowest, priority), 0),
      status: causes.some(({ status }) => status === 'missing') ? 'missing' : 'active',
      causeEventIds: [...new Set(causes.flatMap(rootCauses))].sort(),
      lastSeenAt: causes.map(({ lastSeenAt }) => lastSeenAt).reduce((a, b) => (a > b ? a : b)),
    });
    return until === undefined ? state : { ...state, until };
  });
}

/**
 * Where the parent's counted time may change when its children's time changed within `changed`, which is in the parent's
 * kind of time. Each window reaches around the counted events it touches, so that nothing is counted just outside of it;
 * windows come in order and apart. Pure.
 * @param counted the events that stand on the parent by the rule `count`, at least all that share time with
 * `withEdges` of what changed.
 */
export function affectedWindows(changed: readonly Interval[], counted: readonly Interval[]): Interval[] {
  return union([...changed, ...counted]).filter((window) =>
    changed.some(({ start, end }) => window.start <= start && end <= window.end),
  );
}

/** The interval with the second or day before and after it: what shares time with that touches the interval. */
export function withEdges(interval: Interval): Interval {
  return widened(interval, interval.start.length === 10 ? DAY_MS : 1000);
}

/** Where the events of a child are that take of its parent's time within the window, in the child's kind of time. */
export function childWindow(window: Interval, parent: TimeKeeping, child: TimeKeeping): Interval {
  if (parent.kind === 'nightly') return translateInterval(window, parent, child) ?? window;
  // A stay also takes the hours between a check-out and the next check-in, which are of no night.
  const wide = child.kind === 'timed' ? window : widened(window, 2 * DAY_MS);
  return translateInterval(wide, parent, child) ?? window;
}

function claimsOn(parent: Resource, events: Iterable<CausingEvent>, children: readonly Resource[]): Claim[] {
  const byId = new Map(children.map((child) => [child.id, child]));
  const claims: Claim[] = [];
  for (const event of events) {
    const child = byId.get(event.resourceId);
    if (!child || !holdsTime(event) || !countsUpward(event)) continue;
    if (event.mergedInto !== undefined || event.echoOf !== undefined) continue;
    const taken = translateInterval(event, child, parent);
    if (taken) claims.push({ start: taken.start, end: taken.end, childId: child.id, event });
  }
  return claims;
}

function widened({ start, end }: Interval, byMs: number): Interval {
  const form = (ms: number) => instantWithin(ms).slice(0, start.length);
  return { start: form(msOf(start) - byMs), end: form(msOf(end) + byMs) };
}

function clipped(claim: Claim, window: Interval): Claim[] {
  const start = claim.start > window.start ? claim.start : window.start;
  const end = claim.end < window.end ? claim.end : window.end;
  return start < end ? [{ ...claim, start, end }] : [];
}

/**
 * The longest intervals during which claims of at least `least` children stand, each with the instant until which they
 * do: when so many holds among them have lapsed that too few are left. What stands longer is cut out of what lapses first.
 */
function lastingStretches(claims: readonly Claim[], least: number): (Interval & { readonly until?: string })[] {
  const untils = [...new Set(claims.map(({ event }) => event.until))].filter((until) => until !== undefined);
  const found: (Interval & { readonly until?: string })[] = stretches(
    claims.filter((claim) => lastsUntil(claim, undefined)),
    least,
  );
  for (const until of untils.sort().reverse()) {
    const standing = claims.filter((claim) => lastsUntil(claim, until));
    found.push(...without(stretches(standing, least), union(found)).map((stretch) => ({ ...stretch, until })));
  }
  return found;
}

/** True for a claim that stands at least until then; undefined is for good. */
function lastsUntil({ event }: Claim, until: string | undefined): boolean {
  return event.until === undefined || (until !== undefined && event.until >= until);
}

/** The longest intervals during which claims of at least `least` children stand. */
function stretches(claims: readonly Claim[], least: number): Interval[] {
  const ofChild = Map.groupBy(claims, ({ childId }) => childId);
  const steps = [...ofChild.values()]
    .flatMap(union)
    .flatMap(({ start, end }) => [
      { at: start, by: 1 },
      { at: end, by: -1 },
    ])
    // Where one ends as another begins the count does not drop between them.
    .sort((a, b) => (a.at === b.at ? b.by - a.by : a.at < b.at ? -1 : 1));
  const found: Interval[] = [];
  let taken = 0;
  let since = '';
  for (const { at, by } of steps) {
    const before = taken;
    taken += by;
    if (before < least && taken >= least) since = at;
    if (before >= least && taken < least && since < at) found.push({ start: since, end: at });
  }
  return found;
}
