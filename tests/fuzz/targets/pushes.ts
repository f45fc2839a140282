import { channelToken } from '@dovetail/core/sync/channel-token.ts';
import fc from 'fast-check';
import { Finding } from '../finding.ts';
import { oddText, shownText } from '../inputs/odd-text.ts';
import { begin } from '../service/begin-business.ts';
import { type FuzzedService, openFuzzedService } from '../service/fuzzed-service.ts';
import { type FuzzedTenant, openFuzzedTenant } from '../service/fuzzed-tenant.ts';
import { CHANNEL_KEY } from '../service/secrets.ts';
import type { Probe, Target } from '../target.ts';

/** A push, as headers say it (Google Calendar API, "Push notifications"). */
interface PushInput {
  /** `mine` stands for the channel of a binding, or its token. */
  readonly channelId: string;
  readonly token: string;
  readonly state: string;
  readonly others: readonly (readonly [string, string])[];
  readonly body: string;
  readonly method: string;
}

const MINE = 'mine';
const anything = fc.oneof(
  oddText,
  fc.constantFrom('x'.repeat(5_000), '.', '..', '.'.repeat(3_000), 'a.b.', 'a.b.AAAA', '....', '\u00ff'),
);
const header = fc.tuple(
  fc.constantFrom(
    'X-Goog-Channel-ID',
    'X-Goog-Channel-Token',
    'X-Goog-Resource-State',
    'X-Goog-Message-Number',
    'X-Goog-Resource-ID',
    'X-Goog-Resource-URI',
    'X-Goog-Channel-Expiration',
    'Content-Type',
    'Content-Encoding',
    'Expect',
    'X-Request-Id',
  ),
  anything,
);

const inputs: fc.Arbitrary<PushInput> = fc.record({
  channelId: fc.oneof({ weight: 3, arbitrary: fc.constant(MINE) }, { weight: 1, arbitrary: anything }),
  token: fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(MINE, MINE, 'of-nobody', 'cut', 'longer') },
    { weight: 1, arbitrary: anything },
  ),
  state: fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom('sync', 'exists', 'not_exists') },
    { weight: 1, arbitrary: anything },
  ),
  others: fc.array(header, { maxLength: 4 }),
  body: fc.oneof({ weight: 4, arbitrary: fc.constant('') }, { weight: 1, arbitrary: oddText }),
  method: fc.oneof(
    { weight: 9, arbitrary: fc.constant('POST') },
    { weight: 1, arbitrary: fc.constantFrom('GET', 'PUT', 'TRACE', 'post') },
  ),
});

/** Pushes of calendars: what is not ours is let go, what is leads to a pull, and nothing else is ever told. */
export const pushes: Target<PushInput> = {
  async open() {
    const service = await openFuzzedService();
    const tenant = await openFuzzedTenant(service, false);
    await begin(['binding'], tenant, service);
    return {
      inputs,
      play: (input, probe) => play(input, tenant, service, probe),
      show: (input) => shownText(JSON.stringify(input)),
      close: () => service.close(),
    };
  },
};

async function play(input: PushInput, tenant: FuzzedTenant, service: FuzzedService, probe: Probe): Promise<void> {
  const channelId = input.channelId === MINE ? 'channel-1' : input.channelId;
  const owner = { tenantId: tenant.id, bindingId: MINE };
  const tokens = new Map(
    Object.entries({
      mine: () => channelToken(owner, channelId, CHANNEL_KEY),
      'of-nobody': () => channelToken(owner, channelId, 'another key'),
      cut: () => channelToken(owner, channelId, CHANNEL_KEY).slice(0, -1),
      longer: () => `${channelToken(owner, channelId, CHANNEL_KEY)}.x`,
    }),
  );
  const headers: [string, string][] = [
    ['X-Goog-Channel-ID', channelId],
    ['X-Goog-Channel-Token', tokens.get(input.token)?.() ?? input.token],
    ['X-Goog-Resource-State', input.state],
    ...input.others.map(([name, value]): [string, string] => [name, value]),
  ];
  await probe.time('push', async () => {
    const answer = await service.client.send({
      method: input.method,
      target: '/webhook/gcal',
      headers: headers.map(([name, value]) => [name, Buffer.from(value, 'utf8').toString('latin1')]),
      ...(input.body !== '' && { body: Buffer.from(input.body) }),
    });
    if (!answer) return;
    service.checkAnswerTo('a push', answer);
    if (answer.status < 300 && answer.status !== 204) throw new Finding('a push is told something', `${answer.status}`);
  });
  await probe.time('tasks after a push', () => service.work());
  service.checkLog();
}
