import type { FuzzedTenant } from './fuzzed-tenant.ts';
import { RESOURCES } from './fuzzed-tenant.ts';

const MOST = 40;
/** What an id that something else names is of. */
const COLLECTIONS: readonly (readonly [RegExp, string])[] = [
  [/event|cause|echoOf|inTheWay/i, 'events'],
  [/^(lastRun|run|reverted|reverts)/i, 'runs'],
  [/^conflict/i, 'conflicts'],
];

/** The ids that answers told, by what they are of, for later requests to name. */
export class KnownIds {
  readonly #tenant: FuzzedTenant;
  readonly #ids = new Map<string, string[]>([['resources', [...RESOURCES]]]);

  constructor(tenant: FuzzedTenant) {
    this.#tenant = tenant;
  }

  /** The text with ids in the place of references; `path` is of the operation it goes to. */
  fill(text: string, path: string): string {
    const here = collectionOf(path);
    return text
      .replace(/base64:⟦(\d+)⟧/g, (_, index) => Buffer.from(this.pick(here, Number(index))).toString('base64url'))
      .replace(/⟦(\w+) (\d+)⟧/g, (_, collection, index) => this.pick(collection, Number(index)))
      .replace(/⟦(\d+)⟧/g, (_, index) => this.pick(here, Number(index)))
      .replaceAll('⟦calendar⟧', this.#tenant.calendarId);
  }

  /** Takes what an answer told. */
  take(value: unknown, path: string): void {
    this.#takeFrom(value, /\/(events|deliveries)$/.exec(path)?.[1] ?? collectionOf(path));
  }

  #takeFrom(value: unknown, here: string): void {
    if (value === null || typeof value !== 'object') return;
    for (const [key, each] of Object.entries(value)) {
      const of = COLLECTIONS.find(([pattern]) => pattern.test(key))?.[1];
      if (typeof each === 'string') {
        if (key === 'id') this.#add(here, each);
        else if (of !== undefined && /^[\w-]+$/.test(each)) this.#add(of, each);
      } else this.#takeFrom(each, key === 'items' || Array.isArray(value) ? here : (of ?? `of ${key}`));
    }
  }

  #add(collection: string, id: string): void {
    const ids = this.#ids.get(collection) ?? [];
    if (!ids.includes(id) && ids.length < MOST) ids.push(id);
    this.#ids.set(collection, ids);
    // A booking is an event by the same id.
    if (collection === 'bookings' || collection === 'blocks') this.#add('events', id);
  }

  /** One of what is known of a collection, whatever the number; a word that is no id when nothing is. */
  pick(collection: string, index: number): string {
    const ids = this.#ids.get(collection) ?? [];
    return ids[index % ids.length] ?? 'none';
  }
}

/** What an address is about: `/v1/feeds/{id}:sync` is about feeds. */
export function collectionOf(path: string): string {
  return /^\/v1\/([\w-]+)/.exec(path)?.[1] ?? '';
}
