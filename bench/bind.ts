import type { Benchmark, BenchmarkOptions, Figure } from './figure.ts';
import { MeteredStudio, share } from './metered-studio.ts';
import { type Rig, startRig } from './rig/rig.ts';
import { addRooms, bindRooms, calendarOf, settle } from './rig/rooms.ts';

/** Bookings that USchedule has and the ledger does not: a business's first day. */
const SIZES = [40, 400] as const;
const BARE_INSERTS = 200;
const HOUR_MS = 3_600_000;
const FIRST_HOUR_AHEAD = 30 * 24;

/** What it takes to bind a calendar of 40 and of 400 bookings: operations, calls to Google, time. */
export const bind: Benchmark = {
  name: 'bind',
  run: async (options) => [...(await countOperations(options)), ...(await measureTimes(options))],
};

async function countOperations({ progress }: BenchmarkOptions): Promise<Figure[]> {
  progress('counting operations');
  const metered = await MeteredStudio.open();
  try {
    const figures: Figure[] = [];
    for (const [index, size] of SIZES.entries()) {
      const bay = (index + 1) as 1 | 2;
      await metered.client.api('DELETE', `/v1/bindings/bay-${bay}-google?events=keep`);
      await metered.studio.clock.advance(10_000);
      metered.seed(bay, size);
      const draft = { id: `bay-${bay}-google`, resourceId: `bay-${bay}`, calendarId: `loft-bay-${bay}@sandbox` };
      const cost = await metered.cost(() => metered.client.api('POST', '/v1/bindings', draft), 50);
      const standing = metered.studio.google.events(draft.calendarId).length;
      if (standing !== size) throw new Error(`${standing} events stand, not ${size}`);
      figures.push({ name: `${size} bookings: operations an event, its echo included`, measured: share(cost, size) });
    }
    return figures;
  } finally {
    await metered.studio.stop();
  }
}

async function measureTimes({ progress, profileFolder }: BenchmarkOptions): Promise<Figure[]> {
  const rooms = SIZES.map((size) => `room-${size}`);
  const rig = await startRig({ rooms, profileFolder });
  try {
    await addRooms(rooms, rig);
    const bareMs = await bareInsert(rig);
    const figures: Figure[] = [
      { name: 'one insert after another, nothing else', measured: { each: bareMs }, unit: 'ms' },
    ];
    for (const size of SIZES) {
      progress(`binding ${size} bookings`);
      figures.push(...(await timeBinding(`room-${size}`, size, bareMs, rig)));
    }
    return figures;
  } finally {
    await rig.stop();
  }
}

async function timeBinding(room: string, size: number, bareMs: number, rig: Rig): Promise<Figure[]> {
  seedHours(room, size, rig);
  rig.google.resetRequestCounts();
  const startedAt = Date.now();
  await bindRooms([room], rig);
  const events = rig.google.events(calendarOf(room));
  if (events.length !== size) throw new Error(`${events.length} events stand, not ${size}`);
  const lastAt = Math.max(...events.map(({ id }) => rig.inserts.get(id ?? '')?.writtenAt ?? 0));
  const eachMs = (lastAt - startedAt) / size;
  const counts = rig.google.requestCounts();
  const calls = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return [
    {
      name: `${size} bookings: calls to Google an event`,
      measured: { insert: (counts['events.insert'] ?? 0) / size, all: calls / size },
      atMost: { insert: 1 },
    },
    { name: `${size} bookings: until the last is on the calendar`, measured: { event: eachMs }, unit: 'ms' },
    { name: `${size} bookings: time an event against one insert`, measured: { ratio: eachMs / bareMs } },
  ];
}

/** What one insert takes over a warm connection, with nobody else about. */
async function bareInsert(rig: Rig): Promise<number> {
  const calendar = 'bare@sandbox';
  rig.google.createCalendar(calendar, { timeZone: 'America/New_York' });
  let startedAt = 0;
  for (let index = -20; index < BARE_INSERTS; index++) {
    if (index === 0) startedAt = performance.now();
    const start = Date.now() + index * HOUR_MS;
    await rig.client.google('POST', `${calendar}/events`, {
      summary: 'Lesson',
      start: { dateTime: new Date(start).toISOString() },
      end: { dateTime: new Date(start + HOUR_MS).toISOString() },
    });
  }
  const bareMs = (performance.now() - startedAt) / BARE_INSERTS;
  await settle(rig);
  return bareMs;
}

function seedHours(room: string, count: number, rig: Rig): void {
  const firstHour = Math.ceil(Date.now() / HOUR_MS) + FIRST_HOUR_AHEAD;
  const at = (hour: number) => new Date((firstHour + hour) * HOUR_MS).toISOString();
  rig.uschedule.seedAppointments(
    Array.from({ length: count }, (_, hour) => ({
      resource_id: room,
      title: 'Lesson',
      start: at(hour),
      end: at(hour + 1),
    })),
  );
}
