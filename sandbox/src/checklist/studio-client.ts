/** What the checklist needs of a running studio, over HTTP alone: nothing here reaches inside. */
export interface StudioClient {
  uschedule<T = Appointment>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<T>;
  google<T = GoogleEvent>(method: string, path: string, body?: unknown): Promise<T>;
  api<T>(method: string, path: string, body?: unknown): Promise<T>;
  sandbox(method: string, path: string, body?: unknown): Promise<Response>;
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
  return {
    uschedule: (method, path, body, headers) =>
      call(`${sandboxUrl}/uschedule/v1${path}`, method, body, {
        authorization: 'Bearer sandbox-uschedule-key',
        'x-tenant-id': 'loft',
        ...headers,
      }),
    google: (method, path, body) =>
      call(`${sandboxUrl}/google/calendar/v3/calendars/${path}`, method, body, {
        authorization: 'Bearer sandbox-google-token',
      }),
    api: (method, path, body) => call(`${serviceUrl}${path}`, method, body, { authorization: 'Bearer loft-admin-key' }),
    sandbox: (method, path, body) => send(`${sandboxUrl}${path}`, method, body, {}),
  };
}

async function call<T>(url: string, method: string, body: unknown, headers: Record<string, string>): Promise<T> {
  const response = await send(url, method, body, headers);
  const text = await response.text();
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

async function send(url: string, method: string, body: unknown, headers: Record<string, string>): Promise<Response> {
  const response = await fetch(url, {
    method,
    headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${url} answered ${response.status}: ${await response.text()}`);
  return response;
}
