import icalJs from 'ical.js';
import { afterEach, describe, expect, it } from 'vitest';
import { lintCalendar } from '../validators/lint-calendar.ts';
import { Casa } from './casa.ts';
import { at, Loft } from './loft.ts';
import { Ring } from './ring.ts';

let close: () => Promise<void>;
afterEach(() => close());

const NIGHTS = { start: '2027-07-10', end: '2027-07-14' };

async function openCasa(): Promise<Casa> {
  const casa = await Casa.open();
  close = () => casa.close();
  return casa;
}

/** A new publication's address. */
async function publish(casa: Casa, resourceId: string, platform: string): Promise<string> {
  const body = { resourceIds: [resourceId], platform };
  return (await casa.api<{ url: string }>('POST', '/v1/publications', body)).url;
}

const read = async (url: string) => (await fetch(url)).text();
const datesOf = (text: string) =>
  [...text.matchAll(/DTSTART;VALUE=DATE:(\d+)\r\nDTEND;VALUE=DATE:(\d+)/g)].map(([, start, end]) => `${start}/${end}`);

/** Row 7 of failure-modes.md. */
describe('two platforms that show each other’s stays again', () => {
  it('play no ping-pong: neither is told its own, and what comes back is known', async () => {
    const ring = await Ring.open([
      { platform: 'airbnb', uids: 'by-range', lag: 0 },
      { platform: 'booking.com', uids: 'anew', lag: 0 },
    ]);
    close = () => ring.close();
    const [airbnb, booking] = ring.listings;
    airbnb?.sell('HMPING0001', NIGHTS);
    for (let cycle = 0; cycle < 5; cycle++) await ring.cycle();
    expect(await ring.told()).toEqual([0, 1]);
    expect(booking?.taken()).toEqual([NIGHTS]);
    expect(airbnb?.taken()).toEqual([NIGHTS]);
    const events = await ring.events();
    expect(events).toHaveLength(2);
    const stay = events.find(({ kind }) => kind === 'reservation');
    expect(events.find(({ kind }) => kind === 'block')).toMatchObject({ ...NIGHTS, echoOf: stay?.id });
    expect(await ring.conflicts()).toEqual([]);
  });
});

/** Row 6 of failure-modes.md. */
describe('our own copies that are read again', () => {
  it('do not multiply, whatever they are called there', async () => {
    const casa = await openCasa();
    const block = await casa.api<{ id: string }>('POST', '/v1/blocks', { resourceId: 'mar', ...NIGHTS });
    const url = await publish(casa, 'mar', 'generic');
    // A program that subscribes to us and serves what it has, word for word, at an address we read.
    await casa.put('copy', await read(url));
    const feed = { id: 'copy', resourceId: 'mar', url: `${casa.loft.studio.sandboxUrl}/feeds/copy.ics` };
    await casa.api('POST', '/v1/feeds', feed);
    await casa.loft.settle(10);
    const published = await read(url);
    for (let round = 0; round < 5; round++) {
      await casa.put('copy', await read(url));
      await casa.read('copy');
    }
    expect(await read(url)).toBe(published);
    const copies = (await casa.events('mar')).filter(({ source }) => source.id === 'copy');
    expect(copies.every(({ echoOf }) => echoOf !== undefined)).toBe(true);
    expect(copies.find(({ start }) => start === NIGHTS.start)).toMatchObject(NIGHTS);
    await casa.api('DELETE', `/v1/blocks/${block.id}`);
    await casa.put('copy', await read(url));
    await casa.read('copy');
    expect(datesOf(await read(url))).not.toContain('20270710/20270714');
    const [copy] = (await casa.events('mar')).filter(
      ({ source, start }) => source.id === 'copy' && start === NIGHTS.start,
    );
    expect(copy?.status).toBe('released');
  });
});

/** Row 30 of failure-modes.md. */
describe('a lesson in another program', () => {
  it.each(['outlook', 'google', 'apple', 'generic'])(
    'is at the hour it was booked for, in summer and in winter: %s',
    async (platform) => {
      const loft = await Loft.open();
      close = () => loft.close();
      const summer = await loft.book(1, 10);
      const winter = await loft.book(1, 10, 'Lesson', '2027-12-06');
      await loft.settle();
      const body = { resourceIds: ['bay-1'], platform };
      const { url } = await loft.api<{ url: string }>('POST', '/v1/publications', body);
      const text = await read(url);
      expect(lintCalendar(text)).toEqual([]);
      const calendar = new icalJs.Component(icalJs.parse(text));
      icalJs.TimezoneService.reset();
      for (const zone of calendar.getAllSubcomponents('vtimezone')) icalJs.TimezoneService.register(zone);
      const starts = calendar
        .getAllSubcomponents('vevent')
        .map((event) => new icalJs.Event(event).startDate.toJSDate().getTime());
      expect(starts.sort()).toEqual([Date.parse(summer.start), Date.parse(winter.start)].sort());
      expect(starts).toContain(Date.parse(at(10)));
    },
  );
});

it('a platform is told of the nights a whole house takes of a room, even if the house was booked there', async () => {
  const casa = await openCasa();
  await casa.api('POST', '/v1/feeds', {
    id: 'house',
    resourceId: 'simmer-highs',
    platform: 'airbnb',
    url: `${casa.loft.studio.sandboxUrl}/feeds/house.ics`,
    paused: true,
  });
  await casa.shows('house', [{ uid: '1418fb94e984-1@airbnb.com', ...NIGHTS, code: 'HMHOUSE001' }]);
  await casa.api('POST', '/v1/feeds/house:resume');
  await casa.read('house');
  const [room, house] = [await publish(casa, 'kaya', 'airbnb'), await publish(casa, 'simmer-highs', 'airbnb')];
  expect(datesOf(await read(room))).toContain('20270710/20270714');
  expect(datesOf(await read(house))).not.toContain('20270710/20270714');
});
