import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { instantOf } from '@dovetail/core/domain/interval.ts';
import { commitChanges, type EventState } from '@dovetail/core/ledger/commit-changes.ts';
import icalJs from 'ical.js';
import { sync, type VEvent } from 'node-ical';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { resource } from '../made-resource.ts';
import { besides } from '../validators/calendar-programs.ts';
import { lintCalendar } from '../validators/lint-calendar.ts';
import { NOW, type Service, startService } from './run-service-server.ts';

/**
 * What every platform is served, read by the programs of others: none may find anything wrong, and all must find the
 * same events.
 */
const run = promisify(execFile);
const programs = inject('calendarPrograms');
const PLATFORMS = ['airbnb', 'booking.com', 'vrbo', 'motopress', 'google', 'outlook', 'apple', 'generic'] as const;
type Platform = (typeof PLATFORMS)[number];
const isDatesOnly = (platform: Platform) => PLATFORMS.indexOf(platform) < 4;

/** Lessons in summer, across midnight, in both the hours that clocks show twice, and across the hour they skip. */
const LESSONS = [
  ['2027-05-02T10:00:00Z', '2027-05-02T11:00:00Z'],
  ['2027-07-10T22:00:00Z', '2027-07-11T01:00:00Z'],
  ['2027-11-07T03:00:00Z', '2027-11-07T05:30:00Z'],
  ['2027-11-07T06:15:00Z', '2027-11-07T06:45:00Z'],
  ['2028-03-12T05:00:00Z', '2028-03-12T08:00:00Z'],
] as const;
/** The nights from check-in at 15:00 to check-out at 11:00, New York's time, of which they take a part. */
const LESSON_NIGHTS = [
  ['2027-05-01', '2027-05-02'],
  ['2027-07-10', '2027-07-11'],
  ['2027-11-06', '2027-11-07'],
  ['2027-11-06', '2027-11-07'],
  ['2028-03-11', '2028-03-12'],
] as const;
const STAYS = [
  ['2027-05-04', '2027-05-09'],
  ['2027-11-05', '2027-11-09'],
  ['2028-02-27', '2028-03-01'],
] as const;
const HOSTILE = [
  'Plain, with; signs\\ and "quotes": ñandú 🏌️',
  'A\r\nBEGIN:VEVENT\r\nX-EVIL:1',
  'B\nATTENDEE:mailto:a@b.test',
  'C\u0000\u0007\u001b\u007f\u0085\u2028\ud800',
  `D${'x'.repeat(100_000)}`,
];

interface Read {
  readonly problems: readonly string[];
  readonly events: readonly { readonly start: string; readonly end: string; readonly title?: string }[];
}

let service: Service;
let folder: string;
const texts = new Map<string, string>();
const paths = new Map<string, string>();

beforeAll(async () => {
  service = await startService();
  folder = await mkdtemp(join(tmpdir(), 'dovetail-published-'));
  await service.documents.commit([
    service.store.resources.create('loft', resource('room', { kind: 'nightly', timeZone: 'America/Bogota' })),
  ]);
  const event = (resourceId: string, index: number, [start, end]: readonly [string, string]): EventState => ({
    id: `${resourceId}-${index}`,
    resourceId,
    kind: index % 2 === 0 ? 'reservation' : 'block',
    status: 'active',
    source: { type: 'staff', id: 'api', externalUid: `${resourceId}-${index}` },
    start,
    end,
    title: HOSTILE[index] ?? 'Guest',
    priority: 4,
    lastSeenAt: instantOf(NOW),
  });
  const events = [
    ...LESSONS.map((time, index) => event('bay-1', index, time)),
    ...STAYS.map((time, index) => event('room', index, time)),
  ];
  const eventIds = events.map(({ id }) => id);
  await commitChanges({ tenantId: 'loft', eventIds, decide: () => ({ events }) }, service.deps);
  for (const platform of PLATFORMS) {
    for (const resourceId of ['bay-1', 'room']) {
      const visibility = isDatesOnly(platform) ? 'busy-only' : 'details';
      const body = { resourceIds: [resourceId], platform, visibility };
      const made = await service.call('createPublication', '/v1/publications', { body });
      const path = String(made.body.url).replace('https://dovetail.test', '');
      const { text } = await service.send('GET', path, { key: null });
      texts.set(`${platform} ${resourceId}`, text);
      paths.set(`${platform} ${resourceId}`, path);
      await writeFile(join(folder, fileOf(platform, resourceId)), text);
    }
  }
});
afterAll(async () => {
  await service.close();
  await rm(folder, { recursive: true });
});

const CASES = PLATFORMS.flatMap((platform) => ['bay-1', 'room'].map((resourceId) => [platform, resourceId] as const));
const fileOf = (platform: Platform, resourceId: string) => `${platform}-${resourceId}.ics`;
const pathOf = (platform: Platform, resourceId: string) => join(folder, fileOf(platform, resourceId));
const textOf = (platform: Platform, resourceId: string) => texts.get(`${platform} ${resourceId}`) ?? '';

function expected(platform: Platform, resourceId: string): string[] {
  const times = resourceId === 'room' ? STAYS : isDatesOnly(platform) ? LESSON_NIGHTS : LESSONS;
  return times.map(([start, end]) => `${start}/${end}`).sort();
}

const timesOf = ({ events }: Read) => events.map(({ start, end }) => `${start}/${end}`).sort();

/** What a program that prints JSON by file says of all files, asked once. */
const answers = new Map<string, Promise<Record<string, Read>>>();
function readBy(command: string, script: string): Promise<Record<string, Read>> {
  const known = answers.get(script);
  if (known) return known;
  const files = CASES.map((each) => pathOf(...each));
  const asked = run(command, [besides(script), ...files], { maxBuffer: 1e8 }).then(({ stdout }) => JSON.parse(stdout));
  answers.set(script, asked);
  return asked;
}

async function readByLibical(program: string, path: string): Promise<Read> {
  const { stdout } = await run(program, [path], { maxBuffer: 1e8 }).catch((error: { stdout: string }) => error);
  const lines = stdout.split('\n');
  return {
    problems: lines.filter((line) => line.startsWith('problem ')),
    events: lines
      .filter((line) => line.startsWith('event '))
      .map((line) => ({ start: line.split(' ')[1] ?? '', end: line.split(' ')[2] ?? '' })),
  };
}

describe.each(CASES)('what %s is served of %s', (platform, resourceId) => {
  it('passes our own lints', () => {
    expect(lintCalendar(textOf(platform, resourceId))).toEqual([]);
  });

  it.skipIf(programs.python === undefined)('is read by python3-icalendar', async () => {
    const read = (await readBy(String(programs.python), 'validate.py'))[pathOf(platform, resourceId)]!;
    expect(read.problems).toEqual([]);
    expect(timesOf(read)).toEqual(expected(platform, resourceId));
  });

  it.skipIf(programs.ruby === undefined)('is read by ruby-icalendar, strictly', async () => {
    const read = (await readBy(String(programs.ruby), 'validate.rb'))[pathOf(platform, resourceId)]!;
    expect(read.problems).toEqual([]);
    expect(timesOf(read)).toEqual(expected(platform, resourceId));
  });

  it.skipIf(programs.libical === undefined)('is read by libical, within the restrictions of RFC 5545', async () => {
    const read = await readByLibical(String(programs.libical), pathOf(platform, resourceId));
    expect(read.problems).toEqual([]);
    expect(timesOf(read)).toEqual(expected(platform, resourceId));
  });

  it('is read by node-ical', () => {
    const events = Object.values(sync.parseICS(textOf(platform, resourceId))).filter(
      (each): each is VEvent => each?.type === 'VEVENT',
    );
    const told = (time: Date & { dateOnly?: boolean }) =>
      time.dateOnly ? localDate(time) : `${time.toISOString().slice(0, 19)}Z`;
    const times = events.map(({ start, end }) => `${told(start)}/${told(end as Date)}`);
    expect(times.sort()).toEqual(expected(platform, resourceId));
  });

  it('is read by ical.js, by the zones in the file', () => {
    const calendar = new icalJs.Component(icalJs.parse(textOf(platform, resourceId)));
    icalJs.TimezoneService.reset();
    for (const zone of calendar.getAllSubcomponents('vtimezone')) icalJs.TimezoneService.register(zone);
    const told = (time: icalJs.Time) =>
      time.isDate ? time.toString() : `${time.toJSDate().toISOString().slice(0, 19)}Z`;
    const times = calendar
      .getAllSubcomponents('vevent')
      .map((event) => new icalJs.Event(event))
      .map(({ startDate, endDate }) => `${told(startDate)}/${told(endDate)}`);
    expect(times.sort()).toEqual(expected(platform, resourceId));
  });

  it('tells a title only to calendar programs, and on one line', () => {
    const unfolded = textOf(platform, resourceId).replace(/\r\n /g, '');
    const titles = [...unfolded.matchAll(/^SUMMARY:(.*)\r$/gm)].map(([, title]) => title);
    expect(titles).toHaveLength(expected(platform, resourceId).length);
    if (isDatesOnly(platform)) {
      for (const title of titles) expect(title).toMatch(/^(Reserved|Blocked|Not available)$/);
    } else {
      expect(titles[0]).toBe('Plain\\, with\\; signs\\\\ and "quotes": ñandú 🏌️');
      expect(titles[1]).toBe('A BEGIN:VEVENT X-EVIL:1');
      expect(Math.max(...titles.map((title = '') => title.length))).toBeLessThan(1_100);
    }
    expect(unfolded).not.toMatch(/^(X-EVIL|ATTENDEE)/m);
  });
});

describe.each([
  ['generic', 'bay-1'],
  ['google', 'bay-1'],
  ['airbnb', 'room'],
] as const)('what %s is served of %s', (platform, resourceId) => {
  it.skipIf(programs.vdirsyncer === undefined)(
    'can be subscribed to with vdirsyncer, and looked at with khal',
    async () => {
      const { collection, home } = await subscribe(platform, resourceId);
      expect(await readdir(collection)).toHaveLength(expected(platform, resourceId).length);
      if (programs.khal === undefined) return;
      const shown = await listWithKhal(home, collection);
      expect([...new Set(shown)].sort()).toEqual([...new Set(expected(platform, resourceId))].sort());
    },
  );
});

describe('the lints', () => {
  const sound = () => textOf('outlook', 'bay-1');
  it.each<[string, (text: string) => string]>([
    ['an event has no DTSTART', (text) => text.replace(/DTSTART;TZID[^\r]*\r\n/, '')],
    ['STATUS BOOKED is unknown', (text) => text.replace('STATUS:CONFIRMED', 'STATUS:BOOKED')],
    ['America/New_York has no VTIMEZONE', (text) => text.replace(/BEGIN:VTIMEZONE[\s\S]*END:VTIMEZONE\r\n/, '')],
    ['a UID names two events', (text) => text.replace(/(BEGIN:VEVENT[\s\S]*?END:VEVENT\r\n)/, '$1$1')],
    ['an event has a time without a zone', (text) => text.replace(/DTSTART;TZID=[^:]*:/, 'DTSTART:')],
    [
      'a calendar property stands behind a component',
      (text) => text.replace('END:VCALENDAR', 'X-A:b\r\nEND:VCALENDAR'),
    ],
    ['a line ends with CR or LF alone', (text) => text.replace('\r\n', '\n')],
    ['a line is longer than 75 octets', (text) => text.replace('PRODID:', `PRODID:${'x'.repeat(80)}`)],
    ['a line is no property', (text) => text.replace('STATUS:CONFIRMED', 'STATUS:CONFIRMED\r\nloose text')],
  ])('notice that %s', (fault, spoil) => {
    expect(lintCalendar(sound())).toEqual([]);
    expect(lintCalendar(spoil(sound()))).toContain(fault);
  });
});

async function subscribe(platform: Platform, resourceId: string): Promise<{ collection: string; home: string }> {
  const home = join(folder, `vdirsyncer-${platform}-${resourceId}`);
  const collection = join(home, 'local');
  await mkdir(collection, { recursive: true });
  const config = [
    '[general]',
    `status_path = "${home}/status/"`,
    '[pair published]',
    'a = "local"',
    'b = "remote"',
    'collections = null',
    '[storage local]',
    'type = "filesystem"',
    `path = "${collection}/"`,
    'fileext = ".ics"',
    '[storage remote]',
    'type = "http"',
    `url = "${service.baseUrl}${paths.get(`${platform} ${resourceId}`)}"`,
    '',
  ].join('\n');
  await writeFile(join(home, 'config'), config);
  const options = { env: { ...process.env, LC_ALL: 'C.UTF-8' } };
  await run(String(programs.vdirsyncer), ['-c', join(home, 'config'), 'discover'], options);
  await run(String(programs.vdirsyncer), ['-c', join(home, 'config'), 'sync'], options);
  return { collection, home };
}

/** As `start/end` each; khal tells the last day of what takes whole days, we the day after. */
async function listWithKhal(home: string, collection: string): Promise<string[]> {
  const config = [
    '[calendars]',
    '[[published]]',
    `path = ${collection}/`,
    'type = calendar',
    '[locale]',
    'timeformat = %H:%M:00Z',
    ...['dateformat', 'longdateformat'].map((name) => `${name} = %Y-%m-%d`),
    ...['datetimeformat', 'longdatetimeformat'].map((name) => `${name} = %Y-%m-%dT%H:%M:00Z`),
    'local_timezone = UTC',
    'default_timezone = UTC',
    '[sqlite]',
    `path = ${home}/khal.db`,
    '',
  ].join('\n');
  await writeFile(join(home, 'khal.conf'), config);
  const format = '{start-long-full} {end-long-full} {all-day}';
  const { stdout } = await run(
    String(programs.khal),
    ['-c', join(home, 'khal.conf'), 'list', '--day-format', '', '--format', format, '2027-05-01', '2028-04-01'],
    { env: { ...process.env, LC_ALL: 'C.UTF-8' } },
  );
  return stdout.split('\n').flatMap((line) => {
    const [start, end, allDay] = line.trim().split(' ');
    if (start === undefined || end === undefined) return [];
    return allDay === 'True' ? `${start.slice(0, 10)}/${dayAfter(end)}` : `${start}/${end}`;
  });
}

function dayAfter(time: string): string {
  return new Date(Date.parse(time.slice(0, 10)) + 86_400_000).toISOString().slice(0, 10);
}

/** node-ical gives dates as local midnights. */
function localDate(date: Date): string {
  const part = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${part(date.getMonth() + 1)}-${part(date.getDate())}`;
}
