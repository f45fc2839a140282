import type { Resource } from '@dovetail/core/domain/resource.ts';
import type { Reader } from '@dovetail/core/store/collection.ts';
import type { Store } from '@dovetail/core/store/store.ts';
import { Problem } from '../../middleware/problem.ts';

/** Where resources are read: the store itself, or a transaction. */
interface ResourceDeps {
  readonly documents: Reader;
  readonly store: Pick<Store, 'resources'>;
}

/** The resources that a body names, in its order. @throws Problem naming the fields whose resource the tenant lacks. */
export async function requireResources(
  tenantId: string,
  named: readonly { readonly path: string; readonly id: string }[],
  deps: ResourceDeps,
): Promise<Resource[]> {
  const found = await deps.store.resources.getMany(
    deps.documents,
    tenantId,
    named.map(({ id }) => id),
  );
  const errors = named
    .filter((_, index) => !found[index])
    .map(({ path, id }) => ({ path, detail: `there is no resource "${id}"` }));
  if (errors.length > 0) {
    throw new Problem('unprocessable', 'There is no such resource. Check its id, or add it first.', { errors });
  }
  return found.filter((resource) => resource !== null);
}

/** The resource that a body's `resourceId` names. @throws Problem when the tenant has none by that id. */
export async function requireResource(tenantId: string, id: string, deps: ResourceDeps): Promise<Resource> {
  const [resource] = await requireResources(tenantId, [{ path: 'resourceId', id }], deps);
  return resource as Resource;
}
