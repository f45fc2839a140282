import type { GoogleClient } from '@dovetail/core/adapters/google-calendar/google-client.ts';
import { gaxios } from 'google-auth-library';
import type { calendar_v3 } from 'googleapis/build/src/apis/calendar/v3.js';
import { checkScopes } from '../google/access.ts';
import type { ApiMethod } from '../google/api-method.ts';
import { calendarMethods } from '../google/calendar-methods.ts';
import { CalendarStore } from '../google/calendar-store.ts';
import type { Caller } from '../google/caller.ts';
import { EventList } from '../google/event-list.ts';
import { eventReadMethods } from '../google/event-read-methods.ts';
import { eventWriteMethods } from '../google/event-write-methods.ts';
import { EventWrites } from '../google/event-writes.ts';
import { GoogleApiError, injectedError } from '../google/google-error.ts';
import { selectFields } from '../google/partial-response.ts';
import { type Deliver, PushChannels } from '../google/push-channels.ts';
import { SyncTokens } from '../google/sync-tokens.ts';
import type { Reach } from './reach.ts';
import type { VirtualTime } from './virtual-time.ts';

const SCOPE = 'https://www.googleapis.com/auth/calendar.events';
const SERVICE: Caller = { kind: 'service-account', email: 'service@simulated', scopes: new Set([SCOPE]) };
const OWNER: Caller = { kind: 'owner', email: 'owner@simulated', scopes: undefined };

const WRITES: ReadonlySet<string> = new Set(['events.insert', 'events.patch', 'events.delete']);

/** Parameters of a call as Google's client takes them. */
type Parameters = { readonly requestBody?: unknown; readonly [name: string]: unknown };

/** The Google Calendar simulator without its HTTP: its methods, called as the service or as the calendars' owner. */
export class SimulatedGoogle {
  readonly store: CalendarStore;
  readonly channels: PushChannels;
  readonly syncTokens = new SyncTokens();
  readonly methods: readonly ApiMethod[];
  readonly #onServiceWrite: (calendarId: string) => void;
  readonly #methods: ReadonlyMap<string, ApiMethod>;

  /**
   * @param onChange told after every write of an event.
   * @param onServiceWrite told before those of ours.
   */
  constructor(
    time: VirtualTime,
    deliver: Deliver,
    onChange: (calendarId: string) => void,
    onServiceWrite: (calendarId: string) => void,
  ) {
    this.#onServiceWrite = onServiceWrite;
    this.channels = new PushChannels(time, deliver);
    this.store = new CalendarStore(time, (calendarId) => {
      this.channels.announce(calendarId);
      onChange(calendarId);
    });
    this.methods = [
      ...eventWriteMethods(this.store, new EventWrites(this.store, time)),
      ...eventReadMethods(this.store, new EventList(this.store, this.syncTokens)),
      ...calendarMethods(this.store, this.channels),
    ];
    this.#methods = new Map(this.methods.map((method) => [method.name, method]));
  }

  /** What stands on a calendar. */
  standing(calendarId: string): calendar_v3.Schema$Event[] {
    const events = [...(this.store.calendar(calendarId)?.events.values() ?? [])].map(({ event }) => event);
    return events.filter(({ status }) => status !== 'cancelled');
  }

  /** A call of the calendars' owner, who is never kept waiting. @throws GoogleApiError. */
  asOwner(method: string, parameters: Parameters): unknown {
    return this.#call(method, OWNER, parameters, {});
  }

  /** The client by which one process reaches Google; throws as Google's own does. */
  clientOver(reach: Reach): GoogleClient {
    const send = (name: string) => async (parameters: Parameters, options?: { headers?: Record<string, string> }) => ({
      data: await reach('google', {
        act: () => this.#answer(name, parameters, options?.headers ?? {}),
        failures: { refused: (status) => failureOf(injectedError(status)), lost: unanswered },
      }),
    });
    const names = ['list', 'get', 'insert', 'patch', 'delete', 'instances', 'watch'] as const;
    const events = Object.fromEntries(names.map((name) => [name, send(`events.${name}`)]));
    const api = { events, channels: { stop: send('channels.stop') } } as unknown as calendar_v3.Calendar;
    return { api, callOptions: {}, forgetToken: () => undefined };
  }

  #answer(name: string, parameters: Parameters, headers: Record<string, string>): unknown {
    try {
      return this.#call(name, SERVICE, parameters, headers);
    } catch (error) {
      throw error instanceof GoogleApiError ? failureOf(error) : error;
    }
  }

  #call(name: string, caller: Caller, parameters: Parameters, headers: Record<string, string>): unknown {
    const method = this.#methods.get(name);
    if (!method) throw new TypeError(`The simulator has no method ${name}.`);
    checkScopes(caller, method.scopes);
    if (caller === SERVICE && WRITES.has(name)) this.#onServiceWrite(String(parameters['calendarId']));
    const { requestBody, ...rest } = parameters;
    const query = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, String(value)]));
    const body = overTheWire(requestBody);
    const answer = method.handle({
      caller,
      params: query,
      query,
      body,
      ifMatch: headers['If-Match'],
      ifNoneMatch: undefined,
    });
    return overTheWire(selectFields(answer.body, query['fields']));
  }
}

function overTheWire(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}

/** A refusal as Google's client throws it. */
function failureOf({ status, body, message }: GoogleApiError): gaxios.GaxiosError {
  const config = { url: new URL('https://google.simulated'), headers: new Headers() };
  const error = new gaxios.GaxiosError(message, config);
  const retryAfter: Record<string, string> = status === 429 ? { 'retry-after': '2' } : {};
  const response = Object.assign(new Response(null, { status, headers: retryAfter }), { config, data: body });
  error.response = response;
  return error;
}

function unanswered(): gaxios.GaxiosError {
  return new gaxios.GaxiosError('socket hang up', { url: new URL('https://google.simulated'), headers: new Headers() });
}
