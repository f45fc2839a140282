import type { Feed } from '@dovetail/core/domain/feed.ts';
import { instantOf } from '@dovetail/core/domain/interval.ts';
import type { FeedAnswer } from '@dovetail/core/ports/feed-fetcher.ts';
import { syncFeed } from '@dovetail/core/sync/feeds/sync-feed.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type BodyEntry, calendarBody } from '../feeds/calendar-body.ts';
import { calendarFile, hour, importFile } from './import-files.ts';
import { NOW, type Service, startService } from './run-service-server.ts';

let service: Service;
beforeEach(async () => {
  service = await startService();
});
afterEach(() => service.close());

const KEY = 'casa-admin-key';
const STAY: BodyEntry = { uid: 'stay@airbnb.com', start: '2027-06-10', end: '2027-06-14', code: 'HMSTAY0001' };

/** A feed of Kaya, and what it shows when it is read now. */
async function read(id: string, platform: Feed['platform'], entries: readonly BodyEntry[]): Promise<void> {
  const body = { id, resourceId: 'kaya', platform, url: `https://${id}.test/ical/0123456789.ics?s=0123456789abcdef` };
  await service.call('createFeed', '/v1/feeds', { key: KEY, body });
  const bytes = new TextEncoder().encode(calendarBody(entries, 'nobody', service.clock.now()));
  const fetch = async (): Promise<FeedAnswer> => ({ type: 'body', bytes, contentType: 'text/calendar' });
  await syncFeed({ tenantId: 'casa', feedId: id }, { ...service.deps, feeds: { fetch } });
}

/** The event of a feed of Kaya, as the list of them shows it. */
async function eventOf(feedId: string) {
  const listed = '/v1/resources/kaya/events?from=2027-06-01&to=2027-07-01';
  const { items } = (await service.call('listResourceEvents', listed, { key: KEY })).body;
  return items.find(({ source }: { source: { id: string } }) => source.id === feedId);
}

async function why(feedId: string, key = KEY) {
  const { id } = await eventOf(feedId);
  return service.call('explainEvent', `/v1/events/${id}/why`, { key });
}

describe('why an event of a feed is there', () => {
  it('is told by what the feed said, which feed that is, and what the run did that last changed it', async () => {
    const entry = { ...STAY, lines: ['X-NOTE:Ada Lovelace'] };
    await read('bnb', 'airbnb', [entry]);
    const { body } = await why('bnb');
    const [vevent] = calendarBody([entry], 'nobody', NOW).match(/BEGIN:VEVENT.*END:VEVENT\r\n/s) ?? [];
    expect(body).toMatchObject({
      event: await eventOf('bnb'),
      holdsTime: true,
      source: { type: 'feed', id: 'bnb', externalUid: STAY.uid, name: 'airbnb', url: 'https://bnb.test/…cdef' },
      raw: { text: vevent?.replaceAll('\r\n', '\n') },
      run: {
        flow: 'sync-feed',
        trigger: 'staff',
        startedAt: instantOf(NOW),
        change: { action: 'added', eventId: body.event.id, reason: 'it is new in the feed' },
      },
      otherSources: [],
    });
    expect(body.raw.cutFrom).toBeUndefined();
    expect(body.runs[0].id).toBe(body.run.id);
  });

  it('says so where its text was too long to keep', async () => {
    await read('bnb', 'airbnb', [{ ...STAY, lines: [`X-NOTE:${'x'.repeat(20_000)}`] }]);
    const { raw } = (await why('bnb')).body;
    expect(raw.text).toHaveLength(4_096);
    expect(raw.cutFrom).toBeGreaterThan(20_000);
  });

  it('is told after the feed was deleted, by what is left', async () => {
    await read('bnb', 'airbnb', [STAY]);
    await service.call('deleteFeed', '/v1/feeds/bnb?events=keep', { key: KEY });
    await syncFeed({ tenantId: 'casa', feedId: 'bnb' }, service.deps);
    const { body } = await why('bnb');
    expect(body.source).toEqual({ type: 'feed', id: 'bnb', externalUid: STAY.uid, name: 'airbnb' });
    expect(body.raw.text).toContain(`UID:${STAY.uid}\n`);
  });

  it('is told to staff, who see guests elsewhere too, and not to guests', async () => {
    await read('bnb', 'airbnb', [STAY]);
    expect((await why('bnb', 'casa-staff-key')).body.raw.text).toContain('Phone Number');
    const refused = await why('bnb', 'casa-guest-key');
    expect(refused.status).toBe(403);
    expect(refused.text).not.toContain('VEVENT');
  });

  it('is the only answer that repeats the feed’s text', async () => {
    await read('bnb', 'airbnb', [{ ...STAY, lines: ['X-NOTE:Ada Lovelace'] }]);
    const { id } = await eventOf('bnb');
    for (const path of [`events/${id}`, 'resources/kaya/events?from=2027-06-01&to=2027-07-01', 'runs', 'feeds/bnb']) {
      const { status, text } = await service.send('GET', `/v1/${path}`, { key: KEY });
      expect([path, status, text.includes('Lovelace')]).toEqual([path, 200, false]);
    }
    expect(JSON.stringify(service.log.lines)).not.toContain('Lovelace');
  });
});

describe('why an event of an imported file is there', () => {
  it('is told by what the file said, and by the run that put it there', async () => {
    const run = await importFile(service, calendarFile([hour('a', 10, 10, 'SUMMARY:Lesson', 'X-NOTE:left bay')]));
    const [event] = await service.store.events.query(service.documents, 'loft');
    const { body } = await service.call('explainEvent', `/v1/events/${event?.id}/why`, { key: 'loft-staff-key' });
    expect(body).toMatchObject({
      source: { type: 'import', id: 'bay-1', externalUid: 'a' },
      run: { id: run.body.id, flow: 'commit-import', change: { action: 'added' } },
    });
    expect(body.raw).toEqual({
      text: [
        ...['BEGIN:VEVENT', 'UID:a', 'DTSTART:20270510T100000Z', 'DTEND:20270510T110000Z', 'SUMMARY:Lesson'],
        ...['X-NOTE:left bay', 'END:VEVENT', ''],
      ].join('\n'),
    });
  });

  it('is told to nobody who asks for less', async () => {
    await importFile(service, calendarFile([hour('a', 10, 10, 'X-NOTE:Ada Lovelace')]));
    const [event] = await service.store.events.query(service.documents, 'loft');
    for (const path of [`events/${event?.id}`, 'resources/bay-1/events?from=2027-05-01&to=2027-06-01', 'runs']) {
      const { status, text } = await service.send('GET', `/v1/${path}`);
      expect([path, status, text.includes('Lovelace')]).toEqual([path, 200, false]);
    }
  });
});

describe('why an event is there that several sources tell of', () => {
  it('shows what each of them said, whichever of their events is asked', async () => {
    await read('site', 'motopress', [{ ...STAY, uid: 'at-the-site', lines: ['X-TOLD-BY:site'] }]);
    await read('bnb', 'airbnb', [{ ...STAY, lines: ['X-TOLD-BY:bnb'] }]);
    await read('third', 'generic', [{ ...STAY, uid: 'at-a-third', lines: ['X-TOLD-BY:third'] }]);
    const site = (await why('site')).body;
    const bnb = (await why('bnb')).body;
    expect(bnb.shownBy).toBe(site.event.id);
    expect(site.shownBy).toBeUndefined();
    const told = ({ source, raw, run }: typeof site) => [
      source.url,
      raw.text.match(/X-TOLD-BY:.*/)[0],
      run.change.action,
    ];
    const of = (name: string) => [`https://${name}.test/…cdef`, `X-TOLD-BY:${name}`, 'added'];
    expect(told(site)).toEqual(of('site'));
    expect(site.otherSources.map(told).sort()).toEqual([of('bnb'), of('third')]);
    expect(told(bnb)).toEqual(of('bnb'));
    expect(bnb.otherSources.map(told)).toEqual([of('site'), of('third')]);
    expect(bnb.otherSources[0].event).toEqual(site.event);
  });

  it('shows no other source of a booking that only shares its dates', async () => {
    await read('bnb', 'airbnb', [STAY]);
    await read('vrbo', 'vrbo', [{ uid: 'another', start: STAY.start, end: '2027-06-14' }]);
    expect((await why('bnb')).body.otherSources).toEqual([]);
  });
});
