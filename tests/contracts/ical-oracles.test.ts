import { readFileSync } from 'node:fs';
import { frameFeed } from '@dovetail/core/ical/frame-feed.ts';
import { readFeed } from '@dovetail/core/ical/read-feed.ts';
import { casaFeeds } from '@dovetail/sandbox/feeds/casa-feeds.ts';
import { sync, type VEvent } from 'node-ical';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { START } from './feed-server.ts';
import { collectedCalendars } from './ical-corpus-digest.ts';

/**
 * What other programs read: two libraries must agree with us on every event whose start and end are plain, which is
 * nearly all that platforms send. Each gets one event at a time, so that none of theirs is lost to another.
 */
const RESOURCE = { kind: 'timed', timeZone: 'UTC' } as const;
const PLAIN_TIME = /^DT(START|END)(;VALUE=DATE)?:\d{8}(T\d{6}Z)?\r?$/gm;

/** The part of ical.js that is used; it is compared with where it is installed. */
interface IcalJs {
  readonly default: {
    parse(text: string): unknown[];
    readonly Component: new (jcal: unknown[]) => { getFirstSubcomponent(name: string): unknown };
    readonly Event: new (component: unknown) => { readonly startDate: unknown; readonly endDate: unknown };
  };
}
const ICAL_JS: string = 'ical.js';
const icalJs: IcalJs | undefined = await import(/* @vite-ignore */ ICAL_JS).catch(() => undefined);

/** Events with one plain start and one plain end, each in a calendar of its own. */
function plainEvents(bytes: Uint8Array | string): string[] {
  try {
    const { text, events } = frameFeed(bytes);
    return events
      .filter(({ whole }) => whole)
      .map(({ from, to }) => text.slice(from, to).replace(/\r?\n[ \t]/g, ''))
      .filter(
        (event) => event.match(PLAIN_TIME)?.length === 2 && !/^(RRULE|RDATE|EXRULE|BEGIN:V(?!EVENT))/m.test(event),
      )
      .map(aloneInCalendar);
  } catch {
    return [];
  }
}

/** With a UID of ours: some of theirs node-ical takes for something else. */
function aloneInCalendar(event: string): string {
  const lines = event.split(/\r?\n/).filter((line) => line !== '' && !/^UID[:;]/i.test(line));
  lines.splice(1, 0, 'UID:event');
  return ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Test//EN', ...lines, 'END:VCALENDAR', ''].join('\r\n');
}

const collected = collectedCalendars().flatMap((path) => plainEvents(readFileSync(path)));
const ours = Object.values(casaFeeds(START)).flatMap(plainEvents);
const SOURCES = [
  ['of casa', ours, 9],
  ['collected in the field', collected, 1_500],
] as const;

/** Start and end as `2027-03-10/2027-03-14`, dates at midnight; undefined for an event without a length. */
function readByUs(calendar: string): string | undefined {
  const { entries, free } = readFeed(calendar, RESOURCE, { platform: 'airbnb' });
  const entry = entries[0] ?? free[0]?.entry;
  return entry && `${entry.start}/${entry.end}`;
}

function readByNodeIcal(calendar: string): string {
  const event = sync.parseICS(calendar)['event'] as VEvent;
  return [event.start, event.end].map((time) => `${time?.toISOString().slice(0, 19)}Z`).join('/');
}

/** Undefined for what it refuses, for a line that bears on no time. */
function readByIcalJs(calendar: string): string | undefined {
  const { Component, Event, parse } = icalJs!.default;
  try {
    const { startDate, endDate } = new Event(new Component(parse(calendar)).getFirstSubcomponent('vevent'));
    return [startDate, endDate].map((time) => (`${time}`.length === 10 ? `${time}T00:00:00Z` : `${time}`)).join('/');
  } catch {
    return undefined;
  }
}

describe.each(SOURCES)('the plain events %s', (_source, calendars, atLeast) => {
  const before = process.env['TZ'];
  beforeAll(() => {
    // node-ical gives dates as midnights of the process.
    process.env['TZ'] = 'UTC';
  });
  afterAll(() => {
    if (before === undefined) delete process.env['TZ'];
    else process.env['TZ'] = before;
  });

  const readable = () => calendars.filter((calendar) => readByUs(calendar) !== undefined);
  /** An end that equals its start: we take it for the day it was meant for. */
  const isEmpty = (interval: string) => interval.slice(0, 20) === interval.slice(21);

  const compared = (readByThem: (calendar: string) => string | undefined) =>
    readable()
      .map((calendar) => ({ us: readByUs(calendar), them: readByThem(calendar) }))
      .filter(({ them }) => them !== undefined && !isEmpty(them));

  it.skipIf(calendars.length === 0)('are as node-ical reads them', () => {
    const events = compared(readByNodeIcal);
    expect(events.length).toBeGreaterThanOrEqual(atLeast);
    for (const { us, them } of events) expect(us).toBe(them);
  });

  it.skipIf(calendars.length === 0 || icalJs === undefined)('are as ical.js reads them', () => {
    const events = compared(readByIcalJs);
    expect(events.length).toBeGreaterThanOrEqual(atLeast);
    for (const { us, them } of events) expect(us).toBe(them);
  });
});
