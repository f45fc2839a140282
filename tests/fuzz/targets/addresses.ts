import fc from 'fast-check';
import { Finding } from '../finding.ts';
import { oddText, shownText } from '../inputs/odd-text.ts';
import { begin } from '../service/begin-business.ts';
import { parsed } from '../service/check-answer.ts';
import { type FuzzedService, openFuzzedService } from '../service/fuzzed-service.ts';
import { openFuzzedTenant } from '../service/fuzzed-tenant.ts';
import type { Probe, Target } from '../target.ts';

interface AddressInput {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
}

/** Stands for the token of a publication. */
const TOKEN = '⟦token⟧';
const CONDITIONS = [
  '*',
  '""',
  'W/"x"',
  '"a", "b"',
  '"',
  '\\',
  `"${'a'.repeat(3_000)}"`,
  '"a",'.repeat(1_000),
  'Thu, 01 Jan 1970 00:00:00 GMT',
  'x',
  '-1',
  '9'.repeat(400),
] as const;
const CODINGS = [
  'gzip',
  'br',
  'zstd',
  'identity;q=0',
  '*;q=0',
  'gzip;q=x',
  'gzip;q=0.0001',
  ','.repeat(3_000),
  'gzip, '.repeat(1_000),
  'a;q='.repeat(900),
  '',
] as const;

const header = fc.oneof(
  fc.tuple(
    fc.constantFrom('If-None-Match', 'If-Modified-Since', 'If-Match', 'If-Range', 'Range'),
    fc.oneof(fc.constantFrom(...CONDITIONS, 'bytes=0-', 'bytes=-1,'.repeat(300)), oddText),
  ),
  fc.tuple(fc.constant('Accept-Encoding'), fc.oneof(fc.constantFrom(...CODINGS), oddText)),
  fc.tuple(
    fc.constantFrom(
      'Accept',
      'User-Agent',
      'Sec-Fetch-Mode',
      'Cookie',
      'X-Forwarded-For',
      'X-Request-Id',
      'Content-Type',
    ),
    oddText,
  ),
  fc.tuple(
    fc.constantFrom('Content-Length', 'Transfer-Encoding', 'Connection', 'Expect', 'Upgrade', 'Host', 'TE', 'Trailer'),
    fc.oneof(
      fc.constantFrom(
        '0',
        '5',
        '-1',
        'chunked',
        'gzip, chunked',
        'close',
        'keep-alive, x',
        '100-continue',
        'websocket',
        'a b',
        'localhost:99999',
      ),
      oddText,
    ),
  ),
  fc.tuple(oddText, oddText),
);
const target = fc.oneof(
  fc.constantFrom(
    `/ics/${TOKEN}.ics`,
    `/ics/${TOKEN}.ics`,
    `/ics/${TOKEN}`,
    `/ics/${TOKEN}.ics?x=1`,
    '/health',
    '/docs',
    '/openapi.json',
    '/v1',
    '/v1/',
    '/',
    '*',
    '//',
    '/.%2e/',
    '/%',
    '/%ff',
    '/v1/%2e%2e/health',
    'http://other/health',
  ),
  oddText.map((text) => `/ics/${text}`),
  oddText.map((text) => `/${text}`),
);

const inputs: fc.Arbitrary<AddressInput> = fc.record({
  method: fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom('GET', 'GET', 'HEAD') },
    {
      weight: 2,
      arbitrary: fc.constantFrom('OPTIONS', 'POST', 'PUT', 'TRACE', 'PROPFIND', 'CONNECT', 'QUERY', 'X', 'get', ''),
    },
  ),
  target,
  headers: fc.array(header, { maxLength: 3 }),
  body: fc.oneof({ weight: 5, arbitrary: fc.constant('') }, { weight: 1, arbitrary: oddText }),
});

/** Every address without a key, above all publications', and what is hardly HTTP; the service answers others after it. */
export const addresses: Target<AddressInput> = {
  async open() {
    const service = await openFuzzedService();
    const tenant = await openFuzzedTenant(service, false);
    await begin(['feed'], tenant, service);
    const created = await service.client.send({
      method: 'POST',
      target: '/v1/publications',
      headers: [
        ['Authorization', `Bearer ${tenant.key('admin')}`],
        ['Content-Type', 'application/json'],
      ],
      body: Buffer.from('{"resourceIds":["room"]}'),
    });
    const { url = '' } = parsed(created?.body ?? Buffer.alloc(0)) as { readonly url?: string };
    const token = url.slice(url.lastIndexOf('/') + 1).replace('.ics', '');
    return {
      inputs,
      play: (input, probe) => play(input, token, service, probe),
      show: (input) => shownText(JSON.stringify(input)),
      close: () => service.close(),
    };
  },
};

async function play(input: AddressInput, token: string, service: FuzzedService, probe: Probe): Promise<void> {
  const latin = (text: string) => Buffer.from(text, 'utf8').toString('latin1');
  await probe.time(`${input.method} an address`, async () => {
    const answer = await service.client.send({
      method: input.method,
      target: latin(input.target.replace(TOKEN, token)),
      headers: input.headers.map(([name, value]) => [latin(name), latin(value)]),
      ...(input.body !== '' && { body: Buffer.from(input.body) }),
    });
    if (answer) service.checkAnswerTo('an address', answer, input.method === 'HEAD');
  });
  service.checkLog();
  if (service.log.text().includes(token)) throw new Finding('the log tells a token', '');
  const after = await service.client.send({ method: 'GET', target: `/ics/${token}.ics`, headers: [] });
  if (after?.status !== 200 || !after.body.includes('BEGIN:VEVENT')) {
    throw new Finding(
      'a publication is not served afterwards',
      `${after?.status} ${after?.body.toString('utf8').slice(0, 500)}`,
    );
  }
}
