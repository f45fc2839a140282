import { NOTIFICATION_FAMILIES, NOTIFICATION_TYPES, type Subscription } from '@dovetail/core/domain/notification.ts';
import { z } from 'zod';
import { chosenId, shortText, shownInstant } from './fields.ts';
import { pageFields } from './page.ts';

const SUBSCRIPTIONS = [...NOTIFICATION_TYPES, ...NOTIFICATION_FAMILIES.map((family) => `${family}.*` as const)];

const subscription = z.enum(SUBSCRIPTIONS as [Subscription, ...Subscription[]]);

const url = z
  .string()
  .trim()
  .max(2048)
  .refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), 'is not an https address')
  .refine((text) => !URL.canParse(text) || new URL(text).username === '', 'must not contain a user name')
  .meta({ description: 'An https address on the public internet. Redirects are not followed.' });

const types = z
  .array(subscription)
  .min(1)
  .max(SUBSCRIPTIONS.length)
  .refine((list) => new Set(list).size === list.length, 'names one of them twice');

/** What begins a subscription. */
export const webhookDraftSchema = z.strictObject({
  id: chosenId.optional(),
  url,
  types,
  description: shortText.optional(),
});

/** What of a webhook can be changed. */
export const webhookChangeSchema = z
  .strictObject({ url, types, description: shortText.nullable().meta({ description: 'Null: none.' }) })
  .partial();

/** How a signing key is replaced. */
export const secretRotationSchema = z
  .strictObject({
    graceHours: z.int().min(0).max(720).default(168).meta({
      description: 'For so long the key before signs too, beside the new one. 0 ends it at once, as after a leak.',
    }),
  })
  .default({ graceHours: 168 });

/** A webhook in an answer. */
export const webhookSchema = z
  .strictObject({
    id: z.string(),
    url: z.string().meta({ description: 'Masked: scheme, host and the last four characters.' }),
    types: z.array(subscription).readonly(),
    description: z.string().optional(),
    status: z
      .enum(['enabled', 'disabled'])
      .meta({ description: 'Disabled when its receiver answers 410, or nothing was delivered for five days.' }),
    statusReason: z.string().optional(),
    previousValidUntil: shownInstant.optional().meta({ description: 'Until then the signing key before signs too.' }),
    failingSince: shownInstant.optional().meta({ description: 'No delivery has succeeded since.' }),
    createdAt: shownInstant,
    updatedAt: shownInstant,
  })
  .meta({ id: 'Webhook' });

/** A webhook in the answer that made it, or gave it another signing key. */
export const newWebhookSchema = webhookSchema
  .extend({
    secret: z.string().meta({ description: 'Signs what is posted, as in Standard Webhooks. Shown this once.' }),
  })
  .meta({ id: 'NewWebhook' });

const deliveryStatus = z.enum(['pending', 'delivered', 'failed']);

/** One notification for one webhook, in an answer. */
export const deliverySchema = z
  .strictObject({
    id: z.string().meta({ description: 'The `webhook-id` of every attempt.' }),
    type: z.string(),
    status: deliveryStatus,
    attempts: z.int(),
    nextAttemptAt: shownInstant.optional(),
    lastAttemptAt: shownInstant.optional(),
    lastStatus: z.int().optional().meta({ description: 'What its receiver answered last.' }),
    reason: z.string().optional().meta({ description: 'Why it has not been delivered.' }),
    payload: z.record(z.string(), z.unknown()).readonly().meta({ description: 'What is posted.' }),
    createdAt: shownInstant,
  })
  .meta({ id: 'Delivery' });

/** Which deliveries a list is to hold. */
export const deliveriesQuery = z.strictObject({ status: deliveryStatus.optional(), ...pageFields });
