import { z } from 'zod';
import {
  AccessRevoked,
  type DovetailError,
  InvalidInput,
  NotFound,
  RateLimited,
  Rejected,
  TemporarilyUnavailable,
} from '../../domain/errors.ts';
import { retryAfterMs } from '../http/retry-after.ts';

/** How a site's API is reached. */
export interface MotoPressConnection {
  /** The site's REST root, without the `/mphb/v1`: usually `https://site.example/wp-json`. */
  readonly baseUrl: string;
  /** `consumer_key:consumer_secret`, as the plugin's settings made them. */
  readonly apiKey: () => Promise<string>;
  readonly userAgent: string;
  readonly fetch?: typeof fetch;
  /** For the whole answer; 20 s when absent: a small site may compute prices for a page of bookings. */
  readonly timeoutMs?: number;
}

/** One call of the API. */
export interface MotoPressCall<S extends z.ZodType> {
  readonly method: 'GET' | 'POST';
  /** Below `/mphb/v1`, such as `/bookings/123`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** What a good answer looks like. */
  readonly answer: S;
}

export interface MotoPressAnswer<T> {
  readonly value: T;
  /** How many items the whole list has, where the answer is a page of one (`X-WP-Total`). */
  readonly total: number | undefined;
}

/** WordPress's form of every error. */
const errorSchema = z.object({ code: z.string().min(1).max(200), message: z.string() });

/** The plugin's ways to say that there is no such booking: when it is read, changed, and looked up for a change. */
const NO_BOOKING: ReadonlySet<string> = new Set([
  'mphb_rest_invalid_mphb_booking_id',
  'mphb_rest_mphb_booking_invalid_id',
  'mphb_rest_invalid_bookings_id',
]);
/** What it understood and will not do. One code stands for many reasons; the words beside it are not for programs. */
const REFUSED = /^mphb_rest_(?:save_error|error|invalid_set_\w+)$/;

/**
 * Carries out a call.
 * @throws RateLimited, TemporarilyUnavailable (also for answers that are not the plugin's at all, such as a host's page
 * or a site where it is switched off), AccessRevoked, NotFound, Rejected with the plugin's code as reason; InvalidInput
 * when the call or its answer breaks the contract.
 */
export async function callMotoPress<S extends z.ZodType>(
  connection: MotoPressConnection,
  call: MotoPressCall<S>,
): Promise<MotoPressAnswer<z.output<S>>> {
  const authorization = await basicOf(connection.apiKey);
  const { response, text } = await exchange(connection, call, authorization);
  const body = readJson(text);
  if (!response.ok) throw errorOf(response, body);
  if (body === undefined) throw new TemporarilyUnavailable(`what answered ${call.method} is not MotoPress's API`);
  const answer = call.answer.safeParse(body);
  if (answer.success) return { value: answer.data, total: totalOf(response) };
  throw new InvalidInput(`MotoPress's answer to ${call.method} breaks its contract`, {
    paths: answer.error.issues.map((issue) => issue.path.join('.')),
  });
}

/** Key and secret as name and password: in the query, which the plugin takes too, they would be in every access log. */
async function basicOf(apiKey: () => Promise<string>): Promise<string> {
  try {
    const key = await apiKey();
    if (!key.includes(':')) throw new AccessRevoked('the API key of MotoPress is not of the form key:secret');
    return `Basic ${Buffer.from(key.trim()).toString('base64')}`;
  } catch (error) {
    // Passed on as it is, it would read as "there is no such booking".
    if (error instanceof NotFound) throw new AccessRevoked('there is no API key for MotoPress', { cause: error });
    throw error;
  }
}

async function exchange(
  connection: MotoPressConnection,
  call: MotoPressCall<z.ZodType>,
  authorization: string,
): Promise<{ response: Response; text: string }> {
  const send = connection.fetch ?? fetch;
  const query = call.query ? `?${new URLSearchParams(call.query)}` : '';
  try {
    const response = await send(`${connection.baseUrl.replace(/\/+$/, '')}/mphb/v1${call.path}${query}`, {
      method: call.method,
      redirect: 'manual',
      headers: {
        accept: 'application/json',
        authorization,
        'user-agent': connection.userAgent,
        ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
      signal: AbortSignal.timeout(connection.timeoutMs ?? 20_000),
    });
    return { response, text: await response.text() };
  } catch (error) {
    // No connection, no answer in time, or one that broke off.
    throw new TemporarilyUnavailable(`MotoPress did not answer ${call.method}`, { cause: error });
  }
}

/** Undefined for what is not JSON. The parser's own error is left out: it quotes the text, which may name guests. */
function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function totalOf(response: Response): number | undefined {
  const header = response.headers.get('x-wp-total') ?? '';
  return /^\d+$/.test(header) ? Number(header) : undefined;
}

function errorOf(response: Response, body: unknown): DovetailError {
  const { status } = response;
  const parsed = errorSchema.safeParse(body);
  const code = parsed.success ? parsed.data.code : undefined;
  const message = `MotoPress answered ${status} ${code ?? ''}`.trimEnd();
  const wait = { retryAfterMs: retryAfterMs(response.headers.get('retry-after')) };
  if (status === 429) return new RateLimited(message, wait);
  if (status === 401 || status === 403) return new AccessRevoked(message);
  // `rest_no_route`: the plugin is switched off or being updated, which says nothing about a booking.
  if (status >= 500 || status < 400 || status === 408 || code === undefined || code === 'rest_no_route') {
    return new TemporarilyUnavailable(message, wait);
  }
  if (NO_BOOKING.has(code)) return new NotFound(message);
  if (REFUSED.test(code)) return new Rejected(message, { reason: code });
  return new InvalidInput(message);
}
