import { isDeepStrictEqual } from 'node:util';
import { PreconditionFailed } from '../domain/errors.ts';
import type { Mapping } from '../domain/mapping.ts';
import { withoutUndefined } from '../domain/without-undefined.ts';
import type { Write } from '../ports/document-store.ts';
import type { PartOf } from '../store/collection.ts';
import type { SyncDeps } from './deps.ts';
import type { ReconcileWork } from './reconcile-work.ts';

/**
 * Commits `part` of the mapping and `writes` before something is done that others may hear of first. Answers the work with
 * the mapping as it then is.
 * @throws PreconditionFailed when the mapping changed since it was read, or at once after: a mark of somebody else is not
 * this work's to clear.
 */
export async function stateFirst(
  part: PartOf<Mapping>,
  writes: readonly Write[],
  work: ReconcileWork,
  { documents, store }: Pick<SyncDeps, 'documents' | 'store'>,
): Promise<ReconcileWork> {
  const { tenantId, mapping, updateTime } = work;
  await documents.commit([...writes, store.mappings.update(tenantId, mapping.id, part, updateTime)]);
  const known = await store.mappings.getVersioned(documents, tenantId, mapping.id);
  if (!known || !isDeepStrictEqual(known.value, withoutUndefined({ ...mapping, ...part }))) {
    throw new PreconditionFailed('the mapping was changed by somebody else');
  }
  return { ...work, mapping: known.value, updateTime: known.updateTime };
}
