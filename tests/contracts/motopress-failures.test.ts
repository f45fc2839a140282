import type { RequestListener } from 'node:http';
import { createMotoPressBookingSystem } from '@dovetail/core/adapters/motopress/motopress-booking-system.ts';
import {
  AccessRevoked,
  InvalidInput,
  NotFound,
  RateLimited,
  TemporarilyUnavailable,
} from '@dovetail/core/domain/errors.ts';
import type { BookingSystem } from '@dovetail/core/ports/booking-system.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listen } from './feed-server.ts';
import {
  KEY,
  type MotoPressServer,
  READ_ONLY_KEY,
  RESOURCE_IDS,
  START,
  startMotoPress,
  stay,
} from './motopress-server.ts';

const APRIL = { start: '2028-04-10', end: '2028-04-14' };
const LONG_AGO = '2026-01-01T00:00:00Z';

function connect(baseUrl: string, apiKey: () => Promise<string> = async () => KEY, timeoutMs?: number): BookingSystem {
  return createMotoPressBookingSystem({
    baseUrl,
    apiKey,
    userAgent: 'Dovetail-Test/1',
    resourceIds: RESOURCE_IDS,
    takesImported: false,
    clock: { now: () => START },
    ...(timeoutMs !== undefined && { timeoutMs }),
  });
}

describe('a MotoPress site', () => {
  let server: MotoPressServer;
  let id: string;
  beforeEach(async () => {
    server = await startMotoPress();
    id = String(server.control.seed(stay('2028-03-10', '2028-03-14'))[0]?.id);
  });
  afterEach(() => server.close());

  it.each([
    ['a key it does not know', async () => 'ck_other:cs_other'],
    ['a secret that is wrong', async () => 'ck_test:cs_other'],
    ['a key without a secret', async () => 'ck_test'],
    ['no key at all', () => Promise.reject(new NotFound('no secret'))],
  ])('gives no access to %s', async (_case, apiKey) => {
    await expect(connect(server.baseUrl, apiKey).get(id)).rejects.toThrow(AccessRevoked);
  });

  it('lets a key for reading read', async () => {
    const reading = connect(server.baseUrl, async () => READ_ONLY_KEY);
    expect(await reading.get(id)).toMatchObject({ id });
    await expect(reading.change(id, { interval: APRIL }, undefined)).rejects.toThrow(AccessRevoked);
  });

  it.each([
    [{ status: 429, reason: 'too_many_requests', retryAfterSeconds: 7 }, RateLimited],
    [{ status: 403, reason: 'rest_forbidden' }, AccessRevoked],
    [{ status: 404, reason: 'rest_no_route' }, TemporarilyUnavailable],
    [{ status: 500, reason: 'internal_server_error' }, TemporarilyUnavailable],
    [{ status: 400, reason: 'rest_invalid_param' }, InvalidInput],
    [{ dropResponse: true }, TemporarilyUnavailable],
    [{ truncate: true }, TemporarilyUnavailable],
  ])('that meets %o is read again as its error says', async (fault, error) => {
    server.faults.add({ target: 'motopress', ...fault });
    await expect(connect(server.baseUrl).get(id)).rejects.toThrow(error);
    await expect(connect(server.baseUrl).listChanged(LONG_AGO)).rejects.toThrow(error);
    await expect(connect(server.baseUrl).listHolding?.('2028-01-01')).rejects.toThrow(error);
  });

  it('that answers a list with the code of a booking it does not know is asked again: one vanished meanwhile', async () => {
    server.faults.add({ target: 'motopress', status: 404, reason: 'mphb_rest_invalid_mphb_booking_id' });
    expect(await connect(server.baseUrl).get(id)).toBeNull();
    await expect(connect(server.baseUrl).listChanged(LONG_AGO)).rejects.toThrow(TemporarilyUnavailable);
    await expect(connect(server.baseUrl).listHolding?.('2028-01-01')).rejects.toThrow(TemporarilyUnavailable);
  });

  it('says how long to wait', async () => {
    server.faults.add({ target: 'motopress', status: 429, retryAfterSeconds: 7 });
    await expect(connect(server.baseUrl).get(id)).rejects.toMatchObject({ retryAfterMs: 7_000 });
  });

  it('that fails while the reason of a refusal is looked for gives none', async () => {
    server.control.seed(stay(APRIL.start, APRIL.end));
    server.faults.add({ target: 'motopress', match: 'GET /bookings', skip: 1, status: 503 });
    await expect(connect(server.baseUrl).change(id, { interval: APRIL }, undefined)).rejects.toThrow(
      TemporarilyUnavailable,
    );
  });
});

describe('what is not the API', () => {
  let close: (() => Promise<void>) | undefined;
  afterEach(() => close?.());

  async function serve(listener: RequestListener): Promise<string> {
    const server = await listen(listener);
    close = server.close;
    return server.url;
  }

  it.each([
    ['a page', 200, '<html>', TemporarilyUnavailable],
    ['a 404 of its host', 404, '<html>', TemporarilyUnavailable],
    ['a redirect', 302, '', TemporarilyUnavailable],
    ['a booking without dates', 200, '{"id":1,"status":"confirmed","reserved_accommodations":[]}', InvalidInput],
    ['a list where one booking was asked for', 200, '[]', InvalidInput],
  ])('answering with %s is not taken for a booking, nor for none', async (_case, status, body, error) => {
    const url = await serve((_request, response) => response.writeHead(status, { location: '/' }).end(body));
    await expect(connect(url).get('1')).rejects.toThrow(error);
  });

  it('is not waited for without end', async () => {
    const url = await serve(() => {});
    await expect(connect(url, undefined, 100).get('1')).rejects.toThrow(TemporarilyUnavailable);
  });

  it('sets aside what it cannot read of a list, and reads the rest and the page after it', async () => {
    const good = {
      ...{ id: 7, status: 'confirmed', check_in_date: '2028-03-10', check_out_date: '2028-03-14' },
      // WordPress keeps numbers as text, and some of its getters leave them so.
      reserved_accommodations: [{ accommodation: '101', adults: '2', children: null }],
    };
    const list = [
      good,
      { ...good, id: 8, status: 'wc-processing' },
      { ...good, id: 9, check_out_date: '2028-02-30' },
      { ...good, id: 10, check_out_date: good.check_in_date },
      { ...good, id: 11, reserved_accommodations: [{ accommodation: 'House', adults: 2 }] },
      'a booking',
      ...Array.from({ length: 94 }, (_, index) => ({ ...good, id: 100 + index, reserved_accommodations: [] })),
    ];
    const url = await serve((_request, response) => response.end(JSON.stringify(list)));
    const page = await connect(url).listChanged(LONG_AGO);
    expect(page.bookings[0]).toMatchObject({ id: '7', resourceId: 'simmer-highs', guest: { count: 2 } });
    expect(page.unreadable).toEqual([
      { bookingId: '8', paths: ['status'] },
      { bookingId: '9', paths: ['check_out_date'] },
      { bookingId: '10', paths: ['check_out_date'] },
      { bookingId: '11', paths: ['reserved_accommodations.0.accommodation'] },
      { bookingId: undefined, paths: [''] },
    ]);
    expect(page.nextCursor).toBe('2/');
  });

  it('leaves out of what holds nights what it cannot read', async () => {
    const list = [{ id: 7, reserved_accommodations: [{ accommodation: '101' }] }, { id: 8 }, 'a booking'];
    const url = await serve((_request, response) => response.end(JSON.stringify(list)));
    expect(await connect(url).listHolding?.('2028-01-01')).toEqual({
      bookings: [{ id: '7', resourceId: 'simmer-highs' }],
    });
  });

  it('is asked with key and secret as a name and password, and with nothing of them in the address', async () => {
    const asked: unknown[] = [];
    const url = await serve((request, response) => {
      asked.push([request.url, request.headers.authorization, request.headers['user-agent']]);
      response.end('[]');
    });
    await connect(`${url}/`).listChanged(LONG_AGO);
    expect(asked).toEqual([
      [expect.stringMatching(/^\/mphb\/v1\/bookings\?page=1&/), `Basic ${btoa(KEY)}`, 'Dovetail-Test/1'],
    ]);
    expect(String(asked[0])).not.toContain('cs_test');
  });
});
