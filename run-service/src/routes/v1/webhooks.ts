import { replayDelivery, testWebhook } from '@dovetail/core/sync/webhooks/replay-delivery.ts';
import { z } from 'zod';
import { defineOperation, type Operation } from '../../operations/operation.ts';
import { presentDelivery, presentWebhook } from '../../present/webhook.ts';
import { byMadeId, madeId } from '../../schemas/fields.ts';
import { pageFields, pageOf } from '../../schemas/page.ts';
import {
  deliveriesQuery,
  deliverySchema,
  newWebhookSchema,
  secretRotationSchema,
  webhookChangeSchema,
  webhookDraftSchema,
  webhookSchema,
} from '../../schemas/webhook.ts';
import { listPage } from './list-page.ts';
import { orWrongState } from './or-wrong-state.ts';
import {
  changeWebhook,
  createWebhook,
  deleteWebhook,
  enableWebhook,
  readWebhook,
  rotateSecret,
} from './write-webhook.ts';

const byId = { params: byMadeId, role: 'manager' } as const;

/** Addresses that are told what happens. */
export const webhookOperations: readonly Operation[] = [
  defineOperation({
    id: 'listWebhooks',
    method: 'get',
    path: '/v1/webhooks',
    role: 'staff',
    summary: 'Every webhook, by id',
    query: z.strictObject(pageFields),
    response: pageOf(webhookSchema),
    handle: async ({ tenantId, query }, deps) => {
      const page = await listPage(deps.store.webhooks, tenantId, query, {}, deps);
      return { ...page, items: page.items.map(presentWebhook) };
    },
  }),
  defineOperation({
    id: 'createWebhook',
    method: 'post',
    path: '/v1/webhooks',
    role: 'manager',
    summary: 'Have an address told what happens from now on; the answer shows its signing key, this once',
    description:
      'Notifications are posted and signed as Standard Webhooks says. `eventId` in them is the id under which `/v1/bookings` ' +
      "knows a booking; `bookingId`, where a booking system made it, is that system's own.",
    body: webhookDraftSchema,
    status: 201,
    response: newWebhookSchema,
    handle: async ({ tenantId, body, freshId }, deps) => {
      const webhook = await createWebhook(tenantId, { ...body, id: body.id ?? freshId() }, deps);
      return { ...presentWebhook(webhook), secret: webhook.secret };
    },
  }),
  defineOperation({
    params: byMadeId,
    role: 'staff',
    id: 'getWebhook',
    method: 'get',
    path: '/v1/webhooks/{id}',
    summary: 'One webhook',
    response: webhookSchema,
    handle: async ({ tenantId, params }, deps) => presentWebhook(await readWebhook(tenantId, params.id, deps)),
  }),
  defineOperation({
    ...byId,
    id: 'changeWebhook',
    method: 'patch',
    path: '/v1/webhooks/{id}',
    summary: 'Change the named fields; deliveries under way go to the new address',
    body: webhookChangeSchema,
    response: webhookSchema,
    handle: async ({ tenantId, params, body }, deps) =>
      presentWebhook(await changeWebhook(tenantId, params.id, body, deps)),
  }),
  defineOperation({
    ...byId,
    id: 'deleteWebhook',
    method: 'delete',
    path: '/v1/webhooks/{id}',
    summary: 'Tell it nothing more',
    status: 204,
    handle: ({ tenantId, params }, deps) => deleteWebhook(tenantId, params.id, deps),
  }),
  defineOperation({
    ...byId,
    id: 'testWebhook',
    method: 'post',
    path: '/v1/webhooks/{id}:test',
    summary: 'Post a notification of nothing, so that its receiver can be tried',
    status: 202,
    response: deliverySchema,
    handle: async ({ tenantId, params, freshId }, deps) => {
      const input = { tenantId, webhookId: params.id, deliveryId: freshId() };
      return presentDelivery(await orWrongState(testWebhook(input, deps)));
    },
  }),
  defineOperation({
    ...byId,
    id: 'enableWebhook',
    method: 'post',
    path: '/v1/webhooks/{id}:enable',
    summary: 'Tell it again what happens from now on, after it was disabled',
    response: webhookSchema,
    handle: async ({ tenantId, params }, deps) => presentWebhook(await enableWebhook(tenantId, params.id, deps)),
  }),
  defineOperation({
    ...byId,
    id: 'rotateWebhookSecret',
    method: 'post',
    path: '/v1/webhooks/{id}:rotate-secret',
    summary: 'Give it a new signing key, shown this once; the one before signs too for a while',
    body: secretRotationSchema,
    response: newWebhookSchema,
    handle: async ({ tenantId, params, body }, deps) => {
      const webhook = await rotateSecret(tenantId, params.id, body, deps);
      return { ...presentWebhook(webhook), secret: webhook.secret };
    },
  }),
  defineOperation({
    params: byMadeId,
    role: 'staff',
    id: 'listDeliveries',
    method: 'get',
    path: '/v1/webhooks/{id}/deliveries',
    summary: 'What it was told, the newest first; kept for 30 days',
    query: deliveriesQuery,
    response: pageOf(deliverySchema),
    handle: async ({ tenantId, params, query }, deps) => {
      await readWebhook(tenantId, params.id, deps);
      const { status } = query;
      const where = [
        { field: 'webhookId', op: '==', value: params.id } as const,
        ...(status === undefined ? [] : [{ field: 'status', op: '==', value: status } as const]),
      ];
      const orderBy = { field: 'createdAt', direction: 'desc' } as const;
      const page = await listPage(deps.store.webhookDeliveries, tenantId, query, { where, orderBy }, deps);
      return { ...page, items: page.items.map(presentDelivery) };
    },
  }),
  defineOperation({
    id: 'replayDelivery',
    method: 'post',
    path: '/v1/webhooks/{id}/deliveries/{deliveryId}:replay',
    role: 'manager',
    summary: 'Post it again, under the same id',
    params: z.strictObject({ id: madeId, deliveryId: madeId }),
    status: 202,
    response: deliverySchema,
    handle: async ({ tenantId, params }, deps) => {
      const input = { tenantId, webhookId: params.id, deliveryId: params.deliveryId };
      return presentDelivery(await orWrongState(replayDelivery(input, deps)));
    },
  }),
];
