import type { FeedEntry } from '../../domain/feed.ts';
import { eventIdOf } from '../../domain/identity.ts';
import { overlaps } from '../../domain/interval.ts';
import type { KnownEntry } from '../../domain/known-entry.ts';

/** By which rule an entry was known again. */
export type MatchRule = 'uid' | 'code' | 'range' | 'start' | 'end' | 'edge';

/** An entry with its look, as the planner compares it. */
export interface ReadEntry extends FeedEntry {
  readonly look: string;
}

/** An entry that was read, and what it is known as; nothing for one that is new. */
export interface Match {
  readonly entry: ReadEntry;
  readonly known?: KnownEntry;
  readonly rule?: MatchRule;
}

/** More edges than this are no edges. */
const MOST_EDGES = 100;

/** What identifies an entry under a rule; undefined where the rule does not apply to it. */
type KeyOf = (entry: FeedEntry | KnownEntry) => string | undefined;

/**
 * Tells which of the entries read are known already. Rules are tried one after the other, each over the whole feed, so
 * that no weak resemblance takes what a strong one belongs to: UID (with the same range, then alone), reservation code,
 * same range, same start, same end, overlapping edges. Two different reservation codes never match. Beyond UID and code,
 * kinds must agree and what was released is not considered. The order of either list does not matter.
 * @param repeated as `repeatedUids`: one UID for many entries names none of them by itself.
 * @param unreadable UIDs of entries that are there and cannot be read: none of them has become another, also not one at
 * the same time.
 */
export function matchEntries(
  entries: readonly ReadEntry[],
  known: readonly KnownEntry[],
  repeated: ReadonlySet<string>,
  unreadable: ReadonlySet<string>,
): { readonly matches: readonly Match[]; readonly absent: readonly KnownEntry[] } {
  const pairing = new Pairing(entries, known);
  const uid: KeyOf = (entry) => uidKey(entry);
  const uidAlone: KeyOf = (entry) => (repeated.has(uidKey(entry)) ? undefined : uidKey(entry));
  pairing.match('uid', joined(uid, start, end));
  pairing.match('uid', uidAlone);
  pairing.match('uid', joined(uid, start));
  pairing.match('uid', joined(uid, end));
  pairing.match('code', joined(code, start, end));
  pairing.match('code', code);
  const mayBeRenamed = (entry: KnownEntry) => isLive(entry) && !unreadable.has(entry.uid);
  pairing.match('range', joined(kind, start, end), mayBeRenamed);
  pairing.match('start', joined(kind, start), mayBeRenamed);
  pairing.match('end', joined(kind, end), mayBeRenamed);
  pairing.matchEdges(mayBeRenamed);
  return pairing.result();
}

/**
 * The id of a new entry's event: derived from its UID, and from its start where the feed repeats the UID or an entry
 * that is another one has that id already.
 * @param taken the ids that are in use; the answer is added.
 */
export function freshEventId(feedId: string, entry: FeedEntry, isRepeated: boolean, taken: Set<string>): string {
  const source = { type: 'feed', id: feedId, externalUid: entry.uid } as const;
  for (let attempt = isRepeated ? 1 : 0; ; attempt++) {
    const distinction = ['', entry.start, `${entry.start} ${entry.end}`][attempt] ?? `${entry.start} ${attempt}`;
    const id = eventIdOf(source, entry.recurrenceId, distinction);
    if (taken.has(id)) continue;
    taken.add(id);
    return id;
  }
}

/** The UIDs, with recurrence ids, that come more than once in a feed or among what is known of it. */
export function repeatedUids(
  entries: readonly Pick<FeedEntry, 'uid' | 'recurrenceId'>[],
  known: readonly KnownEntry[],
): ReadonlySet<string> {
  const repeated = new Set<string>();
  for (const list of [entries, known.filter(isLive)]) {
    const seen = new Set<string>();
    for (const entry of list) {
      const key = uidKey(entry);
      if (seen.has(key)) repeated.add(key);
      seen.add(key);
    }
  }
  return repeated;
}

/** UID and recurrence id in one. */
export function uidKey({ uid, recurrenceId }: Pick<FeedEntry, 'uid' | 'recurrenceId'>): string {
  return JSON.stringify([uid, recurrenceId]);
}

const start: KeyOf = (entry) => entry.start;
const end: KeyOf = (entry) => entry.end;
const kind: KeyOf = (entry) => entry.kind;
const code: KeyOf = (entry) => entry.reservationCode;
const isLive = ({ state }: KnownEntry) => state !== 'released';

function joined(...keys: readonly KeyOf[]): KeyOf {
  return (entry) => {
    const parts = keys.map((key) => key(entry));
    return parts.includes(undefined) ? undefined : parts.join('\n');
  };
}

/** Two lists that are paired off rule by rule, in an order that does not depend on theirs. */
class Pairing {
  readonly #matches = new Map<ReadEntry, Match>();
  #entries: readonly ReadEntry[];
  #known: readonly KnownEntry[];

  constructor(entries: readonly ReadEntry[], known: readonly KnownEntry[]) {
    this.#entries = [...entries].sort(byContent);
    // What was released is known again only by those that nothing else is.
    this.#known = [...known].sort((a, b) => Number(isLive(b)) - Number(isLive(a)) || compare(a.eventId, b.eventId));
  }

  match(rule: MatchRule, keyOf: KeyOf, isCandidate: (known: KnownEntry) => boolean = () => true): void {
    if (this.#entries.length === 0 || this.#known.length === 0) return;
    const candidates = new Map<string, Candidates>();
    this.#known.forEach((known, place) => {
      const key = isCandidate(known) ? keyOf(known) : undefined;
      if (key === undefined) return;
      const among = candidates.get(key) ?? new Candidates();
      candidates.set(key, among);
      among.add(known, place);
    });
    this.#pair(rule, (entry) => {
      const key = keyOf(entry);
      return key === undefined ? undefined : candidates.get(key)?.take(entry);
    });
  }

  /** A feed has one or two edges, so every one is compared with every other; of one with very many, with some. */
  matchEdges(isCandidate: (known: KnownEntry) => boolean): void {
    const edges = this.#known.filter((known) => known.edge && isCandidate(known));
    const candidates = new Set(edges.slice(0, MOST_EDGES));
    this.#pair('edge', (entry) => {
      const chosen = entry.edge ? [...candidates].find((known) => overlaps(entry, known)) : undefined;
      if (chosen) candidates.delete(chosen);
      return chosen;
    });
  }

  result(): { readonly matches: readonly Match[]; readonly absent: readonly KnownEntry[] } {
    const fresh = this.#entries.map((entry): Match => ({ entry }));
    return { matches: [...this.#matches.values(), ...fresh], absent: this.#known };
  }

  #pair(rule: MatchRule, find: (entry: ReadEntry) => KnownEntry | undefined): void {
    const used = new Set<KnownEntry>();
    for (const entry of this.#entries) {
      const known = find(entry);
      if (!known) continue;
      used.add(known);
      this.#matches.set(entry, { entry, known, rule });
    }
    if (used.size === 0) return;
    this.#entries = this.#entries.filter((entry) => !this.#matches.has(entry));
    this.#known = this.#known.filter((known) => !used.has(known));
  }
}

interface Candidate {
  readonly known: KnownEntry;
  readonly place: number;
}

/**
 * What is known under one key of a rule, by look and code: a feed may have thousands of entries that begin alike, and
 * each is to be found without a look at all others.
 */
class Candidates {
  readonly #lists = new Map<string, { readonly all: Candidate[]; from: number }>();
  readonly #taken = new Set<KnownEntry>();

  /** In the order of `place`. */
  add(known: KnownEntry, place: number): void {
    const { look, reservationCode: code = NO_CODE } = known;
    for (const name of [nameOf(), nameOf(look), nameOf(undefined, code), nameOf(look, code)]) {
      const list = this.#lists.get(name);
      if (list) list.all.push({ known, place });
      else this.#lists.set(name, { all: [{ known, place }], from: 0 });
    }
  }

  /** One that looks the same, else the first; never one of another code. */
  take({ look, reservationCode }: ReadEntry): KnownEntry | undefined {
    const chosen = this.#first(look, reservationCode) ?? this.#first(undefined, reservationCode);
    if (chosen) this.#taken.add(chosen.known);
    return chosen?.known;
  }

  #first(look: string | undefined, code: string | undefined): Candidate | undefined {
    if (code === undefined) return this.#firstOf(nameOf(look));
    const [without, same] = [this.#firstOf(nameOf(look, NO_CODE)), this.#firstOf(nameOf(look, code))];
    return without && same ? (without.place < same.place ? without : same) : (without ?? same);
  }

  #firstOf(name: string): Candidate | undefined {
    const list = this.#lists.get(name);
    if (!list) return undefined;
    for (let next = list.all[list.from]; next; next = list.all[++list.from]) {
      if (!this.#taken.has(next.known)) return next;
    }
    return undefined;
  }
}

const NO_CODE = Symbol('no code');

/** A list of candidates: of one look or any, of one code, none or any. */
function nameOf(look?: string, code?: string | typeof NO_CODE): string {
  return JSON.stringify([look ?? null, code === NO_CODE ? 0 : (code ?? null)]);
}

function byContent(a: ReadEntry, b: ReadEntry): number {
  return (
    compare(a.start, b.start) ||
    compare(a.end, b.end) ||
    compare(b.kind, a.kind) ||
    compare(uidKey(a), uidKey(b)) ||
    compare(a.reservationCode ?? '', b.reservationCode ?? '') ||
    compare(a.look, b.look)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
