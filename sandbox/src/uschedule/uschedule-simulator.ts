import express, { type Request, type RequestHandler, type Response, type Router } from 'express';
import { type Faults, meetFaults } from '../faults.ts';
import type { StudioClock } from '../studio-clock.ts';
import { type Appointment, draftSchema, toWire, type UScheduleResource, type WireAppointment } from './appointment.ts';
import { AppointmentBook } from './appointment-book.ts';
import { IdempotentAnswers } from './idempotent-answers.ts';
import { errorBody } from './refusal.ts';
import { createUScheduleRoutes } from './routes.ts';
import { type Delivery, type DeliveryAttempt, WebhookSender } from './webhook-sender.ts';

/** The key that callers from outside the studio may always use. */
export const SANDBOX_USCHEDULE_KEY = 'sandbox-uschedule-key';

/** The two bays of the studio. */
export const STUDIO_BAYS: readonly UScheduleResource[] = [
  { id: '1', name: 'Bay 1', timeZone: 'America/New_York' },
  { id: '2', name: 'Bay 2', timeZone: 'America/New_York' },
];

export interface UScheduleOptions {
  readonly clock: StudioClock;
  readonly faults: Faults;
  /** Where webhooks go; asked anew for each. Absent: none are sent. */
  readonly webhookUrl?: string | (() => string | undefined);
  /** `whsec_…` */
  readonly webhookSecret: string;
  /** Accepted beside `SANDBOX_USCHEDULE_KEY`. */
  readonly apiKey: string;
  /** The studio's two bays when absent. */
  readonly resources?: readonly UScheduleResource[];
}

/** An appointment to begin with; times are RFC 3339. */
export interface AppointmentSeed {
  readonly resource_id: string;
  readonly start: string;
  readonly end: string;
  readonly title?: string;
  readonly customer?: { readonly id?: string; readonly name: string };
  readonly status?: 'pending' | 'confirmed';
}

/** One request the simulator got; `status` is what was answered, undefined when the connection was cut. */
export interface RequestRecord {
  readonly method: string;
  readonly path: string;
  readonly status: number | undefined;
}

/** State as JSON: appointments, locks, idempotent answers, and webhooks not yet taken. */
export interface UScheduleSnapshot {
  readonly book: ReturnType<AppointmentBook['state']>;
  readonly answers: ReturnType<IdempotentAnswers['state']>;
  readonly webhooks: ReturnType<WebhookSender['state']>;
}

/** What tests and the studio can do to the simulator behind its API. */
export interface UScheduleControl {
  /** Adds appointments without a webhook. @throws Refusal as the API would. */
  seedAppointments(seeds: readonly AppointmentSeed[]): WireAppointment[];
  /** Every appointment, cancelled ones included, as the API would answer it. */
  appointments(): WireAppointment[];
  /** From now on the appointment can be neither changed nor cancelled (`locked`), until unlocked. */
  lock(id: string, locked?: boolean): void;
  setDelivery(delivery: Delivery): void;
  /** Keeps webhooks back, so that they can be released in another order. */
  holdWebhooks(): void;
  /** Delivers the held webhooks one by one; resolves when each had its first attempt. */
  releaseWebhooks(order?: 'oldest-first' | 'newest-first'): Promise<void>;
  deliveryAttempts(): readonly DeliveryAttempt[];
  /** The last thousand requests, oldest first. */
  requestLog(): readonly RequestRecord[];
  snapshot(): UScheduleSnapshot;
  restore(snapshot: UScheduleSnapshot): void;
}

const KEPT_REQUESTS = 1_000;

/**
 * A booking system that keeps the contract we propose to USchedule, which publishes none: optimistic versions,
 * idempotent creation, no two appointments at one time on a resource, thin signed webhooks with retries. Mount the
 * router at `/uschedule`; the API is below `/v1`. It holds one business, which any `X-Tenant-Id` names.
 */
export function createUScheduleSimulator(options: UScheduleOptions): { router: Router; control: UScheduleControl } {
  const { clock, webhookUrl } = options;
  const url = typeof webhookUrl === 'function' ? webhookUrl : () => webhookUrl;
  const webhooks = new WebhookSender({ clock, url, secret: options.webhookSecret });
  const book = new AppointmentBook(options.resources ?? STUDIO_BAYS, clock, (change, appointment) =>
    webhooks.announce(change, appointment),
  );
  const answers = new IdempotentAnswers(clock);
  const requests: RequestRecord[] = [];
  const router = express.Router();
  router.use(recordRequests(requests));
  router.use(meetFaults(options.faults, 'uschedule', clock, sendFault));
  router.use(createUScheduleRoutes({ book, answers, apiKeys: [SANDBOX_USCHEDULE_KEY, options.apiKey] }));
  const present = (appointment: Appointment) => toWire(appointment, book.zoneOf(appointment.resource_id));
  const control: UScheduleControl = {
    seedAppointments: (seeds) =>
      seeds.map((seed) => present(book.create(draftSchema.parse(seed), { announce: false }))),
    appointments: () => book.state().appointments.map(present),
    lock: (id, locked = true) => book.setLocked(id, locked),
    setDelivery: (delivery) => webhooks.setDelivery(delivery),
    holdWebhooks: () => webhooks.hold(),
    releaseWebhooks: (order = 'oldest-first') => webhooks.release(order),
    deliveryAttempts: () => webhooks.attempts(),
    requestLog: () => requests,
    snapshot: () => structuredClone({ book: book.state(), answers: answers.state(), webhooks: webhooks.state() }),
    restore: (snapshot) => {
      book.load(snapshot.book);
      answers.load(snapshot.answers);
      webhooks.load(snapshot.webhooks);
    },
  };
  return { router, control };
}

function recordRequests(requests: RequestRecord[]): RequestHandler {
  return (request: Request, response: Response, next) => {
    const { method, path } = request;
    response.once('close', () => {
      requests.push({ method, path, status: response.writableFinished ? response.statusCode : undefined });
      if (requests.length > KEPT_REQUESTS) requests.shift();
    });
    next();
  };
}

function sendFault(response: Response, status: number, reason: string | undefined): void {
  if (status === 429 && !response.hasHeader('Retry-After')) response.set('Retry-After', '1');
  response.status(status).json(errorBody(reason ?? `http_${status}`, 'injected fault'));
}
