import type { Conflict } from '../domain/conflict.ts';
import { hasLapsed, type LedgerEvent, standingAt } from '../domain/event.ts';
import { type Interval, instantOf, overlaps, union } from '../domain/interval.ts';
import type { Resource } from '../domain/resource.ts';
import type { Tenant } from '../domain/tenant.ts';
import { withoutUndefined } from '../domain/without-undefined.ts';
import type { Transaction } from '../ports/document-store.ts';
import type { PartOf } from '../store/collection.ts';
import type { LedgerPage, PageLine } from '../store/pages.ts';
import type { Store } from '../store/store.ts';
import { type LedgerWindow, ledgerWindow, pagedMonths, pageLineOf } from './page-changes.ts';

/** What became of one event in a commit. */
export interface Change {
  readonly before: LedgerEvent | undefined;
  readonly after: LedgerEvent;
}

/** A stretch of one resource's time. */
export interface Span extends Interval {
  readonly resourceId: string;
}

/**
 * The part of a tenant's ledger that one transaction has read, as it will be once its changes are written. Documents are
 * read once each; what is asked for without having been loaded is a bug of the caller. A hold that has lapsed holds
 * nothing here, whatever is written of it.
 */
export class LedgerView {
  readonly tenantId: string;
  readonly window: LedgerWindow;
  /** The instant as of which holds lapse. */
  readonly now: string;
  readonly #transaction: Transaction;
  readonly #store: Store;
  readonly #resources = new Map<string, Resource | null>();
  readonly #events = new Map<string, LedgerEvent | null>();
  readonly #derived = new Map<string, readonly LedgerEvent[]>();
  readonly #conflicts = new Map<string, Conflict | null>();
  readonly #changedConflicts = new Map<string, Conflict | undefined>();
  readonly #pages = new Map<string, Map<string, LedgerPage>>();
  readonly #changes = new Map<string, Change>();
  /** Of what was put, by resource. */
  readonly #changedLines = new Map<string, Map<string, PageLine>>();
  #tenant: Tenant | null = null;

  constructor(tenantId: string, now: number, transaction: Transaction, store: Store) {
    this.tenantId = tenantId;
    this.window = ledgerWindow(now);
    this.now = instantOf(now);
    this.#transaction = transaction;
    this.#store = store;
  }

  async loadResources(ids: Iterable<string>): Promise<void> {
    const wanted = [...new Set(ids)].filter((id) => !this.#resources.has(id));
    const found = await this.#store.resources.getMany(this.#transaction, this.tenantId, wanted);
    wanted.forEach((id, index) => {
      this.#resources.set(id, found[index] ?? null);
    });
  }

  async loadTenant(): Promise<void> {
    this.#tenant = await this.#store.tenants.get(this.#transaction, this.tenantId);
  }

  async loadEvents(ids: Iterable<string>): Promise<void> {
    const wanted = [...new Set(ids)].filter((id) => !this.#events.has(id));
    const found = await this.#store.events.getMany(this.#transaction, this.tenantId, wanted);
    wanted.forEach((id, index) => {
      this.#events.set(id, found[index] ?? null);
    });
  }

  /** One query each: for when relations changed, and ids no longer lead to what was derived. */
  async loadDerivedFrom(causeIds: readonly string[]): Promise<void> {
    for (const id of causeIds) {
      const where = [{ field: 'causeEventIds', op: 'array-contains', value: id }] as const;
      const found = await this.#store.events.query(this.#transaction, this.tenantId, { where });
      this.#derived.set(id, found);
      for (const event of found) if (!this.#events.has(event.id)) this.#events.set(event.id, event);
    }
  }

  async loadConflicts(ids: Iterable<string>): Promise<void> {
    const wanted = [...new Set(ids)].filter((id) => !this.#conflicts.has(id));
    const found = await this.#store.conflicts.getMany(this.#transaction, this.tenantId, wanted);
    wanted.forEach((id, index) => {
      this.#conflicts.set(id, found[index] ?? null);
    });
  }

  /** The pages of the months that these spans touch, as far as the ledger's window reaches. */
  async loadPages(spans: Iterable<Span>): Promise<void> {
    const wanted = new Map<string, Set<string>>();
    for (const span of spans) {
      const months = wanted.get(span.resourceId) ?? new Set();
      wanted.set(span.resourceId, months);
      for (const month of pagedMonths(span, this.window).months) months.add(month);
    }
    for (const [resourceId, months] of wanted) await this.loadMonths(resourceId, months);
  }

  async loadMonths(resourceId: string, months: Iterable<string>): Promise<void> {
    const known = this.#pages.get(resourceId) ?? new Map<string, LedgerPage>();
    this.#pages.set(resourceId, known);
    const missing = [...months].filter((month) => !known.has(month));
    const pages = await this.#store.pages.getMany(this.#transaction, this.tenantId, resourceId, missing);
    for (const page of pages) known.set(page.month, page);
  }

  /** Null when it was not loaded, or is gone. */
  get tenant(): Tenant | null {
    return this.#tenant;
  }

  resource(id: string): Resource | undefined {
    return this.#loaded(this.#resources, id, 'resource') ?? undefined;
  }

  hasResource(id: string): boolean {
    return this.#resources.has(id);
  }

  /** The resources known to this view. */
  resources(): ReadonlyMap<string, Resource> {
    const standing = [...this.#resources].filter((entry): entry is [string, Resource] => entry[1] !== null);
    return new Map(standing);
  }

  /** The event as it will be. */
  event(id: string): LedgerEvent | undefined {
    const written = this.asWritten(id);
    return written && standingAt(written, this.now);
  }

  /** The same as it will lie in the store: a hold that has lapsed may still say that it holds. */
  asWritten(id: string): LedgerEvent | undefined {
    return this.#changes.get(id)?.after ?? this.#loaded(this.#events, id, 'event') ?? undefined;
  }

  /** The same, of events that may not have been loaded. */
  known(id: string): LedgerEvent | undefined {
    const written = this.#changes.get(id)?.after ?? this.#events.get(id) ?? undefined;
    return written && standingAt(written, this.now);
  }

  /** The derived events that name this cause; `loadDerivedFrom` was asked for it. */
  derivedFrom(id: string): readonly LedgerEvent[] {
    return this.#derived.get(id) ?? [];
  }

  conflict(id: string): Conflict | undefined {
    return this.#loaded(this.#conflicts, id, 'conflict') ?? undefined;
  }

  page(resourceId: string, month: string): LedgerPage {
    const page = this.#pages.get(resourceId)?.get(month);
    if (!page) throw new Error(`page ${month} of ${resourceId} was not loaded`);
    return page;
  }

  /** The lines that share time with a span whose pages are loaded, as they will be. */
  lines(span: Span): PageLine[] {
    return this.#linesIn(span, false).filter((line) => !hasLapsed(line, this.now));
  }

  /** The same of several spans, each line once, and those that shared time with one before the commit or until they lapsed. */
  linesEver(spans: readonly Span[]): PageLine[] {
    const [only, ...more] = spans;
    if (only && more.length === 0) return this.#linesIn(only, true);
    const found = [...Map.groupBy(spans, ({ resourceId }) => resourceId)].flatMap(([resourceId, each]) =>
      union(each).flatMap((interval) => this.#linesIn({ resourceId, ...interval }, true)),
    );
    return [...new Map(found.map((line) => [line.id, line])).values()];
  }

  #linesIn(span: Span, ever: boolean): PageLine[] {
    const found = new Map<string, PageLine>();
    const former: PageLine[] = [];
    for (const month of pagedMonths(span, this.window).months) {
      for (const line of this.page(span.resourceId, month).lines) {
        if (!overlaps(line, span)) continue;
        if (!this.#changes.has(line.id)) found.set(line.id, line);
        else if (ever) former.push(line);
      }
    }
    for (const line of this.#changedLines.get(span.resourceId)?.values() ?? []) {
      if (overlaps(line, span) && !hasLapsed(line, this.now)) found.set(line.id, line);
    }
    for (const line of former) if (!found.has(line.id)) found.set(line.id, line);
    return [...found.values()];
  }

  /** Records what an event, loaded before, becomes; asked again for the same event, the later state counts. */
  put(after: LedgerEvent): void {
    const known = this.#changes.get(after.id);
    const before = known ? known.before : (this.#loaded(this.#events, after.id, 'event') ?? undefined);
    this.#changes.set(after.id, { before, after });
    this.#putLine(known?.after.resourceId, after);
  }

  #putLine(formerResourceId: string | undefined, after: LedgerEvent): void {
    if (formerResourceId !== undefined) this.#changedLines.get(formerResourceId)?.delete(after.id);
    const line = pageLineOf(after);
    if (!line) return;
    const lines = this.#changedLines.get(after.resourceId) ?? new Map<string, PageLine>();
    this.#changedLines.set(after.resourceId, lines.set(after.id, line));
  }

  /** Changes only what the ledger itself decides about an event, in a revision of its own if it has none yet. */
  amend(id: string, part: PartOf<Pick<LedgerEvent, 'overriddenBy' | 'mergedInto'>>, now: string): void {
    const event = this.asWritten(id);
    if (!event) return;
    const isNew = !this.#changes.has(id);
    const amended = { ...event, ...part, ...(isNew && { revision: event.revision + 1, updatedAt: now }) };
    this.put(withoutUndefined(amended) as LedgerEvent);
  }

  putConflict(conflict: Conflict): void {
    if (!this.#changedConflicts.has(conflict.id)) {
      this.#changedConflicts.set(conflict.id, this.#conflicts.get(conflict.id) ?? undefined);
    }
    this.#conflicts.set(conflict.id, conflict);
  }

  changes(): Change[] {
    return [...this.#changes.values()];
  }

  changedConflicts(): { readonly before: Conflict | undefined; readonly after: Conflict }[] {
    return [...this.#changedConflicts].map(([id, before]) => ({ before, after: this.#conflicts.get(id) as Conflict }));
  }

  #loaded<T>(documents: ReadonlyMap<string, T | null>, id: string, what: string): T | null {
    const document = documents.get(id);
    if (document === undefined) throw new Error(`${what} ${id} was not loaded`);
    return document;
  }
}
