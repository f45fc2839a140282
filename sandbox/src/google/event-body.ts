import type { calendar_v3 } from 'googleapis/build/src/apis/calendar/v3.js';
import { z } from 'zod';
import { invalid, parseError } from './google-error.ts';
import type { Json } from './merge-patch.ts';

type Event = calendar_v3.Schema$Event;

/** A body as sent to a write: known writable fields only, `null` where a PATCH is to remove. */
export type EventBody = { [key: string]: Json };

const text = z.string().nullish();
const flag = z.boolean().nullish();
const time = z.object({ date: text, dateTime: text, timeZone: text }).nullish();
const properties = z.record(z.string(), z.string().nullable()).nullish();

/** Read-only and unknown members fall away, as Google ignores them. */
const eventBodySchema = z.object({
  id: text,
  iCalUID: text,
  status: z.enum(['confirmed', 'tentative', 'cancelled']).nullish(),
  summary: text,
  description: text,
  location: text,
  colorId: text,
  start: time,
  end: time,
  originalStartTime: time,
  recurrence: z.array(z.string()).nullish(),
  recurringEventId: text,
  transparency: z.enum(['opaque', 'transparent']).nullish(),
  visibility: z.enum(['default', 'public', 'private', 'confidential']).nullish(),
  eventType: z.enum(['default', 'outOfOffice', 'focusTime', 'workingLocation', 'birthday', 'fromGmail']).nullish(),
  sequence: z.int().nonnegative().nullish(),
  attendees: z.array(z.looseObject({ email: text, responseStatus: text, displayName: text })).nullish(),
  organizer: z.object({ email: text, displayName: text }).nullish(),
  extendedProperties: z.object({ private: properties, shared: properties }).nullish(),
  reminders: z
    .object({
      useDefault: flag,
      overrides: z
        .array(z.object({ method: z.enum(['email', 'popup']), minutes: z.int().min(0).max(40_320) }))
        .nullish(),
    })
    .nullish(),
  source: z.object({ title: text, url: text }).nullish(),
  anyoneCanAddSelf: flag,
  guestsCanInviteOthers: flag,
  guestsCanModify: flag,
  guestsCanSeeOtherGuests: flag,
});

const EXTENDED_KEY_MOST = 44;
const EXTENDED_VALUE_MOST = 1_024;
const EXTENDED_COUNT_MOST = 300;
const EXTENDED_BYTES_MOST = 32_768;

/**
 * What a write may say, out of what was sent.
 * @throws GoogleApiError 400 when it is no JSON object, or a member has the wrong type.
 */
export function readEventBody(sent: unknown): EventBody {
  if (typeof sent !== 'object' || sent === null || Array.isArray(sent)) throw parseError();
  const checked = eventBodySchema.safeParse(sent);
  if (checked.success) return checked.data as EventBody;
  throw invalid(`Invalid value for: ${checked.error.issues[0]?.path.join('.') ?? 'body'}`);
}

/**
 * The event with its extended properties as Google keeps them (guide "Extended properties", limits): names over 44
 * characters are dropped and values over 1,024 are cut, both silently.
 * @throws GoogleApiError 400 for more than 300 properties or 32 kB of them.
 */
export function limitExtendedProperties(event: Event): Event {
  if (!event.extendedProperties) return event;
  const kept: NonNullable<Event['extendedProperties']> = {};
  let count = 0;
  let bytes = 0;
  for (const side of ['private', 'shared'] as const) {
    const entries = Object.entries(event.extendedProperties[side] ?? {})
      .filter(([key, value]) => key.length <= EXTENDED_KEY_MOST && typeof value === 'string')
      .map(([key, value]) => [key, value.slice(0, EXTENDED_VALUE_MOST)] as const);
    count += entries.length;
    bytes += entries.reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0);
    if (entries.length > 0) kept[side] = Object.fromEntries(entries);
  }
  if (count > EXTENDED_COUNT_MOST || bytes > EXTENDED_BYTES_MOST)
    throw invalid('Extended properties exceed the limit.');
  const { extendedProperties: _, ...rest } = event;
  return Object.keys(kept).length > 0 ? { ...rest, extendedProperties: kept } : rest;
}
