import { connectGoogle, type GoogleClient } from '@dovetail/core/adapters/google-calendar/google-client.ts';
import { parseUScheduleWebhook } from '@dovetail/core/adapters/uschedule/uschedule-webhook.ts';
import type { SyncDeps } from '@dovetail/core/sync/deps.ts';
import type { AppDeps } from '@dovetail/run-service/app-deps.ts';
import { answerErrors } from '@dovetail/run-service/middleware/answer-errors.ts';
import { requestId } from '@dovetail/run-service/middleware/request-id.ts';
import { calendarPushRoutes } from '@dovetail/run-service/routes/calendar-push.ts';
import { uscheduleWebhookRoutes } from '@dovetail/run-service/routes/uschedule-webhook.ts';
import express, { type Response as ExpressResponse, type RequestHandler } from 'express';
import type { calendar_v3 } from 'googleapis/build/src/apis/calendar/v3.js';
import { Webhook } from 'standardwebhooks';
import { cutAnswer } from '../cut-answer.ts';
import { createApiRoutes, sendApiError } from '../google/api-routes.ts';
import { AccessTokens } from '../google/caller.ts';
import { injectedError } from '../google/google-error.ts';
import { RequestLog } from '../google/request-log.ts';
import { TokenEndpoint } from '../google/token-endpoint.ts';
import { type Listening, listen } from '../studio/listen.ts';
import { LOCAL_WEBHOOK_SECRET } from '../studio/seed.ts';
import { createServiceAccount } from '../studio/service-account.ts';
import type { AppointmentBook } from '../uschedule/appointment-book.ts';
import { IdempotentAnswers } from '../uschedule/idempotent-answers.ts';
import { errorBody } from '../uschedule/refusal.ts';
import { createUScheduleRoutes } from '../uschedule/routes.ts';
import type { Flight } from './flights.ts';
import type { Reach } from './reach.ts';
import type { SimulatedGoogle } from './simulated-google.ts';
import type { VirtualTime } from './virtual-time.ts';
import type { Fate, Place } from './weather.ts';

/** Carries what becomes of a request to whoever answers it. */
const FATE = 'x-simulated-fate';
/** Names the process that is to receive a webhook or push. */
const PROCESS = 'x-simulated-process';
const USCHEDULE_KEY = 'key';

type Parameters = Record<string, unknown>;
type Options = { readonly headers?: Record<string, string> };

/** A notice on its way to one of our processes. */
export interface Notice {
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
}

/**
 * The same world over HTTP on the loopback interface: Google's own client and `fetch` on our side, the simulators' servers
 * on the other, and run-service's routes for what they tell us. Virtual time stands still while a request is on its way.
 */
export class Wire {
  readonly url: string;
  readonly #server: Listening;
  readonly #time: VirtualTime;
  readonly #connect: () => Promise<GoogleClient>;
  /** What the processes that receive notices work with. */
  readonly #processes: Map<string, SyncDeps>;
  readonly #signer = new Webhook(LOCAL_WEBHOOK_SECRET);
  #notices = 0;

  private constructor(server: Listening, time: VirtualTime, processes: Map<string, SyncDeps>, account: Account) {
    this.url = server.url;
    this.#server = server;
    this.#time = time;
    this.#processes = processes;
    this.#connect = connectGoogle({
      credentials: account,
      rootUrl: `${server.url}/google`,
      tokenUrl: `${server.url}/google/token`,
      userAgent: { product: 'dovetail', version: 'simulated' },
    });
  }

  /** Serves a world's simulators, and whoever is told to receive their notices. */
  static async open(time: VirtualTime, google: SimulatedGoogle, book: AppointmentBook): Promise<Wire> {
    const account = createServiceAccount();
    const processes = new Map<string, SyncDeps>();
    const app = express().disable('x-powered-by');
    app.use('/google', googleRoutes(google, account));
    const routes = createUScheduleRoutes({ book, answers: new IdempotentAnswers(time), apiKeys: [USCHEDULE_KEY] });
    app.use('/uschedule', meetFate(failAsUSchedule), routes);
    app.use('/service', (request, response, next) => {
      const deps = processes.get(request.get(PROCESS) ?? '');
      if (!deps) throw new TypeError('A notice came for a process that is not there.');
      serviceRoutes(deps)(request, response, next);
    });
    return new Wire(await listen(app, 0), time, processes, account);
  }

  /** Google's own client as one process has it. What becomes of each call is drawn by `reach` and done by the server. */
  async googleOver(reach: Reach): Promise<GoogleClient> {
    const { api, callOptions, forgetToken } = await this.#connect();
    const send =
      (of: object, name: string) =>
      (parameters: Parameters, options: Options = {}) =>
        this.#send('google', reach, (fate) => {
          const call = (of as Record<string, Call>)[name] as Call;
          return call.call(of, parameters, { ...options, headers: { ...options.headers, [FATE]: fate } });
        });
    const names = ['list', 'get', 'insert', 'patch', 'delete', 'instances', 'watch'];
    const events = Object.fromEntries(names.map((name) => [name, send(api.events, name)]));
    const wrapped = { events, channels: { stop: send(api.channels, 'stop') } } as unknown as calendar_v3.Calendar;
    return { api: wrapped, callOptions, forgetToken };
  }

  /** `fetch` by which one process reaches USchedule. */
  fetchOver(reach: Reach): typeof fetch {
    return (input, init = {}) =>
      this.#send('uschedule', reach, (fate) => {
        const headers = new Headers(init.headers);
        headers.set(FATE, fate);
        return whole(fetch(input, { ...init, headers }));
      });
  }

  /** Makes a request, which takes along what is to become of it. */
  #send<T>(place: Place, reach: Reach, request: (fate: string) => Promise<T>): Promise<T> {
    let told = '';
    return reach(place, {
      hears: (fate, status) => {
        told = `${fate} ${status}`;
      },
      act: () => this.#time.flights.track(request(told)),
    });
  }

  /** A webhook of USchedule, signed. */
  webhook(id: string, bookingId: string): Notice {
    const body = JSON.stringify({
      type: 'appointment.updated',
      timestamp: new Date().toISOString(),
      data: { id: bookingId },
    });
    const sentAt = new Date();
    const headers = {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(sentAt.getTime() / 1000)),
      'webhook-signature': this.#signer.sign(id, sentAt, body),
    };
    return { path: '/webhook/uschedule/loft', headers, body };
  }

  /** Has a process receive a notice. @throws Error when it does not take it. */
  async deliver({ path, headers, body }: Notice, depsOf: (flight: Flight) => SyncDeps): Promise<void> {
    const flight = this.#time.flights.begin();
    const id = String(++this.#notices);
    this.#processes.set(id, depsOf(flight));
    try {
      const sent = fetch(`${this.url}/service${path}`, {
        method: 'POST',
        headers: { ...headers, [PROCESS]: id },
        ...(body !== undefined && { body }),
      });
      const { status } = await whole(sent);
      if (status >= 300) throw new Error(`answered with ${status}`);
    } finally {
      flight.end();
      this.#processes.delete(id);
    }
  }

  close(): Promise<void> {
    return this.#server.close();
  }
}

type Account = ReturnType<typeof createServiceAccount>;
type Call = (parameters: Parameters, options: Options) => Promise<unknown>;

function googleRoutes(google: SimulatedGoogle, account: Account): express.Router {
  const tokens = new AccessTokens();
  const endpoint = new TokenEndpoint(account, tokens);
  const router = express.Router();
  router.post('/token', express.urlencoded(), (request, response) => endpoint.answer(request, response));
  const faults = meetFate((response, status) => {
    if (status === 429) response.set('Retry-After', '2');
    sendApiError(response, injectedError(status));
  });
  const { methods } = google;
  router.use(createApiRoutes({ methods, tokens, log: new RequestLog(), faults, onWritten: async () => undefined }));
  return router;
}

/** As much of run-service as receives notices. */
function serviceRoutes(deps: SyncDeps): express.Express {
  const secrets = { get: async () => LOCAL_WEBHOOK_SECRET };
  const all = { ...deps, secrets, parseUScheduleWebhook } as unknown as AppDeps;
  const app = express();
  return app.use(requestId(deps.newId), uscheduleWebhookRoutes(all), calendarPushRoutes(all), answerErrors);
}

function meetFate(fail: (response: ExpressResponse, status: number) => void): RequestHandler {
  return (request, response, next) => {
    const [fate, status] = (request.get(FATE) ?? 'answered').split(' ') as [Fate, string | undefined];
    if (fate === 'refused') return fail(response, Number(status));
    if (fate === 'answer-lost') cutAnswer(response, 0);
    next();
  };
}

function failAsUSchedule(response: ExpressResponse, status: number): void {
  if (status === 429) response.set('Retry-After', '2');
  response.status(status).json(errorBody(`http_${status}`, 'simulated'));
}

/** An answer that has come to its end. */
async function whole(coming: Promise<Response>): Promise<Response> {
  const response = await coming;
  const body = await response.arrayBuffer();
  return new Response(body.byteLength === 0 ? null : body, response);
}
