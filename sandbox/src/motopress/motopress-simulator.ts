import express, { type Response, type Router } from 'express';
import { type Faults, meetFaults } from '../faults.ts';
import type { StudioClock } from '../studio-clock.ts';
import type { SiteBooking } from './booking.ts';
import { BookingRegister, type BookingSeed } from './booking-register.ts';
import { presentBooking, type WireSiteBooking } from './present-booking.ts';
import { type ConsumerKey, createMotoPressRoutes } from './routes.ts';
import { CASA_SITE, type Site } from './site.ts';
import { errorBody, WpError } from './wp-error.ts';

/** The key that callers from outside the studio may always use: `key:secret`, as Basic credentials. */
export const SANDBOX_MOTOPRESS_KEY = 'ck_sandbox:cs_sandbox';

export interface MotoPressSimulatorOptions {
  readonly clock: StudioClock;
  readonly faults: Faults;
  /** Accepted beside `SANDBOX_MOTOPRESS_KEY`; `key:secret`. */
  readonly apiKey: string;
  /** Accepted too, for reading only. */
  readonly readOnlyKey?: string;
  /** The house of the tenant `casa` when absent. */
  readonly site?: Site;
}

/** State as JSON. */
export type MotoPressSnapshot = readonly SiteBooking[];

/** What tests and the studio can do to the site behind its API. */
export interface MotoPressControl {
  /** Adds bookings as the website or an import would, unchecked. @throws WpError for accommodations that do not exist. */
  seed(...bookings: readonly BookingSeed[]): WireSiteBooking[];
  /** Every booking as the API would answer it, those in the bin included. */
  bookings(): WireSiteBooking[];
  /** From now on lists leave it out, as they do when another plugin of the site narrows them, such as to a language. */
  unlist(id: number): void;
  snapshot(): MotoPressSnapshot;
  restore(snapshot: MotoPressSnapshot): void;
}

/**
 * A WordPress site with the Hotel Booking plugin, as far as its REST API about bookings goes: keys with permissions,
 * lists with WordPress's filters, the plugin's checks with their codes. It starts without bookings. Mount the router at
 * `/motopress`; the API is below `/wp-json/mphb/v1`.
 */
export function createMotoPressSimulator(options: MotoPressSimulatorOptions): {
  readonly router: Router;
  readonly control: MotoPressControl;
} {
  const { clock, faults, site = CASA_SITE } = options;
  const register = new BookingRegister(site, clock);
  const keys = [SANDBOX_MOTOPRESS_KEY, options.apiKey].map((key) => consumerKey(key, 'read_write'));
  if (options.readOnlyKey !== undefined) keys.push(consumerKey(options.readOnlyKey, 'read'));
  const router = express.Router();
  router.use('/wp-json/mphb/v1', meetFaults(faults, 'motopress', clock, sendFault));
  router.use('/wp-json/mphb/v1', createMotoPressRoutes({ register, site, keys }));
  const present = (booking: SiteBooking) => presentBooking(booking, site, '/wp-json/mphb/v1');
  return {
    router,
    control: {
      seed: (...bookings) => bookings.map((booking) => present(register.seed(booking))),
      bookings: () => register.all().map(present),
      unlist: (id) => register.unlist(id),
      snapshot: () => structuredClone(register.all()),
      restore: (snapshot) => register.load(snapshot),
    },
  };
}

function consumerKey(text: string, permissions: ConsumerKey['permissions']): ConsumerKey {
  const [key = '', secret = ''] = text.split(':');
  return { key, secret, permissions };
}

function sendFault(response: Response, status: number, reason: string | undefined): void {
  response.status(status).json(errorBody(new WpError(status, reason ?? `http_${status}`, 'injected fault')));
}
