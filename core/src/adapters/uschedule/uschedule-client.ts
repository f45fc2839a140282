import { z } from 'zod';
import {
  AccessRevoked,
  type DovetailError,
  InvalidInput,
  NotFound,
  PreconditionFailed,
  RateLimited,
  Rejected,
  TemporarilyUnavailable,
} from '../../domain/errors.ts';
import { retryAfterMs } from '../http/retry-after.ts';

/** One call of USchedule's API. */
export interface UScheduleCall<S extends z.ZodType> {
  readonly method: 'GET' | 'POST' | 'PATCH';
  /** Below the base URL, with its query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** What a good answer looks like. */
  readonly answer: S;
}

export interface UScheduleConnection {
  /** Without the `/v1`. */
  readonly baseUrl: string;
  readonly apiKey: () => Promise<string>;
  /** Value of `X-Tenant-Id`. */
  readonly tenantHeader: string;
  readonly fetch?: typeof fetch;
  /** For the whole answer; 10 s when absent. */
  readonly timeoutMs?: number;
}

const errorSchema = z.object({ error: z.object({ code: z.string().min(1).max(100) }) });

/**
 * Carries out a call.
 * @throws RateLimited, TemporarilyUnavailable (also for answers that are not USchedule's at all, such as a proxy's
 * page), AccessRevoked, NotFound, PreconditionFailed, Rejected; InvalidInput when the call or its answer breaks the
 * contract, so that a broken answer is never taken for a fact about a booking.
 */
export async function callUSchedule<S extends z.ZodType>(
  connection: UScheduleConnection,
  call: UScheduleCall<S>,
): Promise<z.output<S>> {
  const key = await readKey(connection.apiKey);
  const { response, text } = await exchange(connection, call, key);
  const body = readJson(text);
  if (!response.ok) throw errorOf(response, body);
  if (body === undefined) throw new TemporarilyUnavailable(`what answered ${call.method} is not USchedule's API`);
  const answer = call.answer.safeParse(body);
  if (answer.success) return answer.data;
  throw new InvalidInput(`USchedule's answer to ${call.method} breaks its contract`, {
    paths: answer.error.issues.map((issue) => issue.path.join('.')),
  });
}

async function readKey(apiKey: () => Promise<string>): Promise<string> {
  try {
    return await apiKey();
  } catch (error) {
    // Passed on as it is, it would read as "there is no such booking".
    if (error instanceof NotFound) throw new AccessRevoked('there is no API key for USchedule', { cause: error });
    throw error;
  }
}

async function exchange(
  connection: UScheduleConnection,
  call: UScheduleCall<z.ZodType>,
  key: string,
): Promise<{ response: Response; text: string }> {
  const send = connection.fetch ?? fetch;
  try {
    const response = await send(`${connection.baseUrl.replace(/\/+$/, '')}${call.path}`, {
      method: call.method,
      redirect: 'manual',
      headers: {
        accept: 'application/json',
        authorization: `Bearer ${key}`,
        'x-tenant-id': connection.tenantHeader,
        ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...call.headers,
      },
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
      signal: AbortSignal.timeout(connection.timeoutMs ?? 10_000),
    });
    return { response, text: await response.text() };
  } catch (error) {
    // No connection, no answer in time, or one that broke off.
    throw new TemporarilyUnavailable(`USchedule did not answer ${call.method}`, { cause: error });
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

function errorOf(response: Response, body: unknown): DovetailError {
  const { status } = response;
  const parsed = errorSchema.safeParse(body);
  const code = parsed.success ? parsed.data.error.code : undefined;
  const message = `USchedule answered ${status} ${code ?? ''}`.trimEnd();
  const wait = { retryAfterMs: retryAfterMs(response.headers.get('retry-after')) };
  if (status === 429) return new RateLimited(message, wait);
  if (status === 401 || status === 403) return new AccessRevoked(message);
  // Without USchedule's own words it is somebody else's answer: a 404 of a proxy says nothing about a booking.
  if (status >= 500 || status < 400 || status === 408 || code === undefined) {
    return new TemporarilyUnavailable(message, wait);
  }
  if (status === 404 && code === 'not_found') return new NotFound(message);
  if (status === 412) return new PreconditionFailed(message);
  if (status === 409 || status === 422) return new Rejected(message, { reason: code });
  return new InvalidInput(message);
}
