import { openSqliteDocumentStore } from '@dovetail/core/adapters/sqlite/sqlite-document-store.ts';
import { TemporarilyUnavailable } from '@dovetail/core/domain/errors.ts';
import { instantOf } from '@dovetail/core/domain/interval.ts';
import type { NotificationFamily, Subscription } from '@dovetail/core/domain/notification.ts';
import type { Webhook } from '@dovetail/core/domain/webhook.ts';
import type { Task } from '@dovetail/core/ports/task-queue.ts';
import { notifyWebhooks } from '@dovetail/core/sync/webhooks/notify-webhooks.ts';
import { sweepNotifications } from '@dovetail/core/sync/webhooks/sweep-notifications.ts';
import { afterEach, describe, expect, it } from 'vitest';
import { Ledger, lesson, START, TENANT } from '../contracts/ledger.ts';
import { resource } from '../made-resource.ts';
import { type FailedCommit, FailingStore } from '../scenarios/failing-store.ts';

let ledger: Ledger;
let documents: FailingStore;
afterEach(() => ledger.close());

/** A ledger of two bays whose tenant's webhooks are subscribed to these families. */
async function open(...subscribed: readonly NotificationFamily[]): Promise<void> {
  documents = new FailingStore(openSqliteDocumentStore());
  ledger = new Ledger(documents);
  const { store } = ledger.deps;
  const part = subscribed.length > 0 ? { subscribed } : {};
  await documents.commit(
    ['1', '2'].map((bay) =>
      store.resources.set(TENANT, resource(`bay-${bay}`, { mirrorBindingIds: [`cal-${bay}`], ...part })),
    ),
  );
}

async function subscribe(id: string, ...types: readonly Subscription[]): Promise<void> {
  const now = instantOf(START);
  const webhook: Webhook = {
    ...{ id, url: 'https://hooks.test/', secret: 'whsec_x', types, status: 'enabled', allowPrivate: false },
    ...{ createdAt: now, updatedAt: now },
  };
  await documents.commit([ledger.deps.store.webhooks.create(TENANT, webhook)]);
}

/** Hours that follow each other from May 5th on. */
const hourOf = (at: number) => ({
  start: instantOf(START + (96 + at) * 3_600_000),
  end: instantOf(START + (97 + at) * 3_600_000),
});

const outbox = () => ledger.deps.store.outbox.query(documents, TENANT);
const deliveries = () => ledger.deps.store.webhookDeliveries.query(documents, TENANT);
const tasks = (queue: Task['queue']) => ledger.tasks.filter((task) => task.queue === queue);
const notify = async () => {
  for (const { payload } of tasks('notify-webhooks')) await notifyWebhooks(payload as never, ledger.deps);
};

describe('a commit', () => {
  it('costs nothing more where nobody is subscribed to it', async () => {
    await open();
    const billed = await ledger.billed(() => ledger.put(lesson('a')));
    expect(billed).toEqual({ reads: 3, writes: 4, deletes: 0 });
    expect(ledger.tasks).toEqual([]);
    await open('feed');
    expect(await ledger.billed(() => ledger.put(lesson('a')))).toEqual(billed);
    expect(await outbox()).toEqual([]);
  });

  it('costs one write more where somebody is, however much it tells', async () => {
    await open('booking');
    expect(await ledger.billed(() => ledger.put(lesson('a')))).toEqual({ reads: 3, writes: 5, deletes: 0 });
    await ledger.put(
      ...Array.from({ length: 150 }, (_, at) => lesson(`x-${at}`, { resourceId: 'bay-2', ...hourOf(at) })),
    );
    expect((await outbox()).map(({ notifications }) => notifications.length).sort()).toEqual([1, 150]);
  });

  it('that is not applied tells nothing, and one whose answer is lost tells all the same', async () => {
    await open('booking');
    documents.failCommit(1, 'not applied');
    await expect(ledger.put(lesson('a'))).rejects.toThrow();
    expect(await outbox()).toEqual([]);
    documents.failCommit(1, 'applied');
    await expect(ledger.put(lesson('a'))).rejects.toThrow();
    expect(await outbox()).toHaveLength(1);
  });

  it('stands although the queue does not answer, and the sweep has it told', async () => {
    await open('booking');
    await subscribe('hook', 'booking.*');
    const { enqueue } = ledger.deps.tasks;
    const down = { ...ledger.deps, tasks: { enqueue: () => Promise.reject(new TemporarilyUnavailable('down')) } };
    const broken = new Ledger(documents);
    Object.assign(broken.deps, { tasks: down.tasks });
    await broken.put(lesson('a'));
    expect(broken.log.of('notifications.not-enqueued')).toHaveLength(1);
    expect(await sweepNotifications({ ...ledger.deps, tasks: { enqueue } })).toBe(0);
    ledger.now += 2 * 60_000;
    expect(await sweepNotifications(ledger.deps)).toBe(1);
    expect(await sweepNotifications(ledger.deps)).toBe(0);
    await notify();
    expect((await deliveries()).map(({ type }) => type)).toEqual(['booking.created']);
  });
});

describe('an outbox entry', () => {
  it('becomes one delivery for each webhook that is subscribed, and is gone', async () => {
    await open('booking');
    await subscribe('all', 'booking.*');
    await subscribe('one', 'booking.created', 'conflict.*');
    await subscribe('other', 'booking.cancelled');
    await ledger.put(lesson('a'));
    await notify();
    const made = await deliveries();
    expect(made.map(({ webhookId }) => webhookId).sort()).toEqual(['all', 'one']);
    expect(new Set(made.map(({ id }) => id)).size).toBe(2);
    expect(await outbox()).toEqual([]);
    expect(tasks('deliver-webhook').map(({ payload }) => payload)).toEqual(
      expect.arrayContaining(made.map(({ id }) => expect.objectContaining({ deliveryId: id, round: 0, attempt: 0 }))),
    );
  });

  it.each([1, 2].flatMap((nth) => (['applied', 'not applied'] as const).map((outcome) => [nth, outcome] as const)))(
    'is told once although its process dies at commit %i, %s',
    async (nth, outcome: FailedCommit) => {
      await open('booking');
      await subscribe('hook', 'booking.*');
      await ledger.put(lesson('a'), lesson('b'));
      documents.failCommit(nth, outcome);
      await expect(notify()).rejects.toThrow('it died');
      await notify();
      expect(await deliveries()).toHaveLength(2);
      expect(await outbox()).toEqual([]);
    },
  );

  it('names no guest, nor do the deliveries', async () => {
    await open('booking');
    await subscribe('hook', 'booking.*');
    await ledger.put(lesson('a', { title: 'Lesson with Adele', guest: { name: 'Adele', email: 'adele@guests.test' } }));
    expect(JSON.stringify(await outbox())).not.toMatch(/adele/i);
    await notify();
    expect(await deliveries()).toHaveLength(1);
    expect(JSON.stringify(await deliveries())).not.toMatch(/adele/i);
  });

  it('of a tenant whose webhooks are all disabled is dropped', async () => {
    await open('booking');
    await subscribe('hook', 'booking.*');
    await documents.commit([ledger.deps.store.webhooks.update(TENANT, 'hook', { status: 'disabled' })]);
    await ledger.put(lesson('a'));
    await notify();
    expect([await deliveries(), await outbox()]).toEqual([[], []]);
  });
});
