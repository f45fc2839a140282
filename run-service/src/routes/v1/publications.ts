import { randomBytes } from 'node:crypto';
import type { Publication } from '@dovetail/core/domain/feed.ts';
import { instantOf } from '@dovetail/core/domain/interval.ts';
import { defineOperation, type Operation } from '../../operations/operation.ts';
import { publicationDraftSchema, publicationSchema } from '../../schemas/publication.ts';
import { requireResources } from './require-resource.ts';

const TOKEN_BYTES = 32;

/** iCalendar addresses that are served. */
export const publicationOperations: readonly Operation[] = [
  defineOperation({
    id: 'createPublication',
    method: 'post',
    path: '/v1/publications',
    role: 'manager',
    summary: 'Publish resources under an address that is told once',
    body: publicationDraftSchema,
    status: 201,
    response: publicationSchema,
    handle: async ({ tenantId, body, freshId }, deps) => {
      const named = body.resourceIds.map((id, index) => ({ path: `resourceIds.${index}`, id }));
      await requireResources(tenantId, named, deps);
      const token = randomBytes(TOKEN_BYTES).toString('base64url');
      const publication: Publication = {
        id: freshId(),
        tenantId,
        ...body,
        createdAt: instantOf(deps.clock.now()),
      };
      await deps.documents.commit([deps.store.tenants.setPublicationToken(token, publication)]);
      return { id: publication.id, url: `${deps.publicUrl}/ics/${token}.ics` };
    },
  }),
];
