import { createHash, timingSafeEqual } from 'node:crypto';
import express, { type NextFunction, type Request, type Response, type Router } from 'express';
import { type BookingBody, bodySchema } from './booking.ts';
import type { BookingRegister } from './booking-register.ts';
import { listPage, readListQuery } from './list-query.ts';
import { presentBooking } from './present-booking.ts';
import type { Site } from './site.ts';
import { errorBody, invalidParams, WpError } from './wp-error.ts';

/** A key of the plugin's settings. */
export interface ConsumerKey {
  readonly key: string;
  readonly secret: string;
  readonly permissions: 'read' | 'write' | 'read_write';
}

/** What WordPress answers to a caller it does not know, by what was asked for. */
const STRANGERS: Readonly<Record<string, string>> = {
  GET: 'mphb_rest_cannot_view',
  POST: 'mphb_rest_cannot_edit',
  DELETE: 'mphb_rest_cannot_delete',
};

/** The plugin's API below `/wp-json/mphb/v1`. Every error has WordPress's form. */
export function createMotoPressRoutes(options: {
  readonly register: BookingRegister;
  readonly site: Site;
  readonly keys: readonly ConsumerKey[];
}): Router {
  const { register, site, keys } = options;
  const router = express.Router();
  router.use(requireKey(keys), express.json({ limit: '256kb' }));
  const present = (request: Request, booking: Parameters<typeof presentBooking>[0]) =>
    presentBooking(booking, site, `${request.protocol}://${request.get('host')}${request.baseUrl}`);

  router.get('/bookings', (request, response) => {
    const query = readListQuery(new URL(request.originalUrl, 'http://site').searchParams);
    const { bookings, total } = listPage(register.listed(), query, site);
    response.set({ 'X-WP-Total': String(total), 'X-WP-TotalPages': String(Math.ceil(total / query.per_page)) });
    response.json(bookings.map((booking) => withFields(present(request, booking), query._fields)));
  });
  router.post('/bookings', (request, response) => {
    const booking = register.create(readBody(request.body));
    response.status(201).json(present(request, booking));
  });
  router.get('/bookings/:id', (request, response) => {
    response.json(present(request, register.get(idOf(request))));
  });
  router.post('/bookings/:id', (request, response) => {
    response.json(present(request, register.change(idOf(request), readBody(request.body))));
  });
  router.delete('/bookings/:id', (request, response) => {
    response.json(present(request, register.delete(idOf(request), readForce(request.query.force))));
  });

  router.use(() => {
    throw noRoute();
  });
  router.use(sendError);
  return router;
}

function idOf(request: Request): number {
  const id = String(request.params.id);
  if (!/^\d{1,15}$/.test(id)) throw noRoute();
  return Number(id);
}

/** The fields that were asked for. WordPress leaves the others out of an answer it has worked out in full. */
function withFields<T extends object>(item: T, fields: string | undefined): Partial<T> {
  if (fields === undefined) return item;
  const wanted = fields.split(',');
  return Object.fromEntries(Object.entries(item).filter(([name]) => wanted.includes(name))) as Partial<T>;
}

/** A boolean as WordPress reads one from a query (`rest_is_boolean`). */
function readForce(force: unknown): boolean {
  const value = String(force ?? 'false').toLowerCase();
  if (!['true', 'false', '1', '0'].includes(value)) throw invalidParams({ force: 'force is not of type boolean.' });
  return value === 'true' || value === '1';
}

function noRoute(): WpError {
  return new WpError(404, 'rest_no_route', 'No route was found matching the URL and request method.');
}

function readBody(body: unknown): BookingBody {
  const read = bodySchema.safeParse(body ?? {});
  if (read.success) return read.data;
  throw invalidParams(Object.fromEntries(read.error.issues.map(({ path, message }) => [String(path[0]), message])));
}

/** Key and secret come as name and password, or in the query. WordPress asks for TLS first, which is ended before us. */
function requireKey(keys: readonly ConsumerKey[]) {
  return (request: Request, _response: Response, next: NextFunction) => {
    const { consumer_key: key, consumer_secret: secret } = request.query;
    const given = typeof key === 'string' && typeof secret === 'string' ? ([key, secret] as const) : basicOf(request);
    const known = keys.find((each) => given !== undefined && same(each.key, given[0]));
    if (!known || !given) {
      const code = STRANGERS[request.method] ?? 'mphb_rest_cannot_view';
      throw new WpError(401, code, 'Sorry, you are not allowed to do that.');
    }
    const refuse = (message: string) => new WpError(401, 'mphb_rest_authentication_error', message);
    if (!same(known.secret, given[1])) throw refuse('Consumer secret is invalid.');
    const needed = request.method === 'GET' ? 'read' : 'write';
    if (!known.permissions.includes(needed)) {
      throw refuse(`The API key provided does not have ${needed} permissions.`);
    }
    next();
  };
}

function basicOf(request: Request): readonly [key: string, secret: string] | undefined {
  const [, encoded = ''] = /^Basic (\S+)$/.exec(request.get('authorization') ?? '') ?? [];
  const [, key, secret] = /^([^:]+):(.+)$/.exec(Buffer.from(encoded, 'base64').toString()) ?? [];
  return key === undefined || secret === undefined ? undefined : [key, secret];
}

function same(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

// Express knows an error handler by its four parameters.
function sendError(error: unknown, _request: Request, response: Response, next: NextFunction): void {
  if (error instanceof WpError) {
    response.status(error.status).json(errorBody(error));
    return;
  }
  const status = (error as { status?: unknown }).status;
  if (typeof status === 'number' && status >= 400 && status < 500) {
    response.status(status).json(errorBody(new WpError(status, 'rest_invalid_json', 'Invalid JSON body passed.')));
    return;
  }
  next(error);
}
