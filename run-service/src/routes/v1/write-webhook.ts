import { randomBytes } from 'node:crypto';
import { AlreadyExists, NotFound } from '@dovetail/core/domain/errors.ts';
import { instantOf } from '@dovetail/core/domain/interval.ts';
import { type Webhook, withSecret } from '@dovetail/core/domain/webhook.ts';
import { changeWebhooks } from '@dovetail/core/sync/webhooks/change-webhooks.ts';
import type { z } from 'zod';
import type { AppDeps } from '../../app-deps.ts';
import { invalidFields } from '../../middleware/check.ts';
import { Problem } from '../../middleware/problem.ts';
import { defined } from '../../schemas/defined.ts';
import type { secretRotationSchema, webhookChangeSchema, webhookDraftSchema } from '../../schemas/webhook.ts';

/** Each commit of a tenant's is told to each of them. */
const MOST_WEBHOOKS = 10;
/** As many as the hash that signs has (RFC 2104, 3). */
const SECRET_BYTES = 32;
const HOUR_MS = 3_600_000;

/** @throws NotFound. */
export async function readWebhook(tenantId: string, id: string, { documents, store }: AppDeps): Promise<Webhook> {
  const webhook = await store.webhooks.get(documents, tenantId, id);
  if (!webhook) throw new NotFound(`no webhook "${id}"`);
  return webhook;
}

/** Begins a subscription, with a signing key of its own. @throws AlreadyExists; Problem for an address that may not be. */
export async function createWebhook(
  tenantId: string,
  draft: z.output<typeof webhookDraftSchema> & { readonly id: string },
  deps: AppDeps,
): Promise<Webhook> {
  const now = instantOf(deps.clock.now());
  const webhook: Webhook = {
    ...defined(draft),
    ...(await addressed(tenantId, draft.url, deps)),
    secret: newSecret(),
    status: 'enabled',
    createdAt: now,
    updatedAt: now,
  };
  await changeWebhooks(
    {
      tenantId,
      webhookId: webhook.id,
      change: (known, all) => {
        if (known) throw new AlreadyExists(`there is a webhook "${webhook.id}"`);
        if (all.length >= MOST_WEBHOOKS)
          throw new Problem('unprocessable', `There are ${MOST_WEBHOOKS} webhooks already.`);
        return webhook;
      },
    },
    deps,
  );
  return webhook;
}

/** Changes the named fields. @throws NotFound; Problem for an address that may not be. */
export async function changeWebhook(
  tenantId: string,
  id: string,
  { url, types, description }: z.output<typeof webhookChangeSchema>,
  deps: AppDeps,
): Promise<Webhook> {
  const address = url === undefined ? {} : await addressed(tenantId, url, deps);
  return rewrite(tenantId, id, deps, (known) => ({
    ...known,
    ...address,
    ...(types && { types }),
    ...(description !== undefined && { description: description ?? undefined }),
  }));
}

/** Tells it again what happens from now on. What failed meanwhile can be replayed. @throws NotFound. */
export function enableWebhook(tenantId: string, id: string, deps: AppDeps): Promise<Webhook> {
  return rewrite(tenantId, id, deps, (known) => ({
    ...known,
    status: 'enabled',
    statusReason: undefined,
    failingSince: undefined,
  }));
}

/**
 * Gives a webhook a new signing key. The one before signs too for `graceHours`; the one before that ends at once.
 * @throws NotFound.
 */
export function rotateSecret(
  tenantId: string,
  id: string,
  { graceHours }: z.output<typeof secretRotationSchema>,
  deps: AppDeps,
): Promise<Webhook> {
  const secret = newSecret();
  const validUntil = graceHours === 0 ? undefined : instantOf(deps.clock.now() + graceHours * HOUR_MS);
  return rewrite(tenantId, id, deps, (known) => withSecret(known, secret, validUntil));
}

/** Ends a subscription; what is under way is no longer delivered. @throws NotFound. */
export async function deleteWebhook(tenantId: string, id: string, deps: AppDeps): Promise<void> {
  const change = (known: Webhook | undefined) => {
    if (!known) throw new NotFound(`no webhook "${id}"`);
    return null;
  };
  await changeWebhooks({ tenantId, webhookId: id, change }, deps);
}

type WebhookWithGaps = { readonly [K in keyof Webhook]: Webhook[K] | undefined };

async function rewrite(
  tenantId: string,
  id: string,
  deps: AppDeps,
  change: (known: Webhook) => WebhookWithGaps,
): Promise<Webhook> {
  const updatedAt = instantOf(deps.clock.now());
  const changed = await changeWebhooks(
    {
      tenantId,
      webhookId: id,
      change: (known) => {
        if (!known) throw new NotFound(`no webhook "${id}"`);
        return defined({ ...change(known), updatedAt }) as Webhook;
      },
    },
    deps,
  );
  return changed as Webhook;
}

function newSecret(): string {
  return `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;
}

/** Names are judged when they are connected to; what can be seen now is refused now. */
async function addressed(
  tenantId: string,
  url: string,
  { documents, store }: AppDeps,
): Promise<Pick<Webhook, 'url' | 'allowPrivate'>> {
  const tenant = await store.tenants.get(documents, tenantId);
  const allowPrivate = tenant?.allowPrivateFeeds ?? false;
  if (!url.startsWith('https:') && !allowPrivate) {
    throw invalidFields([{ path: 'url', detail: 'is not an https address' }]);
  }
  return { url, allowPrivate };
}
