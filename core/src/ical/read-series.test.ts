import { describe, expect, it } from 'vitest';
import { readFeed } from './read-feed.ts';

const ROOM = { kind: 'nightly', timeZone: 'America/Bogota' } as const;
const BAY = { kind: 'timed', timeZone: 'America/New_York' } as const;
const WINDOW = { from: '2027-03-01', to: '2027-04-01' };
/** Sunday the 14th is when clocks in New York are put forward. */
const LESSON = [
  'UID:lesson',
  'DTSTART;TZID=America/New_York:20270301T100000',
  'DTEND;TZID=America/New_York:20270301T104500',
];
const STAY = ['UID:stay', 'DTSTART;VALUE=DATE:20270305', 'DTEND;VALUE=DATE:20270307'];

function read(
  events: readonly (readonly string[])[],
  resource: typeof ROOM | typeof BAY = BAY,
  window = WINDOW,
  mergesOverlaps = false,
) {
  const lines = events.flatMap((event) => ['BEGIN:VEVENT', ...event, 'END:VEVENT']);
  return readFeed(['BEGIN:VCALENDAR', ...lines, 'END:VCALENDAR', ''].join('\r\n'), resource, {
    window,
    mergesOverlaps,
  });
}
const starts = (events: readonly (readonly string[])[], resource: typeof ROOM | typeof BAY = BAY) => {
  const { entries, setAside } = read(events, resource);
  expect(setAside).toEqual([]);
  return entries.map(({ start }) => start);
};
const DAYS = (dates: readonly string[], time: string) => dates.map((date) => `2027-03-${date}T${time}:00Z`);

describe('a series', () => {
  it('keeps its time of day when clocks change', () => {
    const reading = read([[...LESSON, 'RRULE:FREQ=WEEKLY']]);
    expect(reading.entries.map(({ start, end, uid }) => [uid, start, end])).toEqual([
      ['lesson', '2027-03-01T15:00:00Z', '2027-03-01T15:45:00Z'],
      ['lesson', '2027-03-08T15:00:00Z', '2027-03-08T15:45:00Z'],
      ['lesson', '2027-03-15T14:00:00Z', '2027-03-15T14:45:00Z'],
      ['lesson', '2027-03-22T14:00:00Z', '2027-03-22T14:45:00Z'],
      ['lesson', '2027-03-29T14:00:00Z', '2027-03-29T14:45:00Z'],
    ]);
    expect(reading).toMatchObject({ recurring: true, vevents: 1, eventsRead: 1 });
    expect(reading.entries.map(({ recurrenceId }) => recurrenceId)).toEqual(reading.entries.map(({ start }) => start));
  });

  it('of dates is one of nights on a nightly resource, and of whole days on a timed one', () => {
    const rule = [...STAY, 'RRULE:FREQ=WEEKLY;COUNT=2'];
    expect(read([rule], ROOM).entries).toMatchObject([
      { recurrenceId: '2027-03-05', start: '2027-03-05', end: '2027-03-07' },
      { recurrenceId: '2027-03-12', start: '2027-03-12', end: '2027-03-14' },
    ]);
    expect(read([rule]).entries[1]).toMatchObject({
      recurrenceId: '2027-03-12',
      start: '2027-03-12T05:00:00Z',
      end: '2027-03-14T05:00:00Z',
    });
  });

  it('begins with its first event even when its rule would not', () => {
    expect(starts([[...STAY, 'RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=2']], ROOM)).toEqual([
      '2027-03-05',
      '2027-03-08',
      '2027-03-15',
    ]);
  });

  it('shows what touches the window, also when it began long before', () => {
    const weekly = (start: string) => ['UID:a', `DTSTART;VALUE=DATE:${start}`, 'DURATION:P3D', 'RRULE:FREQ=WEEKLY'];
    expect(starts([weekly('20110227')], ROOM)).toEqual([
      '2027-02-28',
      '2027-03-07',
      '2027-03-14',
      '2027-03-21',
      '2027-03-28',
    ]);
    expect(starts([weekly('20110226')], ROOM)[0]).toBe('2027-02-27');
    expect(starts([weekly('20110225')], ROOM)[0]).toBe('2027-03-05');
    expect(read([weekly('20270401')], ROOM)).toMatchObject({ entries: [], setAside: [], eventsRead: 1 });
  });

  it('of days stays one of days when clocks change', () => {
    const nights = [
      'UID:a',
      'DTSTART;TZID=America/New_York:20270312T120000',
      'DURATION:P1D',
      'RRULE:FREQ=DAILY;COUNT=3',
    ];
    expect(read([nights]).entries.map(({ end }) => end)).toEqual([
      '2027-03-13T17:00:00Z',
      '2027-03-14T16:00:00Z',
      '2027-03-15T16:00:00Z',
    ]);
  });

  it('ends with the last time its rule allows, in whatever form that is written', () => {
    const until = (value: string) => starts([[...LESSON, `RRULE:FREQ=DAILY;UNTIL=${value}`]]).length;
    expect(until('20270303T150000Z')).toBe(3);
    expect(until('20270303T145959Z')).toBe(2);
    expect(until('20270303T100000')).toBe(3);
    expect(until('20270303')).toBe(3);
    const untilDay = (value: string) => starts([[...STAY, `RRULE:FREQ=DAILY;UNTIL=${value}`]], ROOM).length;
    expect(untilDay('20270307')).toBe(3);
    // Midnight in Berlin and in Bogota, as Outlook writes it.
    expect(untilDay('20270306T230000Z')).toBe(3);
    expect(untilDay('20270307T050000Z')).toBe(3);
  });

  it('that overlaps itself is one time to who asks for that, without what another event stands in for', () => {
    const merged = (...events: readonly (readonly string[])[]) => read(events, ROOM, WINDOW, true).entries;
    const stay = { recurrenceId: '2027-03-05', start: '2027-03-05', end: '2027-03-10' };
    const daily = [...STAY, 'RRULE:FREQ=DAILY;COUNT=4'];
    expect(read([daily], ROOM).entries).toHaveLength(4);
    expect(merged(daily)).toMatchObject([stay]);
    const last = [...STAY, 'RECURRENCE-ID;VALUE=DATE:20270308'];
    expect(merged(daily, last)).toMatchObject([
      { start: '2027-03-05', end: '2027-03-07' },
      { ...stay, end: '2027-03-09' },
    ]);
    const hourly = ['UID:h', 'DTSTART:20270305T200000Z', 'DURATION:PT10H', 'RRULE:FREQ=HOURLY;COUNT=3'];
    expect(merged(hourly)).toMatchObject([{ start: '2027-03-05', end: '2027-03-06' }]);
  });

  it('has the dates it lists, in whatever form, and not those it leaves out', () => {
    const daily = [...LESSON, 'RRULE:FREQ=DAILY;COUNT=5'];
    const without = (line: string) => starts([[...daily, line]]).map((start) => start.slice(8, 10));
    expect(without('EXDATE;TZID=America/New_York:20270302T100000,20270304T100000')).toEqual(['01', '03', '05']);
    expect(without('EXDATE:20270302T150000Z')).toEqual(['01', '03', '04', '05']);
    expect(without('EXDATE:20270302T100000')).toEqual(['01', '03', '04', '05']);
    expect(without('EXDATE;TZID=Europe/Berlin:20270302T160000')).toEqual(['01', '03', '04', '05']);
    expect(without('EXDATE;VALUE=DATE:20270302')).toEqual(['01', '03', '04', '05']);
    expect(without('EXDATE:20270302T110000')).toHaveLength(5);
    expect(without('EXDATE:nonsense')).toHaveLength(5);
    expect(without('EXRULE:FREQ=DAILY;INTERVAL=2')).toEqual(['02', '04']);
    expect(without('RDATE;TZID=America/New_York:20270310T120000')).toEqual(['01', '02', '03', '04', '05', '10']);
    expect(starts([[...LESSON, 'RDATE;VALUE=DATE:20270303']])).toEqual(DAYS(['01', '03'], '15:00'));
  });

  it('leaves out all that a date names', () => {
    const twice = [...LESSON, 'RRULE:FREQ=DAILY;BYHOUR=10,14;COUNT=6', 'EXDATE;VALUE=DATE:20270302'];
    expect(starts([twice])).toEqual([
      ...DAYS(['01'], '15:00'),
      ...DAYS(['01'], '19:00'),
      ...DAYS(['03'], '15:00'),
      ...DAYS(['03'], '19:00'),
    ]);
  });

  it('leaves out days that Outlook names by their midnight', () => {
    const without = (line: string) => starts([[...STAY, 'RRULE:FREQ=WEEKLY;COUNT=2', line]], ROOM);
    expect(without('EXDATE;TZID=W. Europe Standard Time:20270312T000000')).toEqual(['2027-03-05']);
    expect(without('EXDATE:20270311T230000Z')).toEqual(['2027-03-05']);
    expect(without('EXDATE;VALUE=DATE:20270312')).toEqual(['2027-03-05']);
  });

  it('may list periods that end at times of their own', () => {
    const { entries } = read([
      [...LESSON, 'RDATE;VALUE=PERIOD;TZID=America/New_York:20270302T100000/20270302T120000,20270303T100000/PT2H'],
    ]);
    expect(entries.map(({ end }) => end)).toEqual([
      '2027-03-01T15:45:00Z',
      '2027-03-02T17:00:00Z',
      '2027-03-03T17:00:00Z',
    ]);
  });
});

describe('an event that stands in for one of a series', () => {
  const series = [...LESSON, 'RRULE:FREQ=WEEKLY;COUNT=3'];
  const moved = (id: string, ...lines: string[]) => [
    'UID:lesson',
    `RECURRENCE-ID${id}`,
    'DTSTART:20270309T200000Z',
    'DTEND:20270309T210000Z',
    ...lines,
  ];
  const OTHERS = [
    ['2027-03-01T15:00:00Z', '2027-03-01T15:00:00Z'],
    ['2027-03-15T14:00:00Z', '2027-03-15T14:00:00Z'],
  ];
  const seen = (events: readonly (readonly string[])[]) =>
    read(events)
      .entries.map(({ recurrenceId, start }) => [recurrenceId, start])
      .sort();

  it.each([';TZID=America/New_York:20270308T100000', ':20270308T150000Z', ':20270308T100000', ';VALUE=DATE:20270308'])(
    'replaces it, under the same name: %s',
    (id) => {
      const expected = [...OTHERS, ['2027-03-08T15:00:00Z', '2027-03-09T20:00:00Z']].sort();
      expect(seen([series, moved(id)])).toEqual(expected);
      expect(seen([moved(id), series])).toEqual(expected);
      expect(read([series, moved(id)])).toMatchObject({ vevents: 2, eventsRead: 2 });
    },
  );

  it.each([
    ['STATUS:CANCELLED', 'cancelled'],
    ['TRANSP:TRANSPARENT', 'transparent'],
  ])('takes it away with %s', (line, reason) => {
    const reading = read([series, moved(':20270308T150000Z', line)]);
    expect(reading.entries.map(({ recurrenceId, start }) => [recurrenceId, start])).toEqual(OTHERS);
    expect(reading.free).toMatchObject([{ reason, entry: { uid: 'lesson', recurrenceId: '2027-03-08T15:00:00Z' } }]);
    expect(reading).toMatchObject({ vevents: 2, eventsRead: 1 });
  });

  it('leaves it where it is when it cannot be read', () => {
    const reading = read([
      series,
      moved(':20270308T150000Z').map((line) => line.replace('20270309T20', '20271309T20')),
    ]);
    expect(reading.entries).toHaveLength(3);
    expect(reading.setAside).toMatchObject([{ reason: 'bad-time', uid: 'lesson' }]);
  });

  it('stands by itself when its series is not in the feed, or is called off', () => {
    expect(seen([moved(':20270308T150000Z')])).toEqual([['2027-03-08T15:00:00Z', '2027-03-09T20:00:00Z']]);
    const reading = read([[...series, 'STATUS:CANCELLED'], moved(':20270308T150000Z')]);
    expect(reading.entries.map(({ start }) => start)).toEqual(['2027-03-09T20:00:00Z']);
    expect(reading.free).toMatchObject([{ reason: 'cancelled', entry: { uid: 'lesson', recurrenceId: '' } }]);
  });

  it('replaces one alone when it means all after it too, and staff are told', () => {
    const reading = read([series, moved(';RANGE=THISANDFUTURE:20270308T150000Z')]);
    expect(reading.entries).toHaveLength(3);
    expect(reading.setAside).toMatchObject([{ reason: 'this-and-future', uid: 'lesson', partly: true }]);
    expect(reading).toMatchObject({ vevents: 2, eventsRead: 2 });
  });

  it('replaces it in a series of dates', () => {
    const reading = read(
      [
        [...STAY, 'RRULE:FREQ=WEEKLY;COUNT=2'],
        ['UID:stay', 'RECURRENCE-ID;TZID=W. Europe Standard Time:20270312T000000', 'DTSTART;VALUE=DATE:20270313'],
      ],
      ROOM,
    );
    expect(reading.entries.map(({ recurrenceId, start }) => [recurrenceId, start])).toEqual([
      ['2027-03-12', '2027-03-13'],
      ['2027-03-05', '2027-03-05'],
    ]);
  });
});

describe('a series that cannot be read, or not to its end', () => {
  it.each([
    ['RRULE:FREQ=SECONDLY', 'rule-too-frequent'],
    ['RRULE:FREQ=MINUTELY;COUNT=2', 'rule-too-frequent'],
    ['RRULE:FREQ=NEVER', 'bad-rule'],
    ['RRULE:FREQ=DAILY;UNTIL=tomorrow', 'bad-rule'],
    ['RRULE:FREQ=DAILY;COUNT=1000000;BYHOUR=10', 'too-many-occurrences', 'DTSTART:19000101T100000Z'],
    ['RDATE:20270303T100000,someday', 'bad-rule'],
    ['RDATE;VALUE=PERIOD:20270303T100000Z/someday', 'bad-rule'],
  ])('is set aside: %s', (line, reason, start = 'DTSTART:20270301T150000Z') => {
    const { entries, setAside } = read([['UID:odd', start, 'DURATION:PT1H', line], LESSON]);
    expect(entries.map(({ uid }) => uid)).toEqual(['lesson']);
    expect(setAside).toMatchObject([{ reason, uid: 'odd' }]);
    expect(setAside[0]).not.toHaveProperty('partly');
  });

  it.each(['RDATE', 'EXDATE'])('is set aside when its %s is endless', (name) => {
    const dates = Array.from({ length: 5_000 }, () => '20270303T100000Z').join(',');
    const reading = read([['UID:odd', 'DTSTART:20270301T150000Z', 'DURATION:PT1H', `${name}:${dates}`]]);
    expect(reading.setAside.map(({ reason }) => reason)).toEqual(['too-large']);
    expect(reading.entries).toHaveLength(0);
  });

  it.each([
    ['four thousand rules', Array<string>(4_000).fill('RRULE:FREQ=DAILY')],
    ['rules to be left out by the thousand', [...Array<string>(4_000).fill('EXRULE:FREQ=DAILY')]],
    [
      'a quarter of a million dates',
      Array<string>(70).fill(`EXDATE:${Array(3_700).fill('20270310T100000Z').join(',')}`),
    ],
  ])('is set aside for %s, and in no time', (_case, recurrence) => {
    const before = process.threadCpuUsage();
    const { setAside } = read([[...LESSON, 'RRULE:FREQ=DAILY', ...recurrence]], BAY, {
      from: '2027-03-01',
      to: '2029-03-01',
    });
    expect(process.threadCpuUsage(before).user).toBeLessThan(1_000_000);
    expect(setAside.map(({ reason }) => reason)).toEqual(['too-large']);
  });

  it('is set aside when nobody says between which dates it is wanted', () => {
    const feed = ['BEGIN:VCALENDAR', 'BEGIN:VEVENT', ...LESSON, 'RRULE:FREQ=DAILY', 'END:VEVENT', 'END:VCALENDAR'].join(
      '\n',
    );
    expect(readFeed(feed, BAY).setAside).toMatchObject([{ reason: 'recurring', uid: 'lesson' }]);
  });

  it('is set aside when none of it covers a night', () => {
    expect(read([[...LESSON, 'RRULE:FREQ=DAILY']], ROOM).setAside).toMatchObject([{ reason: 'covers-no-night' }]);
  });

  it('is read up to a thousand events, and staff are told', () => {
    const hourly = ['UID:a', 'DTSTART:20270301T000000Z', 'DURATION:PT1H', 'RRULE:FREQ=HOURLY'];
    const reading = read([hourly], BAY, { from: '2027-03-01', to: '2029-01-01' });
    expect(reading.entries).toHaveLength(1_000);
    expect(reading.setAside).toMatchObject([{ reason: 'too-many-occurrences', uid: 'a', partly: true }]);
    expect(reading).toMatchObject({ vevents: 1, eventsRead: 1 });
  });

  it('of another calendar is read as long as it may take for one feed, and the rest is set aside', () => {
    const stays = Array.from({ length: 150 }, () => ['UID:new-year', 'DTSTART;VALUE=DATE:20130210']);
    const { entries, setAside } = read(
      stays.map((stay) => [...stay, 'RRULE:RSCALE=CHINESE;FREQ=YEARLY']),
      ROOM,
      { from: '2028-01-01', to: '2029-01-01' },
    );
    expect(entries.length).toBeGreaterThan(25);
    expect(entries.length).toBeLessThan(50);
    expect(new Set(entries.map(({ start }) => start))).toEqual(new Set(['2028-01-26']));
    expect(entries.length + setAside.length).toBe(150);
    expect(new Set(setAside.map(({ reason }) => reason))).toEqual(new Set(['too-many-occurrences']));
  });

  it('is read up to ten thousand events of one feed, and the rest is set aside', () => {
    const daily = Array.from({ length: 20 }, (_, index) => [
      `UID:${index}`,
      'DTSTART:20270301T000000Z',
      'DURATION:PT1H',
      'RRULE:FREQ=DAILY',
    ]);
    const reading = read(daily, BAY, { from: '2027-03-01', to: '2029-03-01' });
    expect(reading.entries).toHaveLength(10_000);
    expect(reading.setAside.map(({ uid, partly }) => [uid, partly])).toEqual([
      ['13', true],
      ...['14', '15', '16', '17', '18', '19'].map((uid) => [uid, undefined]),
    ]);
    expect(reading).toMatchObject({ vevents: 20, eventsRead: 14 });
  });
});
