import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { type CorpusReading, collectedCalendars } from './ical-corpus-digest.ts';

const ZONES = ['UTC', 'Pacific/Auckland', 'America/Los_Angeles'] as const;
const SCRIPT = fileURLToPath(new URL('ical-corpus-digest.ts', import.meta.url));
const run = promisify(execFile);

const calendars = collectedCalendars();

describe.skipIf(calendars.length === 0)('the calendars collected in the field', () => {
  const readings = new Map<string, CorpusReading[]>();
  const readingsIn = (zone: string) => readings.get(zone) ?? [];

  beforeAll(async () => {
    for (const zone of ZONES) {
      const env = { ...process.env, TZ: zone };
      const { stdout } = await run(process.execPath, [SCRIPT], { env, maxBuffer: 64 * 1024 * 1024, timeout: 50_000 });
      readings.set(zone, JSON.parse(stdout));
    }
  });

  it('are all read, or refused for a reason', () => {
    expect(readingsIn('UTC')).toHaveLength(calendars.length * 4);
    const refused = new Set(readingsIn('UTC').flatMap((reading) => reading.refused ?? []));
    expect([...refused].sort()).toEqual([
      'the calendar breaks off: it begins, but its END:VCALENDAR is missing',
      'this is not a calendar: there is no BEGIN:VCALENDAR',
    ]);
  });

  it.each(ZONES.slice(1))('are read by a process in %s as by one in UTC', (zone) => {
    expect(readingsIn(zone)).toEqual(readingsIn('UTC'));
  });

  it('lose no event: each is read, free, or set aside under a name', () => {
    for (const { file, counts } of readingsIn('UTC')) {
      if (!counts) continue;
      const path = calendars.find(({ pathname }) => pathname.endsWith(`/${file}`));
      const inFile = readFileSync(path ?? '', 'latin1').match(/^BEGIN:VEVENT/gim)?.length ?? 0;
      expect([file, counts.vevents]).toEqual([file, inFile]);
      expect([file, counts.read + counts.free + counts.setAside]).toEqual([file, inFile]);
    }
  });

  it('have an event that nobody could read only for reasons that are its own', () => {
    const reasons = readingsIn('UTC').flatMap((reading) => reading.reasons ?? []);
    expect(reasons.length).toBeGreaterThan(100);
    expect(reasons).not.toContain('unreadable');
  });
});
