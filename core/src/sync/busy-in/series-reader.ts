import type { Binding } from '../../domain/binding.ts';
import { AccessRevoked } from '../../domain/errors.ts';
import type { CalendarEvent, CalendarPage } from '../../ports/calendar-provider.ts';
import { calendarOf, type SyncDeps } from '../deps.ts';
import type { BusyWindow } from './busy-window.ts';

/** More of one series are left for later: each is a block, and an event on every other calendar of the resource. */
const MOST_DATES = 1_000;
/** From here on one list of all dates is asked for less than each series by itself. */
const FEW_SERIES = 10;

/** The dates of a calendar's series within the window, as the provider works them out. */
export class SeriesReader {
  readonly warnings: string[] = [];
  readonly #binding: Binding;
  readonly #window: BusyWindow;
  readonly #deps: Pick<SyncDeps, 'calendars'>;
  #listed: ReadonlyMap<string, readonly CalendarEvent[]> | undefined;

  constructor(binding: Binding, window: BusyWindow, deps: Pick<SyncDeps, 'calendars'>) {
    this.#binding = binding;
    this.#window = window;
    this.#deps = deps;
  }

  /** Reads the dates of these series, all at once if they are many; if they are few, `listed` will know of none. */
  async list(seriesIds: readonly string[]): Promise<void> {
    if (seriesIds.length <= FEW_SERIES) return;
    const found = new Map(seriesIds.map((id): [string, CalendarEvent[]] => [id, []]));
    for await (const item of this.#read(undefined)) found.get(item.seriesId ?? '')?.push(item);
    this.#listed = found;
  }

  /** What a list of all showed of one series; undefined when there was none, or the series was not asked for. */
  listed(seriesId: string): readonly CalendarEvent[] | undefined {
    const found = this.#listed?.get(seriesId);
    return found && this.#within(seriesId, found);
  }

  /** What the calendar says when asked for this series; null when it knows none of that id. */
  async ask(seriesId: string): Promise<readonly CalendarEvent[] | null> {
    const first = await this.#page({ seriesId });
    if (!first) return null;
    const found: CalendarEvent[] = [];
    for await (const item of this.#read(seriesId, first)) found.push(item);
    return this.#within(seriesId, found);
  }

  async *#read(seriesId: string | undefined, first?: CalendarPage): AsyncGenerator<CalendarEvent> {
    const which = seriesId === undefined ? {} : { seriesId };
    let page = first ?? (await this.#page(which));
    while (page) {
      if (!page.canWrite) throw new AccessRevoked('the calendar is no longer shared with us for writing');
      yield* page.items;
      const pageToken = page.nextPageToken;
      page = pageToken === undefined ? null : await this.#page({ ...which, pageToken });
    }
  }

  #page(which: { readonly seriesId?: string; readonly pageToken?: string }): Promise<CalendarPage | null> {
    const { from, to } = this.#window;
    return this.#deps.calendars[this.#binding.provider].listDates(calendarOf(this.#binding), { from, to, ...which });
  }

  /** The first of those that begin before the window's end. */
  #within(seriesId: string, items: readonly CalendarEvent[]): readonly CalendarEvent[] {
    const inside = items.filter((item) => item.state === 'live' && item.content.start < this.#window.until);
    if (inside.length <= MOST_DATES) return inside;
    this.warnings.push(`series ${seriesId} has ${inside.length} dates; the first ${MOST_DATES} are held`);
    const startOf = (item: CalendarEvent) => (item.state === 'live' ? item.content.start : '');
    return inside.sort((a, b) => (startOf(a) < startOf(b) ? -1 : 1)).slice(0, MOST_DATES);
  }
}
