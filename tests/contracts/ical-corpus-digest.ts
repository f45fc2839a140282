import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { InvalidInput } from '@dovetail/core/domain/errors.ts';
import { type FeedReading, readFeed } from '@dovetail/core/ical/read-feed.ts';

/** Calendars collected in the field, which are not ours to keep here: read where they lie beside the checkout. */
const FOLDERS = ['../../../shared/feeds/', '../../../shared/ics-corpus/'].map((path) => new URL(path, import.meta.url));
const RESOURCES = [
  { kind: 'nightly', timeZone: 'America/Bogota' },
  { kind: 'timed', timeZone: 'Pacific/Auckland' },
] as const;
/** Many of them are of these years. */
const WINDOWS = [
  { from: '2004-01-01', to: '2006-01-01' },
  { from: '2020-01-01', to: '2022-01-01' },
] as const;

/** What one calendar was read as: `refused` with a reason, or its counts; `digest` of all that was read. */
export interface CorpusReading {
  readonly file: string;
  readonly resource: 'nightly' | 'timed';
  readonly window: (typeof WINDOWS)[number];
  readonly digest: string;
  readonly refused?: string;
  readonly counts?: {
    readonly vevents: number;
    readonly read: number;
    readonly free: number;
    readonly setAside: number;
  };
  readonly reasons?: readonly string[];
}

/** The collected calendars, by path. */
export function collectedCalendars(): URL[] {
  return FOLDERS.filter((folder) => existsSync(folder)).flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.ics'))
      .sort()
      .map((name) => new URL(name, folder)),
  );
}

function readCorpus(): CorpusReading[] {
  return collectedCalendars().flatMap((path) => {
    const bytes = readFileSync(path);
    const file = path.pathname.split('/').at(-1) ?? '';
    return RESOURCES.flatMap((resource) =>
      WINDOWS.map((window) => ({ file, resource: resource.kind, window, ...readOne(bytes, resource, window) })),
    );
  });
}

function readOne(bytes: Uint8Array, resource: (typeof RESOURCES)[number], window: (typeof WINDOWS)[number]) {
  try {
    const reading = readFeed(bytes, resource, { window });
    return {
      digest: digestOf(reading),
      counts: countsOf(reading),
      reasons: reading.setAside.map(({ reason }) => reason),
    };
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    return { digest: digestOf(error.message), refused: error.message };
  }
}

function countsOf({ vevents, eventsRead, free, setAside }: FeedReading) {
  return { vevents, read: eventsRead, free: free.length, setAside: setAside.filter(({ partly }) => !partly).length };
}

function digestOf(what: unknown): string {
  return createHash('sha256').update(JSON.stringify(what)).digest('hex').slice(0, 16);
}

// Run by itself, in a process whose zone the caller chose, it prints what it read.
if (process.argv[1] === new URL(import.meta.url).pathname) process.stdout.write(JSON.stringify(readCorpus()));
