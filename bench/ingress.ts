import { LOCAL_WEBHOOK_SECRET } from '@dovetail/sandbox/studio/seed.ts';
import type { Benchmark, Figure } from './figure.ts';
import { percentiles } from './percentiles.ts';
import { BOOKINGS_PER_SECOND, bookSteadily, PROVIDER_LATENCY_MS } from './rig/booking-load.ts';
import { watchBusyness } from './rig/busyness.ts';
import { type ProbeAnswer, type ProbeResult, probe } from './rig/probe.ts';
import { type Rig, startRig } from './rig/rig.ts';
import { addRooms, bindRooms, roomIds, settle } from './rig/rooms.ts';

const WEBHOOKS_PER_MINUTE = 1_000;
const ROOMS = 100;
const SECONDS = 60;
const QUICK = { rooms: 20, seconds: 5 };
const SEEDED_DAYS_AHEAD = 20;

/**
 * How soon a webhook is answered while the workers, in the same process, are busy with bookings; and, between the
 * webhooks, a health check, which does next to nothing: what it waits for is the process, not the webhook's own work.
 */
export const ingress: Benchmark = {
  name: 'ingress',
  async run({ quick, profileFolder, progress }) {
    const rooms = roomIds(quick ? QUICK.rooms : ROOMS);
    const seconds = quick ? QUICK.seconds : SECONDS;
    const rig = await startRig({ rooms, profileFolder });
    try {
      progress(`binding the calendars of ${rooms.length} rooms`);
      await addRooms(rooms, rig);
      await bindRooms(rooms, rig);
      rig.faults.add({ target: 'google', latencyMs: PROVIDER_LATENCY_MS });
      const bookingIds = seedOneEach(rooms, rig);
      progress(
        `${WEBHOOKS_PER_MINUTE} webhooks a minute beside ${BOOKINGS_PER_SECOND} bookings a second, ${seconds} s`,
      );
      const perSecond = WEBHOOKS_PER_MINUTE / 60;
      const wanted = { url: rig.url, secret: LOCAL_WEBHOOK_SECRET, bookingIds, perSecond, seconds };
      const busyness = watchBusyness();
      const [result] = await Promise.all([probe(wanted), bookSteadily(rooms, seconds, rig)]);
      const busy = busyness();
      await settle(rig);
      return [...figuresOf(result), busy];
    } finally {
      await rig.stop();
    }
  },
};

function figuresOf({ webhooks, healths }: ProbeResult): Figure[] {
  const webhook = percentiles(durationsOf(webhooks));
  const health = percentiles(durationsOf(healths));
  const refused = webhooks.filter(({ status }) => status !== 202).length;
  return [
    { name: `${webhooks.length} webhooks, due to answered`, measured: webhook, unit: 'ms', atMost: { p99: 25 } },
    { name: `${healths.length} health checks between them`, measured: health, unit: 'ms' },
    {
      name: 'webhook against health check',
      measured: { p50: webhook.p50 / health.p50, p99: webhook.p99 / health.p99 },
    },
    { name: 'webhooks not answered 202', measured: { share: refused / webhooks.length }, atMost: { share: 0 } },
  ];
}

function durationsOf(answers: readonly ProbeAnswer[]): number[] {
  return answers.map(({ milliseconds }) => milliseconds);
}

/** One booking in each room for the webhooks to name: news to us the first time, known from then on. */
function seedOneEach(rooms: readonly string[], rig: Rig): string[] {
  const start = Date.now() + SEEDED_DAYS_AHEAD * 86_400_000;
  const hour = { start: new Date(start).toISOString(), end: new Date(start + 3_600_000).toISOString() };
  return rig.uschedule.seedAppointments(rooms.map((id) => ({ resource_id: id, ...hour }))).map(({ id }) => id);
}
