import type { RequestListener } from 'node:http';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { createFeedFetcher } from '@dovetail/core/adapters/http/feed-fetcher.ts';
import {
  AccessRevoked,
  InvalidInput,
  NotFound,
  RateLimited,
  TemporarilyUnavailable,
} from '@dovetail/core/domain/errors.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FeedServer, listen, startFeeds } from './feed-server.ts';

const fetcher = createFeedFetcher({ userAgent: 'Dovetail-Test/1' });
const get = (url: string, known: { etag?: string; lastModified?: string } = {}) =>
  fetcher.fetch({ url, allowPrivate: true, ...known });

describe('the feed fetcher, against the feeds simulator', () => {
  let server: FeedServer;
  let url: string;

  beforeEach(async () => {
    server = await startFeeds();
    url = `${server.url}/casa-airbnb.ics`;
  });
  afterEach(() => server.close());

  it('reads a feed with what is needed to ask again', async () => {
    const answer = await get(url);
    expect(answer).toMatchObject({
      type: 'body',
      contentType: 'text/calendar; charset=utf-8',
      etag: expect.stringMatching(/^"/),
      lastModified: 'Sat, 01 May 2027 08:00:00 GMT',
    });
    const bytes = answer.type === 'body' ? answer.bytes : new Uint8Array();
    expect(Buffer.from(bytes).equals(Buffer.from(server.control.read('casa-airbnb') ?? ''))).toBe(true);
  });

  it('does not read again what has not changed', async () => {
    const first = await get(url);
    if (first.type !== 'body') throw new Error('expected a body');
    expect(await get(url, { etag: first.etag! })).toEqual({ type: 'not-modified' });
    expect(await get(url, { lastModified: first.lastModified! })).toEqual({ type: 'not-modified' });
    server.control.replace('casa-airbnb', 'BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n');
    expect(await get(url, { etag: first.etag! })).toMatchObject({ type: 'body' });
  });

  it.each([
    { status: 401, error: AccessRevoked },
    { status: 403, error: AccessRevoked },
    { status: 404, error: NotFound },
    { status: 410, error: NotFound },
    { status: 400, error: InvalidInput },
    { status: 408, error: TemporarilyUnavailable },
    { status: 429, error: RateLimited },
    { status: 500, error: TemporarilyUnavailable },
    { status: 503, error: TemporarilyUnavailable },
  ])('reports an answer of $status as $error.name', async ({ status, error }) => {
    server.faults.add({ target: 'feeds', status });
    await expect(get(url)).rejects.toThrow(error);
  });

  it.each([{ dropResponse: true }, { truncate: true }])('takes no part for the whole: %o', async (how) => {
    server.faults.add({ target: 'feeds', ...how });
    await expect(get(url)).rejects.toThrow(TemporarilyUnavailable);
  });
});

describe('the feed fetcher', () => {
  const closers: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0)) await close();
  });

  async function serve(listener: RequestListener): Promise<string> {
    const { url, close } = await listen(listener);
    closers.push(close);
    return url;
  }

  it('says who asks, for what', async () => {
    let headers: Record<string, unknown> = {};
    await get(
      await serve((request, response) => {
        headers = request.headers;
        response.end('x');
      }),
    );
    expect(headers).toMatchObject({
      'user-agent': 'Dovetail-Test/1',
      accept: expect.stringMatching(/^text\/calendar/),
    });
    expect(headers).not.toHaveProperty('if-none-match');
  });

  it.each([
    ['gzip', gzipSync],
    ['X-GZIP', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['identity', Buffer.from],
  ])('unpacks what comes as %s', async (encoding, pack) => {
    const body = pack(Buffer.from('BEGIN:VCALENDAR'));
    const url = await serve((_request, response) =>
      response.writeHead(200, { 'content-encoding': encoding }).end(body),
    );
    expect(await get(url)).toMatchObject({ bytes: Buffer.from('BEGIN:VCALENDAR') });
  });

  it('answers with a page as it is: whoever reads it judges', async () => {
    const url = await serve((_request, response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end('<p>'),
    );
    expect(await get(url)).toMatchObject({ type: 'body', contentType: 'text/html', bytes: Buffer.from('<p>') });
  });

  it('stops at five megabytes, also of what unpacks to more', async () => {
    const plain = await serve((_request, response) => response.end(Buffer.alloc(5_000_001)));
    await expect(get(plain)).rejects.toThrow(InvalidInput);
    const packed = await serve((_request, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(50_000_000))),
    );
    await expect(get(packed)).rejects.toThrow(InvalidInput);
    const allowed = await serve((_request, response) => response.end(Buffer.alloc(5_000_000)));
    expect(await get(allowed)).toMatchObject({ type: 'body' });
  });

  it.each([
    ['a packed body that is damaged', { 'content-encoding': 'gzip' }, 200],
    ['a packed body that is damaged otherwise', { 'content-encoding': 'br' }, 200],
    ['an encoding nobody asked for', { 'content-encoding': 'zstd' }, 200],
    ['a success without a body', {}, 204],
    ['a part', {}, 206],
    ['a 304 that nobody asked for', {}, 304],
  ])('reads no calendar out of %s', async (_case, headers, status) => {
    const url = await serve((_request, response) => response.writeHead(status, headers).end(status === 200 ? 'x' : ''));
    await expect(get(url)).rejects.toThrow(TemporarilyUnavailable);
  });

  it('waits no longer than it may, for headers or for the body', async () => {
    const impatient = createFeedFetcher({ userAgent: 'Dovetail-Test/1', timeoutMs: 100 });
    const silent = await serve(() => {});
    const slow = await serve((_request, response) => response.write('BEGIN:VCALENDAR'));
    for (const url of [silent, slow]) {
      await expect(impatient.fetch({ url, allowPrivate: true })).rejects.toThrow(TemporarilyUnavailable);
    }
  });

  it('waits as long as the server asks for', async () => {
    const url = await serve((_request, response) => response.writeHead(429, { 'retry-after': '120' }).end());
    await expect(get(url)).rejects.toMatchObject({ retryAfterMs: 120_000 });
  });

  it('follows five redirects, and no sixth', async () => {
    const url = await serve((request, response) => {
      const left = Number(request.url?.slice(1));
      if (left > 0) response.writeHead(302, { location: `/${left - 1}` }).end();
      else response.end('found');
    });
    expect(await get(`${url}/5`)).toMatchObject({ bytes: Buffer.from('found') });
    await expect(get(`${url}/6`)).rejects.toThrow(TemporarilyUnavailable);
  });

  it.each(['file:///etc/passwd', 'ftp://127.0.0.1/', 'http://'])(
    'does not follow a redirect to %s',
    async (location) => {
      const url = await serve((_request, response) => response.writeHead(302, { location }).end());
      await expect(get(url)).rejects.toThrow(InvalidInput);
    },
  );

  it('refuses plain http, this machine and private networks where they are not allowed', async () => {
    const asked: string[] = [];
    const local = new URL(await serve((request, response) => response.end(String(asked.push(request.url ?? '')))));
    const addresses = [
      local.href,
      `https://127.0.0.1:${local.port}/`,
      `https://localhost:${local.port}/`,
      `https://[::ffff:127.0.0.1]:${local.port}/`,
      'https://169.254.169.254/computeMetadata/v1/',
      'no address at all',
    ];
    for (const url of addresses) {
      await expect(fetcher.fetch({ url, allowPrivate: false })).rejects.toThrow(InvalidInput);
    }
    expect(asked).toEqual([]);
  });

  it('keeps the address, which is a secret, out of its errors', async () => {
    const gone = await serve((_request, response) => response.writeHead(404).end());
    for (const url of [`${gone}/secret-token`, 'https://127.0.0.1/secret-token', 'secret-token']) {
      const error: unknown = await fetcher.fetch({ url, allowPrivate: url === `${gone}/secret-token` }).catch((e) => e);
      expect(error).toBeInstanceOf(Error);
      expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('secret-token');
    }
  });
});
