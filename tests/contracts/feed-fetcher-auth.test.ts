import type { IncomingHttpHeaders } from 'node:http';
import { createFeedFetcher } from '@dovetail/core/adapters/http/feed-fetcher.ts';
import { InvalidInput } from '@dovetail/core/domain/errors.ts';
import type { FeedAuth } from '@dovetail/core/domain/feed.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listen } from './feed-server.ts';

const fetcher = createFeedFetcher({ userAgent: 'Dovetail-Test/1' });
const HEADER: FeedAuth = { type: 'header', name: 'X-Feed-Key', value: 'open sesame' };

describe('what opens a feed', () => {
  /** What each of two servers was asked, in order. */
  let asked: { at: 'home' | 'abroad'; path: string; headers: IncomingHttpHeaders }[];
  let home: Awaited<ReturnType<typeof listen>>;
  let abroad: Awaited<ReturnType<typeof listen>>;

  beforeEach(async () => {
    asked = [];
    abroad = await listen((request, response) => {
      asked.push({ at: 'abroad', path: request.url ?? '', headers: request.headers });
      if (request.url === '/back') response.writeHead(302, { location: `${home.url}/feed` }).end();
      else response.end('x');
    });
    home = await listen((request, response) => {
      asked.push({ at: 'home', path: request.url ?? '', headers: request.headers });
      const to = { '/on': '/feed', '/away': `${abroad.url}/feed`, '/away-and-back': `${abroad.url}/back` };
      const location = to[request.url as keyof typeof to];
      if (location === undefined) response.end('x');
      else response.writeHead(307, { location }).end();
    });
  });
  afterEach(async () => {
    await home.close();
    await abroad.close();
  });

  const get = (path: string, auth?: FeedAuth) =>
    fetcher.fetch({ url: `${home.url}${path}`, allowPrivate: true, ...(auth && { auth }) });

  it.each<[FeedAuth, IncomingHttpHeaders]>([
    [{ type: 'basic', username: 'owner', password: 'pass' }, { authorization: 'Basic b3duZXI6cGFzcw==' }],
    [{ type: 'bearer', token: 'abc' }, { authorization: 'Bearer abc' }],
    [HEADER, { 'x-feed-key': 'open sesame' }],
  ])('is sent along: $type', async (auth, headers) => {
    await get('/feed', auth);
    expect(asked[0]?.headers).toMatchObject(headers);
  });

  it('is taken from the address where that has a name and password', async () => {
    await fetcher.fetch({ url: `${home.url}/feed`.replace('//', '//owner:pass@'), allowPrivate: true });
    expect(asked[0]?.headers.authorization).toBe('Basic b3duZXI6cGFzcw==');
  });

  it('stays along a redirect within its origin', async () => {
    await get('/on', HEADER);
    expect(asked.map(({ path, headers }) => [path, headers['x-feed-key']])).toEqual([
      ['/on', 'open sesame'],
      ['/feed', 'open sesame'],
    ]);
  });

  it('is not sent on to another origin, nor after that to the first', async () => {
    await get('/away-and-back', HEADER);
    expect(asked.map(({ at, headers }) => [at, headers['x-feed-key']])).toEqual([
      ['home', 'open sesame'],
      ['abroad', undefined],
      ['home', undefined],
    ]);
    await fetcher.fetch({ url: `${home.url}/away`.replace('//', '//owner:pass@'), allowPrivate: true });
    expect(asked.slice(-2).map(({ at, headers }) => [at, headers.authorization])).toEqual([
      ['home', 'Basic b3duZXI6cGFzcw=='],
      ['abroad', undefined],
    ]);
  });

  it('is refused before anything is sent when it would break the request', async () => {
    const auth: FeedAuth = { type: 'header', name: 'X-Feed-Key', value: 'secret\r\nHost: elsewhere' };
    const error: unknown = await get('/feed', auth).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InvalidInput);
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('secret');
    expect(asked).toEqual([]);
  });
});
