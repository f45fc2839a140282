/** A query that must stay fast however many documents there are. */
export interface QueryIndex {
  /** The collection's name. */
  readonly group: string;
  /** Whether one collection is asked, or all of that name. */
  readonly scope: 'collection' | 'group';
  readonly fields: readonly string[];
}

/** The indexes firestore.indexes.json asks of Firestore. */
export const DECLARED_INDEXES: readonly QueryIndex[] = [
  { group: 'mappings', scope: 'group', fields: ['sweepAt'] },
  { group: 'bindings', scope: 'group', fields: ['renewAt'] },
  { group: 'bindings', scope: 'group', fields: ['state'] },
  { group: 'bookingSystems', scope: 'group', fields: ['type'] },
  { group: 'feeds', scope: 'group', fields: ['nextPollAt'] },
  { group: 'resources', scope: 'group', fields: ['pagesDueAt'] },
  { group: 'resources', scope: 'group', fields: ['rederiveAt'] },
  { group: 'events', scope: 'group', fields: ['until'] },
  { group: 'outbox', scope: 'group', fields: ['sweepAt'] },
  { group: 'webhookDeliveries', scope: 'group', fields: ['sweepAt'] },
  { group: 'webhookDeliveries', scope: 'collection', fields: ['webhookId', 'createdAt'] },
  { group: 'webhookDeliveries', scope: 'collection', fields: ['status', 'webhookId', 'createdAt'] },
  { group: 'importRules', scope: 'group', fields: ['extendAt'] },
  { group: 'mappings', scope: 'collection', fields: ['bindingId', 'end'] },
  { group: 'mappings', scope: 'collection', fields: ['bindingId', 'state', 'end'] },
  { group: 'events', scope: 'collection', fields: ['resourceId', 'end'] },
  { group: 'events', scope: 'collection', fields: ['resourceId', 'end', 'start'] },
  { group: 'events', scope: 'collection', fields: ['end', 'start'] },
  { group: 'events', scope: 'collection', fields: ['resourceId', 'timeRevision'] },
  { group: 'events', scope: 'collection', fields: ['bindingId', 'end'] },
  { group: 'events', scope: 'collection', fields: ['bindingId', 'remoteId', 'end'] },
  { group: 'runs', scope: 'collection', fields: ['flow', 'startedAt'] },
  { group: 'runs', scope: 'collection', fields: ['status', 'startedAt'] },
  { group: 'runs', scope: 'collection', fields: ['resourceId', 'startedAt'] },
  { group: 'conflicts', scope: 'collection', fields: ['status', 'updatedAt'] },
  { group: 'conflicts', scope: 'collection', fields: ['resourceId', 'updatedAt'] },
  { group: 'conflicts', scope: 'collection', fields: ['status', 'resourceId', 'updatedAt'] },
];

/**
 * Indexes for queries that Firestore answers from those it makes of every field by itself, merged where there are two.
 * What has no index here looks through its whole collection, which is fast enough for a few thousand documents.
 */
export const FURTHER_INDEXES: readonly QueryIndex[] = [
  { group: 'mappings', scope: 'collection', fields: ['eventId'] },
  { group: 'mappings', scope: 'collection', fields: ['bindingId', 'remoteId'] },
  { group: 'runs', scope: 'collection', fields: ['startedAt'] },
  { group: 'events', scope: 'collection', fields: ['mergedInto'] },
];

/** Collections whose documents vanish some time after the instant in `TTL_FIELD`. */
export const TTL_GROUPS: readonly string[] = [
  'deliveries',
  'feedHosts',
  'runs',
  'undo',
  'imports',
  'content',
  'webhookDeliveries',
  'idempotency',
];
export const TTL_FIELD = 'expireAt';
