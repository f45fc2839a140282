import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

/** What a subscriber was told. */
export interface Notification {
  readonly type: string;
  readonly data: { readonly eventId?: string; readonly resourceId?: string; readonly status?: string };
}

/** A program on 127.0.0.1 that is told what happens, and believes only what its key signs. */
export interface WebhookReceiver {
  readonly url: string;
  /** Told once, when the webhook is made; from then on requests are verified with it. */
  verifyWith(secret: string): void;
  /** What was signed well, in the order it came. */
  readonly taken: readonly Notification[];
  /** Why requests were refused. */
  readonly refused: readonly string[];
  close(): Promise<void>;
}

/** Opens a receiver on a port that is free. */
export async function openWebhookReceiver(): Promise<WebhookReceiver> {
  let key: Webhook | undefined;
  const taken: Notification[] = [];
  const refused: string[] = [];
  const take = async (request: IncomingMessage): Promise<number> => {
    const body = await bodyOf(request);
    try {
      if (!key) throw new Error('the receiver has no key yet');
      taken.push(key.verify(body, request.headers as Record<string, string>) as Notification);
      return 204;
    } catch (error) {
      refused.push(String(error));
      return 401;
    }
  };
  const server = createServer(async (request, response) => {
    response.writeHead(await take(request)).end();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    verifyWith: (secret) => {
      key = new Webhook(secret);
    },
    taken,
    refused,
    close: () => close(server),
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()));
  });
}
