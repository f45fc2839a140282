import type { DocumentStore, Write } from '@dovetail/core/ports/document-store.ts';
import { sync } from 'node-ical';

/** As many writes as one batch of Firestore took for most of its life, and as many as such services still send. */
const BATCH = 500;
const FROM = 'tenants/classic/entries';

/**
 * The classic design of a feed's sync, at its best: the feed is read whole, every entry is written under its UID, and
 * what is stored and no longer listed is deleted. Writes go in batches, and all that is stored comes in one query.
 */
export class ClassicSync {
  readonly #documents: DocumentStore;

  constructor(documents: DocumentStore) {
    this.#documents = documents;
  }

  async poll(url: string): Promise<void> {
    const parsed = sync.parseICS(await (await fetch(url)).text());
    const entries = Object.values(parsed).filter((component) => component?.type === 'VEVENT');
    const writes = entries.map(
      ({ uid, start, end, summary }): Write => ({
        type: 'set',
        path: pathOf(uid),
        data: { start: start.toISOString(), end: end?.toISOString(), summary: String(summary) },
      }),
    );
    const listed = new Set(writes.map(({ path }) => path));
    const stored = await this.#documents.query({ from: FROM });
    const gone = stored.filter(({ path }) => !listed.has(path)).map(({ path }): Write => ({ type: 'delete', path }));
    const all = [...writes, ...gone];
    for (let from = 0; from < all.length; from += BATCH) await this.#documents.commit(all.slice(from, from + BATCH));
  }

  /** The starts of all times that are held. */
  async held(): Promise<string[]> {
    return (await this.#documents.query({ from: FROM })).map(({ data }) => String(data['start']));
  }
}

function pathOf(uid: string): string {
  return `${FROM}/${encodeURIComponent(uid)}`;
}
