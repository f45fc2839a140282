import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { calendarBody } from '../feeds/calendar-body.ts';
import { Casa, type ShownRun } from './casa.ts';

let casa: Casa;

beforeEach(async () => {
  casa = await Casa.open();
});
afterEach(() => casa.close());

const ENTRIES = [
  { uid: '1418fb94e984-1@airbnb.com', start: '2027-09-10', end: '2027-09-14', code: 'HMKAYA0007' },
  { uid: '7f662ec65913-2@airbnb.com', start: '2027-09-20', end: '9999-12-31', summary: 'Airbnb (Not available)' },
  { uid: 'odd@airbnb.com', start: '2027-09-10', end: '2027-09-01' },
];
const draft = () => ({ id: 'second', resourceId: 'kaya', url: `${casa.loft.studio.sandboxUrl}/feeds/second.ics` });

describe('a preview', () => {
  it('tells what the first read will do, and changes nothing', async () => {
    await casa.shows('second', ENTRIES);
    const before = await casa.everything();
    type Preview = Pick<ShownRun, 'status' | 'counts' | 'changes' | 'warnings'> & { readonly platform: string };
    const unmade = await casa.api<Preview>('POST', '/v1/feeds:preview', draft());
    await casa.api('POST', '/v1/feeds', { ...draft(), paused: true });
    await casa.passHours(3);
    const made = await casa.api<Preview>('POST', '/v1/feeds/second:preview');
    expect(made).toEqual(unmade);
    expect(await casa.everything()).toEqual(before);
    expect((await casa.feed('second')).counters.polls).toBe(0);

    await casa.api('POST', '/v1/feeds/second:resume');
    await casa.loft.settle(5);
    const { lastRun, platform } = await casa.feed('second');
    const run = await casa.run(lastRun?.id ?? '');
    const { conflicts: _, ...counts } = run.counts;
    expect({ status: run.status, counts, changes: run.changes, warnings: run.warnings }).toEqual({
      status: made.status,
      counts: made.counts,
      changes: made.changes,
      warnings: made.warnings,
    });
    expect([platform, made.platform]).toEqual(['airbnb', 'airbnb']);
    expect(run).toMatchObject({ status: 'partial', counts: { added: 2, setAside: 1 } });
  });

  it('of a feed that is read tells what the next read will do', async () => {
    await casa.put('casa-airbnb', casa.body('casa-airbnb').replace('DATE:20270604', 'DATE:20270603'));
    expect(await casa.api('POST', '/v1/feeds/casa-airbnb:preview')).toMatchObject({
      counts: { changed: 1, added: 0 },
      changes: [{ action: 'changed', start: '2027-06-03', fields: ['interval'] }],
    });
    expect((await casa.times('kaya'))[0]).toBe('2027-06-04/2027-06-08 active');
  });
});

describe('a feed', () => {
  it('that is paused is not read, and is caught up with when it is resumed', async () => {
    await casa.api('POST', '/v1/feeds/casa-airbnb:pause');
    await casa.put('casa-airbnb', casa.body('casa-airbnb').replace('DATE:20270604', 'DATE:20270603'));
    await casa.passHours(12);
    expect((await casa.times('kaya'))[0]).toBe('2027-06-04/2027-06-08 active');
    await expect(casa.api('POST', '/v1/feeds/casa-airbnb:sync')).rejects.toThrow('409');
    await casa.api('POST', '/v1/feeds/casa-airbnb:resume');
    await casa.loft.settle(5);
    expect((await casa.times('kaya'))[0]).toBe('2027-06-03/2027-06-08 active');
  });

  it('that is deleted frees the time it held, also on the calendars that show it', async () => {
    casa.loft.studio.google.createCalendar('kaya@sandbox', { timeZone: 'America/Bogota' });
    await casa.api('POST', '/v1/bindings', { id: 'kaya-google', resourceId: 'kaya', calendarId: 'kaya@sandbox' });
    await casa.loft.settle(30);
    const own = async () => (await casa.events('kaya')).map(({ status }) => status);
    const shown = () => casa.loft.eventsOn('kaya@sandbox').length;
    const before = shown();
    await casa.api('DELETE', '/v1/feeds/casa-airbnb');
    await casa.loft.settle(30);
    expect(await own()).toEqual(['released', 'released', 'released']);
    expect(shown()).toBe(before - 3);
    await expect(casa.feed('casa-airbnb')).rejects.toThrow('404');
    await casa.passHours(3);
    expect(await own()).toEqual(['released', 'released', 'released']);
  });

  it('that is deleted can leave its events behind', async () => {
    const before = await casa.lines('kaya');
    await casa.api('DELETE', '/v1/feeds/casa-airbnb?events=keep');
    await casa.passHours(30);
    expect(await casa.lines('kaya')).toEqual(before);
    await expect(casa.feed('casa-airbnb')).rejects.toThrow('404');
  });

  it('at another address is compared with what it showed: what is not there is missed', async () => {
    await casa.shows('second', [{ uid: '1418fb94e984-1@airbnb.com', start: '2027-06-04', end: '2027-06-07' }]);
    await casa.api('PATCH', '/v1/feeds/casa-airbnb', { url: draft().url });
    await casa.loft.settle(5);
    expect(await casa.times('kaya')).toEqual([
      '2027-06-04/2027-06-07 active',
      '2027-06-08/2027-06-11 missing',
      '2027-06-13/2027-06-15 missing',
    ]);
  });
});

it('a platform that refuses callers without a name is told who asks and what for', async () => {
  const asked: IncomingHttpHeaders[] = [];
  const server = createServer((request, response) => {
    asked.push(request.headers);
    const isNamed = /Dovetail/.test(request.headers['user-agent'] ?? '');
    response.writeHead(isNamed ? 200 : 403, { 'content-type': 'text/calendar' });
    response.end(calendarBody([{ uid: 'a', start: '2027-09-01', end: '2027-09-03' }]));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/a.ics`;
    await casa.api('POST', '/v1/feeds', { ...draft(), url, auth: { type: 'bearer', token: 'letmein' } });
    await casa.loft.settle(5);
    expect(await casa.times('kaya')).toContain('2027-09-01/2027-09-03 active');
    expect(asked[0]).toMatchObject({
      accept: expect.stringContaining('text/calendar'),
      authorization: 'Bearer letmein',
    });
    expect(JSON.stringify(await casa.feed('second'))).not.toContain('letmein');
  } finally {
    server.close();
  }
});
