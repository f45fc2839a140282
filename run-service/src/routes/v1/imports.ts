import { NotFound } from '@dovetail/core/domain/errors.ts';
import type { Import, ImportContent } from '@dovetail/core/domain/import.ts';
import { commitImport } from '@dovetail/core/sync/imports/commit-import.ts';
import { previewImport } from '@dovetail/core/sync/imports/preview-import.ts';
import type { AppDeps } from '../../app-deps.ts';
import { defineOperation, type Operation } from '../../operations/operation.ts';
import { presentImport } from '../../present/import.ts';
import { presentRun } from '../../present/run.ts';
import { defined } from '../../schemas/defined.ts';
import { byMadeId } from '../../schemas/fields.ts';
import { importCommitSchema, importDraftSchema, importSchema } from '../../schemas/import.ts';
import { runSchema } from '../../schemas/run.ts';
import { orWrongState } from './or-wrong-state.ts';
import { requireResource } from './require-resource.ts';

/** Calendar files that staff bring. */
export const importOperations: readonly Operation[] = [
  defineOperation({
    id: 'previewImport',
    method: 'post',
    path: '/v1/imports',
    role: 'staff',
    summary: 'Read an iCalendar file and tell what committing it would do; nothing is changed',
    body: importDraftSchema,
    takesFile: true,
    status: 201,
    response: importSchema,
    handle: async ({ tenantId, body, file, freshId }, deps) => {
      if (!file) throw new Error('an operation that takes a file was served without one');
      const { resourceId, replace = false, ...options } = body;
      await requireResource(tenantId, resourceId, deps);
      const asked = { ...defined(options), replace };
      const { kept, content } = await previewImport(
        { tenantId, importId: freshId(), resourceId, file, options: asked },
        deps,
      );
      return presentImport(kept, content);
    },
  }),
  defineOperation({
    id: 'getImport',
    method: 'get',
    path: '/v1/imports/{id}',
    role: 'staff',
    summary: 'One import, as it was previewed; kept for a day',
    params: byMadeId,
    response: importSchema,
    handle: async ({ tenantId, params }, deps) => {
      const kept = await deps.store.imports.get(deps.documents, tenantId, params.id);
      if (!kept) throw new NotFound(`no import "${params.id}"`);
      return presentImport(kept, await contentOf(tenantId, kept, deps));
    },
  }),
  defineOperation({
    id: 'commitImport',
    method: 'post',
    path: '/v1/imports/{id}:commit',
    role: 'staff',
    summary: 'Do what was previewed; the run it answers with can be reverted',
    params: byMadeId,
    body: importCommitSchema,
    response: runSchema,
    handle: async ({ tenantId, params, body }, deps) =>
      presentRun(await orWrongState(commitImport({ tenantId, importId: params.id, force: body.force }, deps))),
  }),
];

function contentOf(tenantId: string, { id, contentShards }: Import, deps: AppDeps): Promise<ImportContent | null> {
  if (contentShards === 0) return Promise.resolve(null);
  return deps.store.importContent.get(deps.documents, tenantId, id, contentShards);
}
