import type { IncomingHttpHeaders } from 'node:http';
import { listen } from './google-server.ts';

export interface ReceivedPush {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface PushReceiver {
  /** Where pushes are to go. */
  readonly address: string;
  readonly received: ReceivedPush[];
  /** What the next pushes are answered with, in order; 204 once they are used up. */
  readonly answers: number[];
  /** The states (`sync`, `exists`) received so far. */
  states(): (string | undefined)[];
  close(): Promise<void>;
}

/** Somebody who listens for a provider's pushes. */
export async function startPushReceiver(): Promise<PushReceiver> {
  const received: ReceivedPush[] = [];
  const answers: number[] = [];
  const server = await listen((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += String(chunk);
    });
    request.on('end', () => {
      received.push({ method: request.method, headers: request.headers, body });
      response.status(answers.shift() ?? 204).end();
    });
  });
  return {
    address: `${server.url}/webhook/gcal`,
    received,
    answers,
    states: () => received.map(({ headers }) => headers['x-goog-resource-state']?.toString()),
    close: server.close,
  };
}
