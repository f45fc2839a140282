import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { clockRouter } from './clock-routes.ts';
import { StudioClock } from './studio-clock.ts';

const START = Date.parse('2027-05-01T12:00:00Z');
const HOUR = 3_600_000;

let clock: StudioClock;
let server: Server;
let url: string;

beforeEach(async () => {
  clock = new StudioClock(START);
  server = express().use(clockRouter(clock)).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  clock.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function advance(body: unknown): Promise<Response> {
  return fetch(`${url}/clock`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

describe('GET /clock', () => {
  it('tells the studio’s time', async () => {
    const { now } = (await (await fetch(`${url}/clock`)).json()) as { now: string };
    expect(now).toMatch(/^2027-05-01T12:00:/);
  });
});

describe('POST /clock', () => {
  it('answers when everything on the way is done', async () => {
    let done = false;
    clock.schedule(START + 5 * HOUR, () => {
      done = true;
    });
    const response = await advance({ advance: 'PT6H' });
    expect(done).toBe(true);
    expect(((await response.json()) as { now: string }).now).toMatch(/^2027-05-01T18:00:/);
  });

  it('takes days of 24 hours', async () => {
    const response = await advance({ advance: 'P30DT30M' });
    expect(((await response.json()) as { now: string }).now).toMatch(/^2027-05-31T12:30:/);
  });

  it.each([
    { advance: 'six hours' },
    { advance: 'P1M' },
    { advance: 'P1W' },
    { advance: '-PT1H' },
    { advance: 3600 },
    { back: 'PT1H' },
    {},
  ])('refuses %o with a problem', async (body) => {
    const response = await advance(body);
    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(await response.json()).toMatchObject({ status: 400, detail: expect.any(String) });
    expect(clock.now()).toBeLessThan(START + HOUR);
  });
});

describe('GET /quiesce', () => {
  it('answers 200 at once when nothing is going on', async () => {
    clock.schedule(START + HOUR, () => undefined);
    const response = await fetch(`${url}/quiesce`);
    expect([response.status, await response.json()]).toEqual([200, { settled: true }]);
  });

  it('waits for what is due within five seconds', async () => {
    let done = false;
    clock.schedule(clock.now() + 50, () => {
      done = true;
    });
    expect((await fetch(`${url}/quiesce`)).status).toBe(200);
    expect(done).toBe(true);
  });

  it('answers 408 when work does not end in time', async () => {
    void clock.track(new Promise(() => undefined));
    const response = await fetch(`${url}/quiesce?timeoutMs=10`);
    expect(response.status).toBe(408);
    expect(await response.json()).toMatchObject({ status: 408, title: 'Not settled' });
  });

  it('refuses a time to wait that is none', async () => {
    expect((await fetch(`${url}/quiesce?timeoutMs=soon`)).status).toBe(400);
  });
});
