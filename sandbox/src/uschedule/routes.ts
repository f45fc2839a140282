import { createHash, timingSafeEqual } from 'node:crypto';
import express, { type NextFunction, type Request, type Response, type Router } from 'express';
import { z } from 'zod';
import { type Appointment, draftSchema, listSchema, patchSchema, toWire, type WireAppointment } from './appointment.ts';
import type { AppointmentBook } from './appointment-book.ts';
import type { Answer, IdempotentAnswers } from './idempotent-answers.ts';
import { errorBody, Refusal } from './refusal.ts';

const cancelSchema = z.strictObject({ reason: z.string().max(500).optional() });

/** USchedule's API below `/v1`, in front of a book. Every error answers `{ "error": { "code", "message" } }`. */
export function createUScheduleRoutes(options: {
  readonly book: AppointmentBook;
  readonly answers: IdempotentAnswers;
  readonly apiKeys: readonly string[];
}): Router {
  const { book, answers } = options;
  const present = (appointment: Appointment) => toWire(appointment, book.zoneOf(appointment.resource_id));
  const router = express.Router();
  router.use(requireKey(options.apiKeys), requireTenant, express.json({ limit: '64kb' }));

  router.get('/v1/resources', (_request, response) => {
    response.json({ data: book.resources().map(({ id, name, timeZone }) => ({ id, name, time_zone: timeZone })) });
  });

  router.get('/v1/appointments', (request, response) => {
    const page = book.list(check(listSchema, request.query));
    response.json({ ...page, data: page.data.map(present) });
  });

  router.post('/v1/appointments', (request, response) => {
    const draft = check(draftSchema, request.body);
    const answer = answers.answer(request.get('idempotency-key'), draft, () =>
      answerOf(() => ({ status: 201, body: present(book.create(draft)) })),
    );
    response.status(answer.status).json(answer.body);
  });

  router.get('/v1/appointments/:id', (request, response) => {
    sendAppointment(response, present(book.get(request.params.id)));
  });

  router.patch('/v1/appointments/:id', (request, response) => {
    const ifVersion = versionOf(request.get('if-match'));
    sendAppointment(response, present(book.change(request.params.id, ifVersion, check(patchSchema, request.body))));
  });

  router.post('/v1/appointments/:id/cancel', (request, response) => {
    const { reason } = check(cancelSchema, request.body ?? {});
    sendAppointment(response, present(book.cancel(request.params.id, reason)));
  });

  router.use((request) => {
    throw new Refusal(404, 'no_such_path', `nothing answers ${request.method} ${request.path}`);
  });
  router.use(sendError);
  return router;
}

function sendAppointment(response: Response, appointment: WireAppointment): void {
  response.set('ETag', `"${appointment.version}"`).json(appointment);
}

function requireKey(apiKeys: readonly string[]) {
  const known = apiKeys.map(sha256);
  return (request: Request, _response: Response, next: NextFunction) => {
    const [, key = ''] = /^Bearer (\S+)$/.exec(request.get('authorization') ?? '') ?? [];
    const given = sha256(key);
    if (!known.some((each) => timingSafeEqual(each, given))) {
      throw new Refusal(401, 'unauthorized', 'a valid Bearer key is required');
    }
    next();
  };
}

function requireTenant(request: Request, _response: Response, next: NextFunction): void {
  if (!request.get('x-tenant-id')) throw new Refusal(400, 'tenant_required', 'X-Tenant-Id is required');
  next();
}

function versionOf(ifMatch: string | undefined): number {
  if (ifMatch === undefined) throw new Refusal(428, 'precondition_required', 'If-Match is required');
  const [, version] = /^"?(\d+)"?$/.exec(ifMatch) ?? [];
  if (version === undefined) throw new Refusal(400, 'malformed', 'If-Match must be a version in quotes');
  return Number(version);
}

function check<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const checked = schema.safeParse(input);
  if (checked.success) return checked.data;
  const issues = checked.error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`);
  throw new Refusal(422, 'validation', issues.join('; '));
}

function answerOf(act: () => Answer): Answer {
  try {
    return act();
  } catch (error) {
    if (error instanceof Refusal) return { status: error.status, body: errorBody(error.code, error.message) };
    throw error;
  }
}

// Express knows an error handler by its four parameters.
function sendError(error: unknown, _request: Request, response: Response, next: NextFunction): void {
  if (error instanceof Refusal) {
    response.status(error.status).json(errorBody(error.code, error.message));
    return;
  }
  const status = (error as { status?: unknown }).status;
  if (typeof status === 'number' && status >= 400 && status < 500) {
    response.status(status).json(errorBody('malformed', 'the body cannot be read'));
    return;
  }
  next(error);
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
