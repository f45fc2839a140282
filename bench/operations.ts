import { auditCalendar } from '@dovetail/core/sync/audit-calendar.ts';
import { pullCalendar } from '@dovetail/core/sync/pull-calendar.ts';
import type { Appointment, GoogleEvent } from '@dovetail/sandbox/checklist/studio-client.ts';
import { pushHeaders } from '@dovetail/sandbox/google/channel.ts';
import { LOCAL_WEBHOOK_SECRET } from '@dovetail/sandbox/studio/seed.ts';
import type { Benchmark, Figure } from './figure.ts';
import { type Cost, costOf, MeteredStudio, share } from './metered-studio.ts';
import { signedWebhook } from './signed-webhook.ts';

const TENANT = 'loft';
const BAY_1 = { tenantId: TENANT, bindingId: 'bay-1-google' } as const;
const BAY_2 = { tenantId: TENANT, bindingId: 'bay-2-google' } as const;
const CALENDAR = 'loft-bay-1@sandbox';
const AUDITED = 40;
const ECHOES = 20;
const DAY_MS = 86_400_000;

/** What each thing costs in billed operations: Firestore documents read, written, deleted, and tasks created. */
export const operations: Benchmark = {
  name: 'operations',
  async run({ progress }) {
    const metered = await MeteredStudio.open();
    try {
      // Pushes would add pulls to everything; they are measured by themselves.
      metered.studio.google.setPushMode({ mode: 'drop' });
      progress('bookings');
      const figures = await bookings(metered);
      progress('echoes, pushes, polls and edits');
      figures.push(...(await echoes(metered)), await push(metered), await replay(metered), await poll(metered));
      figures.push(await edit(metered), await safetyPull(metered), await audit(metered));
      progress('a day in which nothing happens');
      figures.push(...(await idle(metered)));
      return figures;
    } finally {
      await metered.studio.stop();
    }
  },
};

/** From USchedule's webhook to the calendar. */
async function bookings(metered: MeteredStudio): Promise<Figure[]> {
  const { client } = metered;
  let booked: Appointment | undefined;
  const created = await metered.cost(async () => {
    booked = await metered.book(1);
  });
  const { id } = booked as Appointment;
  const moved = await metered.cost(() =>
    client.uschedule('PATCH', `/appointments/${id}`, metered.freeHour(), { 'If-Match': '"1"' }),
  );
  const cancelled = await metered.cost(() => client.uschedule('POST', `/appointments/${id}/cancel`, {}));
  return [
    { name: 'booking created, until it is on the calendar', measured: created },
    { name: 'booking moved', measured: moved },
    { name: 'booking cancelled', measured: cancelled },
  ];
}

/** Pulls that list one and twenty writes of our own tell what a pull costs, and what each echo adds. */
async function echoes(metered: MeteredStudio): Promise<Figure[]> {
  await pullCalendar({ ...BAY_1, trigger: 'safety' }, metered.studio.deps);
  const costs: Cost[] = [];
  for (const count of [1, ECHOES]) {
    for (let made = 0; made < count; made++) await metered.book(1);
    await metered.studio.clock.advance(30_000);
    costs.push(await metered.cost(() => pullCalendar({ ...BAY_1, trigger: 'safety' }, metered.studio.deps)));
  }
  const [one, many] = costs as [Cost, Cost];
  const each = share(minus(many, one), ECHOES - 1);
  return [
    { name: 'echo of our own write, each', measured: each, atMost: { reads: 1, writes: 0, deletes: 0, tasks: 0 } },
    { name: 'a pull that lists echoes, without them', measured: minus(one, each) },
  ];
}

/** Until it is answered: the pull comes later, and one for many. */
async function push(metered: MeteredStudio): Promise<Figure> {
  const { studio } = metered;
  const channel = studio.google.channels().find(({ calendarId }) => calendarId === CALENDAR);
  if (!channel) throw new Error(`nobody watches ${CALENDAR}`);
  studio.meter.reset();
  const headers = pushHeaders({ ...channel, messageNumber: channel.messageNumber + 7 }, 'exists');
  const { status } = await fetch(`${studio.url}/webhook/gcal`, { method: 'POST', headers });
  const measured = costOf(studio.meter.snapshot());
  if (status !== 204) throw new Error(`the push was answered ${status}`);
  await studio.clock.advance(30_000);
  return { name: 'push received', measured, atMost: { reads: 0, writes: 0, deletes: 0, tasks: 1 } };
}

async function replay(metered: MeteredStudio): Promise<Figure> {
  const { studio } = metered;
  const { id } = await metered.book(1);
  const webhook = signedWebhook({ webhookId: 'msg_replayed', bookingId: id, secret: LOCAL_WEBHOOK_SECRET });
  const send = async () => {
    const { status } = await fetch(`${studio.url}/webhook/uschedule/${TENANT}`, { method: 'POST', ...webhook });
    if (status !== 202) throw new Error(`the webhook was answered ${status}`);
  };
  await send();
  return { name: 'webhook replayed', measured: await metered.cost(send), atMost: { writes: 0, tasks: 0 } };
}

/** Of one booking system in which nothing changed for as long as a poll looks back. */
async function poll(metered: MeteredStudio): Promise<Figure> {
  await metered.studio.clock.advance(15 * 60_000);
  const measured = await metered.cost(() => metered.client.sandbox('POST', '/schedules/poll-bookings'));
  return { name: 'booking poll, nothing changed', measured };
}

/** Somebody drags an event: push, pull, USchedule's answer and webhook, our new stamp, and the echo of that. */
async function edit(metered: MeteredStudio): Promise<Figure> {
  const { studio, client } = metered;
  const { id } = await metered.book(1);
  await studio.clock.advance(30_000);
  await pullCalendar({ ...BAY_1, trigger: 'safety' }, studio.deps);
  const query = `privateExtendedProperty=${encodeURIComponent(`uscheduleAppointmentId=${id}`)}`;
  const { items } = await client.google<{ items: GoogleEvent[] }>('GET', `${CALENDAR}/events?${query}`);
  studio.google.setPushMode({ mode: 'deliver' });
  const { start, end } = metered.freeHour();
  const measured = await metered.cost(() =>
    client.google('PATCH', `${CALENDAR}/events/${items[0]?.id}`, {
      start: { dateTime: start },
      end: { dateTime: end },
    }),
  );
  studio.google.setPushMode({ mode: 'drop' });
  const taken = await client.uschedule('GET', `/appointments/${id}`);
  if (Date.parse(taken.start) !== Date.parse(start)) throw new Error('the edit did not reach the booking system');
  return { name: 'calendar edit taken back, with its own echo', measured };
}

/** Of each calendar, its share of finding out which there are included. */
async function safetyPull(metered: MeteredStudio): Promise<Figure> {
  await pullCalendar({ ...BAY_1, trigger: 'safety' }, metered.studio.deps);
  const both = await metered.cost(() => metered.client.sandbox('POST', '/schedules/safety-pull'));
  return { name: 'safety pull that finds nothing', measured: share(both, 2), atMost: { writes: 0 } };
}

async function audit(metered: MeteredStudio): Promise<Figure> {
  const { studio } = metered;
  metered.seed(2, AUDITED);
  await metered.client.sandbox('POST', '/schedules/poll-bookings');
  await studio.clock.advance(30_000);
  let findings = -1;
  const measured = await metered.cost(async () => {
    findings = (await auditCalendar({ ...BAY_2, dryRun: false }, studio.deps)).findings.length;
  });
  const standing = studio.google.events('loft-bay-2@sandbox').filter(({ status }) => status !== 'cancelled').length;
  if (findings !== 0 || standing !== AUDITED) throw new Error(`${findings} findings, ${standing} events`);
  return { name: `audit of ${AUDITED} events that agree`, measured };
}

function minus(a: Cost, b: Cost): Cost {
  return {
    reads: a.reads - b.reads,
    writes: a.writes - b.writes,
    deletes: a.deletes - b.deletes,
    tasks: a.tasks - b.tasks,
  };
}

/** What an installation costs whether or not anything happens. */
async function idle(metered: MeteredStudio): Promise<Figure[]> {
  const swept = await metered.cost(() => metered.client.sandbox('POST', '/schedules/sweep'));
  const day = await metered.cost(() => metered.studio.clock.advance(DAY_MS));
  return [
    { name: 'sweep that finds nothing', measured: swept, atMost: { writes: 0, tasks: 0 } },
    { name: 'a day in which nothing happens: 2 calendars, 2 booking systems, 4 feeds', measured: day },
  ];
}
