import { createHash } from 'node:crypto';
import { z } from 'zod';
import { GoogleApiError, invalid, required } from './google-error.ts';

/** A push subscription to one calendar's events. */
export interface Channel {
  readonly id: string;
  readonly calendarId: string;
  /** Google's name for what is watched: one for all channels on a calendar. */
  readonly resourceId: string;
  readonly resourceUri: string;
  readonly address: string;
  readonly token: string | undefined;
  /** Milliseconds since 1970, in the studio's time. */
  readonly expiresAt: number;
  /** Of the last message sent. */
  readonly messageNumber: number;
}

const LIFETIME_MOST_MS = 7 * 86_400_000;

const channelSchema = z.object({
  id: z.string(),
  type: z.string(),
  address: z.string(),
  token: z.string().max(256).nullish(),
  expiration: z.coerce.number().int().positive().nullish(),
  params: z.object({ ttl: z.coerce.number().int().positive().optional() }).nullish(),
});

/**
 * The channel that a watch request asks for. It lives for a week at most (push guide): the shortest of what was asked
 * for and that.
 * @throws GoogleApiError 400 as Google words it.
 */
export function readChannel(sent: unknown, calendarId: string, nowMs: number): Channel {
  const checked = channelSchema.safeParse(sent);
  if (!checked.success) throw refusalOf(checked.error.issues[0]?.path[0], sent);
  const { id, type, address, token, expiration, params } = checked.data;
  if (!/^[A-Za-z0-9\-_+/=]{1,64}$/.test(id)) throw invalid('Invalid value for channel id.');
  if (type !== 'web_hook' && type !== 'webhook')
    throw pushError('push.channelTypeNotSupported', 'Channel type not supported.');
  checkAddress(address);
  const wanted = Math.min(
    expiration ?? Number.POSITIVE_INFINITY,
    nowMs + (params?.ttl ?? Number.POSITIVE_INFINITY) * 1000,
  );
  if (wanted <= nowMs) throw invalid('Invalid value for channel expiration.');
  return {
    id,
    calendarId,
    resourceId: createHash('sha256').update(`events of ${calendarId}`).digest('base64url').slice(0, 27),
    resourceUri: `https://www.googleapis.com/calendar/v3/calendars/${encodeURIComponent(calendarId)}/events?alt=json`,
    address,
    token: token ?? undefined,
    expiresAt: Math.min(wanted, nowMs + LIFETIME_MOST_MS),
    messageNumber: 0,
  };
}

/** What a watch request is answered with. */
export function channelResource(channel: Channel): object {
  const { id, resourceId, resourceUri, token, expiresAt } = channel;
  const shown = { kind: 'api#channel', id, resourceId, resourceUri, ...(token === undefined ? {} : { token }) };
  return { ...shown, expiration: String(expiresAt) };
}

/** The headers of one message; there is never a body. */
export function pushHeaders(channel: Channel, state: 'sync' | 'exists'): Record<string, string> {
  return {
    'User-Agent': 'APIs-Google; (+https://developers.google.com/webmasters/APIs-Google.html)',
    'X-Goog-Channel-ID': channel.id,
    'X-Goog-Channel-Expiration': new Date(channel.expiresAt).toUTCString(),
    'X-Goog-Message-Number': String(channel.messageNumber),
    'X-Goog-Resource-ID': channel.resourceId,
    'X-Goog-Resource-State': state,
    'X-Goog-Resource-URI': channel.resourceUri,
    ...(channel.token === undefined ? {} : { 'X-Goog-Channel-Token': channel.token }),
  };
}

/** 400 for an id that a live channel has. */
export function channelIdNotUnique(id: string): GoogleApiError {
  return pushError('channelIdNotUnique', `Channel id ${id} not unique`);
}

/** Google delivers to https alone; the studio's services answer on this machine. */
function checkAddress(address: string): void {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const isLoopback = url?.protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  if (url?.protocol !== 'https:' && !isLoopback) {
    throw pushError('push.webhookUrlNotHttps', `WebHook callback must be HTTPS: ${address}`);
  }
}

function refusalOf(member: PropertyKey | undefined, sent: unknown): GoogleApiError {
  const name = String(member ?? 'body');
  const given = (sent as Record<string, unknown> | null | undefined)?.[name];
  return given === undefined || given === null ? required(`Required: ${name}`) : invalid(`Invalid value for: ${name}`);
}

function pushError(reason: string, message: string): GoogleApiError {
  return new GoogleApiError(400, { domain: 'global', reason, message });
}
