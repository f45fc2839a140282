import { once } from 'node:events';
import { type RequestListener, request as requestHttp, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { createFeedFetcher } from '@dovetail/core/adapters/http/feed-fetcher.ts';
import { followRedirects } from '@dovetail/core/adapters/http/follow-redirects.ts';
import { checkUrl, guardedLookup, type Resolve } from '@dovetail/core/adapters/http/public-address.ts';
import { InvalidInput, TemporarilyUnavailable } from '@dovetail/core/domain/errors.ts';
import { afterEach, describe, expect, it } from 'vitest';
import { listen } from './feed-server.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function serve(listener: RequestListener): Promise<string> {
  const { url, close } = await listen(listener);
  closers.push(close);
  return url;
}

/** A server that speaks no HTTP of its own accord. */
async function serveRaw(talk: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    talk(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const fetcher = createFeedFetcher({ userAgent: 'Dovetail-Test/1' });
const impatient = createFeedFetcher({ userAgent: 'Dovetail-Test/1', timeoutMs: 150 });
const get = (url: string, from = fetcher) => from.fetch({ url, allowPrivate: true });

/** Writes `chunk` again and again, as fast as it is taken. */
function pour(response: ServerResponse | Socket, chunk: Buffer, times = Number.POSITIVE_INFINITY): void {
  let left = times;
  const more = () => {
    while (left-- > 0 && !response.destroyed) if (!response.write(chunk)) return;
    if (left < 0) response.end();
  };
  response.on('drain', more);
  more();
}

describe('a feed that never ends', () => {
  it('is given up on in time, though a byte comes now and then', async () => {
    let closed: Promise<unknown> | undefined;
    const url = await serve((_request, response) => {
      const drip = setInterval(() => response.write('B'), 10);
      closed = once(response, 'close').then(() => clearInterval(drip));
    });
    await expect(get(url, impatient)).rejects.toThrow(TemporarilyUnavailable);
    await closed;
  });

  it('is given up on in time, though its headers still come', async () => {
    const url = await serveRaw((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nX-Long: ');
      const drip = setInterval(() => socket.write('a'), 10);
      socket.once('close', () => clearInterval(drip));
    });
    await expect(get(url, impatient)).rejects.toThrow(TemporarilyUnavailable);
  });

  it('is given up on in time, though each redirect comes promptly enough', async () => {
    const url = await serve((request, response) => {
      setTimeout(() => response.writeHead(302, { location: `${request.url}x` }).end(), 60);
    });
    await expect(get(url, impatient)).rejects.toMatchObject({ message: 'the feed could not be fetched' });
  });

  it('is cut off when it is 200 MB long', async () => {
    let sent = 0;
    const url = await serve((request, response) => {
      pour(response, Buffer.alloc(1_000_000, 'B'), 200);
      request.socket.once('close', () => {
        sent = request.socket.bytesWritten;
      });
    });
    await expect(get(url)).rejects.toThrow(InvalidInput);
    await expect.poll(() => sent).toBeGreaterThan(0);
    expect(sent).toBeLessThan(100_000_000);
  });

  it('is cut off when it unpacks to nothing', async () => {
    const small = createFeedFetcher({ userAgent: 'Dovetail-Test/1', maxBytes: 100_000 });
    const header = gzipSync('').subarray(0, 10);
    const emptyBlock = Buffer.from([0, 0, 0, 0xff, 0xff]);
    const url = await serve((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).write(header);
      pour(response, Buffer.concat(Array.from({ length: 1_000 }, () => emptyBlock)));
    });
    await expect(get(url, small)).rejects.toThrow(InvalidInput);
  });
});

describe('a feed that is not what it says', () => {
  const packed = (body: Buffer, encoding: string) =>
    serve((_request, response) => response.writeHead(200, { 'content-encoding': encoding }).end(body));

  it.each([
    ['gzip', gzipSync(Buffer.alloc(100_000_000))],
    ['br', brotliCompressSync(Buffer.alloc(100_000_000))],
  ])('is refused when a little of %s unfolds to a hundred megabytes', async (encoding, bomb) => {
    expect(bomb.length).toBeLessThan(200_000);
    await expect(get(await packed(bomb, encoding))).rejects.toThrow(InvalidInput);
  });

  it('is refused when it is packed twice', async () => {
    const twice = gzipSync(gzipSync('BEGIN:VCALENDAR'));
    await expect(get(await packed(twice, 'gzip, gzip'))).rejects.toThrow(TemporarilyUnavailable);
  });

  it('is refused at once when it announces too much', async () => {
    const url = await serve((_request, response) =>
      response.writeHead(200, { 'content-length': '5000001' }).write('B'),
    );
    await expect(get(url)).rejects.toThrow(InvalidInput);
  });

  it.each([
    ['less than it announced', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nBEGIN:VCALENDAR'],
    ['a chunk of a length that is none', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nBEGIN'],
    ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 15\r\n\r\nBEGIN:VCALENDAR'],
    ['headers without end', `HTTP/1.1 200 OK\r\nX: ${'a'.repeat(100_000)}`],
    ['something else than HTTP', 'SSH-2.0-OpenSSH_9.6\r\n'],
    ['nothing', ''],
  ])('is no calendar when it sends %s', async (_what, bytes) => {
    const url = await serveRaw((socket) => socket.end(bytes));
    await expect(get(url)).rejects.toThrow(TemporarilyUnavailable);
  });

  it('is read up to the length it announced, and no further', async () => {
    const url = await serveRaw((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nBEGIN:VCALENDAR'));
    expect(await get(url)).toMatchObject({ bytes: Buffer.from('BEGIN') });
  });

  it('keeps nothing of what it sent in the error', async () => {
    const url = await serveRaw((socket) => socket.end('HTTP/1.1 200 OK\r\nbad header: \0 Sample Guest\r\n\r\n'));
    const error: unknown = await get(url).catch((thrown: unknown) => thrown);
    const { cause } = error as Error;
    expect(cause).toMatchObject({ code: expect.stringMatching(/^HPE_/) });
    expect(Object.getOwnPropertyNames(cause).sort()).toEqual(['code', 'message', 'name', 'stack']);
  });
});

describe('a redirect', () => {
  it('in a circle is left at once', async () => {
    const asked: (string | undefined)[] = [];
    const url = await serve((request, response) => {
      asked.push(request.url);
      response.writeHead(302, { location: request.url === '/a' ? '/b' : '/a' }).end();
    });
    await expect(get(`${url}/a`)).rejects.toThrow(TemporarilyUnavailable);
    expect(asked).toEqual(['/a', '/b']);
  });

  it.each([301, 302, 303, 307, 308, 300])('%i to nowhere is no calendar', async (status) => {
    let asked = 0;
    const url = await serve((_request, response) => {
      asked++;
      response.writeHead(status).end('BEGIN:VCALENDAR');
    });
    await expect(get(url)).rejects.toThrow(TemporarilyUnavailable);
    expect(asked).toBe(1);
  });

  it('is checked before it is followed', async () => {
    const asked: unknown[] = [];
    const inside = await serve((request, response) => response.end(String(asked.push(request.url))));
    const outside = await serve((request, response) => {
      response.writeHead(302, { location: request.url === '/1' ? '/2' : `${inside}/secret` }).end();
    });
    const following = followRedirects({
      url: `${outside}/1`,
      // As on the internet, but for the one server that stands for it.
      check: (url) => url.origin === outside || checkUrl(url, false),
      headers: {},
      secret: {},
      signal: AbortSignal.timeout(5_000),
    });
    await expect(following).rejects.toThrow(InvalidInput);
    expect(asked).toEqual([]);
  });
});

describe('a name that changes its mind', () => {
  /** Answers with each of `answers` in turn, the last for ever. */
  function changing(...answers: string[]): Resolve & { asked(): number } {
    let asked = 0;
    const resolve: Resolve = (_name, _options, callback) => {
      const address = answers[Math.min(asked++, answers.length - 1)] ?? '';
      callback(null, [{ address, family: 4 }]);
    };
    return Object.assign(resolve, { asked: () => asked });
  }

  it('is connected to where it was when it was checked', async () => {
    const server = new URL(await serve((request, response) => response.end(request.socket.localAddress)));
    const resolve = changing('127.0.0.1', '127.0.0.99');
    const lookup = guardedLookup(resolve, (address) => address === '127.0.0.1');
    const sent = requestHttp({ host: 'feeds.example', port: server.port, lookup, agent: false }).end();
    const [answer] = await once(sent, 'response');
    expect(String(await answer.toArray())).toBe('127.0.0.1');
    expect(resolve.asked()).toBe(1);
  });

  it('is checked again for every fetch', async () => {
    const asked: unknown[] = [];
    const server = new URL(await serve((request, response) => response.end(String(asked.push(request.url)))));
    const resolve = changing('127.0.0.1');
    const guarded = createFeedFetcher({ userAgent: 'Dovetail-Test/1', resolve });
    for (let fetches = 1; fetches <= 2; fetches++) {
      const fetching = guarded.fetch({ url: `https://feeds.example:${server.port}/a.ics`, allowPrivate: false });
      await expect(fetching).rejects.toThrow(InvalidInput);
      expect(resolve.asked()).toBe(fetches);
    }
    expect(asked).toEqual([]);
  });
});
