import type { IncomingMessage } from 'node:http';
import type { LookupFunction } from 'node:net';
import { InvalidInput, TemporarilyUnavailable } from '../../domain/errors.ts';
import { sendGuarded } from './send-guarded.ts';

/** One GET and where it may lead. */
export interface GuardedGet {
  readonly url: string;
  /** Throws for an address that may not be asked; called for each before it is connected to. */
  readonly check: (url: URL) => void;
  /** Resolves names to addresses that may be connected to; the machine's own way when absent. */
  readonly lookup?: LookupFunction;
  readonly headers: Readonly<Record<string, string>>;
  /** Headers for the origin of `url` alone. */
  readonly secret: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

const MAX_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/**
 * The first answer that is no redirect, its body unread. Every address on the way is checked before it is connected to.
 * Once an answer leads to another origin, the secret headers, and a name and password in the address, are sent no more.
 * @throws InvalidInput for an address that cannot be read, TemporarilyUnavailable for redirects that lead nowhere; what
 * `check` and the connection throw.
 */
export async function followRedirects(get: GuardedGet): Promise<IncomingMessage> {
  let url = parseUrl(get.url);
  let headers: GuardedGet['headers'] = { ...get.headers, ...get.secret };
  const seen = new Set<string>();
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    get.check(url);
    seen.add(url.href);
    const { lookup, signal } = get;
    const response = await sendGuarded({ method: 'GET', url, headers, signal, ...(lookup && { lookup }) });
    if (!REDIRECTS.has(response.statusCode ?? 0)) return response;
    const { location } = response.headers;
    response.destroy();
    if (location === undefined) throw new TemporarilyUnavailable('the feed redirects without saying where to');
    const next = parseUrl(location, url);
    if (next.origin !== url.origin) headers = get.headers;
    if (seen.has(next.href)) throw new TemporarilyUnavailable('the feed redirects in a circle');
    url = next;
  }
  throw new TemporarilyUnavailable(`the feed redirects more than ${MAX_REDIRECTS} times`);
}

/** `URL.canParse` first, because the error of `new URL` carries the address. */
function parseUrl(text: string, base?: URL): URL {
  if (!URL.canParse(text, base?.href))
    throw new InvalidInput('the address of the feed cannot be read', { paths: ['url'] });
  return new URL(text, base);
}
