import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Faults } from '@dovetail/sandbox/faults.ts';
import { casaFeeds } from '@dovetail/sandbox/feeds/casa-feeds.ts';
import { createFeedsSimulator, type FeedsControl } from '@dovetail/sandbox/feeds/feeds-simulator.ts';
import { StudioClock } from '@dovetail/sandbox/studio-clock.ts';
import express from 'express';

export const START = Date.parse('2027-05-01T08:00:00Z');

export interface FeedServer {
  /** The address below which the feeds are. */
  readonly url: string;
  readonly control: FeedsControl;
  readonly clock: StudioClock;
  readonly faults: Faults;
  close(): Promise<void>;
}

/** The feeds simulator with the feeds of `casa` behind a real socket, its clock beginning at `START`. */
export async function startFeeds(): Promise<FeedServer> {
  const clock = new StudioClock(START);
  const faults = new Faults();
  const { router, control } = createFeedsSimulator({ clock, faults, seed: casaFeeds(START) });
  const server = await listen(express().use('/feeds', router));
  return {
    url: `${server.url}/feeds`,
    control,
    clock,
    faults,
    async close() {
      clock.close();
      await server.close();
    },
  };
}

/** Any server on the loopback address. */
export async function listen(listener: RequestListener): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
