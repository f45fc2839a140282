import type { AddressInfo } from 'node:net';
import { Faults } from '@dovetail/sandbox/faults.ts';
import { createGoogleSimulator, type GoogleControl } from '@dovetail/sandbox/google/google-simulator.ts';
import { createServiceAccount } from '@dovetail/sandbox/studio/service-account.ts';
import { StudioClock } from '@dovetail/sandbox/studio-clock.ts';
import express, { type RequestHandler } from 'express';
import { calendar, type calendar_v3 } from 'googleapis/build/src/apis/calendar/index.js';

export const START = Date.parse('2027-05-01T08:00:00Z');
export const BAY = 'bay-1@sandbox';
export const OTHER_BAY = 'bay-2@sandbox';
/** One key for all tests of a process: making one takes time and none of them depends on it. */
export const ACCOUNT = createServiceAccount();

export interface GoogleServer {
  /** Ends in `/google/`. */
  readonly rootUrl: string;
  readonly tokenUrl: string;
  readonly control: GoogleControl;
  readonly clock: StudioClock;
  readonly faults: Faults;
  /** Google's client as the owner of the calendars. */
  readonly owner: calendar_v3.Calendar;
  /** Google's client under any token. */
  as(token: string): calendar_v3.Calendar;
  close(): Promise<void>;
}

/** The simulator behind a real socket, with the two bays' calendars in New York, its clock beginning at `START`. */
export async function startGoogle(): Promise<GoogleServer> {
  const clock = new StudioClock(START);
  const faults = new Faults();
  const { router, control } = createGoogleSimulator({ clock, faults, credentials: ACCOUNT });
  for (const id of [BAY, OTHER_BAY]) control.createCalendar(id, { summary: id, timeZone: 'America/New_York' });
  const server = await listen(express().use('/google', router));
  const rootUrl = `${server.url}/google/`;
  const as = (token: string) => clientOf(rootUrl, token);
  return {
    rootUrl,
    tokenUrl: `${rootUrl}token`,
    control,
    clock,
    faults,
    owner: as('sandbox-google-token'),
    as,
    async close() {
      clock.close();
      await server.close();
    },
  };
}

/** Any handler behind a real socket. */
export async function listen(handler: RequestHandler): Promise<{ url: string; close(): Promise<void> }> {
  const server = express().use(handler).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/**
 * Google's own client. Its `rootUrl` option loses the path of the address it is given, so the address is put in front
 * of each request instead.
 */
function clientOf(rootUrl: string, token: string): calendar_v3.Calendar {
  return calendar({
    version: 'v3',
    retry: false,
    headers: { Authorization: `Bearer ${token}` },
    adapter: (request, send) => {
      request.url = new URL(request.url.href.replace('https://www.googleapis.com/', rootUrl));
      return send(request);
    },
  });
}

/** What a call was refused with: status, reason and where. */
export async function refusalOf(call: Promise<unknown>): Promise<Record<string, unknown>> {
  try {
    await call;
  } catch (error) {
    const { status, response } = error as { status?: number; response?: { data?: unknown } };
    const body = response?.data as { error?: { errors?: Record<string, unknown>[] } } | undefined;
    return { status, ...body?.error?.errors?.[0] };
  }
  throw new Error('the call was not refused');
}
