import { randomUUID } from 'node:crypto';
import { instantOf } from '@dovetail/core/domain/interval.ts';
import type { Span } from './free-time.ts';
import type { StudioClient } from './studio-client.ts';

/** A feed that the sandbox hosts as its platform would, and that the studio reads. */
export interface HostedFeed {
  readonly id: string;
  /** As it was found. */
  readonly body: string;
  /** From now on it says this; the studio is told to read it now. */
  show(body: string): Promise<void>;
}

/** A feed of `casa` as it is now. */
export async function hostedFeed(id: string, studio: StudioClient): Promise<HostedFeed> {
  const path = `/feeds/${id}.ics`;
  return {
    id,
    body: await (await studio.sandbox('GET', path)).text(),
    show: async (body) => {
      await studio.sandbox('PUT', path, body);
      await studio.apiOf('casa-admin-key')('POST', `/v1/feeds/${id}:sync`);
    },
  };
}

/** A stay as Airbnb writes one, under a UID that nobody had before. */
export function airbnbStay({ start, end }: Span, nowMs: number): { readonly uid: string; readonly lines: string[] } {
  const uid = `1418fb94e984-${randomUUID().replaceAll('-', '')}@airbnb.com`;
  return {
    uid,
    lines: [
      `DTSTAMP:${basic(instantOf(nowMs))}`,
      `DTSTART;VALUE=DATE:${basic(start)}`,
      `DTEND;VALUE=DATE:${basic(end)}`,
      'SUMMARY:Reserved',
      `UID:${uid}`,
    ],
  };
}

/** The body with one more event. */
export function withEvent(body: string, lines: readonly string[]): string {
  return body.replace(/END:VCALENDAR\s*$/, `${eventOf(lines)}END:VCALENDAR\r\n`);
}

/** The body without its events: what a platform serves that has lost its calendar for a while. */
export function withoutEvents(body: string): string {
  return body.replace(/BEGIN:VEVENT[\s\S]*?END:VEVENT\r?\n/g, '');
}

/** A calendar file of these events. */
export function calendarFile(events: readonly (readonly string[])[]): string {
  return [
    'BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Old booking book//EN\r\n',
    ...events.map(eventOf),
    'END:VCALENDAR\r\n',
  ].join('');
}

/** ISO 8601's basic form, the one iCalendar uses. */
export function basic(time: string): string {
  return time.replace(/[-:]/g, '');
}

function eventOf(lines: readonly string[]): string {
  return ['BEGIN:VEVENT', ...lines, 'END:VEVENT', ''].join('\r\n');
}
