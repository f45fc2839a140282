import { taskNameOf } from '../domain/identity.ts';
import { instantOf } from '../domain/interval.ts';
import type { Filter, StoredDocument } from '../ports/document-store.ts';
import type { TaskPayloads } from '../ports/task-queue.ts';
import type { Collection, FoundAmongTenants } from '../store/collection.ts';
import type { SyncDeps } from './deps.ts';
import { isNearEnd } from './renew-channel.ts';

// What schedules do: find what is due in all tenants and enqueue a task for each. Names contain the schedule's own time,
// so a schedule that fires twice does its work once. Each answers how many tasks it asked for.

type FanOutDeps = Pick<SyncDeps, 'documents' | 'store' | 'tasks' | 'clock'>;

const PAGE = 300;

/** A poll of every booking system that can be asked. */
export function enqueuePolls(scheduledAt: string, deps: FanOutDeps): Promise<number> {
  return enqueueOfSystems('poll-bookings', 'poll', scheduledAt, deps);
}

/**
 * A pull of every calendar, announced or not. One that was never read whole, or not filled since, is bound anew; the removal
 * of one that is being unbound goes on.
 */
export async function enqueueSafetyPulls(scheduledAt: string, deps: FanOutDeps): Promise<number> {
  const found = everywhere(
    deps.store.bindings,
    [{ field: 'state', op: 'in', value: ['active', 'needs-access', 'removing'] }],
    deps,
  );
  return enqueueEach(found, deps, ({ tenantId, value: binding }) => {
    const payload = { tenantId, bindingId: binding.id };
    const isUnread = binding.syncToken === undefined || binding.backFillDueSince !== undefined;
    if ((isUnread && binding.state === 'active') || binding.state === 'removing') {
      return ['bind-calendar', taskNameOf('bind-again', tenantId, binding.id, scheduledAt), payload];
    }
    const name = taskNameOf('safety-pull', tenantId, binding.id, scheduledAt);
    return ['pull-calendar', name, { ...payload, trigger: 'safety' }];
  });
}

/** A renewal of every channel that has little of its life left. One that nothing has renewed so far is reported. */
export async function enqueueRenewals(scheduledAt: string, deps: FanOutDeps & Pick<SyncDeps, 'log'>): Promise<number> {
  const now = deps.clock.now();
  const due = [{ field: 'renewAt', op: '<=', value: instantOf(now) }] as const;
  return enqueueEach(everywhere(deps.store.bindings, due, deps, 'renewAt'), deps, ({ tenantId, value: binding }) => {
    if (binding.state !== 'active') return null;
    if (binding.channel && isNearEnd(binding.channel, now)) {
      const { calendarId, channel } = binding;
      deps.log.error('channel.near-expiry', { tenantId, bindingId: binding.id, calendarId, channelId: channel.id });
    }
    const name = taskNameOf('renew', tenantId, binding.id, binding.channel?.id ?? '', scheduledAt);
    return ['renew-channel', name, { tenantId, bindingId: binding.id }];
  });
}

/** An audit of every active binding, and of every booking system that can be asked. */
export async function enqueueAudits(scheduledAt: string, deps: FanOutDeps): Promise<number> {
  const found = everywhere(deps.store.bindings, [{ field: 'state', op: '==', value: 'active' }], deps);
  const ofBindings = await enqueueEach(found, deps, ({ tenantId, value: binding }) => {
    const name = taskNameOf('audit', tenantId, binding.id, scheduledAt);
    return ['audit-calendar', name, { tenantId, bindingId: binding.id }];
  });
  return ofBindings + (await enqueueOfSystems('audit-bookings', 'audit-bookings', scheduledAt, deps));
}

/** New ledger pages for every resource with events that the window may have reached. */
export async function enqueuePageExtensions(scheduledAt: string, deps: FanOutDeps): Promise<number> {
  const due = [{ field: 'pagesDueAt', op: '<=', value: instantOf(deps.clock.now()) }] as const;
  const found = everywhere(deps.store.resources, due, deps, 'pagesDueAt');
  return enqueueEach(found, deps, ({ tenantId, value: { id } }) => {
    return ['extend-pages', taskNameOf('pages', tenantId, id, scheduledAt), { tenantId, resourceId: id }];
  });
}

/** The further occurrences of every kept series that is due. */
export async function enqueueImportExtensions(scheduledAt: string, deps: FanOutDeps): Promise<number> {
  const due = [{ field: 'extendAt', op: '<=', value: instantOf(deps.clock.now()) }] as const;
  const found = everywhere(deps.store.importRules, due, deps, 'extendAt');
  return enqueueEach(found, deps, ({ tenantId, value: { id } }) => {
    return ['extend-import', taskNameOf('extend-import', tenantId, id, scheduledAt), { tenantId, ruleId: id }];
  });
}

function enqueueOfSystems(
  queue: 'poll-bookings' | 'audit-bookings',
  label: string,
  scheduledAt: string,
  deps: FanOutDeps,
): Promise<number> {
  const types = ['uschedule', 'webhook', 'motopress'];
  const found = everywhere(deps.store.bookingSystems, [{ field: 'type', op: 'in', value: types }], deps);
  return enqueueEach(found, deps, ({ tenantId, value }) => {
    if (value.baseUrl === undefined) return null;
    return [queue, taskNameOf(label, tenantId, value.id, scheduledAt), { tenantId, systemId: value.id }];
  });
}

type NamedTask = {
  [Q in keyof TaskPayloads]: readonly [queue: Q, name: string, payload: TaskPayloads[Q]];
}[keyof TaskPayloads];

async function* everywhere<T extends { readonly id: string }, S extends keyof T>(
  collection: Collection<T, S>,
  where: readonly Filter[],
  deps: FanOutDeps,
  orderBy?: string,
): AsyncGenerator<FoundAmongTenants<T>> {
  let startAfter: StoredDocument | undefined;
  do {
    const found: FoundAmongTenants<T>[] = await collection.queryAllTenants(deps.documents, {
      where,
      limit: PAGE,
      ...(orderBy !== undefined && { orderBy: { field: orderBy } }),
      ...(startAfter && { startAfter }),
    });
    yield* found;
    startAfter = found.length === PAGE ? found.at(-1)?.document : undefined;
  } while (startAfter);
}

async function enqueueEach<T>(
  found: AsyncGenerator<FoundAmongTenants<T>>,
  deps: FanOutDeps,
  taskOf: (found: FoundAmongTenants<T>) => NamedTask | null,
): Promise<number> {
  let count = 0;
  for await (const one of found) {
    const task = taskOf(one);
    if (!task) continue;
    await deps.tasks.enqueue({ queue: task[0], name: task[1], payload: task[2] });
    count++;
  }
  return count;
}
