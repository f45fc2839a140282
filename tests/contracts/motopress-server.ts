import {
  createMotoPressBookingSystem,
  type MotoPressOptions,
} from '@dovetail/core/adapters/motopress/motopress-booking-system.ts';
import type { BookingSystem } from '@dovetail/core/ports/booking-system.ts';
import { Faults } from '@dovetail/sandbox/faults.ts';
import type { BookingSeed } from '@dovetail/sandbox/motopress/booking-register.ts';
import { createMotoPressSimulator, type MotoPressControl } from '@dovetail/sandbox/motopress/motopress-simulator.ts';
import { CASA_SITE, type Site } from '@dovetail/sandbox/motopress/site.ts';
import { StudioClock } from '@dovetail/sandbox/studio-clock.ts';
import express from 'express';
import { expect } from 'vitest';
import { listen } from './feed-server.ts';

export const START = Date.parse('2027-05-01T15:00:00Z');
export const KEY = 'ck_test:cs_test';
export const READ_ONLY_KEY = 'ck_read:cs_read';
/** Accommodations of the simulated site. */
export const HOUSE = 101;
export const KAYA = 102;
export const SOL = 103;
export const RESOURCE_IDS = { '101': 'simmer-highs', '102': 'kaya', '103': 'sol' };

export interface MotoPressServer {
  /** The site's REST root. */
  readonly baseUrl: string;
  readonly control: MotoPressControl;
  readonly clock: StudioClock;
  readonly faults: Faults;
  /** The site as a booking system. */
  connect(options?: Partial<MotoPressOptions>): BookingSystem;
  /** Adds bookings as the website does, and answers their ids. */
  seed(...bookings: readonly BookingSeed[]): string[];
  /** Changes a booking as staff do in WordPress. Fails the test when that is refused. */
  change(id: string, body: unknown, method?: string): Promise<void>;
  close(): Promise<void>;
}

/** The simulated site behind a real socket, its clock beginning at `START`. */
export async function startMotoPress(setUp: Partial<Site> = {}): Promise<MotoPressServer> {
  const clock = new StudioClock(START);
  const faults = new Faults();
  const site = { ...CASA_SITE, ...setUp };
  const keys = { apiKey: KEY, readOnlyKey: READ_ONLY_KEY };
  const { router, control } = createMotoPressSimulator({ clock, faults, site, ...keys });
  const server = await listen(express().use('/motopress', router));
  const baseUrl = `${server.url}/motopress/wp-json`;
  return {
    baseUrl,
    control,
    clock,
    faults,
    connect: (options = {}) =>
      createMotoPressBookingSystem({
        baseUrl,
        apiKey: async () => KEY,
        userAgent: 'Dovetail-Test/1',
        resourceIds: RESOURCE_IDS,
        takesImported: false,
        clock: { now: () => START },
        ...options,
      }),
    seed: (...bookings) => control.seed(...bookings).map(({ id }) => String(id)),
    async change(id, body, method = 'POST') {
      const headers = { authorization: `Basic ${btoa(KEY)}`, 'content-type': 'application/json' };
      const url = `${baseUrl}/mphb/v1/bookings/${id}`;
      const response = await fetch(url, { method, headers, body: JSON.stringify(body) });
      expect(await response.json()).not.toHaveProperty('code');
    },
    async close() {
      clock.close();
      await server.close();
    },
  };
}

/** A confirmed stay of two in the house, unless `part` says otherwise. */
export function stay(start: string, end: string, part: Partial<BookingSeed> = {}): BookingSeed {
  return {
    status: 'confirmed',
    check_in_date: start,
    check_out_date: end,
    customer: { first_name: 'Sample', last_name: 'Guest', email: 'guest@example.com', phone: '+1 555 010-0199' },
    reserved_accommodations: [{ accommodation: HOUSE, adults: 2, children: 1 }],
    ...part,
  };
}
