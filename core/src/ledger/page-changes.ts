import type { LedgerEvent } from '../domain/event.ts';
import { type Interval, instantOf, monthsOf, sharedTime } from '../domain/interval.ts';
import type { ResourceKind } from '../domain/resource.ts';
import type { Write } from '../ports/document-store.ts';
import type { LedgerPage, PageLine } from '../store/pages.ts';
import type { Store } from '../store/store.ts';

/** The months the ledger keeps pages for, both included. */
export interface LedgerWindow {
  readonly first: string;
  readonly last: string;
}

const MONTHS_BEHIND = 2;
const MONTHS_AHEAD = 25;

/** From two months before the present one to 25 after it. */
export function ledgerWindow(now: number): LedgerWindow {
  const month = instantOf(now);
  return { first: monthOffset(month, -MONTHS_BEHIND), last: monthOffset(month, MONTHS_AHEAD) };
}

/** The newest month of the window as it was at an instant. */
export function newestMonth(instant: string): string {
  return monthOffset(instant, MONTHS_AHEAD);
}

/** When the window next moves. */
export function firstOfNextMonth(now: number): string {
  return `${monthOffset(instantOf(now), 1)}-01T00:00:00Z`;
}

/** The first date after the window. */
export function beyondWindow({ last }: LedgerWindow): string {
  return `${monthOffset(last, 1)}-01`;
}

/** The stretch of time that the window's pages cover, in a kind of time. */
export function coveredTime(window: LedgerWindow, kind: ResourceKind): Interval {
  const [start, end] = [`${window.first}-01`, beyondWindow(window)];
  return kind === 'nightly' ? { start, end } : { start: `${start}T00:00:00Z`, end: `${end}T00:00:00Z` };
}

/** What an event says on a ledger page, or null when it no longer bears on anybody's time. */
export function pageLineOf(event: LedgerEvent): PageLine | null {
  if (event.status === 'released' || event.status === 'cancelled') return null;
  return {
    id: event.id,
    start: event.start,
    end: event.end,
    kind: event.kind,
    status: event.status,
    priority: event.priority,
    source: sourceName(event.source),
    ...(event.until !== undefined && { until: event.until }),
    ...(event.overriddenBy !== undefined && { overriddenBy: event.overriddenBy }),
    ...(event.mergedInto !== undefined && { mergedInto: event.mergedInto }),
    ...(event.platform !== undefined && { platform: event.platform }),
    ...(event.echoOf !== undefined && { echoOf: event.echoOf }),
    ...(event.timeRevision !== undefined && { timeRevision: event.timeRevision }),
  };
}

/** A source as page lines name it. */
export function sourceName({ type, id }: LedgerEvent['source']): string {
  return `${type}:${id}`;
}

/** The months of `interval` that have a page, and whether some of it lies outside them. */
export function pagedMonths(
  interval: Interval,
  window: LedgerWindow,
): { readonly months: string[]; readonly clipped: boolean } {
  const clippedInterval = clip(interval, window);
  if (!clippedInterval) return { months: [], clipped: true };
  const months = monthsOf(clippedInterval);
  return { months, clipped: clippedInterval.start !== interval.start || clippedInterval.end !== interval.end };
}

/** Where the pages of a resource's months come from, in their order. */
export type ReadPages = (resourceId: string, months: readonly string[]) => Promise<readonly LedgerPage[]>;

/**
 * Reads the pages that the changes touch and answers with the writes that bring them up to date; pages whose lines stay
 * the same are not written. `beyond` are the resources of events that reach past the window: `extendPages` gives them
 * their lines when it has moved on.
 */
export async function pageWrites(
  tenantId: string,
  changes: readonly { readonly before: LedgerEvent | undefined; readonly after: LedgerEvent }[],
  window: LedgerWindow,
  read: ReadPages,
  store: Store,
): Promise<{ readonly writes: Write[]; readonly warnings: string[]; readonly beyond: ReadonlySet<string> }> {
  const warnings: string[] = [];
  const beyond = new Set<string>();
  const edits = new Map<string, Map<string, PageEdit>>();
  const editOf = (resourceId: string, month: string) => {
    const months = getOrMake(edits, resourceId, () => new Map<string, PageEdit>());
    return getOrMake(months, month, () => ({ remove: new Set(), add: new Map() }));
  };
  for (const { before, after } of changes) {
    const oldLine = before && pageLineOf(before);
    const newLine = pageLineOf(after);
    if (before && oldLine && newLine && before.resourceId === after.resourceId && sameLine(oldLine, newLine)) continue;
    if (before && oldLine) {
      for (const month of pagedMonths(before, window).months) editOf(before.resourceId, month).remove.add(before.id);
    }
    if (!newLine) continue;
    const { months, clipped } = pagedMonths(after, window);
    if (clipped)
      warnings.push(`event ${after.id} reaches outside ${window.first} to ${window.last}; only that part is indexed`);
    if (after.end > beyondWindow(window)) beyond.add(after.resourceId);
    for (const month of months) editOf(after.resourceId, month).add.set(after.id, newLine);
  }
  return { writes: await editWrites(tenantId, edits, read, store), warnings, beyond };
}

/** The writes that put these events' lines on the pages of the window's months. */
export function lineWrites(
  tenantId: string,
  resourceId: string,
  events: readonly LedgerEvent[],
  window: LedgerWindow,
  read: ReadPages,
  store: Store,
): Promise<Write[]> {
  const months = new Map<string, PageEdit>();
  for (const event of events) {
    const line = pageLineOf(event);
    if (!line) continue;
    for (const month of pagedMonths(event, window).months) {
      getOrMake(months, month, () => ({ remove: new Set<string>(), add: new Map<string, PageLine>() })).add.set(
        event.id,
        line,
      );
    }
  }
  return editWrites(tenantId, new Map([[resourceId, months]]), read, store);
}

/** By resource, then month. */
type PageEdits = ReadonlyMap<string, ReadonlyMap<string, PageEdit>>;

async function editWrites(tenantId: string, edits: PageEdits, read: ReadPages, store: Store): Promise<Write[]> {
  const writes: Write[] = [];
  for (const [resourceId, months] of edits) {
    for (const page of await read(resourceId, [...months.keys()])) {
      const edit = months.get(page.month);
      if (edit) writes.push(...store.pages.replace(tenantId, resourceId, page, edited(page, edit)));
    }
  }
  return writes;
}

interface PageEdit {
  readonly remove: Set<string>;
  readonly add: Map<string, PageLine>;
}

function edited(page: LedgerPage, edit: PageEdit): PageLine[] {
  const kept = page.lines.filter((line) => !edit.remove.has(line.id) && !edit.add.has(line.id));
  return [...kept, ...edit.add.values()];
}

function sameLine(a: PageLine, b: PageLine): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function clip(interval: Interval, window: LedgerWindow): Interval | null {
  const covered = coveredTime(window, interval.start.length === 10 ? 'nightly' : 'timed');
  const { start, end } = sharedTime(interval, covered);
  return start < end ? { start, end } : null;
}

/** The month `months` after the one that `time` (a month, date or instant) is in. */
function monthOffset(time: string, months: number): string {
  const [year = 0, month = 0] = time.slice(0, 7).split('-').map(Number);
  const index = year * 12 + (month - 1) + months;
  return `${String(Math.floor(index / 12)).padStart(4, '0')}-${String((index % 12) + 1).padStart(2, '0')}`;
}

function getOrMake<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}
