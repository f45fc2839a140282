/** What the checklist needs of a running studio, over HTTP alone: nothing here reaches inside. */
export interface StudioClient {
  uschedule<T = Appointment>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<T>;
  google<T = GoogleEvent>(method: string, path: string, body?: unknown): Promise<T>;
  /** A call of the API with The Loft's key. */
  api: ApiCall;
  /** Calls of the API with another key. */
  apiOf(key: string): ApiCall;
  /** A call of the API with any key, whose refusal is an answer like any other. */
  ask(key: string, method: string, path: string, body?: unknown): Promise<ApiAnswer>;
  sandbox(method: string, path: string, body?: unknown): Promise<Response>;
  /** The studio's clock, in milliseconds since 1970. */
  now(): Promise<number>;
  /** The date of that, in UTC. */
  today(): Promise<string>;
}

/** A call that throws unless it is answered 2xx. A body that is a string is sent as a calendar, any other as JSON. */
export type ApiCall = <T>(method: string, path: string, body?: unknown) => Promise<T>;

/** What the API answered; a refusal's body is a problem document. */
export interface ApiAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** An appointment, as far as the checklist looks at it. */
export interface Appointment {
  readonly id: string;
  readonly resource_id: string;
  readonly start: string;
  readonly end: string;
  readonly status: string;
  readonly title: string | null;
  readonly version: number;
}

/** A calendar event, as far as the checklist looks at it. */
export interface GoogleEvent {
  readonly id: string;
  readonly status?: string;
  readonly summary?: string;
  readonly start: { readonly dateTime: string };
  readonly extendedProperties?: { readonly private?: Readonly<Record<string, string>> };
}

/** Speaks to the studio at these addresses with the keys that every studio has. Any answer but 2xx throws. */
export function connectStudio(serviceUrl: string, sandboxUrl: string): StudioClient {
  const apiOf =
    (key: string): ApiCall =>
    (method, path, body) =>
      call(`${serviceUrl}${path}`, method, body, bearer(key));
  const sandbox: StudioClient['sandbox'] = (method, path, body) => send(`${sandboxUrl}${path}`, method, body, {});
  const clock = async () => ((await (await sandbox('GET', '/clock')).json()) as { now: string }).now;
  return {
    uschedule: (method, path, body, headers) =>
      call(`${sandboxUrl}/uschedule/v1${path}`, method, body, {
        ...bearer('sandbox-uschedule-key'),
        'x-tenant-id': 'loft',
        ...headers,
      }),
    google: (method, path, body) =>
      call(`${sandboxUrl}/google/calendar/v3/calendars/${path}`, method, body, bearer('sandbox-google-token')),
    api: apiOf('loft-admin-key'),
    apiOf,
    ask: async (key, method, path, body) => {
      const response = await request(`${serviceUrl}${path}`, method, body, bearer(key));
      return { status: response.status, body: parse(await response.text()) };
    },
    sandbox,
    now: async () => Date.parse(await clock()),
    today: async () => (await clock()).slice(0, 10),
  };
}

async function call<T>(url: string, method: string, body: unknown, headers: Record<string, string>): Promise<T> {
  return parse(await (await send(url, method, body, headers)).text()) as T;
}

async function send(url: string, method: string, body: unknown, headers: Record<string, string>): Promise<Response> {
  const response = await request(url, method, body, headers);
  if (!response.ok) throw new Error(`${method} ${url} answered ${response.status}: ${await response.text()}`);
  return response;
}

function request(url: string, method: string, body: unknown, headers: Record<string, string>): Promise<Response> {
  if (body === undefined) return fetch(url, { method, headers });
  const isCalendar = typeof body === 'string';
  return fetch(url, {
    method,
    headers: { ...headers, 'content-type': isCalendar ? 'text/calendar' : 'application/json' },
    body: isCalendar ? body : JSON.stringify(body),
  });
}

function parse(text: string): unknown {
  return text === '' ? undefined : JSON.parse(text);
}

function bearer(key: string): Record<string, string> {
  return { authorization: `Bearer ${key}` };
}
