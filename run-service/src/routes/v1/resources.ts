import { NotFound } from '@dovetail/core/domain/errors.ts';
import { type LedgerEvent, shownStatus } from '@dovetail/core/domain/event.ts';
import type { Resource } from '@dovetail/core/domain/resource.ts';
import { z } from 'zod';
import type { AppDeps } from '../../app-deps.ts';
import { defineOperation, type Operation } from '../../operations/operation.ts';
import { presentEvent } from '../../present/event.ts';
import { presentResource } from '../../present/resource.ts';
import { eventSchema, eventStatus } from '../../schemas/event.ts';
import { byChosenId, time } from '../../schemas/fields.ts';
import { pageFields, pageOf } from '../../schemas/page.ts';
import { resourceChangeSchema, resourceDraftSchema, resourceSchema } from '../../schemas/resource.ts';
import { listEvents } from './list-events.ts';
import { listPage } from './list-page.ts';
import { readStandings } from './read-standings.ts';
import { timeWindow } from './time-window.ts';
import { changeResource, createResource, deleteResource } from './write-resource.ts';

/** The tenant's bookable things, and the ledger of each. */
export const resourceOperations: readonly Operation[] = [
  defineOperation({
    id: 'listResources',
    method: 'get',
    path: '/v1/resources',
    role: 'staff',
    summary: 'Every resource, by id',
    query: z.strictObject(pageFields),
    response: pageOf(resourceSchema),
    handle: async ({ tenantId, query }, deps) => {
      const page = await listPage(deps.store.resources, tenantId, query, {}, deps);
      return { ...page, items: page.items.map(presentResource) };
    },
  }),
  defineOperation({
    id: 'createResource',
    method: 'post',
    path: '/v1/resources',
    role: 'manager',
    summary: 'Add a resource; its id may be chosen',
    body: resourceDraftSchema,
    status: 201,
    response: resourceSchema,
    handle: async ({ tenantId, body, freshId }, deps) => {
      const { id = freshId(), ...draft } = body;
      return presentResource(await createResource(tenantId, { id, ...draft }, deps));
    },
  }),
  defineOperation({
    id: 'getResource',
    method: 'get',
    path: '/v1/resources/{id}',
    role: 'staff',
    summary: 'One resource',
    params: byChosenId,
    response: resourceSchema,
    handle: async ({ tenantId, params }, deps) => presentResource(await readResource(tenantId, params.id, deps)),
  }),
  defineOperation({
    id: 'changeResource',
    method: 'patch',
    path: '/v1/resources/{id}',
    role: 'manager',
    summary: 'Change the named fields',
    params: byChosenId,
    body: resourceChangeSchema,
    response: resourceSchema,
    handle: async ({ tenantId, params, body }, deps) =>
      presentResource(await changeResource(tenantId, params.id, body, deps)),
  }),
  defineOperation({
    id: 'deleteResource',
    method: 'delete',
    path: '/v1/resources/{id}',
    role: 'manager',
    summary: 'Remove a resource that has no binding, no feed and no event to come',
    params: byChosenId,
    status: 204,
    handle: ({ tenantId, params }, deps) => deleteResource(tenantId, params.id, deps),
  }),
  defineOperation({
    id: 'listResourceEvents',
    method: 'get',
    path: '/v1/resources/{id}/events',
    role: 'staff',
    summary: 'Ledger entries that share time with the window',
    params: byChosenId,
    query: z.strictObject({
      from: time.optional(),
      to: time.optional(),
      status: eventStatus.optional(),
      ...pageFields,
    }),
    response: pageOf(eventSchema),
    handle: async ({ tenantId, params, query }, deps) => {
      const resource = await readResource(tenantId, params.id, deps);
      const window = timeWindow(query, resource.kind, deps.clock.now());
      const keep = (event: LedgerEvent) => query.status === undefined || shownStatus(event) === query.status;
      const page = await listEvents({ tenantId, resourceId: resource.id, window, keep, page: query }, deps);
      const standings = await readStandings(tenantId, resource.id, page.items, deps);
      return { ...page, items: page.items.map((event) => presentEvent(event, standings.get(event.id))) };
    },
  }),
];

/** @throws NotFound. */
export async function readResource(
  tenantId: string,
  id: string,
  deps: Pick<AppDeps, 'documents' | 'store'>,
): Promise<Resource> {
  const resource = await deps.store.resources.get(deps.documents, tenantId, id);
  if (!resource) throw new NotFound(`no resource "${id}"`);
  return resource;
}
