import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  HOUSE,
  KAYA,
  KEY,
  type MotoPressServer,
  READ_ONLY_KEY,
  startMotoPress,
  stay,
} from '../contracts/motopress-server.ts';

let server: MotoPressServer;
beforeEach(async () => {
  server = await startMotoPress();
});
afterEach(() => server.close());

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the API answers, as a caller without types would see it.
  readonly body: any;
}

async function ask(method: string, path: string, body?: unknown, key: string | null = KEY): Promise<Answer> {
  const response = await fetch(`${server.baseUrl}/mphb/v1${path}`, {
    method,
    headers: {
      'content-type': 'application/json',
      ...(key !== null && { authorization: `Basic ${btoa(key)}` }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}
const post = (body: unknown, id?: number) => ask('POST', id === undefined ? '/bookings' : `/bookings/${id}`, body);
const idsOf = ({ body }: Answer) => (body as { id: number }[]).map(({ id }) => id);

const HOUSE_FOR_TWO = [{ accommodation: HOUSE, adults: 2 }];
const NEW = { check_in_date: '2028-03-10', check_out_date: '2028-03-14', reserved_accommodations: HOUSE_FOR_TWO };

describe('the simulated MotoPress, to a caller', () => {
  it.each([
    ['nobody', null, 'GET', 'mphb_rest_cannot_view'],
    ['nobody', null, 'POST', 'mphb_rest_cannot_edit'],
    ['a stranger', 'ck_other:cs_test', 'GET', 'mphb_rest_cannot_view'],
    ['one with another secret', 'ck_test:cs_other', 'GET', 'mphb_rest_authentication_error'],
    ['one who may only read', READ_ONLY_KEY, 'POST', 'mphb_rest_authentication_error'],
  ])('who is %s, answers %s %s with %s', async (_who, key, method, code) => {
    const answer = await ask(method, '/bookings/501', method === 'POST' ? {} : undefined, key);
    expect([answer.status, answer.body]).toEqual([401, { code, message: expect.any(String), data: { status: 401 } }]);
  });

  it('who has key and secret in the query, answers as well', async () => {
    expect(
      (await ask('GET', '/bookings?consumer_key=ck_test&consumer_secret=cs_test', undefined, null)).status,
    ).not.toBe(401);
  });

  it.each([
    ['GET', '/bookings/999', 404, 'mphb_rest_invalid_mphb_booking_id'],
    ['POST', '/bookings/999', 400, 'mphb_rest_mphb_booking_invalid_id'],
    ['DELETE', '/bookings/999', 404, 'mphb_rest_mphb_booking_invalid_id'],
    ['GET', '/bookings/abc', 404, 'rest_no_route'],
    ['GET', '/seasons', 404, 'rest_no_route'],
  ])('of %s %s answers %i %s', async (method, path, status, code) => {
    expect(await ask(method, path, method === 'POST' ? {} : undefined)).toMatchObject({ status, body: { code } });
  });
});

describe('the simulated MotoPress, given a new booking', () => {
  it('answers with every field there is, and none that says when it was changed', async () => {
    const { status, body } = await post({ ...NEW, customer: { first_name: 'Sample' }, unknown_field: 1 });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      status: 'pending-user',
      date_created: expect.stringMatching(/^2027-05-01T10:00:\d\d$/),
      date_created_utc: expect.stringMatching(/^2027-05-01T15:00:\d\d$/),
      reserved_accommodations: [{ accommodation: HOUSE, accommodation_type: 11, rate: 21, adults: 2, children: 0 }],
      total_price: 720,
      currency: 'USD',
    });
    expect(Object.keys(body).filter((field) => field.includes('modified'))).toEqual([]);
    expect(await ask('GET', `/bookings/${body.id}`)).toMatchObject({ status: 200, body });
  });

  it.each([
    ['rest_missing_callback_param', { check_in_date: '2028-03-10' }],
    ['rest_invalid_param', { ...NEW, status: 'booked' }],
    ['rest_invalid_param', { ...NEW, reserved_accommodations: [{ accommodation: HOUSE, adults: 0 }] }],
    ['rest_invalid_param', { ...NEW, customer: { email: 'nobody' } }],
    ['mphb_rest_invalid_set_check_in_date', { ...NEW, check_in_date: '10.03.2028' }],
    ['mphb_rest_invalid_set_check_in_date', { ...NEW, check_in_date: '2027-04-30' }],
    ['mphb_rest_invalid_set_check_out_date', { ...NEW, check_out_date: '2028-02-30' }],
    [
      'mphb_rest_invalid_set_reserved_accommodations',
      { ...NEW, reserved_accommodations: [{ accommodation: 1, adults: 1 }] },
    ],
    ['mphb_rest_invalid_set_reserved_accommodations', { ...NEW, check_out_date: '2038-01-01' }],
    ['mphb_rest_save_error', { ...NEW, reserved_accommodations: [] }],
    ['mphb_rest_save_error', { ...NEW, check_out_date: '2028-03-10' }],
    ['mphb_rest_save_error', { ...NEW, reserved_accommodations: [{ accommodation: HOUSE, adults: 7 }] }],
    ['mphb_rest_save_error', { ...NEW, check_in_date: '2028-03-13', check_out_date: '2028-03-20' }],
  ])('refuses with %s: %j', async (code, body) => {
    await post({ ...NEW, status: 'pending' });
    expect(await post(body)).toMatchObject({ status: 400, body: { code, data: { status: 400 } } });
    expect(server.control.bookings()).toHaveLength(1);
  });

  it.each(['abandoned', 'cancelled'])("lets one that is %s stand in nobody's way", async (status) => {
    await post({ ...NEW, status });
    expect((await post(NEW)).status).toBe(201);
  });
});

describe('the simulated MotoPress, given a change', () => {
  it('changes what is named, and drops the names of guests with accommodations that are sent anew', async () => {
    const { body: made } = await post(NEW);
    const moved = await post({ check_out_date: '2028-03-16', status: 'confirmed' }, made.id);
    expect(moved.body).toMatchObject({
      check_in_date: '2028-03-10',
      check_out_date: '2028-03-16',
      status: 'confirmed',
    });
    const named = [{ accommodation: KAYA, adults: 1, guest_name: 'Sample Guest' }];
    const { body } = await post({ reserved_accommodations: named }, made.id);
    expect(body.reserved_accommodations).toMatchObject([{ accommodation: KAYA, guest_name: '' }]);
  });

  it('applies the rules of the house when accommodations are chosen, not when only dates are', async () => {
    const { body: made } = await post(NEW);
    const short = { check_out_date: '2028-03-11' };
    expect(await post({ ...short, reserved_accommodations: HOUSE_FOR_TWO }, made.id)).toMatchObject({
      body: { code: 'mphb_rest_invalid_set_reserved_accommodations' },
    });
    expect((await post(short, made.id)).status).toBe(200);
  });

  it.each([
    ['imported', { imported: true }],
    ['in the bin', {}],
  ])('refuses one that is %s', async (_what, part) => {
    const [booking] = server.control.seed(stay('2028-03-10', '2028-03-14', part));
    if (!booking?.imported) await ask('DELETE', `/bookings/${booking?.id}`);
    expect(await post({ note: 'x' }, booking?.id)).toMatchObject({ body: { code: 'mphb_rest_save_error' } });
  });

  it('refuses even to cancel what overlaps another', async () => {
    const [, second] = server.control.seed(stay('2028-03-10', '2028-03-14'), stay('2028-03-12', '2028-03-16'));
    expect(await post({ status: 'cancelled' }, second?.id)).toMatchObject({ body: { code: 'mphb_rest_save_error' } });
  });

  it('puts into the bin once', async () => {
    const { body: made } = await post(NEW);
    expect((await ask('DELETE', `/bookings/${made.id}`)).body).toMatchObject({ status: 'pending-user' });
    expect(await ask('DELETE', `/bookings/${made.id}`)).toMatchObject({ status: 410 });
    expect((await ask('GET', `/bookings/${made.id}`)).body).toMatchObject({ status: 'trash' });
  });
});

describe('the simulated MotoPress, told to delete', () => {
  const get = async (id: number) => (await ask('GET', `/bookings/${id}`)).body;
  let id: number;
  beforeEach(async () => {
    id = (await post({ ...NEW, status: 'confirmed' })).body.id;
  });

  it.each(['true', '1', 'TRUE'])(
    'with force=%s deletes for good, out of the bin too, and answers as it was',
    async (force) => {
      await ask('DELETE', `/bookings/${id}`);
      expect(await ask('DELETE', `/bookings/${id}?force=${force}`)).toMatchObject({
        status: 200,
        body: { status: 'trash' },
      });
      expect(await get(id)).toMatchObject({ code: 'mphb_rest_invalid_mphb_booking_id', data: { status: 404 } });
      expect(idsOf(await ask('GET', '/bookings?filter[post_status]=trash,confirmed'))).toEqual([]);
      expect(await ask('DELETE', `/bookings/${id}?force=true`)).toMatchObject({ status: 404 });
      expect((await post(NEW)).body.id).toBeGreaterThan(id);
    },
  );

  it.each(['false', '0'])('with force=%s uses the bin', async (force) => {
    await ask('DELETE', `/bookings/${id}?force=${force}`);
    expect(await get(id)).toMatchObject({ status: 'trash' });
  });

  it('refuses a force that is neither', async () => {
    expect(await ask('DELETE', `/bookings/${id}?force=yes`)).toMatchObject({ body: { code: 'rest_invalid_param' } });
    expect(await get(id)).toMatchObject({ status: 'confirmed' });
  });

  it('deletes nothing without force where WordPress has no bin', async () => {
    const binless = await startMotoPress({ hasBin: false });
    const [booking] = binless.control.seed(stay('2028-03-10', '2028-03-14'));
    const url = `${binless.baseUrl}/mphb/v1/bookings/${booking?.id}`;
    const response = await fetch(url, { method: 'DELETE', headers: { authorization: `Basic ${btoa(KEY)}` } });
    expect(await response.json()).toMatchObject({ code: 'mphb_rest_trash_not_supported', data: { status: 501 } });
    expect(binless.control.bookings()).toMatchObject([{ status: 'confirmed' }]);
    await binless.close();
  });
});

describe('the simulated MotoPress, asked for a list', () => {
  it('answers by pages with their totals, the newest first unless asked otherwise', async () => {
    const made = server.control.seed(...Array.from({ length: 25 }, () => stay('2028-03-10', '2028-03-14')));
    const second = await ask('GET', '/bookings?page=2&orderby=id&order=asc');
    expect(idsOf(second)).toEqual(made.slice(10, 20).map(({ id }) => id));
    expect([second.headers.get('x-wp-total'), second.headers.get('x-wp-totalpages')]).toEqual(['25', '3']);
    expect(idsOf(await ask('GET', '/bookings?page=9'))).toEqual([]);
    expect((await ask('GET', '/bookings?per_page=101')).body).toMatchObject({ code: 'rest_invalid_param' });
  });

  it('leaves out what is in the bin, unless it is asked for', async () => {
    const [booking] = server.control.seed(stay('2028-03-10', '2028-03-14'));
    await ask('DELETE', `/bookings/${booking?.id}`);
    expect(idsOf(await ask('GET', '/bookings'))).toEqual([]);
    expect(idsOf(await ask('GET', '/bookings?filter[post_status]=trash,confirmed'))).toEqual([booking?.id]);
  });

  it('finds whole values only', async () => {
    const [booking] = server.control.seed(stay('2028-03-10', '2028-03-14', { note: 'late arrival' }));
    expect(idsOf(await ask('GET', '/bookings?search=late%20arrival'))).toEqual([booking?.id]);
    expect(idsOf(await ask('GET', '/bookings?search=late'))).toEqual([]);
    expect(idsOf(await ask('GET', `/bookings?search=${booking?.id}`))).toEqual([booking?.id]);
  });

  it('finds by dates, and answers with the fields that are asked for', async () => {
    const [early, late] = server.control.seed(stay('2028-03-10', '2028-03-14'), stay('2028-03-14', '2028-03-18'));
    const find = (key: string, compare: string, value: string) => {
      const clause = { key, value, compare };
      const query = new URLSearchParams({ _fields: 'id' });
      for (const [part, text] of Object.entries(clause)) query.set(`filter[meta_query][0][${part}]`, text);
      return ask('GET', `/bookings?${query}`);
    };
    expect((await find('mphb_check_out_date', '>', '2028-03-14')).body).toEqual([{ id: late?.id }]);
    expect((await find('mphb_check_in_date', '<', '2028-03-14')).body).toEqual([{ id: early?.id }]);
    expect((await find('mphb_note', '<', '2028-03-14')).status).toBe(400);
    expect((await ask('GET', '/bookings?filter[meta_query][0][key]=mphb_check_in_date')).status).toBe(400);
  });

  it('refuses a filter it would pass over', async () => {
    expect((await ask('GET', '/bookings?modified_after=2027-01-01')).status).toBe(400);
    expect((await ask('GET', '/bookings?filter[date_query][0][after]=yesterday')).status).toBe(400);
  });
});

it('the simulated MotoPress goes on where it was left', async () => {
  await post({ ...NEW, status: 'cancelled' });
  const kept = server.control.snapshot();
  await post({ ...NEW, status: 'cancelled' });
  server.control.restore(kept);
  const { body } = await post({ ...NEW, status: 'cancelled' });
  expect(server.control.bookings().map(({ id }) => id)).toEqual([kept[0]?.id, body.id]);
});
