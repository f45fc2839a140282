import type { LookupAddress } from 'node:dns';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createWebhookSender, type WebhookSenderOptions } from '@dovetail/core/adapters/http/webhook-sender.ts';
import { InvalidInput, TemporarilyUnavailable } from '@dovetail/core/domain/errors.ts';
import type { WebhookRequest } from '@dovetail/core/ports/webhook-sender.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Receiver } from './receiver.ts';

const SECRET = 'whsec_dGVzdC1zZWNyZXQtb2YtdGhpcnR5LXR3by1ieXRlcyE=';
const BODY = '{"type":"webhook.test","timestamp":"2027-05-01T08:00:00Z","data":{"title":"Café"}}';

let receiver: Receiver;
beforeEach(async () => {
  receiver = await Receiver.open();
  receiver.secret = SECRET;
});
afterEach(() => receiver.close());

const send = (part: Partial<WebhookRequest> = {}, options: Partial<WebhookSenderOptions> = {}) =>
  createWebhookSender({ userAgent: 'Dovetail/test', timeoutMs: 2_000, ...options }).post({
    ...{ url: receiver.url, secrets: [SECRET], id: 'msg_1', body: BODY, allowPrivate: true },
    ...part,
  });

describe('a webhook is posted', () => {
  it('signed as its receiver verifies it, with its id', async () => {
    expect(await send()).toEqual({ status: 204 });
    expect(receiver.refused).toEqual([]);
    expect(receiver.requests).toMatchObject([{ id: 'msg_1', notification: JSON.parse(BODY), status: 204 }]);
  });

  it('signed with each of its keys, so that a receiver of either takes it', async () => {
    const other = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
    expect(await send({ secrets: [other, SECRET] })).toEqual({ status: 204 });
    receiver.secret = other;
    expect(await send({ secrets: [other, SECRET] })).toEqual({ status: 204 });
    expect(receiver.refused).toEqual([]);
    expect(receiver.requests.map(({ isSignedWith }) => [isSignedWith(SECRET), isSignedWith(other)])).toEqual([
      [true, true],
      [true, true],
    ]);
  });

  it('and no other key signs it so', async () => {
    expect(await send({ secrets: [`whsec_${Buffer.alloc(32).toString('base64')}`] })).toEqual({ status: 401 });
    expect(receiver.refused[0]).toContain('No matching signature');
  });

  it.each([
    [
      { status: 503, headers: { 'retry-after': '120' } },
      { status: 503, retryAfterMs: 120_000 },
    ],
    [{ status: 410 }, { status: 410 }],
    [{ status: 500 }, { status: 500 }],
  ])('and %j is what its receiver answered', async (answer, expected) => {
    receiver.answerNext(answer);
    expect(await send()).toEqual(expected);
  });

  it('to no other address than its own: a redirect is an answer', async () => {
    const other = await Receiver.open();
    receiver.answerNext({ status: 307, headers: { location: other.url } });
    expect(await send()).toEqual({ status: 307 });
    expect([other.requests, other.refused]).toEqual([[], []]);
    await other.close();
  });

  it('for as long as its receiver has time, and an endless answer is not read', async () => {
    const server = createServer((request, response) => {
      if (request.url === '/slow') return;
      response.writeHead(200);
      const pour = () => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
      };
      response.on('drain', pour);
      pour();
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await expect(send({ url: `${url}/slow` }, { timeoutMs: 100 })).rejects.toThrow(TemporarilyUnavailable);
    expect(await send({ url: `${url}/endless` })).toEqual({ status: 200 });
    server.closeAllConnections();
    server.close();
  });
});

describe('no webhook is posted to', () => {
  const resolving = (...addresses: readonly string[]): Partial<WebhookSenderOptions> => ({
    resolve: (_name, _options, callback) =>
      callback(
        null,
        addresses.map((address): LookupAddress => ({ address, family: address.includes(':') ? 6 : 4 })),
      ),
  });

  it.each([
    'http://hooks.test/',
    'https://127.0.0.1/',
    'https://[::1]/',
    'https://10.0.0.1/',
    'https://169.254.169.254/',
    'nonsense',
  ])('%s', async (url) => {
    await expect(send({ url, allowPrivate: false })).rejects.toThrow(InvalidInput);
  });

  it.each([[['127.0.0.1']], [['8.8.8.8', '10.0.0.1']], [['::ffff:127.0.0.1']]])(
    'a name that leads to %j, found out when it is connected to',
    async (addresses) => {
      const refused = send({ url: 'https://hooks.test/secret', allowPrivate: false }, resolving(...addresses));
      await expect(refused).rejects.toThrow(InvalidInput);
      await expect(refused).rejects.not.toThrow(/secret|hooks/);
    },
  );

  it('an address where nobody is, and says so without naming it', async () => {
    await receiver.close();
    const failure = await send().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(TemporarilyUnavailable);
    expect(`${failure} ${JSON.stringify((failure as Error).cause)}`).not.toContain('127.0.0.1');
    receiver = await Receiver.open();
  });
});
