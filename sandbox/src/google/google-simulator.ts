import type { ServiceAccountCredentials } from '@dovetail/core/adapters/google-calendar/google-client.ts';
import express, { type Router } from 'express';
import type { calendar_v3 } from 'googleapis/build/src/apis/calendar/v3.js';
import { type Faults, meetFaults } from '../faults.ts';
import type { StudioClock } from '../studio-clock.ts';
import { type AppliedWrite, createApiRoutes, sendApiError } from './api-routes.ts';
import { calendarMethods } from './calendar-methods.ts';
import { type CalendarSettings, CalendarStore, type Role } from './calendar-store.ts';
import { AccessTokens } from './caller.ts';
import type { Channel } from './channel.ts';
import { createControlRoutes } from './control-routes.ts';
import { EventList } from './event-list.ts';
import { eventReadMethods } from './event-read-methods.ts';
import { eventWriteMethods } from './event-write-methods.ts';
import { EventWrites } from './event-writes.ts';
import { injectedError } from './google-error.ts';
import { type Deliver, PushChannels, type PushChannelsState, type PushMode } from './push-channels.ts';
import { RequestLog } from './request-log.ts';
import { SyncTokens } from './sync-tokens.ts';
import { TokenEndpoint } from './token-endpoint.ts';

export interface GoogleSimulatorOptions {
  readonly clock: StudioClock;
  readonly faults: Faults;
  /** The one service account there is. Its services sign with the private half; here only the public half is used. */
  readonly credentials: ServiceAccountCredentials;
  /** Sends pushes; `fetch` when absent. */
  readonly deliver?: Deliver;
}

/** The simulator's whole state as JSON; access tokens and half-read pages are not part of it. */
export interface GoogleSnapshot {
  readonly store: ReturnType<CalendarStore['state']>;
  readonly channels: PushChannelsState;
  readonly syncTokenEra: string;
}

/** What tests and the studio can do to the simulator behind its API. */
export interface GoogleControl {
  /** Creates a calendar, or changes what is named of one; the service account is a writer on a new one. */
  createCalendar(id: string, settings?: Partial<CalendarSettings>): void;
  /** What the service account may do on a calendar from now on. */
  setRole(calendarId: string, role: Role): void;
  /** Every event of a calendar as its owner sees it, deleted ones included. */
  events(calendarId: string): calendar_v3.Schema$Event[];
  setPushMode(mode: PushMode): void;
  channels(): readonly Channel[];
  expireChannels(): void;
  expireSyncTokens(): void;
  /** Forgets deleted events, of one calendar or of all; their ids stay taken. */
  purgeTombstones(calendarId?: string): void;
  /** While true, bringing a deleted event back is answered 403 `forbidden`. */
  refuseRevival(refuse: boolean): void;
  /** While true, the service account gets no tokens (`invalid_grant`); those it had are worthless for good. */
  revokeServiceAccount(revoked: boolean): void;
  /**
   * Has `listener` called, and awaited, after each write is applied and before it is answered.
   * @returns a function that ends it.
   */
  onWrite(listener: (write: AppliedWrite) => void | Promise<void>): () => void;
  /**
   * Requests so far by API method (`events.insert`, …, `token`), whatever came of them; `notified` counts those that
   * asked for mail to guests.
   */
  requestCounts(): Readonly<Record<string, number>>;
  resetRequestCounts(): void;
  snapshot(): GoogleSnapshot;
  restore(snapshot: GoogleSnapshot): void;
}

/**
 * Google Calendar as far as Dovetail uses it, and as strict as it is known to be. Mount the router at `/google`: the
 * API is below `/calendar/v3`, the token endpoint is `/token`, and the studio's own controls are beside them.
 */
export function createGoogleSimulator(options: GoogleSimulatorOptions): { router: Router; control: GoogleControl } {
  const { clock, faults, credentials } = options;
  const channels = new PushChannels(clock, options.deliver ?? fetch);
  const store = new CalendarStore(clock, (calendarId) => channels.announce(calendarId));
  const syncTokens = new SyncTokens();
  const writes = new EventWrites(store, clock);
  const tokens = new AccessTokens();
  const tokenEndpoint = new TokenEndpoint(credentials, tokens);
  const log = new RequestLog();
  const listeners = new Set<(write: AppliedWrite) => void | Promise<void>>();
  const control: GoogleControl = {
    createCalendar: (id, settings = {}) => void store.defineCalendar(id, settings),
    setRole: (calendarId, role) => void store.defineCalendar(calendarId, { role }),
    events: (calendarId) => [...(store.calendar(calendarId)?.events.values() ?? [])].map(({ event }) => event),
    setPushMode: (mode) => channels.setMode(mode),
    channels: () => channels.list(),
    expireChannels: () => channels.expireAll(),
    expireSyncTokens: () => syncTokens.expireAll(),
    purgeTombstones: (calendarId) => store.purgeTombstones(calendarId),
    refuseRevival: (refuse) => {
      writes.refusesRevival = refuse;
    },
    revokeServiceAccount: (revoked) => {
      tokenEndpoint.revoked = revoked;
      tokens.revokeAll();
    },
    onWrite: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    requestCounts: () => log.counts(),
    resetRequestCounts: () => log.reset(),
    snapshot: () =>
      structuredClone({ store: store.state(), channels: channels.state(), syncTokenEra: syncTokens.state() }),
    restore: (snapshot) => {
      store.load(snapshot.store);
      channels.load(snapshot.channels);
      syncTokens.load(snapshot.syncTokenEra);
    },
  };
  const meet = meetFaults(faults, 'google', clock, (response, status, reason) =>
    sendApiError(response, injectedError(status, reason)),
  );
  const router = express.Router();
  router.use(createControlRoutes(control, store));
  router.post('/token', countToken(log), meet, express.urlencoded(), (request, response) =>
    tokenEndpoint.answer(request, response),
  );
  const methods = [
    ...eventWriteMethods(store, writes),
    ...eventReadMethods(store, new EventList(store, syncTokens)),
    ...calendarMethods(store, channels),
  ];
  const onWritten = async (write: AppliedWrite) => {
    for (const listener of listeners) await listener(write);
  };
  router.use(createApiRoutes({ methods, tokens, log, faults: meet, onWritten }));
  return { router, control };
}

function countToken(log: RequestLog): express.RequestHandler {
  return (_request, _response, next) => {
    log.count('token');
    next();
  };
}
