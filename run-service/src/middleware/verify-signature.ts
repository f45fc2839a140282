import type { Request } from 'express';
import { Webhook, WebhookVerificationError } from 'standardwebhooks';
import { rawBodyOf } from './json-body.ts';
import { Problem } from './problem.ts';

/** As the library judges it. */
const TOLERANCE_SECONDS = 5 * 60;
const LONGEST_ID = 256;

/**
 * A key of nobody's. Requests for tenants that do not exist are checked against it, so that they take the time that
 * others do.
 */
export const DECOY_SECRET = `whsec_${Buffer.alloc(32).toString('base64')}`;

/**
 * Checks a Standard Webhooks signature (https://www.standardwebhooks.com) over the body as it was sent, against real
 * time, and answers with the delivery's id, which stays the same when it is sent again.
 * @throws Problem when the signature is missing, wrong or more than five minutes old.
 */
export function verifySignature(request: Request, secret: string): string {
  const id = request.get('webhook-id') ?? '';
  const timestamp = request.get('webhook-timestamp') ?? '';
  const signature = request.get('webhook-signature') ?? '';
  const headers = { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature };
  try {
    new Webhook(secret).verify(rawBodyOf(request), headers, { jsonParse: false });
  } catch (cause) {
    if (!(cause instanceof WebhookVerificationError)) throw cause;
    throw refusalOf(headers, cause);
  }
  if (id.length > LONGEST_ID)
    throw new Problem('invalid-request', `A webhook-id has at most ${LONGEST_ID} characters.`);
  return id;
}

/** The library tells its reasons apart by their text only, so they are found anew. */
function refusalOf(headers: Readonly<Record<string, string>>, cause: unknown): Problem {
  const missing = Object.keys(headers).filter((name) => headers[name] === '');
  if (missing.length > 0) {
    return new Problem('signature-invalid', `Sign the request: ${missing.join(', ')} is missing.`, { cause });
  }
  const age = Math.abs(Date.now() / 1000 - Number.parseInt(headers['webhook-timestamp'] ?? '', 10));
  if (age > TOLERANCE_SECONDS) {
    const detail = 'webhook-timestamp is more than five minutes away from now. Check the clock, or sign again.';
    return new Problem('signature-stale', detail, { cause });
  }
  const detail = 'The signature does not match the body. Check the signing key, and that the body is sent as signed.';
  return new Problem('signature-invalid', detail, { cause });
}
