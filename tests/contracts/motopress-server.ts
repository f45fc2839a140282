import { Faults } from '@dovetail/sandbox/faults.ts';
import type { BookingSeed } from '@dovetail/sandbox/motopress/booking-register.ts';
import { createMotoPressSimulator, type MotoPressControl } from '@dovetail/sandbox/motopress/motopress-simulator.ts';
import { StudioClock } from '@dovetail/sandbox/studio-clock.ts';
import express from 'express';
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
  close(): Promise<void>;
}

/** The simulated site behind a real socket, its clock beginning at `START`. */
export async function startMotoPress(): Promise<MotoPressServer> {
  const clock = new StudioClock(START);
  const faults = new Faults();
  const { router, control } = createMotoPressSimulator({ clock, faults, apiKey: KEY, readOnlyKey: READ_ONLY_KEY });
  const server = await listen(express().use('/motopress', router));
  return {
    baseUrl: `${server.url}/motopress/wp-json`,
    control,
    clock,
    faults,
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
