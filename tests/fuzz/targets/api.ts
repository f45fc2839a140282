import { inspect } from 'node:util';
import fc from 'fast-check';
import { Finding } from '../finding.ts';
import { type ApiRequest, apiRequest, bytesOfBody } from '../inputs/api-request.ts';
import { shownIcs } from '../inputs/ics-bytes.ts';
import { changedJson } from '../inputs/odd-json.ts';
import { shownText } from '../inputs/odd-text.ts';
import { BEGINNINGS, begin } from '../service/begin-business.ts';
import { parsed } from '../service/check-answer.ts';
import { type FuzzedService, openFuzzedService } from '../service/fuzzed-service.ts';
import { type FuzzedTenant, openFuzzedTenant, RESOURCES } from '../service/fuzzed-tenant.ts';
import { LISTS, type Look, lookAround } from '../service/look-around.ts';
import { SECRET } from '../service/secrets.ts';
import type { Probe, Target } from '../target.ts';

/** Some requests to one business that is under way. */
export interface ApiInput {
  readonly hasSystems: boolean;
  readonly beginnings: readonly (keyof typeof BEGINNINGS)[];
  readonly requests: readonly ApiRequest[];
  readonly look: Look;
}

const inputs: fc.Arbitrary<ApiInput> = fc.record({
  hasSystems: fc.constantFrom(false, false, true),
  beginnings: fc.subarray(Object.keys(BEGINNINGS) as (keyof typeof BEGINNINGS)[]),
  requests: fc.array(apiRequest, { minLength: 1, maxLength: 8 }),
  look: fc.record({ lists: fc.subarray([...LISTS], { maxLength: 3 }), resourceId: fc.constantFrom(...RESOURCES) }),
});

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
  const tenant = await openFuzzedTenant(service, hasSystems);
  const pool = await begin(beginnings, tenant, service);
  for (const request of requests) {
    await probe.time(request.operation.id, () => ask(request, tenant, pool, service));
    await probe.time(`tasks after ${request.operation.id}`, () => service.work());
    service.checkLog();
  }
  await lookAround(look, tenant, service);
}

async function ask(request: ApiRequest, tenant: FuzzedTenant, pool: string[], service: FuzzedService): Promise<void> {
  const { operation, role, headers } = request;
  const fill = (text: string) =>
    text
      .replace(/base64:⟦(\d+)⟧/g, (_, index) =>
        Buffer.from(pool[Number(index) % pool.length] ?? '').toString('base64url'),
      )
      .replace(/⟦(\d+)⟧/g, (_, index) => pool[Number(index) % pool.length] ?? 'none')
      .replaceAll('⟦calendar⟧', tenant.calendarId);
  const { bytes, contentType } = bytesOfBody(request.body, fill);
  const key = role === 'wrong' ? `${SECRET}-wrong` : role === 'none' ? undefined : tenant.key(role);
  const given = new Set(headers.map(([name]) => name.toLowerCase()));
  const answer = await service.client.send({
    method: operation.method.toUpperCase(),
    target: targetOf(request, fill),
    headers: [
      ...(key === undefined ? [] : [['Authorization', `Bearer ${key}`] as const]),
      ...(contentType === undefined || given.has('content-type') ? [] : [['Content-Type', contentType] as const]),
      ...headers.map(([name, value]) => [name, Buffer.from(value, 'utf8').toString('latin1')] as const),
    ],
    ...(bytes !== undefined && { body: bytes }),
  });
  if (!answer) return;
  service.checkAnswerTo(operation.id, answer);
  if (answer.status >= 300) return;
  const body = parsed(answer.body);
  const isOtherForm = !/json/.test(answer.headers['content-type'] ?? 'json');
  if (answer.status === operation.status && operation.response && !isOtherForm) {
    const result = operation.response.safeParse(body);
    if (!result.success) throw new Finding(`${operation.id} answers otherwise than it says`, result.error.message);
  }
  collectIds(body, pool);
}

/** Ids that later requests may name. */
function collectIds(value: unknown, pool: string[]): void {
  if (value === null || typeof value !== 'object' || pool.length > 60) return;
  for (const [key, each] of Object.entries(value)) {
    if (/^(id|\w+Id)$/.test(key) && typeof each === 'string' && !pool.includes(each)) pool.push(each);
    else collectIds(each, pool);
  }
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
