import { gaxios, JWT } from 'google-auth-library';
import { calendar, type calendar_v3 } from 'googleapis/build/src/apis/calendar/index.js';

/** A service account's key, named as in the file Google hands out. */
export interface ServiceAccountCredentials {
  readonly client_email: string;
  /** PKCS #8, PEM. */
  readonly private_key: string;
}

export interface GoogleConnection {
  /** Asked before each call, so that a rotated key is used without a restart; the secret store caches. */
  readonly credentials: ServiceAccountCredentials | (() => Promise<ServiceAccountCredentials>);
  /** Where the API answers, with a path if need be; Google's own address when absent. */
  readonly rootUrl?: string;
  /** Where tokens are granted; Google's own address when absent. */
  readonly tokenUrl?: string;
  /** What we call ourselves to Google. */
  readonly userAgent: { readonly product: string; readonly version: string };
  /** How long one request may take; 20 seconds when absent. */
  readonly timeoutMs?: number;
}

/** Google's client, logged in as the service account. */
export interface GoogleClient {
  readonly api: calendar_v3.Calendar;
  /** To be given to each call. A root URL given to the whole client would lose its path. */
  readonly callOptions: { readonly rootUrl?: string };
  /** Makes the next call ask for a new access token: the one at hand was refused. */
  forgetToken(): void;
}

/** Enough to read and write events and to watch them; nothing about calendars themselves. */
const SCOPE = 'https://www.googleapis.com/auth/calendar.events';
const GOOGLE_TOKEN_URL = 'https://oauth2.googleapis.com/token';
const USUAL_TIMEOUT_MS = 20_000;

/** A function that answers with the client for the present credentials: the same one until they change. */
export function connectGoogle(connection: GoogleConnection): () => Promise<GoogleClient> {
  const { credentials } = connection;
  let current: { readonly key: ServiceAccountCredentials; readonly client: GoogleClient } | undefined;
  return async () => {
    const key = typeof credentials === 'function' ? await credentials() : credentials;
    const isSame = current?.key.private_key === key.private_key && current.key.client_email === key.client_email;
    if (!current || !isSame) current = { key, client: createClient(key, connection) };
    return current.client;
  };
}

function createClient(key: ServiceAccountCredentials, connection: GoogleConnection): GoogleClient {
  const transporter = new gaxios.Gaxios({ timeout: connection.timeoutMs ?? USUAL_TIMEOUT_MS });
  transporter.interceptors.request.add({ resolved: async (request) => tokenRequest(request, connection.tokenUrl) });
  const auth = new JWT({ email: key.client_email, key: key.private_key, scopes: [SCOPE], transporter });
  return {
    api: calendar({ version: 'v3', auth, retry: false, userAgentDirectives: [connection.userAgent] }),
    callOptions: connection.rootUrl === undefined ? {} : { rootUrl: connection.rootUrl },
    forgetToken: () => auth.setCredentials({ refresh_token: 'jwt-placeholder', expiry_date: 1 }),
  };
}

/**
 * The auth library fixes the address of a service account's token request, and retries it by itself. Neither is wanted:
 * the studio has its own address, and retries have one owner, the task queue.
 */
function tokenRequest(
  request: gaxios.GaxiosOptionsPrepared,
  tokenUrl = GOOGLE_TOKEN_URL,
): gaxios.GaxiosOptionsPrepared {
  if (request.url.href !== GOOGLE_TOKEN_URL) return request;
  request.url = new URL(tokenUrl);
  request.retryConfig = { retry: 0, noResponseRetries: 0 };
  return request;
}
