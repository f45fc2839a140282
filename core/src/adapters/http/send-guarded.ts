import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';

/** One request to an address that strangers gave us and that has been checked (see `public-address.ts`). */
export interface GuardedRequest {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Resolves names to addresses that may be connected to; the machine's own way when absent. */
  readonly lookup?: LookupFunction;
  readonly signal: AbortSignal;
}

/** The answer, its body unread, whatever its status. @throws what the connection throws; see `withoutPayload`. */
export function sendGuarded({ method, url, headers, body, lookup, signal }: GuardedRequest): Promise<IncomingMessage> {
  const open = url.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const sent = open(url, {
      method,
      headers,
      signal,
      // A connection of its own: a kept one might have been opened where private addresses are allowed.
      agent: false,
      ...(lookup && { lookup }),
    });
    sent.once('response', resolve).on('error', reject).end(body);
  });
}

/**
 * No connection, no answer in time, or one that broke off: the code says which. Nothing else is kept, because Node's
 * errors may hold the packet that could not be read, or the address.
 */
export function withoutPayload(error: unknown): Error {
  if (!(error instanceof Error)) return new Error('no reason given');
  const kept: Error & { code?: unknown } = new Error(error.name);
  kept.name = error.name;
  if ('code' in error) kept.code = error.code;
  return kept;
}
