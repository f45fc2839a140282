import type { ApiKey } from '@dovetail/core/domain/tenant.ts';
import { createApiKey, revokeApiKey } from '@dovetail/core/sync/tenants/change-api-keys.ts';
import { z } from 'zod';
import { Problem } from '../../middleware/problem.ts';
import { defineOperation, type Operation } from '../../operations/operation.ts';
import { byMadeId } from '../../schemas/fields.ts';
import { keyDraftSchema, keySchema, newKeySchema } from '../../schemas/key.ts';
import { orWrongState } from './or-wrong-state.ts';

/** The keys that open a tenant, each with a role. Only an admin sees and changes them. */
export const keyOperations: readonly Operation[] = [
  defineOperation({
    id: 'listKeys',
    method: 'get',
    path: '/v1/keys',
    role: 'admin',
    summary: 'Every key of the business, without its secret',
    response: z.strictObject({ items: z.array(keySchema).readonly() }),
    handle: async ({ tenantId, keyId }, deps) => {
      const keys = await deps.store.tenants.apiKeysOf(deps.documents, tenantId);
      return { items: keys.map((key) => present(key, keyId)) };
    },
  }),
  defineOperation({
    id: 'createKey',
    method: 'post',
    path: '/v1/keys',
    role: 'admin',
    summary: 'Make a key for a person or a program; the answer shows it, this once',
    body: keyDraftSchema,
    status: 201,
    response: newKeySchema,
    handle: async ({ tenantId, body, keyId }, deps) => {
      const { secret, ...key } = await orWrongState(createApiKey({ tenantId, ...body }, deps));
      return { ...present(key, keyId), key: secret };
    },
  }),
  defineOperation({
    id: 'revokeKey',
    method: 'delete',
    path: '/v1/keys/{id}',
    role: 'admin',
    summary: 'End a key at once; not the one the request comes with, lest nobody can come in',
    params: byMadeId,
    status: 204,
    handle: async ({ tenantId, params, keyId }, deps) => {
      if (params.id === keyId) {
        throw new Problem('wrong-state', 'This request came with that key. Revoke it with another one.');
      }
      await revokeApiKey({ tenantId, keyId: params.id }, deps);
    },
  }),
];

function present({ id, role, label, createdAt }: ApiKey, own: string): z.input<typeof keySchema> {
  return { id, role, label, createdAt, isYours: id === own };
}
