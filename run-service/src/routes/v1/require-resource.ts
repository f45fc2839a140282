import type { Resource } from '@dovetail/core/domain/resource.ts';
import type { AppDeps } from '../../app-deps.ts';
import { Problem } from '../../middleware/problem.ts';

/** The resources that a body names, in its order. @throws Problem naming the fields whose resource the tenant lacks. */
export async function requireResources(
  tenantId: string,
  named: readonly { readonly path: string; readonly id: string }[],
  deps: Pick<AppDeps, 'documents' | 'store'>,
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
export async function requireResource(
  tenantId: string,
  id: string,
  deps: Pick<AppDeps, 'documents' | 'store'>,
): Promise<Resource> {
  const [resource] = await requireResources(tenantId, [{ path: 'resourceId', id }], deps);
  return resource as Resource;
}
