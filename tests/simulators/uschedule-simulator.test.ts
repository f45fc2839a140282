import type { WireAppointment } from '@dovetail/sandbox/uschedule/appointment.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startUSchedule, type UScheduleServer } from '../contracts/uschedule-server.ts';

const MORNING = { start: '2027-05-01T13:00:00Z', end: '2027-05-01T14:00:00Z' };
const HEADERS = { authorization: 'Bearer sandbox-uschedule-key', 'x-tenant-id': 'loft' };

/** Whatever an answer may hold; each test looks at what its own answer should. */
type Body = WireAppointment & { error?: { code: string }; data: WireAppointment[]; next_cursor: string | null };

describe("the USchedule simulator's API", () => {
  let server: UScheduleServer;

  beforeEach(async () => {
    server = await startUSchedule();
  });
  afterEach(() => server.close());

  async function call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    const response = await fetch(`${server.baseUrl}/v1${path}`, {
      method,
      headers: { ...HEADERS, 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, etag: response.headers.get('etag'), body: (await response.json()) as Body };
  }
  const code = (answer: { status: number; body: Body }) => [answer.status, answer.body.error?.code];
  const create = (fields: object = {}) => call('POST', '/appointments', { resource_id: '1', ...MORNING, ...fields });
  const patch = (id: string, version: number | string, fields: object) =>
    call('PATCH', `/appointments/${id}`, fields, {
      'if-match': typeof version === 'number' ? `"${version}"` : version,
    });

  it('asks for a key and a tenant', async () => {
    expect(code(await call('GET', '/resources', undefined, { authorization: 'Bearer nonsense' }))).toEqual([
      401,
      'unauthorized',
    ]);
    expect(code(await call('GET', '/resources', undefined, { authorization: '' }))).toEqual([401, 'unauthorized']);
    expect(code(await call('GET', '/resources', undefined, { 'x-tenant-id': '' }))).toEqual([400, 'tenant_required']);
    expect((await call('GET', '/resources', undefined, { authorization: 'Bearer the-key' })).status).toBe(200);
  });

  it('names its two bays', async () => {
    expect((await call('GET', '/resources')).body).toEqual({
      data: [
        { id: '1', name: 'Bay 1', time_zone: 'America/New_York' },
        { id: '2', name: 'Bay 2', time_zone: 'America/New_York' },
      ],
    });
  });

  it("answers times with the offset of the resource's zone on that day", async () => {
    expect((await create()).body).toMatchObject({
      start: '2027-05-01T09:00:00-04:00',
      end: '2027-05-01T10:00:00-04:00',
      time_zone: 'America/New_York',
    });
    const winter = await create({ start: '2027-12-01T13:00:00Z', end: '2027-12-01T09:00:00-05:00' });
    expect(winter.body).toMatchObject({ start: '2027-12-01T08:00:00-05:00', end: '2027-12-01T09:00:00-05:00' });
  });

  it('takes a time once, and touching times both', async () => {
    expect((await create()).status).toBe(201);
    expect(code(await create({ start: '2027-05-01T13:59:00Z', end: '2027-05-01T15:00:00Z' }))).toEqual([
      409,
      'slot_taken',
    ]);
    expect((await create({ start: MORNING.end, end: '2027-05-01T15:00:00Z' })).status).toBe(201);
    expect((await create({ start: '2027-05-01T12:00:00Z', end: MORNING.start })).status).toBe(201);
    expect((await create({ resource_id: '2' })).status).toBe(201);
  });

  it('frees the time of a cancelled appointment', async () => {
    const { id } = (await create()).body;
    await call('POST', `/appointments/${id}/cancel`, { reason: 'rain' });
    expect((await create()).status).toBe(201);
  });

  it.each([
    ['an unknown resource', { resource_id: '3' }],
    ['an end before the start', { end: '2027-05-01T12:00:00Z' }],
    ['an end equal to the start', { end: MORNING.start }],
    ['a time without an offset', { start: '2027-05-01T13:00:00' }],
    ['a day that does not exist', { start: '2027-02-30T13:00:00Z' }],
    ['a title of 201 letters', { title: 'x'.repeat(201) }],
    ['a field it does not know', { titel: 'x' }],
  ])('refuses %s', async (_case, fields) => {
    expect(code(await create(fields))).toEqual([422, 'validation']);
    expect(server.control.appointments()).toEqual([]);
  });

  it('refuses a body that is not JSON', async () => {
    const response = await fetch(`${server.baseUrl}/v1/appointments`, {
      method: 'POST',
      headers: { ...HEADERS, 'content-type': 'application/json' },
      body: '{',
    });
    expect(code({ status: response.status, body: (await response.json()) as Body })).toEqual([400, 'malformed']);
  });

  it('answers a repeated key as it did the first time, refusals included', async () => {
    const draft = { resource_id: '1', ...MORNING };
    const first = await call('POST', '/appointments', draft, { 'idempotency-key': 'a' });
    const taken = await call('POST', '/appointments', draft, { 'idempotency-key': 'b' });
    await call('POST', `/appointments/${first.body.id}/cancel`);

    const again = await call('POST', '/appointments', draft, { 'idempotency-key': 'a' });
    expect([again.status, again.body]).toEqual([201, first.body]);
    expect(code(await call('POST', '/appointments', draft, { 'idempotency-key': 'b' }))).toEqual(code(taken));
    expect(server.control.appointments()).toHaveLength(1);
  });

  it('refuses a repeated key with another body, and forgets a key after a day', async () => {
    const draft = { resource_id: '1', ...MORNING };
    await call('POST', '/appointments', draft, { 'idempotency-key': 'a' });
    const other = { ...draft, resource_id: '2' };
    expect(code(await call('POST', '/appointments', other, { 'idempotency-key': 'a' }))).toEqual([
      422,
      'idempotency_key_reused',
    ]);
    await server.clock.advance(25 * 3_600_000);
    expect((await call('POST', '/appointments', other, { 'idempotency-key': 'a' })).status).toBe(201);
  });

  it('changes an appointment only under its present version, and counts the change', async () => {
    const { id } = (await create()).body;
    expect(code(await call('PATCH', `/appointments/${id}`, { title: 'x' }))).toEqual([428, 'precondition_required']);
    expect(code(await patch(id, 'yesterday', { title: 'x' }))).toEqual([400, 'malformed']);
    expect(code(await patch(id, 2, { title: 'x' }))).toEqual([412, 'version_mismatch']);
    await server.clock.advance(1_000);
    const changed = await patch(id, 1, { title: 'x', resource_id: '2' });
    expect(changed).toMatchObject({ status: 200, etag: '"2"', body: { title: 'x', resource_id: '2', version: 2 } });
    expect(changed.body.updated_at > changed.body.created_at).toBe(true);
  });

  it('keeps the version when nothing changes', async () => {
    const { id } = (await create({ title: 'x' })).body;
    const same = await patch(id, 1, { title: 'x', start: '2027-05-01T09:00:00-04:00' });
    expect(same.body).toMatchObject({ version: 1 });
  });

  it('moves an appointment within its own time, but not onto another', async () => {
    const { id } = (await create()).body;
    await create({ start: '2027-05-01T15:00:00Z', end: '2027-05-01T16:00:00Z' });
    expect((await patch(id, 1, { end: '2027-05-01T14:30:00Z' })).status).toBe(200);
    expect(code(await patch(id, 2, { end: '2027-05-01T15:30:00Z' }))).toEqual([409, 'slot_taken']);
    expect(code(await patch(id, 2, { end: '2027-05-01T12:00:00Z' }))).toEqual([422, 'validation']);
    expect((await call('GET', `/appointments/${id}`)).body).toMatchObject({ version: 2 });
  });

  it('leaves an appointment that is over as it was, except that staff close it', async () => {
    const { id } = (await create()).body;
    expect(code(await patch(id, 1, { start: '2027-04-01T13:00:00Z', end: '2027-04-01T14:00:00Z' }))).toEqual([
      409,
      'past',
    ]);
    await server.clock.advance(24 * 3_600_000);
    expect(code(await patch(id, 1, { title: 'x' }))).toEqual([409, 'past']);
    expect((await patch(id, 1, { status: 'completed' })).body).toMatchObject({ status: 'completed', version: 2 });
    expect(code(await patch(id, 2, { status: 'confirmed' }))).toEqual([409, 'status_transition']);
    expect(code(await call('POST', `/appointments/${id}/cancel`))).toEqual([409, 'past']);
  });

  it('leaves a locked appointment as it was', async () => {
    const { id } = (await create()).body;
    server.control.lock(id);
    expect(code(await patch(id, 1, { title: 'x' }))).toEqual([409, 'locked']);
    expect(code(await call('POST', `/appointments/${id}/cancel`))).toEqual([409, 'locked']);
  });

  it('cancels once and keeps the record', async () => {
    const { id } = (await create()).body;
    const cancelled = await call('POST', `/appointments/${id}/cancel`, { reason: 'rain' });
    expect(cancelled.body).toMatchObject({ status: 'cancelled', version: 2 });
    expect((await call('POST', `/appointments/${id}/cancel`)).body).toEqual(cancelled.body);
    expect((await call('GET', `/appointments/${id}`)).body).toEqual(cancelled.body);
    expect(code(await patch(id, 2, { title: 'x' }))).toEqual([409, 'cancelled']);
  });

  it('lists in the order of change, cancelled ones only when asked, and says when there is more', async () => {
    const first = (await create()).body.id;
    await server.clock.advance(1_000);
    const second = (await create({ resource_id: '2' })).body.id;
    await server.clock.advance(1_000);
    await patch(first, 1, { title: 'x' });
    await call('POST', `/appointments/${second}/cancel`);

    const ids = (body: Body) => body.data.map(({ id }) => id);
    expect(ids((await call('GET', '/appointments')).body)).toEqual([first]);
    const page = (await call('GET', '/appointments?include=cancelled&limit=1')).body;
    expect(page).toMatchObject({ has_more: true, data: [{ id: first }] });
    const rest = (await call('GET', `/appointments?include=cancelled&limit=1&cursor=${page.next_cursor}`)).body;
    expect(rest).toMatchObject({ has_more: false, next_cursor: null, data: [{ id: second }] });
  });

  it.each(['limit=201', 'limit=0', 'cursor=nonsense', 'updated_since=yesterday', 'include=everything', 'order=id'])(
    'refuses to list with %s',
    async (query) => {
      expect(code(await call('GET', `/appointments?${query}`))).toEqual([422, 'validation']);
    },
  );

  it('knows nothing of other paths and other appointments', async () => {
    expect(code(await call('GET', '/appointments/apt_none'))).toEqual([404, 'not_found']);
    expect(code(await call('GET', '/customers'))).toEqual([404, 'no_such_path']);
  });

  it('goes on from a snapshot as if it had never stopped', async () => {
    const draft = { resource_id: '1', ...MORNING };
    const { id } = (await call('POST', '/appointments', draft, { 'idempotency-key': 'a' })).body;
    server.control.lock(id);
    const snapshot = JSON.parse(JSON.stringify(server.control.snapshot()));
    await server.close();
    server = await startUSchedule();
    server.control.restore(snapshot);
    expect((await call('POST', '/appointments', draft, { 'idempotency-key': 'a' })).body).toMatchObject({ id });
    expect(code(await patch(id, 1, { title: 'x' }))).toEqual([409, 'locked']);
  });

  it('remembers what it was asked, with what it answered', async () => {
    await create();
    await call('GET', '/appointments/apt_none');
    await expect
      .poll(() => server.control.requestLog())
      .toEqual([
        { method: 'POST', path: '/v1/appointments', status: 201 },
        { method: 'GET', path: '/v1/appointments/apt_none', status: 404 },
      ]);
  });
});
