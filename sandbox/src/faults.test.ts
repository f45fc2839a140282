import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import express from 'express';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Fault, Faults, faultSchema, meetFaults } from './faults.ts';
import { StudioClock } from './studio-clock.ts';

let clock: StudioClock;
let faults: Faults;
let server: Server;
let url: string;
/** Paths of the requests that were carried out. */
let carriedOut: string[];

const BODY = JSON.stringify({ text: 'ä'.repeat(1_000) });

beforeEach(async () => {
  clock = new StudioClock();
  faults = new Faults();
  carriedOut = [];
  const app = express();
  app.use(
    meetFaults(faults, 'google', clock, (response, status, reason) => {
      response.status(status).json({ error: { code: status, reason } });
    }),
  );
  app.use((request, _response, next) => {
    carriedOut.push(request.path);
    next();
  });
  app.all('/json', (_request, response) => {
    response.json({ text: 'ä'.repeat(1_000) });
  });
  app.get('/text', (_request, response) => {
    response.send('ä'.repeat(1_000));
  });
  app.get('/empty', (_request, response) => {
    response.status(204).end();
  });
  app.get('/stream', (_request, response) => {
    response.type('text');
    response.flushHeaders();
    Readable.from(['first ', 'second ', Buffer.from('third '), 'fourth']).pipe(response);
  });
  server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  clock.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function add(fault: Partial<Fault>): void {
  faults.add(faultSchema.parse({ target: 'google', ...fault }));
}

async function statusOf(path: string, method = 'GET'): Promise<number> {
  const response = await fetch(url + path, { method });
  await response.arrayBuffer();
  return response.status;
}

/** The part of an answer that arrives before the connection breaks. */
async function readUntilCut(path: string): Promise<{ status: number; length: string | null; text: string }> {
  const response = await fetch(url + path);
  const chunks: Uint8Array[] = [];
  const reading = (async () => {
    for await (const chunk of response.body as ReadableStream<Uint8Array>) chunks.push(chunk);
  })();
  await expect(reading).rejects.toThrow();
  return {
    status: response.status,
    length: response.headers.get('content-length'),
    text: Buffer.concat(chunks).toString(),
  };
}

describe('a fault with a status', () => {
  it('answers in the service’s shape before the request has any effect', async () => {
    add({ status: 403, reason: 'rateLimitExceeded' });
    const response = await fetch(`${url}/json`);
    expect(response.status).toBe(403);
    expect(await response.json()).toEqual({ error: { code: 403, reason: 'rateLimitExceeded' } });
    expect(carriedOut).toEqual([]);
  });

  it('meets as many requests as it says, and each is counted', async () => {
    add({ status: 503, times: 2 });
    expect([await statusOf('/json'), await statusOf('/json'), await statusOf('/json')]).toEqual([503, 503, 200]);
    expect(faults.met).toBe(2);
  });

  it('says when to come back only where it is told to', async () => {
    add({ status: 429, retryAfterSeconds: 30, times: 1 });
    add({ status: 429, times: 1 });
    expect((await fetch(`${url}/json`)).headers.get('retry-after')).toBe('30');
    expect((await fetch(`${url}/json`)).headers.get('retry-after')).toBeNull();
  });

  it('lets as many requests pass first as it says', async () => {
    add({ status: 503, skip: 1, times: 1 });
    expect([await statusOf('/json'), await statusOf('/json'), await statusOf('/json')]).toEqual([200, 503, 200]);
  });

  it('meets every request until it is cleared when it does not say', async () => {
    add({ status: 503 });
    expect([await statusOf('/json'), await statusOf('/text')]).toEqual([503, 503]);
    faults.clear();
    expect(await statusOf('/json')).toBe(200);
  });

  it('meets only paths that begin as it says, and only the method it names', async () => {
    add({ status: 500, match: '/te' });
    add({ status: 429, match: 'POST /json' });
    expect(await statusOf('/text')).toBe(500);
    expect(await statusOf('/json')).toBe(200);
    expect(await statusOf('/json', 'POST')).toBe(429);
  });

  it('leaves a later fault for the next request', async () => {
    add({ status: 503, times: 1 });
    add({ status: 429, times: 1 });
    expect([await statusOf('/json'), await statusOf('/json'), await statusOf('/json')]).toEqual([503, 429, 200]);
  });

  it('of another simulator meets nothing here', async () => {
    add({ target: 'uschedule', status: 503 });
    expect(await statusOf('/json')).toBe(200);
  });
});

describe('latency', () => {
  it('passes in the studio’s time', async () => {
    add({ latencyMs: 3_600_000 });
    const answer = statusOf('/json');
    while (clock.isSettled(7_200_000)) await new Promise(setImmediate);
    expect(carriedOut).toEqual([]);
    await clock.advance(3_600_000);
    expect(await answer).toBe(200);
  });

  it('comes before an error too, whichever was asked for first', async () => {
    add({ status: 503, times: 1 });
    add({ latencyMs: 3_600_000, times: 1 });
    const answer = statusOf('/json');
    while (clock.isSettled(7_200_000)) await new Promise(setImmediate);
    await clock.advance(3_600_000);
    expect(await answer).toBe(503);
  });
});

describe('a dropped answer', () => {
  it.each(['/json', '/text', '/empty', '/stream'])(
    'carries out %s and cuts the connection without a byte',
    async (path) => {
      add({ dropResponse: true, times: 1 });
      await expect(fetch(url + path)).rejects.toThrow();
      expect(carriedOut).toEqual([path]);
      expect([200, 204]).toContain(await statusOf(path));
    },
  );
});

describe('a truncated answer', () => {
  it('has its headers and half of its bytes', async () => {
    add({ truncate: true });
    const cut = await readUntilCut('/json');
    expect(cut.status).toBe(200);
    expect(cut.length).toBe(String(Buffer.byteLength(BODY)));
    expect(BODY.startsWith(cut.text)).toBe(true);
    expect(Buffer.byteLength(cut.text)).toBe(Math.floor(Buffer.byteLength(BODY) / 2));
    expect(carriedOut).toEqual(['/json']);
  });

  it('of a stream is half of all its chunks', async () => {
    add({ truncate: true });
    expect((await readUntilCut('/stream')).text).toBe('first second');
  });

  it('without a body is a cut connection', async () => {
    add({ truncate: true });
    await expect(fetch(`${url}/empty`)).rejects.toThrow();
  });
});

describe('asking for a fault', () => {
  it.each([{}, { status: 200 }, { times: 0, status: 503 }, { status: 503, unknown: true }])('refuses %o', (fault) => {
    expect(faultSchema.safeParse({ target: 'google', ...fault }).success).toBe(false);
  });
});
