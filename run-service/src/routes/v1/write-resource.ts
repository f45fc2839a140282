import { NotFound } from '@dovetail/core/domain/errors.ts';
import { holdsTime } from '@dovetail/core/domain/event.ts';
import { instantOf } from '@dovetail/core/domain/interval.ts';
import type { Relation, Resource } from '@dovetail/core/domain/resource.ts';
import type { Transaction } from '@dovetail/core/ports/document-store.ts';
import type { z } from 'zod';
import type { AppDeps } from '../../app-deps.ts';
import { invalidFields } from '../../middleware/check.ts';
import { Problem } from '../../middleware/problem.ts';
import { defined } from '../../schemas/defined.ts';
import type { resourceChangeSchema, resourceDraftSchema } from '../../schemas/resource.ts';

type ResourceDeps = Pick<AppDeps, 'documents' | 'store' | 'clock'>;

/** @throws AlreadyExists; Problem when a relation leads nowhere. */
export function createResource(
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
  return deps.documents.transact(async (transaction) => {
    await checkRelations(tenantId, resource.id, resource.relations, transaction, deps);
    transaction.write(deps.store.resources.create(tenantId, resource));
    return resource;
  });
}

/**
 * Changes the named fields. A new time zone goes to the resource's bindings in the same commit: they keep a copy.
 * @throws NotFound; Problem when a relation leads nowhere or a field is not of the resource's kind.
 */
export function changeResource(
  tenantId: string,
  id: string,
  change: z.output<typeof resourceChangeSchema>,
  deps: ResourceDeps,
): Promise<Resource> {
  const { documents, store, clock } = deps;
  const { relations, checkInTime, checkOutTime, ...rest } = change;
  const updatedAt = instantOf(clock.now());
  const part = {
    ...defined(rest),
    ...(relations && { relations }),
    // Null removes, which to a collection is a field that is there but undefined.
    ...(checkInTime !== undefined && { checkInTime: checkInTime ?? undefined }),
    ...(checkOutTime !== undefined && { checkOutTime: checkOutTime ?? undefined }),
    updatedAt,
  };
  return documents.transact(async (transaction) => {
    const current = await store.resources.get(transaction, tenantId, id);
    if (!current) throw new NotFound(`no resource "${id}"`);
    checkTimesOfDay(current, change);
    await checkRelations(tenantId, id, part.relations ?? [], transaction, deps);
    const { timeZone } = part;
    const its = { field: 'resourceId', op: '==', value: id } as const;
    const moved = timeZone !== undefined && timeZone !== current.timeZone;
    const bindings = moved ? await store.bindings.query(transaction, tenantId, { where: [its] }) : [];
    transaction.write(
      store.resources.update(tenantId, id, part),
      ...bindings.map((binding) => store.bindings.update(tenantId, binding.id, { timeZone, updatedAt })),
    );
    return defined({ ...current, ...part }) as Resource;
  });
}

/** @throws NotFound; Problem while the resource has a binding, a feed or an event to come. */
export function deleteResource(tenantId: string, id: string, deps: ResourceDeps): Promise<void> {
  const { documents, store, clock } = deps;
  return documents.transact(async (transaction) => {
    const resource = await store.resources.get(transaction, tenantId, id);
    if (!resource) throw new NotFound(`no resource "${id}"`);
    const its = { field: 'resourceId', op: '==', value: id } as const;
    const [binding] = await store.bindings.query(transaction, tenantId, { where: [its], limit: 1 });
    if (binding) throw new Problem('in-use', `Remove its binding "${binding.id}" first.`);
    const [feed] = await store.feeds.query(transaction, tenantId, { where: [its], limit: 1 });
    if (feed) throw new Problem('in-use', `Remove its feed "${feed.id}" first.`);
    const now = instantOf(clock.now());
    const toCome = { field: 'end', op: '>', value: resource.kind === 'timed' ? now : now.slice(0, 10) } as const;
    const query = { where: [its, toCome], orderBy: { field: 'end' } };
    for await (const events of store.events.each(transaction, tenantId, query)) {
      const standing = events.find(holdsTime);
      if (standing) throw new Problem('in-use', `It has events to come, such as ${standing.id}. Cancel them first.`);
    }
    transaction.write(store.resources.delete(tenantId, id));
  });
}

function checkTimesOfDay(resource: Resource, change: z.output<typeof resourceChangeSchema>): void {
  if (resource.kind === 'nightly') return;
  const fields = (['checkInTime', 'checkOutTime'] as const).filter((field) => typeof change[field] === 'string');
  if (fields.length > 0) throw invalidFields(fields.map((path) => ({ path, detail: 'is for nightly resources' })));
}

async function checkRelations(
  tenantId: string,
  id: string,
  relations: readonly Relation[],
  transaction: Transaction,
  deps: ResourceDeps,
): Promise<void> {
  const ids = relations.map((relation) => relation.resourceId);
  const found = await deps.store.resources.getMany(transaction, tenantId, ids);
  const errors = ids.flatMap((related, index) => {
    const path = `relations.${index}.resourceId`;
    if (related === id) return [{ path, detail: 'is the resource itself' }];
    return found[index] ? [] : [{ path, detail: `there is no resource "${related}"` }];
  });
  if (errors.length === 0) return;
  throw new Problem('unprocessable', 'A relation leads nowhere. Add that resource first.', { errors });
}
