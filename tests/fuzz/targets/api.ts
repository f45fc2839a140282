import { inspect } from 'node:util';
import fc from 'fast-check';
import { Finding } from '../finding.ts';
import { type ApiRequest, apiRequest, bytesOfBody } from '../inputs/api-request.ts';
import { shownIcs } from '../inputs/ics-bytes.ts';
import { changedJson } from '../inputs/odd-json.ts';
import { shownText } from '../inputs/odd-text.ts';
import { BEGINNINGS, begin, beginningsFor } from '../service/begin-business.ts';
import { parsed } from '../service/check-answer.ts';
import { type FuzzedService, openFuzzedService } from '../service/fuzzed-service.ts';
import { type FuzzedTenant, openFuzzedTenant, RESOURCES } from '../service/fuzzed-tenant.ts';
import { keepLeftovers } from '../service/keep-leftovers.ts';
import { collectionOf, KnownIds } from '../service/known-ids.ts';
import { LISTS, type Look, lookAround, lookAt } from '../service/look-around.ts';
import { SECRET } from '../service/secrets.ts';
import type { WireAnswer, WireRequest } from '../service/wire-client.ts';
import type { Probe, Target } from '../target.ts';

/** Some requests to one business that is under way. */
export interface ApiInput {
  readonly hasSystems: boolean;
  readonly beginnings: readonly (keyof typeof BEGINNINGS)[];
  readonly requests: readonly ApiRequest[];
  readonly look: Look;
}

const inputs: fc.Arbitrary<ApiInput> = fc.record({
  hasSystems: fc.constantFrom(false, false, false, false, true),
  beginnings: fc.subarray(Object.keys(BEGINNINGS) as (keyof typeof BEGINNINGS)[]),
  requests: fc.array(apiRequest, { minLength: 1, maxLength: 8 }),
  look: fc.record({ lists: fc.subarray([...LISTS], { maxLength: 3 }), resourceId: fc.constantFrom(...RESOURCES) }),
});

/** What followed from what was done in the beginning is known from these. */
const KNOWN_FROM = [
  '/v1/resources/room/events',
  '/v1/runs',
  '/v1/conflicts',
  '/v1/keys',
  '/v1/booking-systems',
] as const;

/** Every operation of `/v1`, over HTTP; after each request its tasks are done, and after all the business can still be looked at. */
export const api: Target<ApiInput> = {
  async open() {
    const service = await openFuzzedService();
    return {
      inputs,
      play: (input, probe) => play(input, service, probe),
      show: ({ requests, ...rest }) => [inspect(rest), ...requests.map(shownRequest)].join('\n    '),
      close: () => service.close(),
    };
  },
};

async function play(
  { hasSystems, beginnings, requests, look }: ApiInput,
  service: FuzzedService,
  probe: Probe,
): Promise<void> {
  // Ids in addresses name what is there, most of the time.
  const collections = requests
    .filter(({ params }) => Object.values(params).some((value) => value.includes('⟦')))
    .map(({ operation }) => collectionOf(operation.path));
  const tenant = await openFuzzedTenant(service, hasSystems || collections.includes('booking-systems'));
  const ids = new KnownIds(tenant);
  const done = beginningsFor(collections, beginnings);
  for (const { path, answer } of await begin(done, tenant, service)) ids.take(answer, path);
  for (const list of KNOWN_FROM) ids.take(await lookAt(list, tenant, service), list);
  if (collections.some((each) => each === 'dead-letters' || each === 'proposals')) {
    await keepLeftovers(ids, tenant, service);
  }
  if (done.includes('webhook')) {
    const deliveries = `/v1/webhooks/${ids.pick('webhooks', 0)}/deliveries`;
    ids.take(await lookAt(deliveries, tenant, service), deliveries);
  }
  for (const request of requests) {
    const wire = wireOf(request, tenant, ids);
    const answer = await probe.time(request.operation.id, () => service.client.send(wire));
    if (answer) takeAnswer(request, answer, ids, service);
    await probe.time(`tasks after ${request.operation.id}`, () => service.work());
    service.checkLog();
  }
  await lookAround(look, tenant, service);
}

function wireOf(request: ApiRequest, tenant: FuzzedTenant, ids: KnownIds): WireRequest {
  const { operation, role, headers } = request;
  const fill = (text: string) => ids.fill(text, operation.path);
  const { bytes, contentType } = bytesOfBody(request.body, fill);
  const key = role === 'wrong' ? `${SECRET}-wrong` : role === 'none' ? undefined : tenant.key(role);
  const given = new Set(headers.map(([name]) => name.toLowerCase()));
  return {
    method: operation.method.toUpperCase(),
    target: targetOf(request, fill),
    headers: [
      ...(key === undefined ? [] : [['Authorization', `Bearer ${key}`] as const]),
      ...(contentType === undefined || given.has('content-type') ? [] : [['Content-Type', contentType] as const]),
      ...headers.map(([name, value]) => [name, Buffer.from(value, 'utf8').toString('latin1')] as const),
    ],
    ...(bytes !== undefined && { body: bytes }),
  };
}

function takeAnswer(request: ApiRequest, answer: WireAnswer, ids: KnownIds, service: FuzzedService): void {
  const { operation } = request;
  service.checkAnswerTo(operation.id, answer);
  if (answer.status >= 300) return;
  const body = parsed(answer.body);
  if (isOfOperation(request, answer)) {
    const result = operation.response?.safeParse(body);
    if (result?.success === false)
      throw new Finding(`${operation.id} answers otherwise than it says`, result.error.message);
  }
  ids.take(body, operation.path);
}

/** An id that is empty, or goes as it is, may make it the address of another operation; some answer in another form. */
function isOfOperation({ operation, isRaw, params }: ApiRequest, { status, headers }: WireAnswer): boolean {
  const isItsAddress = !isRaw && Object.values(params).every((value) => value !== '');
  return isItsAddress && status === operation.status && /json/.test(headers['content-type'] ?? 'json');
}

function targetOf({ operation, params, isRaw, query }: ApiRequest, fill: (text: string) => string): string {
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = fill(params[name] ?? '');
    return isRaw ? value : encoded(value);
  });
  const search = query.map(
    ([name, value]) => `${encoded(name)}=${encoded(fill(typeof value === 'string' ? value : JSON.stringify(value)))}`,
  );
  return search.length === 0 ? path : `${path}?${search.join('&')}`;
}

function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

function shownRequest({ operation, params, isRaw, query, body, role, headers }: ApiRequest): string {
  const shown = {
    ...params,
    ...(isRaw && { isRaw }),
    ...(query.length > 0 && { query }),
    ...(headers.length > 0 && { headers }),
  };
  return `${operation.id} as ${role} ${shownText(JSON.stringify(shown))} ${shownBody(body)}`;
}

function shownBody(body: ApiRequest['body']): string {
  if (body.type === 'json') return `${body.sent} ${shownText(JSON.stringify(changedJson(body.value, body.changes)))}`;
  if (body.type === 'bytes') return `${body.contentType} ${shownText(Buffer.from(body.bytes).toString('latin1'))}`;
  return body.type === 'file' ? `${shownIcs(body.ics)} ${JSON.stringify(body.form ?? {})}` : '';
}
