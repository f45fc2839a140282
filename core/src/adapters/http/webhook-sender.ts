import { Webhook } from 'standardwebhooks';
import { DovetailError, InvalidInput, TemporarilyUnavailable } from '../../domain/errors.ts';
import type { WebhookSender } from '../../ports/webhook-sender.ts';
import { checkUrl, guardedLookup, type Resolve } from './public-address.ts';
import { retryAfterMs } from './retry-after.ts';
import { sendGuarded, withoutPayload } from './send-guarded.ts';

export interface WebhookSenderOptions {
  readonly userAgent: string;
  /** Until the answer's status is there; 15 s when absent, as Standard Webhooks advises (15 to 30 s). */
  readonly timeoutMs?: number;
  /** How names become addresses; the machine's own way when absent. */
  readonly resolve?: Resolve;
}

/**
 * Posts notifications, under the address rules that feeds are fetched by. Signatures carry the real time, whatever clock
 * the flows go by: receivers refuse what is more than five minutes old.
 */
export function createWebhookSender(options: WebhookSenderOptions): WebhookSender {
  const lookup = guardedLookup(options.resolve);
  return {
    async post({ url, secrets, id, body, allowPrivate }) {
      const at = new Date();
      const headers = {
        'content-type': 'application/json',
        'content-length': String(Buffer.byteLength(body)),
        'user-agent': options.userAgent,
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
        'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, at, body)).join(' '),
      };
      const signal = AbortSignal.timeout(options.timeoutMs ?? 15_000);
      try {
        const address = parseUrl(url);
        checkUrl(address, allowPrivate);
        const guard = allowPrivate ? {} : { lookup };
        const response = await sendGuarded({ method: 'POST', url: address, headers, body, signal, ...guard });
        // What it says beside its status is of no use, and may be endless.
        response.destroy();
        const wait = retryAfterMs(response.headers['retry-after']);
        return { status: response.statusCode ?? 0, ...(wait !== undefined && { retryAfterMs: wait }) };
      } catch (error) {
        if (error instanceof DovetailError) throw error;
        throw new TemporarilyUnavailable('the receiver did not answer', { cause: withoutPayload(error) });
      }
    },
  };
}

/** `URL.canParse` first, because the error of `new URL` carries the address. */
function parseUrl(url: string): URL {
  if (!URL.canParse(url)) throw new InvalidInput('the address cannot be read', { paths: ['url'] });
  return new URL(url);
}
