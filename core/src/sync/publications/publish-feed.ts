import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { BodyCache } from '../../ports/body-cache.ts';
import { buildPublication } from './build-publication.ts';
import { noteCollection } from './note-collection.ts';
import { type OpenPublication, openPublication, type PublicationDeps } from './open-publication.ts';
import { untilStill } from './read-published-time.ts';

/** Content codings a publication is served in (RFC 9110, 8.4.1). */
export type Coding = 'identity' | 'gzip' | 'br';

/** What a reader's request asks for, once the state is known. */
export interface Choice {
  readonly coding: Coding;
  /** The reader has it already. */
  readonly isKnown: boolean;
}

/** An answer to a reader. */
export interface Published extends Choice {
  readonly publicationId: string;
  readonly lastModified?: string;
  /** Absent for a reader who has it. */
  readonly body?: Uint8Array;
  /** Of the state: `entityTag` makes the tag of a coding from it. */
  readonly tag: string;
}

/** High enough for text that repeats itself, low enough to be made while somebody waits. */
const BROTLI = {
  params: { [constants.BROTLI_PARAM_QUALITY]: 5, [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT },
};

const compress = { gzip: promisify(gzip), br: promisify(brotliCompress) };

/**
 * Serves the publication of a token as iCalendar text, or null for a token that serves nothing. A reader who has it costs
 * one read and one for each resource; the ledger's pages are read only when no text of the same state is at hand.
 * @param input.choose decides by the state which coding to send and whether the reader has it already; pure.
 * @param input.isCollecting the reader comes for the calendar itself, and is noted to have it.
 * @throws TemporarilyUnavailable when the ledger does not stand still, and what the document store throws.
 */
export function publishFeed(
  input: {
    readonly token: string;
    readonly choose: (state: Pick<OpenPublication, 'tag' | 'lastModified'>) => Choice;
    readonly isCollecting: boolean;
  },
  deps: PublicationDeps & { readonly bodies: BodyCache },
): Promise<Published | null> {
  return untilStill(async () => {
    const open = await openPublication({ token: input.token }, deps);
    if (!open) return null;
    const { tag, lastModified, token } = open;
    const choice = input.choose({ tag, ...(lastModified !== undefined && { lastModified }) });
    const body = choice.isKnown ? undefined : await bodyOf(open, choice.coding, deps);
    if (input.isCollecting) await noteCollection(open, deps);
    return {
      ...choice,
      tag,
      publicationId: token.publicationId,
      ...(lastModified !== undefined && { lastModified }),
      ...(body && { body }),
    };
  });
}

function bodyOf(
  open: OpenPublication,
  coding: Coding,
  deps: PublicationDeps & { readonly bodies: BodyCache },
): Promise<Uint8Array> {
  return deps.bodies.get(entityTag(open.tag, coding), async () => {
    if (coding === 'identity') return Buffer.from(await buildPublication(open, deps));
    const text = await bodyOf(open, 'identity', deps);
    return coding === 'gzip' ? compress.gzip(text) : compress.br(text, BROTLI);
  });
}

/**
 * The strong tag of a state in one coding: other bytes, so another tag (RFC 9110, 8.8.3.3).
 */
export function entityTag(tag: string, coding: Coding): string {
  return coding === 'identity' ? `"${tag}"` : `"${tag}-${coding}"`;
}
