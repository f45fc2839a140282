import type { Binding } from '../../domain/binding.ts';
import { AccessRevoked } from '../../domain/errors.ts';
import { holdsTime, type LedgerEvent } from '../../domain/event.ts';
import type { CalendarEvent } from '../../ports/calendar-provider.ts';
import { calendarOf, type SyncDeps } from '../deps.ts';
import { type BusyDate, type BusyReader, busyDateOf, keyOf } from './busy-date.ts';
import { type BusyWindow, busyWindow, isOver } from './busy-window.ts';
import { blockIdOf, type SeenEvent } from './plan-blocks.ts';
import { SeriesReader } from './series-reader.ts';

/** What a read of a calendar listed that is not ours. */
export interface UnmanagedItems {
  readonly tenantId: string;
  readonly binding: Binding;
  readonly items: readonly CalendarEvent[];
  /** The calendar was read whole. */
  readonly full: boolean;
  /** Of the calendar. */
  readonly timeZone: string;
  /** Where the next read begins; asking with it tells whether the calendar is still ours to read. */
  readonly nextSyncToken: string;
}

/** What a calendar's own events mean for the resource. Nothing of it is stored yet. */
export interface BusyFindings {
  readonly seen: readonly SeenEvent[];
  /** The blocks they led to so far. */
  readonly known: readonly LedgerEvent[];
  readonly warnings: readonly string[];
}

/** An event that is not ours with what was listed of it: itself, and those of its dates that differ from it. */
interface Listed {
  readonly remoteId: string;
  whole?: CalendarEvent;
  readonly dates: CalendarEvent[];
}

interface Reading {
  readonly input: UnmanagedItems;
  readonly reader: BusyReader;
  readonly window: BusyWindow;
  readonly series: SeriesReader;
  /** What the calendar says it does not know. */
  readonly unknown: Set<string>;
  readonly deps: SyncDeps;
}

const NOTHING: BusyFindings = { seen: [], known: [], warnings: [] };

/**
 * Finds out what time a calendar's own events take, as far as a read of it gives reason to ask. The dates of a series are
 * the provider's word, asked for by the series' id when anything of it changed. In a full read, blocks whose events were
 * not listed are asked for one by one: that they were not listed frees nothing.
 * @throws RateLimited, TemporarilyUnavailable; AccessRevoked when the calendar was taken from us meanwhile.
 */
export async function readBlocks(input: UnmanagedItems, deps: SyncDeps): Promise<BusyFindings> {
  const { tenantId, binding, full, timeZone } = input;
  if (input.items.length === 0 && !full) return NOTHING;
  const resource = await deps.store.resources.get(deps.documents, tenantId, binding.resourceId);
  if (!resource) return NOTHING;
  const window = busyWindow(deps.clock.now());
  const reading: Reading = {
    input,
    reader: { resource, calendarZone: timeZone, showsTitles: binding.visibility === 'details' },
    window,
    series: new SeriesReader(binding, window, deps),
    unknown: new Set(),
    deps,
  };
  const listed = await listedOf(input, deps);
  const known = await knownBlocks(input, listed, window, deps);
  if (full) await reading.series.list([...listed.values()].filter(isSeries).map(({ remoteId }) => remoteId));
  const seen: SeenEvent[] = [];
  for (const one of listed.values()) seen.push(await judge(one, known, reading));
  if (full) seen.push(...(await judgeUnlisted(listed, known, reading)));
  await confirmAccess(reading);
  return { seen, known, warnings: reading.series.warnings };
}

/** By id, without dates of series that are ours or that staff took our mark off. */
async function listedOf(
  { tenantId, binding, items }: UnmanagedItems,
  { store, documents }: SyncDeps,
): Promise<Map<string, Listed>> {
  const listed = new Map<string, Listed>();
  for (const item of items) {
    const remoteId = item.seriesId ?? item.remoteId;
    const one: Listed = listed.get(remoteId) ?? { remoteId, dates: [] };
    listed.set(remoteId, one);
    if (item.seriesId === undefined) one.whole = item;
    else one.dates.push(item);
  }
  const ofSeries = [...listed.values()].filter(({ dates }) => dates.length > 0).map(({ remoteId }) => remoteId);
  for (const { remoteId } of await store.mappings.byRemoteIds(documents, tenantId, binding.id, ofSeries)) {
    if (remoteId !== undefined) listed.delete(remoteId);
  }
  return listed;
}

async function knownBlocks(
  { tenantId, binding, full }: UnmanagedItems,
  listed: ReadonlyMap<string, Listed>,
  { since }: BusyWindow,
  { store, documents }: SyncDeps,
): Promise<LedgerEvent[]> {
  const found: LedgerEvent[] = [];
  if (!full) return store.events.ofCalendarEvents(documents, tenantId, binding.id, [...listed.keys()], since);
  for await (const page of store.events.ofBinding(documents, tenantId, binding.id, since)) found.push(...page);
  return found;
}

function isSeries({ whole }: Listed): boolean {
  return whole?.state === 'live' && whole.recurring && !whole.otherMark;
}

async function judge(one: Listed, known: readonly LedgerEvent[], reading: Reading): Promise<SeenEvent> {
  const { remoteId, whole, dates } = one;
  if (whole?.state === 'cancelled') return gone(remoteId);
  const deleted = new Set(dates.filter(({ state }) => state === 'cancelled').map(keyOf));
  if (whole && !isSeries(one)) return { remoteId, dates: datesOf([whole], reading), freed: 'others', deleted };
  const items = await seriesDates(remoteId, known, reading);
  if (items) return { remoteId, dates: datesOf(items, reading), freed: 'others', deleted };
  // Whoever was asked to come to one date has that date on the calendar, and not the series.
  reading.unknown.add(remoteId);
  const freed = reading.input.full ? 'others' : new Set(dates.map(keyOf));
  return { remoteId, dates: datesOf(dates, reading), freed, deleted };
}

/** The dates of a series; asked for by its id where a list of all leaves out what holds a block. */
async function seriesDates(remoteId: string, known: readonly LedgerEvent[], reading: Reading) {
  const { series, input } = reading;
  const listed = series.listed(remoteId);
  if (!listed) return series.ask(remoteId);
  const ids = new Set(datesOf(listed, reading).map(({ key }) => blockIdOf(input.binding.id, remoteId, key)));
  const isShort = known.some((block) => block.remoteId === remoteId && stands(block, reading) && !ids.has(block.id));
  return isShort ? series.ask(remoteId) : listed;
}

/** Each known block to come whose event the calendar did not list, by what the calendar says when asked for it. */
async function judgeUnlisted(
  listed: ReadonlyMap<string, Listed>,
  known: readonly LedgerEvent[],
  reading: Reading,
): Promise<SeenEvent[]> {
  const { binding } = reading.input;
  const standing = known.filter((block) => block.status !== 'missing' && stands(block, reading));
  const unlisted = new Set(standing.map(({ remoteId = '' }) => remoteId).filter((id) => !listed.has(id)));
  const seen: SeenEvent[] = [];
  for (const remoteId of unlisted) {
    const whole = await reading.deps.calendars[binding.provider].get(calendarOf(binding), remoteId);
    if (whole) seen.push(await judge({ remoteId, whole, dates: [] }, known, reading));
    else {
      reading.unknown.add(remoteId);
      seen.push(gone(remoteId));
    }
  }
  return seen;
}

/** A calendar that was taken from us knows no event either: its word counts only if it still answers. */
async function confirmAccess({ input, unknown, deps }: Reading): Promise<void> {
  if (unknown.size === 0) return;
  const { binding, nextSyncToken: syncToken } = input;
  const page = await deps.calendars[binding.provider].list(calendarOf(binding), { syncToken, unmanaged: true });
  if (!page.canWrite) throw new AccessRevoked('the calendar is no longer shared with us for writing');
}

function stands(block: LedgerEvent, { deps }: Reading): boolean {
  return holdsTime(block) && !isOver(block, deps.clock.now());
}

function gone(remoteId: string): SeenEvent {
  return { remoteId, dates: [], freed: 'others', deleted: new Set(['']) };
}

function datesOf(items: readonly CalendarEvent[], { reader, window }: Reading): BusyDate[] {
  return items.flatMap((item) => {
    const date = item.state === 'live' ? busyDateOf(item, reader) : null;
    return date && date.end > window.since ? [date] : [];
  });
}
