import { InvalidInput } from '@dovetail/core/domain/errors.ts';
import { isDate, isInstant } from '@dovetail/core/domain/interval.ts';
import { type FeedReading, type FeedResource, readFeed } from '@dovetail/core/ical/read-feed.ts';
import { Finding } from '../finding.ts';
import type { Probe } from '../target.ts';

const RESOURCES = [
  { kind: 'nightly', timeZone: 'America/Bogota' },
  { kind: 'timed', timeZone: 'America/New_York' },
] as const;
const WINDOW = { from: '2027-04-01', to: '2029-05-01' };
const LONGEST_RAW = 8_192;

/**
 * Reads a calendar for a resource of either kind: it is refused as a whole, or each of its events is read, free or set
 * aside, and what is read are times.
 */
export async function readSoundly(bytes: Uint8Array, charset: string | undefined, probe: Probe): Promise<void> {
  for (const resource of RESOURCES) {
    const options = { window: WINDOW, ...(charset !== undefined && { charset }) };
    const reading = await probe.time(`read for a ${resource.kind} resource`, () => refusable(bytes, resource, options));
    if (reading) expectSound(reading, resource.kind);
  }
}

function refusable(
  bytes: Uint8Array,
  resource: FeedResource,
  options: Parameters<typeof readFeed>[2],
): FeedReading | null {
  try {
    return readFeed(bytes, resource, options);
  } catch (error) {
    if (error instanceof InvalidInput) return null;
    throw error;
  }
}

function expectSound(reading: FeedReading, kind: 'nightly' | 'timed'): void {
  const whole = reading.setAside.filter(({ partly }) => !partly);
  if (reading.eventsRead + reading.free.length + whole.length !== reading.vevents) {
    throw new Finding('an event is neither read, free nor set aside', JSON.stringify(reading).slice(0, 2_000));
  }
  const isTime = kind === 'nightly' ? isDate : isInstant;
  for (const entry of [...reading.entries, ...reading.free.map(({ entry }) => entry)]) {
    const { start, end, title } = entry;
    if (!isTime(start) || !isTime(end) || start >= end) {
      throw new Finding('an entry has no time', `${start} to ${end} on a ${kind} resource`);
    }
    if (/[\r\n\0]/.test(title)) throw new Finding('a title is not one line', JSON.stringify(title));
  }
  if (reading.setAside.some(({ raw }) => raw.length > LONGEST_RAW)) {
    throw new Finding('what is set aside is kept whole', `more than ${LONGEST_RAW} characters of it`);
  }
}
