import { InvalidInput } from '@dovetail/core/domain/errors.ts';
import type { LedgerEvent } from '@dovetail/core/domain/event.ts';
import { overlaps } from '@dovetail/core/domain/interval.ts';
import { type FeedReading, readFeed } from '@dovetail/core/ical/read-feed.ts';
import fc from 'fast-check';
import { Finding } from '../finding.ts';
import { bytesOfIcs, type IcsInput, icsInputs, shownIcs } from '../inputs/ics-bytes.ts';
import { calendarLines as anyLines } from '../inputs/ics-lines.ts';
import { begin } from '../service/begin-business.ts';
import { type FuzzedService, openFuzzedService } from '../service/fuzzed-service.ts';
import { type FuzzedTenant, openFuzzedTenant } from '../service/fuzzed-tenant.ts';
import { lookAround } from '../service/look-around.ts';
import { calendarLines, STAYS } from '../service/shown-calendar.ts';
import type { Probe, Target } from '../target.ts';

const HOUR_MS = 3_600_000;
const HOLDING = ['active', 'missing', 'overridden'];
/** Enough for what is no longer shown to be released, were the feed believed. */
const READ_AFTER_HOURS = [1, 8, 15, 27];

const inputs = icsInputs(
  fc.oneof({ weight: 3, arbitrary: fc.constant([...calendarLines]) }, { weight: 1, arbitrary: anyLines }),
);

/**
 * A feed that was well and then shows something else: what it held stays held unless it validly says otherwise, and once
 * it is well again, all is as it was.
 */
export const feeds: Target<IcsInput> = {
  async open() {
    const service = await openFuzzedService();
    return {
      inputs,
      play: (input, probe) => play(input, service, probe),
      show: shownIcs,
      close: () => service.close(),
    };
  },
};

async function play(input: IcsInput, service: FuzzedService, probe: Probe): Promise<void> {
  const bytes = bytesOfIcs(input);
  const reading = readingOf(bytes);
  const feed = await openFeed(service);
  for (const hours of READ_AFTER_HOURS) {
    await probe.time('read of a feed', () => feed.reads(bytes, hours));
    expectHeld(await feed.events(), reading, bytes, hours);
  }
  const well = Buffer.from(calendarLines.join('\r\n'));
  await probe.time('read of the feed as it was', () => feed.reads(well, 28));
  // What looked like a platform's for a day is believed; to be believed again takes as long.
  if (reading && reading.guess.platform !== 'airbnb') await feed.reads(well, 53);
  expectWell(await feed.events());
  await lookAround({ lists: ['listFeeds', 'listRuns'], resourceId: 'room' }, feed.tenant, service);
}

function readingOf(bytes: Uint8Array): FeedReading | null {
  const window = { from: '2027-04-01', to: '2029-05-01' };
  try {
    return readFeed(bytes, { kind: 'nightly', timeZone: 'America/Bogota' }, { window, platform: 'airbnb' });
  } catch (error) {
    if (error instanceof InvalidInput) return null;
    throw error;
  }
}

interface OpenFeed {
  readonly tenant: FuzzedTenant;
  /** Reads it so many hours after it was first read. */
  reads(bytes: Uint8Array, hours: number): Promise<void>;
  events(): Promise<LedgerEvent[]>;
}

async function openFeed(service: FuzzedService): Promise<OpenFeed> {
  const { documents, store } = service.deps;
  service.elapsed = 0;
  service.feedBody = Buffer.from(calendarLines.join('\r\n'));
  const tenant = await openFuzzedTenant(service, false);
  const [made] = await begin(['feed'], tenant, service);
  const events = async () => {
    const where = [{ field: 'resourceId', op: '==', value: 'room' }] as const;
    return store.events.query(documents, tenant.id, { where });
  };
  expectWell(await events());
  return {
    tenant,
    events,
    async reads(bytes, hours) {
      service.elapsed = hours * HOUR_MS;
      service.feedBody = bytes;
      const headers = [['Authorization', `Bearer ${tenant.key('admin')}`]] as const;
      const answer = await service.client.send({
        method: 'POST',
        target: `/v1/feeds/${made?.answer.id}:sync`,
        headers,
      });
      if (answer) service.checkAnswerTo('syncFeed', answer);
      await service.work();
      service.checkLog();
    },
  };
}

/** A document that is refused frees nothing, ever; one that is read frees nothing soon that it does not call off. */
function expectHeld(
  events: readonly LedgerEvent[],
  reading: FeedReading | null,
  bytes: Uint8Array,
  hours: number,
): void {
  for (const stay of STAYS) {
    const event = events.find(({ source }) => source.externalUid === stay.uid);
    if (event && HOLDING.includes(event.status)) continue;
    if (reading && (hours > 6 || callsOff(bytes) || replaces(reading, stay))) {
      if (!reading.setAside.some(({ uid }) => uid === stay.uid) || callsOff(bytes)) continue;
    }
    throw new Finding('time is free that no feed gave up', `${stay.uid} is ${event?.status} after ${hours} h`);
  }
}

function callsOff(bytes: Uint8Array): boolean {
  const text = Buffer.from(bytes.filter((byte) => byte !== 0)).toString('latin1');
  return /CANCEL|TRANSPARENT/i.test(text.replace(/\r*\n?[ \t]|\s/g, ''));
}

/** Somebody else has the time, or it has another. */
function replaces({ entries }: FeedReading, stay: (typeof STAYS)[number]): boolean {
  return entries.some((entry) => entry.uid === stay.uid || overlaps(entry, stay));
}

function expectWell(events: readonly LedgerEvent[]): void {
  for (const { uid, start, end } of STAYS) {
    if (events.some((event) => event.status === 'active' && event.start === start && event.end === end)) continue;
    const found = events.map((event) => `${event.source.externalUid} ${event.start}/${event.end} ${event.status}`);
    throw new Finding('time that a feed shows is not held', `${uid} ${start}/${end}, but: ${found.join('; ')}`);
  }
}
