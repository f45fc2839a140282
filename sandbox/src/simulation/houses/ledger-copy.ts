import type { Conflict } from '@dovetail/core/domain/conflict.ts';
import type { LedgerEvent } from '@dovetail/core/domain/event.ts';
import { type Interval, instantOf } from '@dovetail/core/domain/interval.ts';
import type { Resource } from '@dovetail/core/domain/resource.ts';
import { DELETE_FIELD, type Write } from '@dovetail/core/ports/document-store.ts';
import type { Room } from './house-history.ts';

/** An event as it lies in the store, without what is sealed. */
export type Line = Omit<LedgerEvent, 'title' | 'guest' | 'raw'>;

/** What one commit did to an event. */
export interface LineChange {
  readonly before: Line | undefined;
  readonly after: Line;
}

/** What is written of the ledger, kept by reading each write: it asks nobody what any of it means. */
export class LedgerCopy {
  readonly events = new Map<string, Line>();
  readonly conflicts = new Map<string, Conflict>();
  readonly resources = new Map<string, Resource>();
  /** When each feed is next to be read, an instant. */
  readonly polls = new Map<string, string>();

  /** Takes in what was written, and answers which events that changed. */
  take(writes: readonly Write[]): LineChange[] {
    const changes: LineChange[] = [];
    for (const write of writes) {
      const [, , collection, id = '', ...deeper] = write.path.split('/');
      if (collection === 'feeds' && deeper.length === 0) this.#takePoll(id, write);
      if (deeper.length > 0 || write.type === 'delete') continue;
      if (collection === 'events') {
        const before = this.events.get(id);
        const after = merged(before, write, id) as Line;
        this.events.set(id, after);
        changes.push({ before, after });
      } else if (collection === 'conflicts') {
        this.conflicts.set(id, merged(this.conflicts.get(id), write, id) as Conflict);
      } else if (collection === 'resources') {
        this.resources.set(id, merged(this.resources.get(id), write, id) as Resource);
      }
    }
    return changes;
  }

  #takePoll(feedId: string, write: Write): void {
    const nextPollAt = write.type === 'delete' ? undefined : write.data['nextPollAt'];
    if (write.type === 'delete') this.polls.delete(feedId);
    else if (typeof nextPollAt === 'string') this.polls.set(feedId, nextPollAt);
  }

  /** What keeps others from its time at `now`. */
  holding(now: number): Line[] {
    const at = instantOf(now);
    return [...this.events.values()].filter((line) => holds(line, at));
  }

  /** Whether an event of a source would hold all of this time at `now`, had staff not freed it. */
  isFreed(source: string, { start, end }: Interval, now: number): boolean {
    const at = instantOf(now);
    return [...this.events.values()].some(
      (line) =>
        sourceOf(line) === source &&
        line.staffReleasedAt !== undefined &&
        line.start <= start &&
        line.end >= end &&
        !holds(line, at),
    );
  }

  /** How a room bears on the house, by its resource. */
  ruleOf(room: Exclude<Room, 'house'>): 'each' | 'all' | 'none' {
    const up = this.resources.get(room)?.relations[0]?.rule?.up;
    return up === 'all' ? 'all' : up === 'never' ? 'none' : 'each';
  }

  /** Whether relations changed, and nobody was asked yet to bring up to date what is inherited by them. */
  get isToRederive(): boolean {
    return [...this.resources.values()].some(({ rederiveAt }) => rederiveAt !== undefined);
  }
}

/** Whether an event keeps others from its time at `at`, an instant. */
export function holds({ status, until }: Pick<Line, 'status' | 'until'>, at: string): boolean {
  return (status === 'active' || status === 'missing') && (until === undefined || until > at);
}

/** An event of its own source that stands for itself: what relatives inherit and what contends. */
export function standsForItself({ source, echoOf, mergedInto }: Line): boolean {
  return source.type !== 'inheritance' && echoOf === undefined && mergedInto === undefined;
}

/** Where an event comes from, in two words. */
export function sourceOf({ source }: Pick<Line, 'source'>): string {
  return source.type === 'direct' || source.type === 'staff'
    ? `${source.type} ${source.externalUid}`
    : `${source.type} ${source.id}`;
}

export function asInterval({ start, end }: Interval): string {
  return `${start}/${end}`;
}

function merged(before: object | undefined, write: Exclude<Write, { type: 'delete' }>, id: string): object {
  const isWhole = write.type === 'set' || write.type === 'create';
  const fields: Record<string, unknown> = { ...(isWhole ? {} : before), ...write.data, id };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== DELETE_FIELD));
}
