import { NotFound } from '@dovetail/core/domain/errors.ts';
import { holdsTime, isOwn, standingAt } from '@dovetail/core/domain/event.ts';
import { instantOf } from '@dovetail/core/domain/interval.ts';
import type { Resource } from '@dovetail/core/domain/resource.ts';
import type { Transaction } from '@dovetail/core/ports/document-store.ts';
import { enqueueRederivations } from '@dovetail/core/sync/enqueue-rederivations.ts';
import type { z } from 'zod';
import type { AppDeps } from '../../app-deps.ts';
import { invalidFields } from '../../middleware/check.ts';
import { type FieldError, Problem } from '../../middleware/problem.ts';
import { rulesOfOtherKind } from '../../schemas/booking-rules.ts';
import { defined } from '../../schemas/defined.ts';
import type { resourceChangeSchema, resourceDraftSchema } from '../../schemas/resource.ts';
import { copiedSubscriptions } from './copied-subscriptions.ts';
import { type RelationChanges, relateResource } from './relate-resource.ts';

type ResourceDeps = Pick<AppDeps, 'documents' | 'store' | 'clock' | 'tasks'>;

/** @throws AlreadyExists; Problem when its relations cannot be. */
export async function createResource(
  tenantId: string,
  draft: z.output<typeof resourceDraftSchema> & { readonly id: string },
  deps: ResourceDeps,
): Promise<Resource> {
  const now = instantOf(deps.clock.now());
  const resource: Resource = {
    ...defined(draft),
    relations: draft.relations,
    ledgerRevision: 0,
    mirrorBindingIds: [],
    createdAt: now,
    updatedAt: now,
  };
  const marked = await deps.documents.transact(async (transaction) => {
    const related = await relateResource(tenantId, { before: undefined, after: resource }, transaction, deps);
    const copied = await copiedSubscriptions(tenantId, transaction, deps);
    transaction.write(
      deps.store.resources.create(tenantId, { ...resource, ...ownMark(resource.id, related), ...copied }),
      ...related.writes,
    );
    return related.marked;
  });
  await enqueueRederivations(tenantId, marked, deps);
  return resource;
}

/**
 * Changes the named fields. A new time zone goes to the resource's bindings and feeds in the same commit: they keep a
 * copy. Calendars whose own events block the resource are read anew when its nights begin and end otherwise. Where relatives inherit differently from now on, a task brings their events up to date.
 * @throws NotFound; Problem when its relations cannot be or a field is not of the resource's kind.
 */
export async function changeResource(
  tenantId: string,
  id: string,
  change: z.output<typeof resourceChangeSchema>,
  deps: ResourceDeps,
): Promise<Resource> {
  const { documents, store } = deps;
  const part = partOf(change, instantOf(deps.clock.now()));
  const { changed, marked } = await documents.transact(async (transaction) => {
    const current = await store.resources.get(transaction, tenantId, id);
    if (!current) throw new NotFound(`no resource "${id}"`);
    checkKind(current, change);
    const changed = defined({ ...current, ...part }) as Resource;
    const related = await relateResource(tenantId, { before: current, after: changed }, transaction, deps);
    const { timeZone, updatedAt } = changed;
    const isMoved = timeZone !== current.timeZone;
    const isRetimed =
      isMoved || changed.checkInTime !== current.checkInTime || changed.checkOutTime !== current.checkOutTime;
    const bindings = isRetimed ? await store.bindings.query(transaction, tenantId, { where: [of(id)] }) : [];
    const feeds = isMoved ? await store.feeds.query(transaction, tenantId, { where: [of(id)] }) : [];
    transaction.write(
      store.resources.update(tenantId, id, { ...part, ...ownMark(id, related) }),
      ...bindings.map(({ id, busyIn }) =>
        store.bindings.update(tenantId, id, { timeZone, updatedAt, ...(busyIn && { busyUntil: undefined }) }),
      ),
      // Forgotten, what they said is read anew in the new zone.
      ...feeds.map((feed) => store.feeds.update(tenantId, feed.id, { timeZone, contentHash: undefined })),
      ...related.writes,
    );
    return { changed, marked: related.marked };
  });
  await enqueueRederivations(tenantId, marked, deps);
  return changed;
}

/** @throws NotFound; Problem while the resource has a binding, a feed, a relative or an event to come. */
export async function deleteResource(tenantId: string, id: string, deps: ResourceDeps): Promise<void> {
  const marked = await deps.documents.transact(async (transaction) => {
    const resource = await deps.store.resources.get(transaction, tenantId, id);
    if (!resource) throw new NotFound(`no resource "${id}"`);
    await checkUnused(tenantId, resource, transaction, deps);
    const related = await relateResource(tenantId, { before: resource, after: undefined }, transaction, deps);
    transaction.write(deps.store.resources.delete(tenantId, id), ...related.writes);
    return related.marked;
  });
  await enqueueRederivations(tenantId, marked, deps);
}

async function checkUnused(
  tenantId: string,
  { id, kind, relatedFrom }: Resource,
  transaction: Transaction,
  { store, clock }: ResourceDeps,
): Promise<void> {
  const [binding] = await store.bindings.query(transaction, tenantId, { where: [of(id)], limit: 1 });
  if (binding) throw new Problem('in-use', `Remove its binding "${binding.id}" first.`);
  const [feed] = await store.feeds.query(transaction, tenantId, { where: [of(id)], limit: 1 });
  if (feed) throw new Problem('in-use', `Remove its feed "${feed.id}" first.`);
  const [relative] = relatedFrom ?? [];
  if (relative !== undefined) throw new Problem('in-use', `Take it out of the relations of "${relative}" first.`);
  const now = instantOf(clock.now());
  const toCome = { field: 'end', op: '>', value: kind === 'timed' ? now : now.slice(0, 10) } as const;
  const query = { where: [of(id), toCome], orderBy: { field: 'end' } };
  for await (const events of store.events.each(transaction, tenantId, query)) {
    const standing = events.map((event) => standingAt(event, now)).find(holdsTime);
    if (!standing) continue;
    const advice = isOwn(standing) ? 'Cancel them first.' : 'Take away its relations first: it inherits them.';
    throw new Problem('in-use', `It has events to come, such as ${standing.id}. ${advice}`);
  }
}

function of(resourceId: string) {
  return { field: 'resourceId', op: '==', value: resourceId } as const;
}

function ownMark(id: string, { marked }: RelationChanges): Pick<Resource, 'rederiveAt'> {
  const own = marked.find((one) => one.id === id);
  return own ? { rederiveAt: own.rederiveAt } : {};
}

/** Null removes, which to a collection is a field that is there but undefined. */
function partOf(change: z.output<typeof resourceChangeSchema>, updatedAt: string) {
  const { relations, checkInTime, checkOutTime, bookingRules, ...rest } = change;
  return {
    ...defined(rest),
    ...(bookingRules !== undefined && { bookingRules: bookingRules ?? undefined }),
    ...(relations && { relations }),
    ...(checkInTime !== undefined && { checkInTime: checkInTime ?? undefined }),
    ...(checkOutTime !== undefined && { checkOutTime: checkOutTime ?? undefined }),
    updatedAt,
  };
}

function checkKind({ kind }: Resource, change: z.output<typeof resourceChangeSchema>): void {
  const times = (['checkInTime', 'checkOutTime'] as const).filter((field) => typeof change[field] === 'string');
  const errors: FieldError[] =
    kind === 'nightly' ? [] : times.map((path) => ({ path, detail: 'is for nightly resources' }));
  errors.push(...rulesOfOtherKind(change.bookingRules, kind));
  if (errors.length > 0) throw invalidFields(errors);
}
