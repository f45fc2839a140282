import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { calendarFile, commit, eventsOf, type FileEntry, hour, importFile, preview } from './import-files.ts';
import { NOW, type Service, startService } from './run-service-server.ts';

let service: Service;
beforeEach(async () => {
  service = await startService();
});
afterEach(() => service.close());

const DAY = 86_400_000;
const TWO = calendarFile([hour('a', 10, 10, 'SUMMARY:Lesson'), hour('b', 11, 10, 'SUMMARY:Fitting')]);
const WEEKLY: FileEntry = hour('weekly', 3, 9, 'SUMMARY:League', 'RRULE:FREQ=WEEKLY;COUNT=4');
const SECOND_OFF = ['EXDATE:20270510T090000Z'];

describe('a preview of a file', () => {
  it('tells what is new, changed, the same and in conflict, and changes nothing', async () => {
    await importFile(service, TWO);
    await service.call('createBlock', '/v1/blocks', {
      body: { resourceId: 'bay-1', start: '2027-05-12T10:30:00Z', end: '2027-05-12T12:00:00Z' },
    });
    const before = await eventsOf(service);
    const file = [hour('a', 10, 10, 'SUMMARY:Lesson'), hour('b', 11, 14, 'SUMMARY:Fitting'), hour('c', 12)];
    const { status, body } = await preview(service, calendarFile([...file, ['UID:odd', 'DTSTART:never']]));
    expect(status).toBe(201);
    expect(body).toMatchObject({
      status: 'preview',
      counts: { seen: 4, added: 1, changed: 1, same: 1, cancelled: 0, conflicts: 1, setAside: 1 },
      changes: [
        { action: 'changed', title: 'Fitting', start: '2027-05-11T14:00:00Z', fields: ['interval'] },
        { action: 'added', start: '2027-05-12T10:00:00Z' },
      ],
      conflicts: [{ type: 'partial-overlap', start: '2027-05-12T10:30:00Z', end: '2027-05-12T11:00:00Z' }],
      setAside: [{ reason: 'bad-time', raw: expect.stringContaining('UID:odd') }],
    });
    expect(await eventsOf(service)).toEqual(before);
    expect((await service.call('getImport', `/v1/imports/${body.id}`)).body).toEqual(body);
  });

  it('tells of conflicts within the file, and with what a related resource takes', async () => {
    const relations = [{ type: 'adjacent', resourceId: 'bay-2' }];
    await service.call('changeResource', '/v1/resources/bay-1', { body: { relations } });
    await importFile(service, calendarFile([hour('next', 14)]), '&set=next').catch(() => undefined);
    await service
      .call('previewImport', '/v1/imports?resourceId=bay-2', {
        body: calendarFile([hour('beside', 13)]),
        headers: { 'content-type': 'text/calendar' },
      })
      .then(({ body }) => commit(service, body.id));
    const { body } = await preview(service, calendarFile([hour('x', 10), hour('y', 10), hour('z', 13)]));
    expect(
      body.conflicts.map(({ type, start }: { type: string; start: string }) => [type, start.slice(0, 10)]),
    ).toEqual([
      ['double-booking', '2027-05-10'],
      ['parent-child', '2027-05-13'],
    ]);
    const run = await commit(service, body.id);
    expect(run.body.counts.conflicts).toBe(body.counts.conflicts);
  });

  it('keeps what it holds of guests sealed', async () => {
    const { body } = await preview(service, calendarFile([hour('a', 10, 10, 'SUMMARY:Lesson with Adele')]));
    const stored = await service.documents.query({ from: { group: 'content' } });
    expect(stored).toHaveLength(1);
    const all = [await service.documents.get(`tenants/loft/imports/${body.id}`), ...stored];
    expect(JSON.stringify(all)).not.toContain('Adele');
    expect(stored[0]?.data['expireAt']).toBeInstanceOf(Date);
  });

  it('takes the file and its fields from a form, and reads it in the charset of its part', async () => {
    const file = Buffer.from(calendarFile([hour('a', 10, 10, 'SUMMARY:Café')]), 'latin1');
    const form = new FormData();
    form.set('resourceId', 'bay-2');
    form.set('kind', 'maintenance');
    form.set('file', new Blob([file], { type: 'text/calendar; charset=iso-8859-1' }), '../../etc/passwd');
    const response = await fetch(`${service.baseUrl}/v1/imports`, {
      method: 'POST',
      headers: { authorization: 'Bearer loft-staff-key' },
      body: form,
    });
    const body = (await response.json()) as { readonly id: string };
    expect(response.status).toBe(201);
    expect(body).toMatchObject({ resourceId: 'bay-2', changes: [{ title: 'Café', kind: 'maintenance' }] });
    expect(JSON.stringify(await service.documents.get(`tenants/loft/imports/${body.id}`))).not.toContain('passwd');
  });

  it('answers the same again under the same Idempotency-Key, and refuses it for another file', async () => {
    const headers = { 'idempotency-key': 'one' };
    const first = await preview(service, TWO, '', { headers });
    expect((await preview(service, TWO, '', { headers })).body).toEqual(first.body);
    expect((await preview(service, calendarFile([]), '', { headers })).status).toBe(422);
  });
});

describe('a commit', () => {
  it('does what was previewed, as a run, and once', async () => {
    const { body } = await preview(service, TWO);
    const run = await commit(service, body.id);
    expect(run.body).toMatchObject({
      flow: 'commit-import',
      trigger: 'staff',
      status: 'success',
      resourceId: 'bay-1',
      importId: body.id,
      counts: { seen: 2, added: 2, changed: 0 },
      changes: [{ action: 'added' }, { action: 'added' }],
      revertible: true,
    });
    expect(await eventsOf(service)).toEqual(['05-10T10:00 active Lesson', '05-11T10:00 active Fitting']);
    expect((await commit(service, body.id)).body).toEqual(run.body);
    expect(await service.documents.query({ from: { group: 'content' } })).toEqual([]);
    const [event] = await service.store.events.query(service.documents, 'loft');
    expect(event).toMatchObject({ source: { type: 'import', id: 'bay-1' }, runId: run.body.id, revision: 1 });
  });

  it('of the same file again changes nothing; of a changed one the same events', async () => {
    await importFile(service, TWO);
    const events = await service.store.events.query(service.documents, 'loft');
    expect((await importFile(service, TWO)).body).toMatchObject({
      counts: { seen: 2, added: 0, changed: 0 },
      changes: [],
    });
    expect(await service.store.events.query(service.documents, 'loft')).toEqual(events);
    await importFile(service, TWO.replace('SUMMARY:Lesson', 'SUMMARY:Long lesson'));
    expect(await eventsOf(service)).toEqual(['05-10T10:00 active Long lesson', '05-11T10:00 active Fitting']);
  });

  it('leaves what the file no longer shows, unless it is to replace the set; what has begun it leaves all the same', async () => {
    await importFile(service, calendarFile([hour('now', 1, 8), hour('a', 10), hour('b', 11)]));
    service.clock.set(NOW + 60_000);
    const rest = calendarFile([hour('b', 11)]);
    expect((await preview(service, rest)).body.counts).toMatchObject({ same: 1, cancelled: 0 });
    const run = await importFile(service, rest, '&replace=true');
    expect(run.body.counts).toMatchObject({ released: 1 });
    const statuses = (await eventsOf(service)).map((line) => line.split(' ').slice(0, 2).join(' '));
    expect(statuses).toEqual(['05-01T08:00 active', '05-10T10:00 cancelled', '05-11T10:00 active']);
  });

  it('cancels what the file calls off, and brings back what it shows again', async () => {
    await importFile(service, TWO);
    await importFile(service, calendarFile([hour('a', 10, 10, 'STATUS:CANCELLED')]));
    expect(await eventsOf(service)).toEqual(['05-10T10:00 cancelled Lesson', '05-11T10:00 active Fitting']);
    expect((await preview(service, TWO)).body.changes).toMatchObject([{ action: 'back', fields: ['status'] }]);
    await importFile(service, TWO);
    expect(await eventsOf(service)).toEqual(['05-10T10:00 active Lesson', '05-11T10:00 active Fitting']);
  });

  it('leaves free what staff have freed', async () => {
    await importFile(service, TWO);
    const [event] = await service.store.events.query(service.documents, 'loft', { orderBy: { field: 'start' } });
    await service.call('releaseEvent', `/v1/events/${event?.id}:release`);
    expect((await preview(service, TWO)).body.counts).toMatchObject({ same: 2, changed: 0 });
  });

  it('expands a series, and frees the occurrences that a later file takes out of it', async () => {
    await importFile(service, calendarFile([WEEKLY]));
    expect(await eventsOf(service)).toHaveLength(4);
    await importFile(service, calendarFile([[...WEEKLY, ...SECOND_OFF]]));
    expect((await eventsOf(service)).filter((line) => line.includes('cancelled'))).toEqual([
      '05-10T09:00 cancelled League',
    ]);
  });

  it('keeps two files of one resource apart when they are of different sets', async () => {
    await importFile(service, TWO);
    await importFile(service, calendarFile([hour('a', 20)]), '&set=summer&replace=true');
    expect(await eventsOf(service)).toHaveLength(3);
  });

  it('is refused when the time is no longer free, unless it is told to go on', async () => {
    const { body } = await preview(service, TWO);
    await importFile(service, calendarFile([hour('x', 10)]), '&set=other');
    const refused = await commit(service, body.id);
    expect(refused).toMatchObject({ status: 409, body: { reason: 'changed_since_preview' } });
    expect(refused.body.detail).toContain('1 conflict that the preview did not show: 2027-05-10T10:00:00Z');
    expect(await eventsOf(service)).toHaveLength(1);
    const run = await commit(service, body.id, { force: true });
    expect(run.body.counts).toMatchObject({ added: 2, conflicts: 1 });
  });

  it('is refused when a later file of the set came in between; not when that said the same', async () => {
    const [older, same] = [await preview(service, TWO), await preview(service, TWO)];
    await importFile(service, TWO.replace('T100000Z', 'T093000Z'));
    expect((await commit(service, older.body.id)).body.detail).toContain('changed since the preview');
    await importFile(service, TWO);
    expect((await commit(service, same.body.id)).status).toBe(200);
  });

  it('is refused, whatever it is told, when it would lead to more conflicts than anybody could settle', async () => {
    const file = calendarFile(Array.from({ length: 4_000 }, (_, at) => hour(`at once ${at}`, 10)));
    const { body } = await preview(service, file, '&kind=reservation');
    expect(body.counts).toMatchObject({ added: 4_000, conflicts: 5_000 });
    expect(body.conflicts).toHaveLength(500);
    expect(body.warnings).toEqual([expect.stringContaining('more than 5000 conflicts')]);
    for (const force of [false, true]) {
      const refused = await commit(service, body.id, { force });
      expect(refused).toMatchObject({ status: 409, body: { reason: 'too_many_conflicts' } });
      expect(refused.body.detail).toContain('Check that the file is of "bay-1"');
    }
    expect(await eventsOf(service)).toEqual([]);
  }, 60_000);

  it('is no longer possible after a day', async () => {
    const { body } = await preview(service, TWO);
    service.clock.set(NOW + DAY);
    expect((await commit(service, body.id)).status).toBe(404);
    expect(await eventsOf(service)).toEqual([]);
  });
});

describe('what cannot be imported is refused', () => {
  const many = (count: number) =>
    calendarFile(Array.from({ length: count }, (_, at) => [`UID:${at}`, 'DTSTART:20270510']));
  it.each<[string, string | Uint8Array, Record<string, string>, number, string]>([
    ['nothing', '', {}, 400, 'empty'],
    ['a web page', '<!doctype html><p>Sign in', {}, 400, 'web page'],
    ['a file that breaks off', TWO.slice(0, 200), {}, 400, 'breaks off'],
    ['text that is none', 'hello', {}, 400, 'not a calendar'],
    ['100,000 events', `${many(90_000).slice(0, 4_900_000)}\r\nEND:VCALENDAR\r\n`, {}, 400, 'at most 10000'],
    ['more than 5 MB', `${TWO}${' '.repeat(5_000_001)}`, {}, 413, '5 MB'],
    ['compressed files', gzipSync(TWO), { 'content-encoding': 'gzip' }, 415, 'uncompressed'],
    ['other types', TWO, { 'content-type': 'application/json' }, 415, 'text/calendar'],
    ['a form without an end', '--x\r\n', { 'content-type': 'multipart/form-data; boundary=x' }, 400, 'form'],
    ['a form without a boundary', TWO, { 'content-type': 'multipart/form-data' }, 400, 'boundary'],
  ])('%s', async (_, body, headers, status, detail) => {
    const reply = await preview(service, body, '', { headers });
    expect(reply.status).toBe(status);
    expect(reply.body.detail).toContain(detail);
    expect(await service.documents.query({ from: 'tenants/loft/imports' })).toEqual([]);
  });

  const send = async (fields: readonly (readonly [string, string | Blob])[]) => {
    const form = new FormData();
    for (const [name, value] of fields) form.append(name, value);
    const headers = { authorization: 'Bearer loft-staff-key' };
    const response = await fetch(`${service.baseUrl}/v1/imports`, { method: 'POST', headers, body: form });
    return { status: response.status, body: await response.json() };
  };
  const file = ['file', new Blob([TWO], { type: 'text/calendar' })] as const;
  const bay = (id: string) => ['resourceId', id] as const;

  it.each<[string, readonly (readonly [string, string | Blob])[], number, string]>([
    ['a form without a file', [bay('bay-1')], 400, 'file'],
    ['a file in another field', [['upload', file[1]]], 400, 'upload'],
    ['an unknown field', [file, bay('bay-1'), ['x', 'y']], 400, 'x'],
    ['two files', [file, file], 400, 'file'],
    ['no resource', [file], 400, 'resourceId'],
    ['an unknown resource', [file, bay('bay-9')], 422, 'resourceId'],
    ['a long field', [file, ['set', 'x'.repeat(3_000)]], 400, 'set'],
  ])('%s', async (_, fields, status, path) => {
    expect(await send(fields)).toMatchObject({ status, body: { paths: [path] } });
  });

  it('fields that no import has, in the query too', async () => {
    expect((await preview(service, TWO, '&recurring=maybe')).body.paths).toEqual(['recurring']);
    expect((await preview(service, TWO, '&replace=1')).body.paths).toEqual(['replace']);
  });
});
