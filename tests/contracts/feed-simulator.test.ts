import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FeedServer, startFeeds } from './feed-server.ts';

describe('the feeds simulator', () => {
  let server: FeedServer;

  beforeEach(async () => {
    server = await startFeeds();
  });
  afterEach(() => server.close());

  const get = (name: string, headers: Record<string, string> = {}, method = 'GET') =>
    fetch(`${server.url}/${name}.ics`, { method, headers });
  const put = (name: string, body: string | Uint8Array<ArrayBuffer>, type = 'text/calendar') =>
    fetch(`${server.url}/${name}.ics`, { method: 'PUT', headers: { 'content-type': type }, body });

  it('hosts the feeds of casa', async () => {
    expect(server.control.names()).toEqual(['casa-airbnb', 'casa-bookingcom', 'casa-vrbo', 'casa-motopress']);
    const response = await get('casa-airbnb');
    expect(response.headers.get('content-type')).toBe('text/calendar; charset=utf-8');
    expect(await response.text()).toContain('PRODID:-//Airbnb Inc//Hosting Calendar 1.0//EN\r\n');
  });

  it('answers 304 while the body is what the asker knows', async () => {
    const first = await get('casa-airbnb');
    const etag = first.headers.get('etag')!;
    const modified = first.headers.get('last-modified')!;
    expect(etag).toMatch(/^"[0-9a-f]{32}"$/);
    expect(modified).toBe('Sat, 01 May 2027 08:00:00 GMT');
    expect((await get('casa-airbnb', { 'if-none-match': etag })).status).toBe(304);
    expect((await get('casa-airbnb', { 'if-modified-since': modified })).status).toBe(304);
    expect((await get('casa-airbnb', { 'if-none-match': '"other"', 'if-modified-since': modified })).status).toBe(200);

    await server.clock.advance(60_000);
    expect((await put('casa-airbnb', 'BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n')).status).toBe(204);
    expect((await get('casa-airbnb', { 'if-none-match': etag })).status).toBe(200);
    const changed = await get('casa-airbnb', { 'if-modified-since': modified });
    expect([changed.status, changed.headers.get('last-modified')]).toEqual([200, 'Sat, 01 May 2027 08:01:00 GMT']);
  });

  it('answers HEAD with the headers alone', async () => {
    const [head, whole] = [await get('casa-vrbo', {}, 'HEAD'), await get('casa-vrbo')];
    expect(head.headers.get('etag')).toBe(whole.headers.get('etag'));
    expect(head.headers.get('content-length')).toBe(whole.headers.get('content-length'));
    expect(await head.text()).toBe('');
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['an HTML page', Buffer.from('<html></html>')],
    ['bytes that are no text', Buffer.from([0, 255, 254, 128])],
    ['nine megabytes', Buffer.alloc(9_000_000, 'x')],
  ])('serves %s when that is what it was given', async (_case, body) => {
    expect((await put('a-feed', body)).status).toBe(201);
    const served = Buffer.from(await (await get('a-feed')).arrayBuffer());
    expect(served.equals(body)).toBe(true);
  });

  it('takes calendars only, of ten megabytes at most, under plain names', async () => {
    expect((await put('a-feed', '{}', 'application/json')).status).toBe(415);
    expect((await put('a-feed', Buffer.alloc(10_500_000))).status).toBe(413);
    expect((await put('..%2Fa', 'x')).status).toBe(400);
    expect((await get('a-feed')).status).toBe(404);
  });

  it('meets its faults', async () => {
    server.faults.add({ target: 'feeds', match: '/casa-vrbo', status: 503, times: 1 });
    expect((await get('casa-airbnb')).status).toBe(200);
    expect((await get('casa-vrbo')).status).toBe(503);
    server.faults.add({ target: 'feeds', truncate: true, times: 1 });
    await expect((await get('casa-vrbo')).text()).rejects.toThrow();
    expect((await get('casa-vrbo')).status).toBe(200);
  });

  it('keeps its feeds in a snapshot', async () => {
    const { etag, 'last-modified': modified } = Object.fromEntries((await get('casa-vrbo')).headers);
    const snapshot = JSON.parse(JSON.stringify(server.control.snapshot()));
    await server.clock.advance(60_000);
    server.control.remove('casa-vrbo');
    expect((await get('casa-vrbo')).status).toBe(404);
    server.control.restore(snapshot);
    expect(Object.fromEntries((await get('casa-vrbo')).headers)).toMatchObject({ etag, 'last-modified': modified });
  });
});
