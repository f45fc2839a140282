import { get } from 'node:http';
import { TemporarilyUnavailable } from '@dovetail/core/domain/errors.ts';
import { instantOf } from '@dovetail/core/domain/interval.ts';
import { commitChanges, type EventState } from '@dovetail/core/ledger/commit-changes.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { expectProblem, NOW, type Reply, type Service, startService } from './run-service-server.ts';

let service: Service;
beforeEach(async () => {
  service = await startService();
});
afterEach(() => service.close());

const MINUTE_MS = 60_000;
const publish = (part: object = {}, key = 'loft-manager-key') =>
  service.call('createPublication', '/v1/publications', { key, body: { resourceIds: ['bay-1'], ...part } });
const read = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  service.send(method, path, { key: null, headers });
const pathOf = ({ body }: Reply) => String(body.url).slice('https://dovetail.test'.length);
/** Over plain HTTP, where a header can say anything. */
const statusOf = (path: string, headers: Record<string, string>) =>
  new Promise<number>((resolve, reject) => {
    const request = get(`${service.baseUrl}${path}`, { headers }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode ?? 0));
    });
    request.once('error', reject);
  });
const pass = (ms: number) => service.clock.set(service.clock.now() + ms);

/** Holds an hour on a bay, unless `part` says otherwise. */
async function hold(id: string, part: Partial<EventState> = {}): Promise<void> {
  const event: EventState = {
    id,
    resourceId: 'bay-1',
    kind: 'reservation',
    status: 'active',
    source: { type: 'booking-system', id: 'uschedule', externalUid: id },
    start: '2027-05-02T10:00:00Z',
    end: '2027-05-02T11:00:00Z',
    title: 'Guest A',
    priority: 1,
    lastSeenAt: instantOf(NOW),
    ...part,
  };
  await commitChanges({ tenantId: 'loft', eventIds: [id], decide: () => ({ events: [event] }) }, service.deps);
}

/** Reads and writes that a request costs. */
async function billed(work: () => Promise<unknown>) {
  const calls = { reads: 0, writes: 0 };
  const { documents } = service;
  const { get, getAll, query, commit } = documents;
  documents.get = (path) => {
    calls.reads++;
    return get.call(documents, path);
  };
  documents.getAll = (paths) => {
    calls.reads += paths.length;
    return getAll.call(documents, paths);
  };
  documents.query = async (asked) => {
    const found = await query.call(documents, asked);
    calls.reads += Math.max(1, found.length);
    return found;
  };
  documents.commit = (writes) => {
    calls.writes += writes.length;
    return commit.call(documents, writes);
  };
  await work();
  Object.assign(documents, { get, getAll, query, commit });
  return calls;
}

describe('a publication', () => {
  it('is told its address once, and serves its calendar there', async () => {
    await hold('evt');
    const made = await publish();
    expect(made.body.url).toMatch(/^https:\/\/dovetail\.test\/ics\/[\w-]{43}\.ics$/);
    const reply = await read(pathOf(made));
    expect(reply.status).toBe(200);
    expect(reply.headers.get('content-type')).toBe('text/calendar; charset=utf-8');
    expect(reply.text).toMatch(/^BEGIN:VCALENDAR\r\n/);
    expect(reply.text).toContain('DTSTART:20270502T100000Z');
    expect(reply.text).not.toContain('Guest A');
    const shown = await service.call('getPublication', `/v1/publications/${made.body.id}`);
    expect(shown.text).not.toContain('url');
    expect(JSON.stringify(await service.documents.query({ from: { group: 'publicationTokens' } }))).not.toContain(
      pathOf(made).slice(5, 20),
    );
  });

  it('can be listed, by resource and platform too, changed and deleted', async () => {
    const { body: one } = await publish({ platform: 'airbnb' });
    const { body: other } = await publish({ resourceIds: ['bay-2'] });
    const list = async (query = '') =>
      (await service.call('listPublications', `/v1/publications${query}`)).body.items.map(
        ({ id }: { id: string }) => id,
      );
    expect(await list()).toEqual([one.id, other.id].sort());
    expect(await list('?resourceId=bay-2')).toEqual([other.id]);
    expect(await list('?platform=airbnb')).toEqual([one.id]);
    const changed = await service.call('changePublication', `/v1/publications/${other.id}`, {
      body: { resourceIds: ['bay-1'], name: 'For the coach', visibility: 'details' },
    });
    expect(changed.body).toMatchObject({ resourceIds: ['bay-1'], name: 'For the coach', visibility: 'details' });
    await hold('evt');
    const { text } = await read(pathOf({ body: other } as Reply));
    expect(text).toContain('X-WR-CALNAME:For the coach\r\n');
    expect(text).toContain('SUMMARY:Guest A\r\n');
    await service.call('deletePublication', `/v1/publications/${other.id}`);
    expect((await read(pathOf({ body: other } as Reply))).status).toBe(404);
    expect(await list()).toEqual([one.id]);
  });

  it('shows whatever carries a tag, from then on', async () => {
    const path = pathOf(await publish({ resourceIds: undefined, tag: 'simulator' }));
    expect((await read(path)).status).toBe(404);
    await service.call('changeResource', '/v1/resources/bay-1', { body: { tags: ['simulator', 'left'] } });
    await hold('evt');
    expect((await read(path)).text).toContain('UID:evt.');
  });

  it('may show the time that is left instead', async () => {
    await service.call('changeResource', '/v1/resources/bay-1', {
      body: { openingHours: [{ weekday: 7, opens: '08:00', closes: '12:00' }] },
    });
    await hold('evt', { start: '2027-05-02T13:00:00Z', end: '2027-05-02T14:00:00Z' });
    const path = pathOf(await publish({ shows: 'free', window: { daysBack: 0, monthsAhead: 1 } }));
    const first = await read(path);
    const [before, after] = first.text.split('END:VEVENT');
    expect(before).toContain(
      'DTSTART:20270502T120000Z\r\nDTEND:20270502T130000Z\r\nSUMMARY:Available\r\nTRANSP:TRANSPARENT',
    );
    expect(after).toContain('DTSTART:20270502T140000Z\r\nDTEND:20270502T160000Z');
    expect(first.text.match(/BEGIN:VEVENT/g)).toHaveLength(2 + 4);
    // It stays the same all day, whatever the hour.
    pass(3 * 60 * MINUTE_MS);
    expect((await read(path)).headers.get('etag')).toBe(first.headers.get('etag'));
  });

  it('of the whole tenant takes an admin, to make, to change and to end', async () => {
    const whole = { resourceIds: undefined, wholeTenant: true };
    expect((await publish(whole)).status).toBe(403);
    const made = await publish(whole, 'loft-admin-key');
    await hold('evt');
    await hold('other', { resourceId: 'bay-2' });
    const { text } = await read(pathOf(made));
    expect(text).toContain('SUMMARY:bay-1: Reserved');
    expect(text).toContain('SUMMARY:bay-2: Reserved');
    const path = `/v1/publications/${made.body.id}`;
    const key = 'loft-manager-key';
    for (const [id, at] of [
      ['changePublication', path],
      ['rotatePublication', `${path}:rotate`],
      ['deletePublication', path],
    ] as const) {
      expect((await service.call(id, at, { key, body: {} })).status).toBe(403);
    }
    const one = await publish();
    const widened = await service.call('changePublication', `/v1/publications/${one.body.id}`, {
      key,
      body: { wholeTenant: true },
    });
    expect(widened.status).toBe(403);
  });

  it.each([
    ['an unknown resource', { resourceIds: ['bay-1', 'bay-9'] }, 422, 'resourceIds.1'],
    ['a resource of another tenant', { resourceIds: ['kaya'] }, 422, 'resourceIds.0'],
    ['no resource', { resourceIds: [] }, 400, 'resourceIds'],
    ['nothing to show', { resourceIds: undefined }, 400, 'resourceIds'],
    ['ids and a tag', { tag: 'simulator' }, 400, 'resourceIds'],
    ['a resource twice', { resourceIds: ['bay-1', 'bay-1'] }, 400, 'resourceIds'],
    ['titles for a platform that sells', { platform: 'airbnb', visibility: 'details' }, 400, 'visibility'],
    ['free time for a platform that sells', { platform: 'vrbo', shows: 'free' }, 400, 'shows'],
    ['a window beyond the ledger', { window: { monthsAhead: 30 } }, 400, 'window.monthsAhead'],
    ['an unknown platform', { platform: 'somewhere' }, 400, 'platform'],
  ])('is refused with %s', async (_case, part, status, path) => {
    expect((await publish(part)).body).toMatchObject({ status, paths: [path] });
  });
});

describe('an address', () => {
  it('that was rotated out works and answers the same until its grace is over', async () => {
    await hold('evt');
    const made = await publish();
    const rotated = await service.call('rotatePublication', `/v1/publications/${made.body.id}:rotate`, {
      body: { graceHours: 2 },
    });
    expect(rotated.body.url).not.toBe(made.body.url);
    expect(rotated.body.previousValidUntil).toBe('2027-05-01T10:00:00Z');
    const [before, after] = [await read(pathOf(made)), await read(pathOf(rotated))];
    expect([before.status, before.text, before.headers.get('etag')]).toEqual([
      200,
      after.text,
      after.headers.get('etag'),
    ]);
    pass(120 * MINUTE_MS - 1000);
    expect((await read(pathOf(made))).status).toBe(200);
    pass(1000);
    expect((await read(pathOf(made))).status).toBe(404);
    expect((await read(pathOf(rotated))).status).toBe(200);
  });

  it('ends at once where there is no grace, and with the rotation after the next', async () => {
    const made = await publish();
    const rotate = (body?: object) =>
      service.call('rotatePublication', `/v1/publications/${made.body.id}:rotate`, { ...(body && { body }) });
    const second = await rotate();
    const third = await rotate({ graceHours: 1 });
    expect((await read(pathOf(made))).status).toBe(404);
    expect((await read(pathOf(second))).status).toBe(200);
    const fourth = await rotate({ graceHours: 0 });
    expect((await read(pathOf(third))).status).toBe(404);
    expect((await read(pathOf(fourth))).status).toBe(200);
    expect(await service.documents.query({ from: 'publicationTokens' })).toHaveLength(2);
  });

  it.each([
    ['unknown', `/ics/${'A'.repeat(43)}.ics`],
    ['short', '/ics/unknown.ics'],
    ['with an escape', '/ics/a%2Fb.ics'],
    ['with a broken escape', '/ics/%E0%A4%A.ics'],
    ['empty', '/ics/.ics'],
    ['without an end', '/ics/x'],
    ['with a path', '/ics/a/b.ics'],
    ['very long', `/ics/${'A'.repeat(4000)}.ics`],
  ])('that nobody was given is one and the same 404, after one lookup: %s', async (_case, path) => {
    const expected = await read(`/ics/${'B'.repeat(43)}.ics`);
    let reply = expected;
    expect(await billed(async () => (reply = await read(path)))).toEqual({ reads: 1, writes: 0 });
    expectProblem(reply);
    const but = ({ body }: Reply) => ({ ...body, instance: undefined });
    expect(but(reply)).toEqual(but(expected));
    expect(reply.status).toBe(404);
  });

  it('that was rotated out costs the same one lookup', async () => {
    const made = await publish();
    await service.call('rotatePublication', `/v1/publications/${made.body.id}:rotate`, { body: { graceHours: 0 } });
    expect(await billed(() => read(pathOf(made)))).toEqual({ reads: 1, writes: 0 });
  });

  it('takes GET and HEAD alone', async () => {
    const reply = await read(pathOf(await publish()), {}, 'POST');
    expect([reply.status, reply.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });
});

describe('a reader', () => {
  it('who has the present state is answered 304, and anew after a change', async () => {
    const path = pathOf(await publish());
    const etag = (await read(path)).headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[^"]+"$/);
    for (const known of [etag, `W/${etag}`, `"older", ${etag}`, '*']) {
      const same = await read(path, { 'if-none-match': known });
      expect([same.status, same.text, same.headers.get('etag')]).toEqual([304, '', etag]);
    }
    expect((await read(path, { 'if-none-match': '"older"' })).status).toBe(200);
    await hold('evt');
    expect((await read(path, { 'if-none-match': etag })).status).toBe(200);
  });

  it('gets another tag for each coding, and the same calendar', async () => {
    await hold('evt');
    const path = pathOf(await publish());
    const answers = await Promise.all(
      ['identity', 'gzip', 'br'].map((coding) => read(path, { 'accept-encoding': coding })),
    );
    expect(new Set(answers.map(({ headers }) => headers.get('etag'))).size).toBe(3);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers.map(({ headers }) => headers.get('content-encoding'))).toEqual([null, 'gzip', 'br']);
    expect(answers.map(({ headers }) => headers.get('vary'))).toEqual(Array(3).fill('Accept-Encoding'));
    const raw = await fetch(`${service.baseUrl}${path}`, { method: 'HEAD', headers: { 'accept-encoding': 'gzip' } });
    expect(raw.headers.get('etag')).toBe(answers[1]?.headers.get('etag'));
  });

  it('who knows no tags may go by the date', async () => {
    const path = pathOf(await publish());
    pass(5_000);
    const first = await read(path);
    const since = first.headers.get('last-modified') ?? '';
    expect(since).toBe('Sat, 01 May 2027 08:00:00 GMT');
    expect((await read(path, { 'if-modified-since': since })).status).toBe(304);
    await hold('evt');
    const next = await read(path, { 'if-modified-since': since });
    // Another change may come within this second, so no date is told yet.
    expect([next.status, next.headers.get('last-modified')]).toEqual([200, null]);
    pass(5_000);
    expect((await read(path)).headers.get('last-modified')).toBe('Sat, 01 May 2027 08:00:05 GMT');
    pass(24 * 60 * MINUTE_MS);
    expect((await read(path, { 'if-modified-since': since })).status).toBe(200);
  });

  it('who asks with HEAD gets the same headers and no body', async () => {
    await hold('evt');
    const path = pathOf(await publish());
    const [head, get] = [await read(path, {}, 'HEAD'), await read(path)];
    const but = (headers: Headers) =>
      [...headers].filter(([name]) => !['date', 'x-request-id', 'connection', 'keep-alive'].includes(name));
    expect([head.status, head.text]).toEqual([200, '']);
    expect(but(head.headers)).toEqual(but(get.headers));
  });

  it('who has it costs one read and one for each resource, however full it is', async () => {
    for (let hour = 0; hour < 40; hour++) {
      const start = instantOf(NOW + hour * 3_600_000);
      await hold(`e${hour}`, { start, end: instantOf(NOW + (hour + 1) * 3_600_000) });
    }
    const path = pathOf(await publish({ resourceIds: ['bay-1', 'bay-2'] }));
    const etag = (await read(path)).headers.get('etag') ?? '';
    expect(await billed(() => read(path, { 'if-none-match': etag }))).toEqual({ reads: 3, writes: 0 });
    // The text itself is still at hand.
    expect(await billed(() => read(path))).toEqual({ reads: 3, writes: 0 });
  });

  it.each(['get', 'getAll', 'query'] as const)(
    'is told of a failure, never served an empty calendar: %s',
    async (call) => {
      await hold('evt');
      const path = pathOf(await publish({ resourceIds: undefined, tag: 'simulator' }));
      await service.call('changeResource', '/v1/resources/bay-1', { body: { tags: ['simulator'] } });
      let answered = 0;
      const original = service.documents[call] as (argument: never) => Promise<unknown>;
      // The token itself is found, and what comes after it is not.
      service.documents[call] = ((argument: never) =>
        answered++ === 0 && call === 'getAll'
          ? original.call(service.documents, argument)
          : Promise.reject(new Error('disk gone'))) as never;
      const reply = await read(path);
      if (call === 'get') return expect(reply.text).toContain('UID:evt.');
      expectProblem(reply);
      expect(reply.status).toBe(500);
      expect(reply.headers.has('etag')).toBe(false);
      expect(service.log.named('request.failed')).toHaveLength(1);
      expect(JSON.stringify([reply.body, service.log.lines.map(({ fields }) => fields.requestId)])).not.toContain(
        'disk',
      );
    },
  );

  it('never gets a mixture of two states', async () => {
    await hold('evt');
    const path = pathOf(await publish());
    const { documents } = service;
    const { getAll } = documents;
    let interfered = false;
    documents.getAll = async (paths) => {
      const isPages = paths.some((each) => each.includes('/pages/'));
      const found = await getAll.call(documents, paths);
      if (isPages && !interfered) {
        interfered = true;
        await hold('late', { start: '2027-05-02T12:00:00Z', end: '2027-05-02T13:00:00Z' });
      }
      return found;
    };
    const reply = await read(path);
    expect(reply.text).toContain('UID:late.');
    expect((await read(path)).headers.get('etag')).toBe(reply.headers.get('etag'));
  });
});

describe('what was collected', () => {
  const exposureOf = async (made: Reply) =>
    (await service.call('readExposure', `/v1/publications/${made.body.id}/exposure`)).body;
  const lastCollected = async (made: Reply) =>
    (await service.call('getPublication', `/v1/publications/${made.body.id}`)).body.lastCollectedAt;

  it('is noted at most once in ten minutes, and always at once after a change', async () => {
    const path = pathOf(await publish());
    const writes = async (headers = {}) => (await billed(() => read(path, headers))).writes;
    expect(await writes()).toBe(1);
    expect(await writes()).toBe(0);
    pass(10 * MINUTE_MS - 1000);
    expect(await writes()).toBe(0);
    pass(1000);
    const etag = (await read(path, {}, 'HEAD')).headers.get('etag') ?? '';
    expect(await writes({ 'if-none-match': etag })).toBe(1);
    await hold('evt');
    expect(await writes()).toBe(1);
    expect(await writes()).toBe(0);
  });

  it('is not noted of those who look without taking it home', async () => {
    const made = await publish();
    expect((await read(pathOf(made), {}, 'HEAD')).status).toBe(200);
    // `fetch` says itself how it fetches; a browser says `navigate` where somebody typed the address.
    expect(await statusOf(pathOf(made), { 'sec-fetch-mode': 'navigate' })).toBe(200);
    expect(await lastCollected(made)).toBeUndefined();
  });

  it('tells which time a platform may still sell, and which it still keeps closed', async () => {
    await hold('known');
    await hold('goes', { start: '2027-05-03T10:00:00Z', end: '2027-05-03T11:00:00Z' });
    const made = await publish();
    expect(await exposureOf(made)).toMatchObject({ upToDate: false });
    expect((await exposureOf(made)).uncollected).toHaveLength(2);
    await read(pathOf(made));
    expect(await exposureOf(made)).toMatchObject({ upToDate: true, uncollected: [], lastCollectedAt: instantOf(NOW) });
    pass(MINUTE_MS);
    await hold('new', { start: '2027-05-04T10:00:00Z', end: '2027-05-04T11:00:00Z' });
    await hold('goes', { start: '2027-05-03T10:00:00Z', end: '2027-05-03T11:00:00Z', status: 'cancelled' });
    // Neither came nor went as far as the platform is concerned.
    await hold('brief', { start: '2027-05-05T10:00:00Z', end: '2027-05-05T11:00:00Z' });
    await hold('brief', { start: '2027-05-05T10:00:00Z', end: '2027-05-05T11:00:00Z', status: 'cancelled' });
    await hold('known', { title: 'Guest B' });
    const { uncollected, upToDate } = await exposureOf(made);
    expect(upToDate).toBe(false);
    expect(uncollected).toEqual([
      {
        eventId: 'goes',
        resourceId: 'bay-1',
        start: '2027-05-03T10:00:00Z',
        end: '2027-05-03T11:00:00Z',
        believes: 'taken',
      },
      {
        eventId: 'new',
        resourceId: 'bay-1',
        start: '2027-05-04T10:00:00Z',
        end: '2027-05-04T11:00:00Z',
        believes: 'free',
      },
    ]);
    await read(pathOf(made));
    expect(await exposureOf(made)).toMatchObject({ upToDate: true, uncollected: [] });
  });

  it('is told by what was collected, also within one second', async () => {
    const made = await publish();
    await read(pathOf(made));
    await hold('new');
    expect((await exposureOf(made)).uncollected).toMatchObject([{ eventId: 'new', believes: 'free' }]);
    await read(pathOf(made));
    expect((await exposureOf(made)).uncollected).toEqual([]);
  });

  it('stays known when the address changes', async () => {
    const made = await publish();
    await read(pathOf(made));
    const rotated = await service.call('rotatePublication', `/v1/publications/${made.body.id}:rotate`);
    expect(rotated.body.lastCollectedAt).toBe(instantOf(NOW));
    pass(11 * MINUTE_MS);
    await read(pathOf(made));
    expect(await lastCollected(made)).toBe(instantOf(NOW + 11 * MINUTE_MS));
  });

  it('is noted all the same when the store was not there at first', async () => {
    const made = await publish();
    const commit = service.documents.commit.bind(service.documents);
    let failures = 2;
    service.documents.commit = (writes) =>
      failures-- > 0 ? Promise.reject(new TemporarilyUnavailable('busy')) : commit(writes);
    expect((await read(pathOf(made))).status).toBe(200);
    expect(await lastCollected(made)).toBe(instantOf(NOW));
    expect(service.log.named('publication.not-noted')).toHaveLength(0);
  });

  it('fails nobody when it cannot be noted', async () => {
    const path = pathOf(await publish());
    service.documents.commit = () => Promise.reject(new TemporarilyUnavailable('busy'));
    expect((await read(path)).status).toBe(200);
    expect(service.log.named('publication.not-noted')).toHaveLength(1);
  });
});
