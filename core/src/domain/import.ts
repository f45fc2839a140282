import type { Conflict } from './conflict.ts';
import type { EventKind, Platform, RawEntry } from './event.ts';
import type { FeedEntry } from './feed.ts';
import { digest } from './identity.ts';

/**
 * A file that leads to more conflicts is not committed: nobody could settle them, and it is most likely of another
 * resource, or of several.
 */
export const MOST_CONFLICTS = 5_000;

/** What the one who imports a file asks for. */
export interface ImportOptions {
  /** Tells several files of one resource apart; files of one set speak of the same events. */
  readonly set?: string;
  /** What every entry is, whatever its wording says. */
  readonly kind?: EventKind;
  /** Where the file comes from, where the caller knows better than its wording. */
  readonly platform?: Platform;
  /** `keep`: series are remembered, and expanded further as time moves on. */
  readonly recurring: 'expand' | 'keep';
  /** What the set held of the time to come, and the file does not show, is cancelled. */
  readonly replace: boolean;
}

/** One file that was read for a resource: a preview, until it is committed. */
export interface Import {
  readonly id: string;
  readonly resourceId: string;
  /** The `source.id` of its events. */
  readonly setId: string;
  readonly options: ImportOptions;
  readonly status: 'preview' | 'committing' | 'committed';
  /** In how many documents its content is kept. */
  readonly contentShards: number;
  readonly counts: ImportCounts;
  readonly createdAt: string;
  /** When the preview is forgotten. */
  readonly expiresAt: string;
  /** The run that commits it. */
  readonly runId?: string;
  /** When that began. */
  readonly begunAt?: string;
  /** What of it is in the ledger so far. */
  readonly done?: ImportProgress;
}

/** How far a commit has come. */
export interface ImportProgress {
  /** Transactions, each with its part of what reverting takes. */
  readonly parts: number;
  readonly added: number;
  readonly changed: number;
  readonly cancelled: number;
  readonly conflicts: number;
}

/** How many entries a file shows, and what they would be. */
export interface ImportCounts {
  readonly seen: number;
  readonly added: number;
  readonly changed: number;
  readonly same: number;
  readonly cancelled: number;
  /** At most `MOST_CONFLICTS` are looked for. */
  readonly conflicts: number;
  readonly setAside: number;
}

/** One entry of a file, with the event it is about. */
export interface ImportEntry extends Omit<FeedEntry, 'kind' | 'edge' | 'raw'> {
  readonly eventId: string;
  readonly kind: EventKind;
  /** Its VEVENT, as its event will keep it: one and the same for every occurrence of a series. */
  readonly raw: RawEntry;
}

/** One event that the file would change. */
export interface ImportChange {
  /** `back`: it was cancelled or released, and the file shows it again. */
  readonly action: 'added' | 'changed' | 'back' | 'cancelled';
  readonly eventId: string;
  /** What the file says of it; absent when it is to be cancelled. */
  readonly entry?: ImportEntry;
  /** The VEVENT that calls it off, where one does. */
  readonly calledOff?: RawEntry;
  readonly fields: readonly string[];
}

/** What a file says does not take place: one event, one occurrence, or a series as a whole. */
export interface CalledOff {
  readonly uid: string;
  /** Of one occurrence; empty otherwise. */
  readonly recurrenceId: string;
  /** The VEVENT that says so, as the event it is about will keep it. */
  readonly raw: RawEntry;
}

/** A series as the file states it: a calendar of its own, so that it can be read like any. */
export interface ImportedSeries {
  readonly uid: string;
  readonly text: string;
}

/** What of a file is kept from its preview to its commit. It names guests: stored sealed. */
export interface ImportContent {
  readonly entries: readonly ImportEntry[];
  readonly calledOff: readonly CalledOff[];
  /** UIDs of what is in it but could not be read. */
  readonly unreadable: readonly string[];
  readonly series: readonly ImportedSeries[];
  /** As staff were shown it. */
  readonly changes: readonly ImportChange[];
  /** Events that stay as they are. */
  readonly conflicts: readonly Conflict[];
  readonly setAside: readonly { readonly raw: string; readonly reason: string }[];
  readonly warnings: readonly string[];
}

/** A series that is kept as a rule: from time to time its further occurrences become events. */
export interface ImportRule {
  readonly id: string;
  readonly resourceId: string;
  readonly setId: string;
  readonly options: ImportOptions;
  /** Stored sealed, as is the text. */
  readonly uid: string;
  readonly text: string;
  /** The run that brought it. Reverting that takes back what the rule led to, too. */
  readonly runId: string;
  /** When it is next expanded. */
  readonly extendAt: string;
}

/** The source id of a resource's imports: each resource has sets of its own. */
export function importSetId(resourceId: string, set: string | undefined): string {
  return set === undefined ? resourceId : `${resourceId}.${set}`;
}

/** The id of the rule that a series of a set is kept as. */
export function importRuleId(setId: string, uid: string): string {
  return digest('import-rule', setId, uid).slice(0, 26);
}
