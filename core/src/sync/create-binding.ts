import type { Binding } from '../domain/binding.ts';
import { DEFAULT_MARK } from '../domain/booking-system-config.ts';
import { AlreadyExists, InvalidInput, NotFound } from '../domain/errors.ts';
import { instantOf } from '../domain/interval.ts';
import type { SyncDeps } from './deps.ts';

/** What a caller says of a new binding. */
export interface BindingDraft {
  readonly id: string;
  readonly resourceId: string;
  readonly provider: Binding['provider'];
  readonly calendarId: string;
  readonly direction: Binding['direction'];
  readonly busyIn: boolean;
  readonly visibility: Binding['visibility'];
  readonly onCancel: Binding['onCancel'];
}

/** Every change of a resource marks a mapping for each; more would make its commits large. */
const MOST_BINDINGS_OF_A_RESOURCE = 20;

/**
 * Binds a calendar to a resource and has it back-filled. Its events carry the mark of the tenant's booking system; among
 * several, of the first that can be written to. From the same transaction on, the resource's events are
 * mirrored to it.
 * @throws NotFound for an unknown resource, AlreadyExists when the id or the calendar is taken in this tenant,
 * InvalidInput when the resource has 20 bindings already.
 */
export async function createBinding(
  input: { readonly tenantId: string; readonly draft: BindingDraft },
  deps: Pick<SyncDeps, 'documents' | 'store' | 'clock' | 'tasks' | 'log'>,
): Promise<Binding> {
  const { tenantId, draft } = input;
  const { store, documents, clock } = deps;
  const now = instantOf(clock.now());
  const binding = await documents.transact(async (transaction) => {
    const resource = await store.resources.get(transaction, tenantId, draft.resourceId);
    if (!resource) throw new NotFound(`no resource "${draft.resourceId}"`);
    if (resource.mirrorBindingIds.length >= MOST_BINDINGS_OF_A_RESOURCE) {
      throw new InvalidInput(`a resource takes at most ${MOST_BINDINGS_OF_A_RESOURCE} bindings`, {
        paths: ['resourceId'],
      });
    }
    const [taken] = await store.bindings.query(transaction, tenantId, {
      where: [{ field: 'calendarId', op: '==', value: draft.calendarId }],
      limit: 1,
    });
    if (taken) throw new AlreadyExists(`that calendar is bound already, as "${taken.id}"`);
    const systems = await store.bookingSystems.query(transaction, tenantId);
    const system = systems.find(({ baseUrl }) => baseUrl !== undefined) ?? systems[0];
    const created: Binding = {
      ...draft,
      timeZone: resource.timeZone,
      mark: system?.mark ?? DEFAULT_MARK,
      ...(system && { systemId: system.id }),
      state: 'active',
      backFillDueSince: now,
      pullCount: 0,
      missedPushes: 0,
      createdAt: now,
      updatedAt: now,
    };
    transaction.write(
      store.bindings.create(tenantId, created),
      store.resources.update(tenantId, resource.id, {
        mirrorBindingIds: [...resource.mirrorBindingIds, created.id],
        updatedAt: now,
      }),
    );
    return created;
  });
  await deps.tasks.enqueue({ queue: 'bind-calendar', payload: { tenantId, bindingId: binding.id } });
  deps.log.info('binding.created', {
    tenantId,
    bindingId: binding.id,
    calendarId: binding.calendarId,
    resourceId: binding.resourceId,
  });
  return binding;
}
