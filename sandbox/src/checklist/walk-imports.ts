import { randomUUID } from 'node:crypto';
import { addDays, instantOf } from '@dovetail/core/domain/interval.ts';
import { all, isSame, type Lines } from './checklist-lines.ts';
import { findFreeNights, isBusy, type Span } from './free-time.ts';
import { basic, calendarFile } from './hosted-feed.ts';
import type { ApiCall, StudioClient } from './studio-client.ts';

const CABIN = 'cabin';
const NIGHTS = 5;
const DAYS_AHEAD = 20;

interface Preview {
  readonly id: string;
  readonly counts: Readonly<Record<'seen' | 'added' | 'changed' | 'same' | 'conflicts', number>>;
}

interface Run {
  readonly id: string;
  readonly counts: { readonly added: number };
}

/** Brings a calendar file with two stays to the cabin of `club`, twice, and takes it back. */
export async function walkImports(studio: StudioClient, lines: Lines): Promise<void> {
  const api = studio.apiOf('club-admin-key');
  const wanted = { resourceId: CABIN, nights: NIGHTS, today: await studio.today(), daysAhead: DAYS_AHEAD };
  const window = await findFreeNights(wanted, api);
  const stays = [
    { start: window.start, end: addDays(window.start, 2) },
    { start: addDays(window.start, 3), end: window.end },
  ];
  const file = fileOf(stays, await studio.now());
  const committed: Run[] = [];
  const takeBack = async () => {
    for (const { id } of committed.splice(0)) await api('POST', `/v1/runs/${id}:revert`);
  };
  try {
    const preview = await previews(lines, api, file, window);
    await lines.line(
      'imports: committed, its stays take the nights',
      async () => {
        committed.push(await api<Run>('POST', `/v1/imports/${preview.id}:commit`));
      },
      async () => all(isSame('added', committed[0]?.counts.added, 2), await isBusy([CABIN], window, stays, api)),
    );
    await lines.check('imports: brought again, it would change nothing', async () =>
      isSame('what it would do', countsOf(await read(file, api)), counts({ same: 2 })),
    );
    await lines.line('imports: taken back, its stays are gone', takeBack, () => isBusy([CABIN], window, [], api));
  } finally {
    await takeBack();
  }
}

async function previews(lines: Lines, api: ApiCall, file: string, window: Span): Promise<Preview> {
  let preview = {} as Preview;
  await lines.check('imports: a file is previewed: what it would add, and nothing is changed', async () => {
    preview = await read(file, api);
    return all(
      isSame('what it would do', countsOf(preview), counts({ added: 2 })),
      await isBusy([CABIN], window, [], api),
    );
  });
  return preview;
}

function read(file: string, api: ApiCall): Promise<Preview> {
  return api('POST', `/v1/imports?resourceId=${CABIN}&set=checklist`, file);
}

function counts(some: { readonly added?: number; readonly same?: number }) {
  return { seen: 2, added: 0, changed: 0, same: 0, conflicts: 0, ...some };
}

function countsOf({ counts: { seen, added, changed, same, conflicts } }: Preview) {
  return { seen, added, changed, same, conflicts };
}

/** Under UIDs that nobody had before: what was taken back once would come back, not be added. */
function fileOf(stays: readonly Span[], nowMs: number): string {
  const events = stays.map(({ start, end }, index) => [
    `UID:${randomUUID()}@checklist.example`,
    `DTSTAMP:${basic(instantOf(nowMs))}`,
    `DTSTART;VALUE=DATE:${basic(start)}`,
    `DTEND;VALUE=DATE:${basic(end)}`,
    `SUMMARY:Booked by telephone ${index + 1}`,
  ]);
  return calendarFile(events);
}
