import type { RawEntry } from '../domain/event.ts';
import type { CalledOff, ImportChange, ImportContent, ImportEntry } from '../domain/import.ts';

/**
 * The content of an import with everything in it once: occurrences of a series share its text and changes are about
 * entries, so repeated they would be many times the file.
 */
export interface PackedContent extends Omit<ImportContent, 'entries' | 'calledOff' | 'changes'> {
  readonly texts: readonly RawEntry[];
  readonly entries: readonly WithText<ImportEntry>[];
  readonly calledOff: readonly WithText<CalledOff>[];
  readonly changes: readonly PackedChange[];
}

/** A text as its place among the texts. */
type WithText<T> = Omit<T, 'raw'> & { readonly raw: number };

/** An entry as its place among the entries, a text as its own. */
interface PackedChange extends Omit<ImportChange, 'entry' | 'calledOff'> {
  readonly entry?: number;
  readonly calledOff?: number;
}

/** Packs the content of an import; its changes are about entries of it. Pure. */
export function packContent(content: ImportContent): PackedContent {
  const texts = new Map<RawEntry, number>();
  const placeOf = (text: RawEntry) => {
    const place = texts.get(text) ?? texts.size;
    texts.set(text, place);
    return place;
  };
  const entries = content.entries.map((entry) => ({ ...entry, raw: placeOf(entry.raw) }));
  const places = new Map(entries.map(({ eventId }, place) => [eventId, place]));
  const calledOff = content.calledOff.map((each) => ({ ...each, raw: placeOf(each.raw) }));
  const changes = content.changes.map(({ entry, calledOff: text, ...change }) => ({
    ...change,
    ...(entry && { entry: places.get(entry.eventId) as number }),
    ...(text && { calledOff: placeOf(text) }),
  }));
  return { ...content, entries, calledOff, changes, texts: [...texts.keys()] };
}

/** The content that was packed; what was one is one again. Pure. */
export function unpackContent({ texts, ...packed }: PackedContent): ImportContent {
  const entries = packed.entries.map((entry) => ({ ...entry, raw: texts[entry.raw] as RawEntry }));
  const calledOff = packed.calledOff.map((each) => ({ ...each, raw: texts[each.raw] as RawEntry }));
  const changes = packed.changes.map(({ entry, calledOff: text, ...change }) => ({
    ...change,
    ...(entry !== undefined && { entry: entries[entry] as ImportEntry }),
    ...(text !== undefined && { calledOff: texts[text] as RawEntry }),
  }));
  return { ...packed, entries, calledOff, changes };
}
