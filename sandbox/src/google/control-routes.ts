import express, { type Request, type Response, type Router } from 'express';
import { z } from 'zod';
import { calendarResource } from './calendar-methods.ts';
import { type CalendarStore, ROLES } from './calendar-store.ts';
import { isTimeZone } from './event-times.ts';
import type { GoogleControl } from './google-simulator.ts';

const roleSchema = z.enum(ROLES);
const aclSchema = z.strictObject({ calendarId: z.string(), role: roleSchema });
const calendarSchema = z.strictObject({
  summary: z.string().optional(),
  timeZone: z.string().refine(isTimeZone, 'must be an IANA time zone').optional(),
  role: roleSchema.optional(),
});
const purgeSchema = z.strictObject({ calendarId: z.string().optional() });
const revivalSchema = z.strictObject({ refuse: z.boolean() });
const accountSchema = z.strictObject({ revoked: z.boolean() });

/**
 * What the studio's owner can do to Google from outside. These paths are not Google's: they take no token, and no fault
 * meets them.
 */
export function createControlRoutes(control: GoogleControl, store: CalendarStore): Router {
  const router = express.Router();
  const json = express.json();

  router.post('/expire-sync-tokens', (_request, response) => {
    control.expireSyncTokens();
    response.status(204).end();
  });
  router.post('/expire-channels', (_request, response) => {
    control.expireChannels();
    response.status(204).end();
  });
  router.post('/sandbox/acl', json, (request, response) => {
    const acl = read(aclSchema, request, response);
    if (!acl) return;
    if (!store.calendar(acl.calendarId)) {
      response.status(404).json({ detail: `there is no calendar ${acl.calendarId}` });
      return;
    }
    control.setRole(acl.calendarId, acl.role);
    response.json(acl);
  });
  router.put('/sandbox/calendars/:calendarId', json, (request: Request<{ calendarId: string }>, response) => {
    const settings = read(calendarSchema, request, response);
    if (!settings) return;
    const given = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
    response.json(calendarResource(store.defineCalendar(request.params.calendarId, given)));
  });
  router.post('/sandbox/purge-tombstones', json, (request, response) => {
    const purge = read(purgeSchema, request, response);
    if (!purge) return;
    control.purgeTombstones(purge.calendarId);
    response.status(204).end();
  });
  router.post('/sandbox/revivals', json, (request, response) => {
    const revival = read(revivalSchema, request, response);
    if (!revival) return;
    control.refuseRevival(revival.refuse);
    response.json(revival);
  });
  router.post('/sandbox/service-account', json, (request, response) => {
    const account = read(accountSchema, request, response);
    if (!account) return;
    control.revokeServiceAccount(account.revoked);
    response.json(account);
  });
  router.get('/sandbox/requests', (_request, response) => {
    response.json(control.requestCounts());
  });
  return router;
}

/** The body, checked; otherwise the refusal is answered and undefined returned. */
function read<S extends z.ZodType>(
  schema: S,
  request: Request<never> | Request,
  response: Response,
): z.output<S> | undefined {
  const checked = schema.safeParse(request.body ?? {});
  if (checked.success) return checked.data;
  response.status(400).json({ detail: z.prettifyError(checked.error) });
  return undefined;
}
