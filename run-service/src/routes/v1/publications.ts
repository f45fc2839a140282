import { NotFound } from '@dovetail/core/domain/errors.ts';
import { type Publication, selects } from '@dovetail/core/domain/publication.ts';
import { lastCollected, readExposure } from '@dovetail/core/sync/publications/read-exposure.ts';
import type { AppDeps } from '../../app-deps.ts';
import { defineOperation, type Operation } from '../../operations/operation.ts';
import { presentExposure, presentPublication } from '../../present/publication.ts';
import { byMadeId } from '../../schemas/fields.ts';
import { pageOf, pageTokenOf } from '../../schemas/page.ts';
import {
  addressedPublicationSchema,
  exposureSchema,
  publicationChangeSchema,
  publicationDraftSchema,
  publicationSchema,
  publicationsQuery,
  rotationSchema,
} from '../../schemas/publication.ts';
import { type Page, queryAfter } from './list-page.ts';
import { changePublication, createPublication, deletePublication, rotatePublication } from './write-publication.ts';

const byId = { params: byMadeId, role: 'manager' } as const;

/** iCalendar addresses that are served. */
export const publicationOperations: readonly Operation[] = [
  defineOperation({
    id: 'listPublications',
    method: 'get',
    path: '/v1/publications',
    role: 'staff',
    summary: 'Every publication, by id; or those that show one resource',
    query: publicationsQuery,
    response: pageOf(publicationSchema),
    handle: async ({ tenantId, query }, deps) => {
      const page = await listPublications(tenantId, query, deps);
      return { ...page, items: await Promise.all(page.items.map((publication) => show(publication, deps))) };
    },
  }),
  defineOperation({
    id: 'createPublication',
    method: 'post',
    path: '/v1/publications',
    role: 'manager',
    summary: 'Publish resources under an address that is told once',
    body: publicationDraftSchema,
    status: 201,
    response: addressedPublicationSchema,
    handle: async ({ tenantId, role, body, freshId }, deps) => {
      const { publication, url } = await createPublication({ tenantId, role, id: freshId(), draft: body }, deps);
      return { ...presentPublication(publication, undefined), url };
    },
  }),
  defineOperation({
    id: 'getPublication',
    method: 'get',
    path: '/v1/publications/{id}',
    role: 'staff',
    summary: 'One publication',
    params: byMadeId,
    response: publicationSchema,
    handle: async ({ tenantId, params }, deps) => show(await read(tenantId, params.id, deps), deps),
  }),
  defineOperation({
    id: 'readExposure',
    method: 'get',
    path: '/v1/publications/{id}/exposure',
    role: 'staff',
    summary: 'What its readers have not collected yet',
    params: byMadeId,
    response: exposureSchema,
    handle: async ({ tenantId, params }, deps) => {
      const publication = await read(tenantId, params.id, deps);
      return presentExposure(publication, await readExposure({ tenantId, publication }, deps));
    },
  }),
  defineOperation({
    ...byId,
    id: 'changePublication',
    method: 'patch',
    path: '/v1/publications/{id}',
    summary: 'Change the named fields; the address stays',
    body: publicationChangeSchema,
    response: publicationSchema,
    handle: async ({ tenantId, role, params, body }, deps) =>
      show(await changePublication({ tenantId, role, id: params.id, change: body }, deps), deps),
  }),
  defineOperation({
    ...byId,
    id: 'deletePublication',
    method: 'delete',
    path: '/v1/publications/{id}',
    summary: 'Serve nothing at its addresses any more',
    status: 204,
    handle: ({ tenantId, role, params }, deps) => deletePublication({ tenantId, role, id: params.id }, deps),
  }),
  defineOperation({
    ...byId,
    id: 'rotatePublication',
    method: 'post',
    path: '/v1/publications/{id}:rotate',
    summary: 'Give it a new address, told once; the one before works on for a while',
    body: rotationSchema,
    response: addressedPublicationSchema,
    handle: async ({ tenantId, role, params, body }, deps) => {
      const { graceHours } = body;
      const { publication, url } = await rotatePublication({ tenantId, role, id: params.id, graceHours }, deps);
      return { ...(await show(publication, deps)), url };
    },
  }),
];

async function show(publication: Publication, deps: AppDeps) {
  return presentPublication(publication, await lastCollected(publication, deps));
}

async function read(tenantId: string, id: string, deps: AppDeps): Promise<Publication> {
  const publication = await deps.store.publications.get(deps.documents, tenantId, id);
  if (!publication) throw new NotFound(`no publication "${id}"`);
  return publication;
}

/** Whether one shows a resource may depend on its tags, so they are looked through; a tenant has a few dozen at most. */
async function listPublications(
  tenantId: string,
  { resourceId, platform, pageSize, pageToken }: typeof publicationsQuery._output,
  deps: AppDeps,
): Promise<Page<Publication>> {
  const resource =
    resourceId === undefined ? undefined : await deps.store.resources.get(deps.documents, tenantId, resourceId);
  if (resource === null) return { items: [] };
  const where = platform === undefined ? [] : [{ field: 'platform', op: '==', value: platform } as const];
  const all = await queryAfter(deps.store.publications, tenantId, { where, after: pageToken }, deps);
  const items = all.filter((publication) => !resource || selects(publication, resource));
  const last = items[pageSize - 1];
  return items.length > pageSize && last
    ? { items: items.slice(0, pageSize), nextPageToken: pageTokenOf(last.id) }
    : { items };
}
