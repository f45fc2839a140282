import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { readFeed } from '@dovetail/core/ical/read-feed.ts';
import { writeCalendar } from '@dovetail/core/ical/write-calendar.ts';
import { casaFeeds } from '@dovetail/sandbox/feeds/casa-feeds.ts';
import { describe, expect, it } from 'vitest';
import { START } from './feed-server.ts';

const ROOM = { kind: 'nightly', timeZone: 'America/Bogota' } as const;

/** Feeds collected in the field, which are not ours to keep here: the tests run where they lie beside the checkout. */
const COLLECTED = new URL('../../../shared/feeds/', import.meta.url);
const collected = existsSync(COLLECTED) ? readdirSync(COLLECTED).filter((name) => name.endsWith('.ics')) : [];

/** By the first word of a collected file's name. */
const PLATFORMS: Readonly<Record<string, string>> = { airbnb: 'airbnb', booking: 'booking.com', agoda: 'generic' };

describe('the feeds of casa', () => {
  it.each([
    ['casa-airbnb', 'airbnb', 'Airbnb Inc', ['reservation', 'reservation', 'block']],
    ['casa-bookingcom', 'booking.com', 'admin.booking.com', ['block', 'block']],
    ['casa-vrbo', 'vrbo', 'HomeAway.com', ['reservation', 'block']],
    ['casa-motopress', 'motopress', 'Hotel Booking', ['reservation', 'reservation', 'block']],
  ])('%s is read whole as one of %s, and all of it is still to come', (name, platform, maker, kinds) => {
    const { entries, free, setAside, prodId, guess } = readFeed(casaFeeds(START)[name] ?? '', ROOM);
    expect([free, setAside]).toEqual([[], []]);
    expect(prodId).toContain(maker);
    expect(guess).toMatchObject({ platform });
    expect(guess.confidence).toBeGreaterThanOrEqual(0.9);
    expect(entries.map(({ kind }) => kind)).toEqual(kinds);
    for (const { start } of entries) expect(start > '2027-05-01').toBe(true);
  });

  it('says of its MotoPress stays who comes, and ends its closures the day after their last', () => {
    const { entries } = readFeed(casaFeeds(START)['casa-motopress'] ?? '', ROOM);
    expect(entries[0]).toMatchObject({ guestName: 'Sample Guest', reservationCode: '101' });
    expect(entries[2]).toMatchObject({ start: '2027-06-02', end: '2027-06-06' });
  });

  it('names the codes of its Airbnb reservations', () => {
    const { entries } = readFeed(casaFeeds(START)['casa-airbnb'] ?? '', ROOM);
    expect(entries.map(({ reservationCode }) => reservationCode)).toEqual(['HMKAYA0001', 'HMKAYA0002', undefined]);
    expect(entries[0]).toMatchObject({ start: '2027-05-04', end: '2027-05-08', phoneLast4: '0101' });
  });
});

describe.skipIf(collected.length === 0)('a feed collected in the field', () => {
  const read = (name: string) => readFileSync(new URL(name, COLLECTED));

  it.each(collected)('%s loses no event', (name) => {
    const bytes = read(name);
    const { entries, free, setAside, prodId, guess, vevents } = readFeed(bytes, ROOM);
    const inFile = bytes.toString().match(/^BEGIN:VEVENT/gm)?.length ?? 0;
    expect(vevents).toBe(inFile);
    expect(entries.length + free.length + setAside.length).toBe(inFile);
    expect(inFile).toBeGreaterThan(0);
    expect(prodId).not.toBe('');
    expect(guess.platform).toBe(PLATFORMS[name.split('-')[0] ?? '']);
    for (const { reason } of setAside) expect(reason).toBe('end-before-start');
    const datesInFile = new Set(bytes.toString().match(/(?<=^DT(START|END);VALUE=DATE:)\d{8}/gm));
    for (const { start, end } of entries) {
      expect(datesInFile).toContain(start.replaceAll('-', ''));
      expect(datesInFile).toContain(end.replaceAll('-', ''));
    }
  });

  it.each(collected)('%s is the same after being published and read again', (name) => {
    const { entries } = readFeed(read(name), ROOM);
    const written = writeCalendar({ name, timeZone: ROOM.timeZone, stampAt: '2027-01-01T00:00:00Z', events: entries });
    const essence = ({ uid, kind, title, start, end }: (typeof entries)[number]) => ({ uid, kind, title, start, end });
    expect(readFeed(written, ROOM).entries.map(essence)).toEqual(entries.map(essence));
  });
});
