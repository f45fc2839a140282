import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Notification } from '@dovetail/core/domain/notification.ts';
import { Webhook } from 'standardwebhooks';

/** One request as it came. */
export interface Received {
  readonly id: string;
  readonly notification: Notification & { readonly type: string };
  /** What it was answered. */
  readonly status: number;
  /** Whether a receiver that knows this key alone would take it. */
  readonly isSignedWith: (secret: string) => boolean;
}

/** What the next requests are answered, one each; afterwards 204. */
export interface PlannedAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * A receiver as Standard Webhooks describes one. It takes JSON by POST alone, refuses whatever its key does not sign or
 * is five minutes old, and takes what it has taken before as a repeat, by its id.
 */
export class Receiver {
  readonly url: string;
  /** Every request that was signed well, in order. */
  readonly requests: Received[] = [];
  /** Reasons for which requests were refused: none of ours ever is. */
  readonly refused: string[] = [];
  /** Signs what is sent to it; known once the webhook is made. */
  secret = '';
  readonly #server: ReturnType<typeof createServer>;
  #answers: PlannedAnswer[] = [];
  #always: PlannedAnswer | undefined;

  private constructor(server: ReturnType<typeof createServer>) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  }

  static async open(): Promise<Receiver> {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const receiver = new Receiver(server);
    server.on('request', async (request, response) => {
      const { status, headers = {} } = await receiver.#take(request);
      response.writeHead(status, headers).end('thank you');
    });
    return receiver;
  }

  /** Answers the next requests like this, then again with 204. */
  answerNext(...answers: readonly PlannedAnswer[]): void {
    this.#answers.push(...answers);
  }

  /** Answers everything like this from now on; undefined: as it should. */
  answerAlways(answer: PlannedAnswer | undefined): void {
    this.#always = answer;
  }

  /** What it has taken, each once. */
  taken(): Received['notification'][] {
    const taken = this.requests.filter(({ status }) => status < 300);
    return [...new Map(taken.map(({ id, notification }) => [id, notification])).values()];
  }

  types(): string[] {
    return this.taken().map(({ type }) => type);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #take(request: IncomingMessage): Promise<PlannedAnswer> {
    const body = await bodyOf(request);
    const reason = this.#whyRefused(request, body);
    if (reason !== undefined) {
      this.refused.push(reason);
      return { status: 401 };
    }
    const answer = this.#always ?? this.#answers.shift() ?? { status: 204 };
    const id = String(request.headers['webhook-id']);
    const isSignedWith = (secret: string) => whyUnsigned(secret, request, body) === undefined;
    this.requests.push({ id, notification: JSON.parse(body), status: answer.status, isSignedWith });
    return answer;
  }

  #whyRefused({ method, url, headers }: IncomingMessage, body: string): string | undefined {
    if (method !== 'POST') return `${method}`;
    if (url !== '/hook') return `the address ${url}`;
    if (headers['content-type'] !== 'application/json') return `the type ${headers['content-type']}`;
    if (headers['user-agent'] === undefined) return 'no user agent';
    return whyUnsigned(this.secret, { headers }, body);
  }
}

function whyUnsigned(secret: string, { headers }: Pick<IncomingMessage, 'headers'>, body: string): string | undefined {
  try {
    new Webhook(secret).verify(body, headers as Record<string, string>);
    return undefined;
  } catch (error) {
    return `${error}`;
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
