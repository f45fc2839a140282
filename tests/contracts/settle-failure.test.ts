import type { Booking } from '@dovetail/core/domain/booking.ts';
import { USCHEDULE_MARK } from '@dovetail/core/domain/booking-system-config.ts';
import {
  type DovetailError,
  InvalidInput,
  NotFound,
  RateLimited,
  Rejected,
  TemporarilyUnavailable,
} from '@dovetail/core/domain/errors.ts';
import { instantOf, msOf } from '@dovetail/core/domain/interval.ts';
import type { Mapping } from '@dovetail/core/domain/mapping.ts';
import type { QueueName, TaskPayloads } from '@dovetail/core/ports/task-queue.ts';
import { openText, sealText } from '@dovetail/core/store/sealed-text.ts';
import { bookingContext } from '@dovetail/core/sync/accept-booking.ts';
import { type FailedTask, settleFailure } from '@dovetail/core/sync/settle-failure.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NOW, type Service, startService } from './run-service-server.ts';

let service: Service;
beforeEach(async () => {
  service = await startService();
});
afterEach(() => service.close());

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const OUTAGE = new TemporarilyUnavailable('the other side does not answer');
const BUG = new TypeError('undefined is not a function');
const RECONCILE = { tenantId: 'loft', eventId: 'evt', bindingId: 'cal' };

const PAYLOADS: { readonly [Q in QueueName]: TaskPayloads[Q] } = {
  'accept-booking': { tenantId: 'loft', systemId: 'uschedule', bookingId: 'apt_1' },
  'poll-bookings': { tenantId: 'loft', systemId: 'uschedule' },
  'audit-bookings': { tenantId: 'loft', systemId: 'uschedule' },
  'bind-calendar': { tenantId: 'loft', bindingId: 'cal' },
  'pull-calendar': { tenantId: 'loft', bindingId: 'cal', trigger: 'safety' },
  'reconcile-event': RECONCILE,
  'renew-channel': { tenantId: 'loft', bindingId: 'cal' },
  'audit-calendar': { tenantId: 'loft', bindingId: 'cal' },
  'extend-pages': { tenantId: 'loft', resourceId: 'bay-1' },
  rederive: { tenantId: 'loft', resourceId: 'bay-1' },
  'apply-settings': { tenantId: 'loft' },
  'commit-import': { tenantId: 'loft', importId: 'imp' },
  'extend-import': { tenantId: 'loft', ruleId: 'rule' },
  'notify-webhooks': { tenantId: 'loft', outboxId: 'out' },
  'deliver-webhook': { tenantId: 'loft', deliveryId: 'dlv', round: 0, attempt: 0 },
  'spread-subscriptions': { tenantId: 'loft' },
  'revert-run': { tenantId: 'loft', runId: 'run' },
  'sync-feed': { tenantId: 'loft', feedId: 'bnb' },
};

/** Settles a failure of the task, its last unless `task` says otherwise. */
const fail = (task: Partial<FailedTask> & Pick<FailedTask, 'queue' | 'error'>) =>
  settleFailure({ payload: PAYLOADS[task.queue], lastAttempt: true, ...task }, service.deps);

const letters = () => service.store.deadLetters.query(service.documents, 'loft');
const mapping = () => service.store.mappings.get(service.documents, 'loft', 'evt~cal');
const alerts = () => service.log.lines.filter(({ level }) => level === 'alert').map(({ action }) => action);
const hoursPassed = () => (service.clock.now() - NOW) / HOUR;

async function putBinding(): Promise<void> {
  await service.documents.commit([
    service.store.bindings.set('loft', {
      ...{ id: 'cal', resourceId: 'bay-1', provider: 'google', calendarId: 'bay-1@group' },
      ...{ timeZone: 'America/New_York', mark: USCHEDULE_MARK, direction: 'two-way', busyIn: false },
      ...{ visibility: 'details', onCancel: 'delete', state: 'active', pullCount: 0, missedPushes: 0 },
      ...{ createdAt: instantOf(NOW), updatedAt: instantOf(NOW) },
    }),
  ]);
}

async function putMapping(): Promise<void> {
  const marked: Mapping = {
    id: 'evt~cal',
    ...{ eventId: 'evt', bindingId: 'cal', resourceId: 'bay-1' },
    ...{ generation: 0, state: 'live', attempts: 0, end: '2027-05-02T11:00:00Z' },
    ...{ dirty: 'mark-1', sweepAt: instantOf(NOW), updatedAt: instantOf(NOW) },
  };
  await service.documents.commit([service.store.mappings.set('loft', marked)]);
}

/**
 * Lets a task fail again whenever it would be delivered again: at its own time when it was put off, or when the sweep
 * finds its mapping. Ends when neither happens any more, or after `most` failures. Answers their times.
 */
async function failOnAndOn(task: Parameters<typeof fail>[0], most = 500): Promise<number[]> {
  const times: number[] = [];
  let payload = PAYLOADS[task.queue];
  while (times.length < most) {
    const before = service.tasks.tasks.length;
    times.push(service.clock.now());
    await fail({ ...task, payload });
    const putOff = service.tasks.tasks[before];
    const next = putOff?.runAt ?? sweptAt(task.queue, await mapping());
    if (next === undefined) break;
    payload = putOff?.payload ?? PAYLOADS[task.queue];
    service.clock.set(next);
  }
  return times;
}

function sweptAt(queue: QueueName, found: Mapping | null): number | undefined {
  return queue === 'reconcile-event' && found?.sweepAt !== undefined ? msOf(found.sweepAt) : undefined;
}

describe('an event that cannot be written', () => {
  beforeEach(putMapping);

  it('for two days, because the calendar does not answer, is parked only then, and tried every six hours at least', async () => {
    const times = await failOnAndOn({ queue: 'reconcile-event', error: OUTAGE });
    const pauses = times.slice(1).map((time, index) => time - times[index]!);
    expect(Math.max(...pauses)).toBe(6 * HOUR);
    expect(hoursPassed()).toBeGreaterThanOrEqual(44);
    expect(hoursPassed()).toBeLessThan(56);
    expect(await mapping()).toMatchObject({ parked: 'temporarily-unavailable' });
    expect(await letters()).toMatchObject([{ queue: 'reconcile-event', eventId: 'evt', bindingId: 'cal' }]);
    expect(alerts()).toEqual(['dead-letter.kept']);
  });

  it('because of a bug is parked after five rounds', async () => {
    expect(await failOnAndOn({ queue: 'reconcile-event', error: BUG })).toHaveLength(5);
    expect(hoursPassed()).toBeLessThan(4);
    expect(await mapping()).toMatchObject({ parked: 'bug' });
  });

  it('and always told when to come back is parked after about two days too', async () => {
    const error = new RateLimited('the quota is short', { retryAfterMs: 30 * MINUTE });
    await failOnAndOn({ queue: 'reconcile-event', error, lastAttempt: false });
    expect(hoursPassed()).toBeGreaterThanOrEqual(44);
    expect(hoursPassed()).toBeLessThan(60);
    expect(await mapping()).toMatchObject({ parked: 'rate-limited' });
  });

  it('and is refused for good is parked with its dead letter', async () => {
    await fail({ queue: 'reconcile-event', error: new Rejected('no', { reason: 'invalid' }), lastAttempt: false });
    expect(await mapping()).toMatchObject({ parked: 'invalid', dirty: 'mark-1' });
    expect(await mapping()).not.toHaveProperty('sweepAt');
    expect(await letters()).toMatchObject([{ reason: 'invalid' }]);
  });
});

it.each([
  { what: 'is refused for good', error: new Rejected('no', { reason: 'invalid' }), lastAttempt: false },
  { what: 'is to be tried again', error: OUTAGE, lastAttempt: false },
  { what: 'is to be put off', error: OUTAGE, lastAttempt: true },
])('a mapping that was deleted before its event $what stays deleted', async ({ error, lastAttempt }) => {
  await fail({ queue: 'reconcile-event', error, lastAttempt });
  expect(await mapping()).toBeNull();
});

describe('a task that is told again and again when to come back', () => {
  const error = new RateLimited('the quota is short', { retryAfterMs: 30 * MINUTE });

  it('is a dead letter after a day, and begins anew when that is replayed', async () => {
    const times = await failOnAndOn({ queue: 'accept-booking', error, lastAttempt: false });
    expect(times).toHaveLength(49);
    expect(hoursPassed()).toBe(24);
    const [letter] = await letters();
    expect(letter).toMatchObject({ queue: 'accept-booking', reason: 'rate-limited' });
    expect(letter?.payload).toEqual(PAYLOADS['accept-booking']);
    expect(alerts()).toEqual(['dead-letter.kept']);
  });

  it('is the same task whether it has waited before or not', async () => {
    const payload = { ...PAYLOADS['poll-bookings'], waitingSince: instantOf(NOW - HOUR) };
    await fail({ queue: 'poll-bookings', payload, error });
    await fail({ queue: 'poll-bookings', error });
    expect(service.tasks.tasks).toMatchObject([{ payload, runAt: NOW + 30 * MINUTE }]);
  });

  it('is the same dead letter whether it has waited before or not', async () => {
    const payload = { ...PAYLOADS['accept-booking'], waitingSince: instantOf(NOW - 25 * HOUR) };
    await fail({ queue: 'accept-booking', payload, error });
    await fail({ queue: 'accept-booking', error: new RateLimited('the quota is short') });
    expect(await letters()).toHaveLength(1);
  });
});

const SCHEDULED: readonly QueueName[] = [
  'pull-calendar',
  'poll-bookings',
  'sync-feed',
  'audit-calendar',
  'renew-channel',
  'extend-pages',
];

describe.each(SCHEDULED)('%s, which its schedule asks for again,', (queue) => {
  it('leaves no dead letter of an outage; staff are told once, at the last attempt', async () => {
    expect(await fail({ queue, error: OUTAGE, lastAttempt: false })).toBe('retry');
    expect(alerts()).toEqual([]);
    expect(await fail({ queue, error: OUTAGE })).toBe('done');
    expect(alerts()).toEqual(['task.left-to-schedule']);
    expect(service.log.named('task.left-to-schedule')[0]?.fields).toMatchObject({ queue, ...idsOf(queue) });
    expect(await letters()).toEqual([]);
  });

  it.each([
    { of: 'a bug', error: BUG, reason: 'bug' },
    { of: 'a refusal', error: new Rejected('no', { reason: 'forbidden' }), reason: 'forbidden' },
    { of: 'what cannot be used', error: new InvalidInput('no'), reason: 'invalid-input' },
    { of: 'what is not there', error: new NotFound('no'), reason: 'not-found' },
  ])('leaves a dead letter of $of', async ({ error, reason }) => {
    await putBinding();
    await fail({ queue, error });
    expect(await letters()).toMatchObject([{ queue, reason }]);
    expect(alerts()).toEqual(['dead-letter.kept']);
  });
});

it.each(['bind-calendar', 'pull-calendar', 'renew-channel'] as const)(
  '%s leaves no dead letter of a calendar that was unbound while it was done',
  async (queue) => {
    expect(await fail({ queue, error: new NotFound('no'), lastAttempt: false })).toBe('done');
    expect(await letters()).toEqual([]);
  },
);

it.each(['reconcile-event', 'pull-calendar'] as const)(
  '%s is done again when what it writes to is gone, as a mapping of another calendar that was unbound meanwhile',
  async (queue) => {
    await putBinding();
    expect(await fail({ queue, error: new NotFound('no'), lastAttempt: false })).toBe('retry');
    expect(await letters()).toEqual([]);
  },
);

/** The ids in a queue's payload. */
function idsOf(queue: QueueName): object {
  return Object.fromEntries(Object.entries(PAYLOADS[queue]).filter(([name]) => name.endsWith('Id')));
}

it.each(['accept-booking', 'bind-calendar'] as const)('%s leaves a dead letter of an outage', async (queue) => {
  await fail({ queue, error: OUTAGE });
  expect(await letters()).toMatchObject([{ queue, reason: 'temporarily-unavailable' }]);
});

describe('a booking that was sent whole and cannot be accepted', () => {
  const context = bookingContext('loft', 'app');

  async function failBooking(version: number, error: DovetailError): Promise<void> {
    const booking: Booking = {
      ...{ id: 'b-1', resourceId: 'bay-1', externalResourceId: 'one', status: 'confirmed', version },
      ...{ start: '2027-05-03T10:00:00Z', end: '2027-05-03T11:00:00Z' },
    };
    const sealedBooking = sealText(service.deps.sealer, booking, context);
    const ids = { tenantId: 'loft', systemId: 'app', bookingId: 'b-1' };
    await fail({ queue: 'accept-booking', payload: { ...ids, webhookId: `w-${version}`, sealedBooking }, error });
  }

  it.each([{ error: OUTAGE }, { error: new InvalidInput('the booking ends before it starts') }])(
    'is kept in its latest state in whatever order its states fail: $error.kind',
    async ({ error }) => {
      for (const version of [1, 3, 2]) {
        await failBooking(version, error);
        service.clock.set(service.clock.now() + HOUR);
      }
      const [letter, ...others] = await letters();
      const { sealedBooking } = letter!.payload as { sealedBooking: string };
      expect(openText(service.deps.sealer, sealedBooking, context)).toMatchObject({ version: 3 });
      expect(letter).toMatchObject({ order: { version: 3 }, createdAt: instantOf(NOW) });
      expect(others).toEqual([]);
      expect(alerts()).toEqual(['dead-letter.kept']);
    },
  );

  it('is kept also when it cannot be opened any more', async () => {
    const payload = { tenantId: 'loft', systemId: 'app', bookingId: 'b-1', sealedBooking: 'unreadable.old-key' };
    await fail({ queue: 'accept-booking', payload, error: new NotFound('the key is unknown') });
    expect(await letters()).toMatchObject([{ payload, reason: 'not-found' }]);
  });
});
