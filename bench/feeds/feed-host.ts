import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A platform that serves feeds, in this process. */
export interface FeedHost {
  /** `http://127.0.0.1:…/`; a feed's name goes behind it. */
  readonly url: string;
  replace(name: string, body: string): void;
  close(): Promise<void>;
}

/** Serves what it is given, with entity tags it honours unless the name begins with `plain-`. */
export async function startFeedHost(): Promise<FeedHost> {
  const feeds = new Map<string, { readonly body: Buffer; readonly etag: string }>();
  const server = createServer((request, response) => {
    const name = (request.url ?? '').slice(1);
    const feed = feeds.get(name);
    if (!feed) return response.writeHead(404).end();
    const headers = { 'content-type': 'text/calendar', ...(!name.startsWith('plain-') && { etag: feed.etag }) };
    if (request.headers['if-none-match'] === feed.etag) return response.writeHead(304, headers).end();
    return response.writeHead(200, headers).end(feed.body);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  // A reader that works for long between two requests must not find its connection closed.
  server.keepAliveTimeout = 10 * 60_000;
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    replace: (name, body) => {
      const bytes = Buffer.from(body);
      feeds.set(name, { body: bytes, etag: `"${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}"` });
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const FIRST_HOUR = Date.parse('2027-06-10T00:00:00Z');
const HOUR_MS = 3_600_000;

/** A feed of half hours, one in every hour, stamped with `stamp`; that at `longer` takes a quarter of an hour more. */
export function feedOf(count: number, seed: string, stamp = '20270601T120000Z', longer = -1): string {
  const lines = Array.from({ length: count }, (_, index) => {
    const start = FIRST_HOUR + index * HOUR_MS;
    const end = start + HOUR_MS / 2 + (index === longer ? HOUR_MS / 4 : 0);
    const uid = createHash('sha256').update(`${seed} ${index}`).digest('hex').slice(0, 32);
    return [
      'BEGIN:VEVENT',
      `DTSTAMP:${stamp}`,
      `DTSTART:${basic(start)}`,
      `DTEND:${basic(end)}`,
      'SUMMARY:Reserved',
      `UID:${uid}@feeds.test`,
      'DESCRIPTION:Booked online. The door code is sent an hour before the sta',
      ' rt of the reservation\\, and the bay is kept for fifteen minutes.',
      'END:VEVENT',
    ].join('\r\n');
  });
  const head = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Bench//EN'];
  return [...head, ...lines, 'END:VCALENDAR', ''].join('\r\n');
}

function basic(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
}
