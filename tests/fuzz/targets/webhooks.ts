import { bookingWebhookSchema } from '@dovetail/run-service/schemas/booking-webhook.ts';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { z } from 'zod';
import { Finding } from '../finding.ts';
import { changedJson, type Json, type JsonChange, jsonChanges } from '../inputs/odd-json.ts';
import { oddText, shownText } from '../inputs/odd-text.ts';
import { type JsonSchema, ofSchema, type Schemas } from '../inputs/of-schema.ts';
import { type FuzzedService, openFuzzedService } from '../service/fuzzed-service.ts';
import { type FuzzedTenant, openFuzzedTenant, RESOURCES } from '../service/fuzzed-tenant.ts';
import { LISTS, type Look, lookAround } from '../service/look-around.ts';
import { SIGNING_KEY } from '../service/secrets.ts';
import type { Probe, Target } from '../target.ts';

/** One delivery, as a sender makes it. */
interface Delivery {
  readonly system: string;
  readonly value: Json;
  readonly changes: readonly JsonChange[];
  readonly id: string;
  /** How its timestamp is written. */
  readonly timestamp: 'now' | 'old' | string;
  readonly signed: 'well' | 'by another' | 'thrice' | 'v2' | 'nothing' | string;
  readonly headers: readonly (readonly [string, string])[];
  readonly damage: 'none' | 'mark' | 'bytes' | 'half';
}

interface WebhookInput {
  readonly deliveries: readonly Delivery[];
  readonly look: Look;
}

const bookingSchema = z.toJSONSchema(bookingWebhookSchema, { io: 'input', unrepresentable: 'any' }) as JsonSchema & {
  readonly $defs?: Schemas;
};
const wanted = ofSchema(bookingSchema, bookingSchema.$defs ?? {});
/** As the schema has it, but for what says when and where, of which most would be refused. */
const likely = fc
  .record({
    value: wanted,
    type: fc.constantFrom('booking.created', 'booking.updated', 'booking.cancelled'),
    id: fc.oneof(fc.constantFrom('b1', 'b2', '/', '__proto__', 'a~b', '..'), oddText),
    resourceId: fc.constantFrom('one', 'nights', 'bay-1', 'room', 'constructor', 'nowhere'),
    version: fc.constantFrom(0, 1, 2, 3, 2 ** 53 - 1),
  })
  .map(({ value, type, id, resourceId, version }) => {
    const { data, ...rest } = value as { readonly data: object };
    const status = type === 'booking.cancelled' ? { status: 'cancelled' } : {};
    return { ...rest, type, data: { ...data, id, resourceId, version, ...status } } as Json;
  });
const thin = fc
  .record({
    type: fc.constantFrom('appointment.created', 'appointment.updated', 'appointment.cancelled'),
    id: fc.oneof(fc.constantFrom<Json>('a1', 1, 2 ** 53, -1), oddText),
    version: fc.option(fc.nat(), { nil: undefined }),
  })
  .map(({ type, id, version }) => ({ type, data: { id, ...(version !== undefined && { version }) } }) as Json);

const delivery: fc.Arbitrary<Delivery> = fc
  .constantFrom('bookings', 'bookings', 'bookings', 'uschedule')
  .chain((kind) =>
    fc.record({
      system:
        kind === 'uschedule'
          ? fc.constant('uschedule')
          : fc.oneof(
              { weight: 8, arbitrary: fc.constant('app') },
              { weight: 1, arbitrary: fc.constantFrom('uschedule', 'nobody', '%00', '..%2f', '__proto__') },
            ),
      value: kind === 'uschedule' ? thin : fc.oneof({ weight: 4, arbitrary: likely }, { weight: 1, arbitrary: wanted }),
      changes: jsonChanges,
      id: fc.oneof(
        { weight: 4, arbitrary: fc.constantFrom('msg_1', 'msg_2', 'msg_3') },
        { weight: 1, arbitrary: oddText },
      ),
      timestamp: fc.oneof(
        { weight: 8, arbitrary: fc.constant('now') },
        { weight: 1, arbitrary: fc.constantFrom('old', '', '0', '-1', '1e9', 'NaN', '99999999999999999999', 'x') },
      ),
      signed: fc.oneof(
        { weight: 8, arbitrary: fc.constant('well') },
        {
          weight: 1,
          arbitrary: fc.constantFrom(
            'by another',
            'thrice',
            'v2',
            'nothing',
            'v1,',
            'v1',
            ',',
            'v1,%%%',
            'x '.repeat(2_000),
          ),
        },
      ),
      headers: fc.array(
        fc.constantFrom(
          ['Content-Type', 'text/plain'],
          ['Content-Encoding', 'gzip'],
          ['Webhook-Id', 'other'],
          ['X-Request-Id', 'x'.repeat(2_000)],
        ) as fc.Arbitrary<readonly [string, string]>,
        { maxLength: 1 },
      ),
      damage: fc.oneof(
        { weight: 8, arbitrary: fc.constant('none' as const) },
        { weight: 1, arbitrary: fc.constantFrom('mark', 'bytes', 'half') },
      ),
    }),
  );

const inputs: fc.Arbitrary<WebhookInput> = fc.record({
  deliveries: fc.array(delivery, { minLength: 1, maxLength: 8 }),
  look: fc.record({ lists: fc.subarray([...LISTS], { maxLength: 2 }), resourceId: fc.constantFrom(...RESOURCES) }),
});

/** What booking systems send, signed as it should be or otherwise; what is taken is worked on. */
export const webhooks: Target<WebhookInput> = {
  async open() {
    const service = await openFuzzedService();
    return {
      inputs,
      play: (input, probe) => play(input, service, probe),
      show: ({ deliveries }) => deliveries.map(shown).join('\n    '),
      close: () => service.close(),
    };
  },
};

async function play({ deliveries, look }: WebhookInput, service: FuzzedService, probe: Probe): Promise<void> {
  const tenant = await openFuzzedTenant(service, true);
  for (const each of deliveries) {
    await probe.time(`delivery of ${each.system}`, () => deliver(each, tenant, service));
    await probe.time(`tasks after ${each.system}`, () => service.work());
    service.checkLog();
  }
  await expectTaken(tenant, service);
  await lookAround(look, tenant, service);
}

async function deliver(what: Delivery, tenant: FuzzedTenant, service: FuzzedService): Promise<number | undefined> {
  const body = bodyOf(what);
  const path =
    what.system === 'uschedule' ? `/webhook/uschedule/${tenant.id}` : `/webhook/bookings/${tenant.id}/${what.system}`;
  const given = new Set(what.headers.map(([name]) => name.toLowerCase()));
  const answer = await service.client.send({
    method: 'POST',
    target: path,
    headers: [
      ...(given.has('content-type') ? [] : [['Content-Type', 'application/json'] as const]),
      ...signatureOf(what, body).filter(([name]) => !given.has(name)),
      ...what.headers,
    ],
    body,
  });
  if (answer) service.checkAnswerTo(`the webhook of ${what.system}`, answer);
  return answer?.status;
}

/** After whatever else was sent, a booking that is sent as it should be is taken and stands. */
async function expectTaken(tenant: FuzzedTenant, service: FuzzedService): Promise<void> {
  const { documents, store } = service.deps;
  const status = await deliver(
    {
      system: 'app',
      value: {
        type: 'booking.created',
        timestamp: '2027-05-01T08:00:00Z',
        data: {
          id: 'the-last',
          resourceId: 'bay-2',
          start: '2027-05-20T10:00:00Z',
          end: '2027-05-20T11:00:00Z',
          status: 'confirmed',
          version: 1,
        },
      },
      changes: [],
      ...{ id: 'msg_last', timestamp: 'now', signed: 'well', headers: [], damage: 'none' },
    },
    tenant,
    service,
  );
  await service.work();
  service.checkLog();
  const where = [{ field: 'resourceId', op: '==', value: 'bay-2' }] as const;
  const events = await store.events.query(documents, tenant.id, { where });
  if (status === 202 && events.some(({ source }) => source.externalUid === 'the-last')) return;
  throw new Finding('a booking is lost after others were sent', `answered ${status}`);
}

function bodyOf({ value, changes, damage }: Delivery): Buffer {
  const body = Buffer.from(JSON.stringify(changedJson(value, changes)));
  switch (damage) {
    case 'none':
      return body;
    case 'mark':
      return Buffer.concat([Buffer.from('\uFEFF'), body]);
    case 'bytes':
      return Buffer.concat([body.subarray(0, body.length - 3), Buffer.from([0xff, 0xc0]), body.subarray(-3)]);
    case 'half':
      return body.subarray(0, body.length / 2);
  }
}

function signatureOf({ id, timestamp, signed }: Delivery, body: Buffer): [string, string][] {
  const at = new Date(Date.now() - (timestamp === 'old' ? 3_600_000 : 0));
  const seconds = timestamp === 'now' || timestamp === 'old' ? String(Math.floor(at.getTime() / 1000)) : timestamp;
  const wireId = Buffer.from(id, 'utf8').toString('latin1');
  const sign = (key: string) => new Webhook(key).sign(wireId.trim(), at, body as unknown as string);
  const ways = new Map<string, () => string>(
    Object.entries({
      well: () => sign(SIGNING_KEY),
      'by another': () => sign(`whsec_${Buffer.alloc(32, 1).toString('base64')}`),
      thrice: () => [sign(SIGNING_KEY), 'v1,AAAA', sign(SIGNING_KEY)].join(' '),
      v2: () => sign(SIGNING_KEY).replace('v1,', 'v2,'),
      nothing: () => '',
    }),
  );
  return [
    ['webhook-id', wireId],
    ['webhook-timestamp', seconds],
    ['webhook-signature', ways.get(signed)?.() ?? signed],
  ];
}

function shown({ value, changes, ...rest }: Delivery): string {
  return `${shownText(JSON.stringify(rest))} ${shownText(JSON.stringify(changedJson(value, changes)))}`;
}
