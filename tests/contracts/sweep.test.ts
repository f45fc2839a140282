import { TemporarilyUnavailable } from '@dovetail/core/domain/errors.ts';
import { mappingIdOf } from '@dovetail/core/domain/identity.ts';
import { instantOf } from '@dovetail/core/domain/interval.ts';
import type { Task } from '@dovetail/core/ports/task-queue.ts';
import { sweep } from '@dovetail/core/sync/sweep.ts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { NOW, type Service, startService } from './run-service-server.ts';

let service: Service;
beforeEach(async () => {
  service = await startService();
});
afterEach(() => service.close());

const MINUTE = 60_000;

/** Marks `count` mappings whose tasks were lost. */
async function loseMarks(count: number): Promise<void> {
  const { documents, store } = service;
  const ids = Array.from({ length: count }, (_, index) => ({ eventId: `evt-${index}`, bindingId: 'cal' }));
  await documents.commit(
    ids.map((each) =>
      store.mappings.set('loft', {
        ...{ id: mappingIdOf(each.eventId, each.bindingId), ...each, resourceId: 'bay-1' },
        ...{ generation: 0, state: 'live', attempts: 0, end: '2027-05-02T11:00:00Z' },
        ...{ dirty: 'mark-1', sweepAt: instantOf(NOW - MINUTE), updatedAt: instantOf(NOW) },
      }),
    ),
  );
}

const mappings = () => service.store.mappings.query(service.documents, 'loft');

it('a mapping that is deleted while it is swept stays deleted', async () => {
  await loseMarks(1);
  const endsAtOnce = {
    enqueue: async ({ payload }: Task) => {
      const { tenantId, eventId, bindingId } = payload as { tenantId: string; eventId: string; bindingId: string };
      const id = mappingIdOf(eventId, bindingId);
      await service.documents.commit([service.store.mappings.delete(tenantId, id)]);
      return 'created' as const;
    },
  };
  expect(await sweep({ ...service.deps, tasks: endsAtOnce })).toBe(1);
  expect(await mappings()).toEqual([]);
});

it('what a task did the moment it was enqueued is not undone', async () => {
  await loseMarks(1);
  const settlesAtOnce = {
    enqueue: async () => {
      await service.documents.commit([
        service.store.mappings.update('loft', 'evt-0~cal', { dirty: undefined, sweepAt: undefined }),
      ]);
      return 'created' as const;
    },
  };
  await sweep({ ...service.deps, tasks: settlesAtOnce });
  const [settled] = await mappings();
  expect(settled).not.toHaveProperty('sweepAt');
});

it('marks whose tasks cannot be enqueued are swept again later', async () => {
  await loseMarks(3);
  service.tasks.failure = new TemporarilyUnavailable('no task is taken');
  await expect(sweep(service.deps)).rejects.toThrow(TemporarilyUnavailable);
  service.tasks.failure = undefined;
  service.clock.set(NOW + 11 * MINUTE);
  expect(await sweep(service.deps)).toBe(3);
  expect(service.tasks.tasks).toHaveLength(3);
});

it('more marks than fit on a page are each swept once', async () => {
  await loseMarks(401);
  expect(await sweep(service.deps)).toBe(401);
  expect(new Set(service.tasks.tasks.map(({ name }) => name)).size).toBe(401);
  expect(await sweep(service.deps)).toBe(0);
});
