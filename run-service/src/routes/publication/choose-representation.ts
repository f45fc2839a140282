import { type Choice, type Coding, entityTag } from '@dovetail/core/sync/publications/publish-feed.ts';

/** What a request says about what it wants and has. Absent headers are undefined. */
export interface Conditions {
  /** What its Accept-Encoding takes, what it likes best first. */
  readonly codings: readonly string[];
  readonly ifNoneMatch: string | undefined;
  readonly ifModifiedSince: string | undefined;
}

const CODINGS: readonly string[] = ['br', 'gzip', 'identity'] satisfies Coding[];

/**
 * Which coding of a state to send, and whether its reader has it already (RFC 9110, 13.2.2): entity tags decide where the
 * request names any, compared weakly; only otherwise the date. A reader may have kept any coding that it takes, and is
 * then answered about that one. Pure.
 * @param lastModified an instant; absent when none can be told yet, so that a date proves nothing.
 */
export function chooseRepresentation(
  { codings, ifNoneMatch, ifModifiedSince }: Conditions,
  state: { readonly tag: string; readonly lastModified?: string },
): Choice {
  const taken = codings.filter((coding): coding is Coding => CODINGS.includes(coding));
  const [best = 'identity'] = taken;
  if (ifNoneMatch !== undefined) {
    if (ifNoneMatch.trim() === '*') return { coding: best, isKnown: true };
    const tags: readonly string[] = ifNoneMatch.match(ENTITY_TAG) ?? [];
    const kept = taken.find((coding) => tags.includes(entityTag(state.tag, coding)));
    return { coding: kept ?? best, isKnown: kept !== undefined };
  }
  const since = Date.parse(ifModifiedSince ?? '');
  const isKnown = state.lastModified !== undefined && Date.parse(state.lastModified) <= since;
  return { coding: best, isKnown };
}

/** The opaque part with its quotes, whether or not `W/` stands before it; commas may be part of it. */
const ENTITY_TAG = /"[\x21\x23-\x7e\x80-\xff]*"/g;
