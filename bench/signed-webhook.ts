import { Webhook } from 'standardwebhooks';

/** A webhook as USchedule would send it now, saying that a booking changed: headers and body of a POST. */
export function signedWebhook(webhook: {
  readonly webhookId: string;
  readonly bookingId: string;
  /** `whsec_…` */
  readonly secret: string;
}): { readonly headers: Record<string, string>; readonly body: string } {
  const now = new Date();
  const body = JSON.stringify({
    type: 'appointment.updated',
    timestamp: now.toISOString(),
    data: { id: webhook.bookingId, version: 1 },
  });
  return {
    headers: {
      'content-type': 'application/json',
      'webhook-id': webhook.webhookId,
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': new Webhook(webhook.secret).sign(webhook.webhookId, now, body),
    },
    body,
  };
}
