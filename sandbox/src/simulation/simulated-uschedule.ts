import { draftSchema, listSchema, patchSchema, toWire } from '../uschedule/appointment.ts';
import type { AppointmentBook } from '../uschedule/appointment-book.ts';
import { errorBody, Refusal } from '../uschedule/refusal.ts';
import type { Reach } from './reach.ts';

/** What is asked of USchedule. */
interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Headers;
  readonly body: unknown;
}

/** `fetch` by which one process reaches the USchedule simulator's book, with no wire between. */
export function fetchOfUSchedule(book: AppointmentBook, reach: Reach): typeof fetch {
  return async (input, init = {}) => {
    const url = new URL(String(input));
    const { method = 'GET' } = init;
    const body = typeof init.body === 'string' ? JSON.parse(init.body) : undefined;
    const asked = { method, path: url.pathname, query: url.searchParams, headers: new Headers(init.headers), body };
    try {
      return await reach('uschedule', {
        act: () => answer(book, asked),
        failures: { refused: refusal, lost: () => new TypeError('fetch failed') },
      });
    } catch (error) {
      if (error instanceof Refused) return error.response;
      throw error;
    }
  };
}

/** A refusal on its way through `reach`, which knows errors alone. */
class Refused extends Error {
  readonly response: Response;

  constructor(response: Response) {
    super('refused');
    this.response = response;
  }
}

function refusal(status: number): Refused {
  return new Refused(respond(status, errorBody(`http_${status}`, 'simulated'), status === 429 ? '2' : undefined));
}

function answer(book: AppointmentBook, asked: Asked): Response {
  try {
    return respond(200, act(book, asked));
  } catch (error) {
    if (error instanceof Refusal) return respond(error.status, errorBody(error.code, error.message));
    throw error;
  }
}

function act(book: AppointmentBook, { method, path, query, headers, body }: Asked): unknown {
  const [, id, verb] = /^\/v1\/appointments(?:\/([^/]+)(?:\/(cancel))?)?$/.exec(path) ?? [];
  const present = (appointment: ReturnType<AppointmentBook['get']>) =>
    toWire(appointment, book.zoneOf(appointment.resource_id));
  if (id === undefined) {
    if (method === 'POST') return present(book.create(draftSchema.parse(body)));
    const page = book.list(listSchema.parse(Object.fromEntries(query)));
    return { ...page, data: page.data.map(present) };
  }
  if (verb === 'cancel') return present(book.cancel(id, (body as { reason?: string }).reason));
  if (method === 'GET') return present(book.get(id));
  const version = Number((headers.get('if-match') ?? '').replaceAll('"', ''));
  return present(book.change(id, version, patchSchema.parse(body)));
}

/** As much of an answer as our client reads, at hand at once. */
function respond(status: number, body: unknown, retryAfter?: string): Response {
  const text = JSON.stringify(body);
  const headers = new Headers(retryAfter === undefined ? {} : { 'retry-after': retryAfter });
  return { ok: status < 300, status, headers, text: async () => text } as Response;
}
