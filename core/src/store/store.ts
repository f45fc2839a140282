import type { Binding } from '../domain/binding.ts';
import type { BookingSystemConfig } from '../domain/booking-system-config.ts';
import type { Conflict } from '../domain/conflict.ts';
import type { Feed } from '../domain/feed.ts';
import type { Import, ImportRule } from '../domain/import.ts';
import type { OutboxEntry } from '../domain/notification.ts';
import type { Publication } from '../domain/publication.ts';
import type { Resource } from '../domain/resource.ts';
import type { DeadLetter, Proposal, Run } from '../domain/run.ts';
import type { UndoPart } from '../domain/undo.ts';
import type { Webhook, WebhookDelivery } from '../domain/webhook.ts';
import { Collection } from './collection.ts';
import { EventCollection } from './events.ts';
import { FeedEntryCollection } from './feed-entries.ts';
import { FeedHostCollection } from './feed-hosts.ts';
import { ImportContentCollection } from './import-content.ts';
import { MappingCollection } from './mappings.ts';
import { PageCollection } from './pages.ts';
import { PublicationTokenCollection } from './publication-tokens.ts';
import type { Sealer } from './sealed.ts';
import type { StoredAnswer } from './stored-answer.ts';
import { TenantDirectory } from './tenants.ts';

/** Every collection there is, typed. Where a document lies and what of it is sealed is known here and nowhere else. */
export interface Store {
  readonly tenants: TenantDirectory;
  readonly resources: Collection<Resource>;
  readonly pages: PageCollection;
  readonly events: EventCollection;
  readonly bindings: Collection<Binding>;
  readonly mappings: MappingCollection;
  readonly bookingSystems: Collection<BookingSystemConfig>;
  readonly feeds: Collection<Feed, 'url' | 'auth'>;
  readonly feedEntries: FeedEntryCollection;
  readonly feedHosts: FeedHostCollection;
  readonly publications: Collection<Publication>;
  readonly publicationTokens: PublicationTokenCollection;
  readonly conflicts: Collection<Conflict>;
  readonly proposals: Collection<Proposal, 'wanted' | 'kept'>;
  readonly runs: Collection<Run, 'changes' | 'setAside'>;
  /** What reverting a run takes: `{run}~{number}`. */
  readonly undo: Collection<UndoPart, 'steps'>;
  readonly imports: Collection<Import>;
  readonly importContent: ImportContentCollection;
  readonly importRules: Collection<ImportRule, 'uid' | 'text'>;
  readonly webhooks: Collection<Webhook, 'url' | 'secret' | 'previous'>;
  readonly webhookDeliveries: Collection<WebhookDelivery>;
  readonly outbox: Collection<OutboxEntry>;
  readonly deadLetters: Collection<DeadLetter, 'payload'>;
  readonly answers: Collection<StoredAnswer, 'body'>;
}

const RUN_DAYS = 90;
const DELIVERY_DAYS = 30;
/** A preview is of use for a day; what a commit of it takes is kept for another, should that end late. */
const IMPORT_DAYS = 2;

/** The collections, sealing with `sealer`. They hold no state: reads take the store or a transaction to read from. */
export function defineStore(sealer: Sealer): Store {
  return {
    tenants: new TenantDirectory(),
    resources: new Collection({ name: 'resources' }, sealer),
    pages: new PageCollection(),
    events: new EventCollection(sealer),
    bindings: new Collection({ name: 'bindings' }, sealer),
    mappings: new MappingCollection(sealer),
    bookingSystems: new Collection({ name: 'bookingSystems' }, sealer),
    feeds: new Collection({ name: 'feeds', sealed: ['url', 'auth'] }, sealer),
    feedEntries: new FeedEntryCollection(sealer),
    feedHosts: new FeedHostCollection(),
    publications: new Collection({ name: 'publications' }, sealer),
    publicationTokens: new PublicationTokenCollection(),
    conflicts: new Collection({ name: 'conflicts' }, sealer),
    proposals: new Collection({ name: 'proposals', sealed: ['wanted', 'kept'] }, sealer),
    runs: new Collection({ name: 'runs', sealed: ['changes', 'setAside'], ttlDays: RUN_DAYS }, sealer),
    undo: new Collection({ name: 'undo', sealed: ['steps'], ttlDays: RUN_DAYS }, sealer),
    imports: new Collection({ name: 'imports', ttlDays: IMPORT_DAYS }, sealer),
    importContent: new ImportContentCollection(sealer, IMPORT_DAYS),
    importRules: new Collection({ name: 'importRules', sealed: ['uid', 'text'] }, sealer),
    webhooks: new Collection({ name: 'webhooks', sealed: ['url', 'secret', 'previous'] }, sealer),
    webhookDeliveries: new Collection({ name: 'webhookDeliveries', ttlDays: DELIVERY_DAYS }, sealer),
    outbox: new Collection({ name: 'outbox' }, sealer),
    deadLetters: new Collection({ name: 'deadLetters', sealed: ['payload'] }, sealer),
    answers: new Collection({ name: 'idempotency', sealed: ['body'], ttlDays: 1 }, sealer),
  };
}
