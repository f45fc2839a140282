import { NotFound } from '../domain/errors.ts';
import { type EventKind, type EventSource, holdsTime, type LedgerEvent } from '../domain/event.ts';
import { eventIdOf } from '../domain/identity.ts';
import { type Interval, instantOf } from '../domain/interval.ts';
import { prioritiesOf } from '../domain/priorities.ts';
import type { Tenant } from '../domain/tenant.ts';
import { commitChanges, type EventState, type Followed } from '../ledger/commit-changes.ts';
import type { Write } from '../ports/document-store.ts';
import type { SyncDeps } from './deps.ts';
import { enqueueReconciles } from './enqueue-reconciles.ts';
import { type RunReport, revertibleRunWrites } from './record-run.ts';
import { undoEvent } from './undo-steps.ts';

type BlockDeps = Pick<SyncDeps, 'documents' | 'store' | 'clock' | 'newId' | 'log' | 'tasks'>;

/** Time that staff close. */
export interface BlockDraft extends Interval {
  readonly id: string;
  readonly resourceId: string;
  readonly title: string;
  readonly kind: Exclude<EventKind, 'reservation'>;
}

/** The source of a block that staff made over the API. */
export function blockSource(blockId: string): EventSource {
  return { type: 'staff', id: 'api', externalUid: blockId };
}

/** True for blocks that staff made and have not taken away. */
export function isStandingBlock(event: LedgerEvent): boolean {
  return event.source.type === 'staff' && event.kind !== 'reservation' && event.status !== 'cancelled';
}

/** The standing block of that id. @throws NotFound. */
export async function readBlock(
  tenantId: string,
  blockId: string,
  { documents, store }: Pick<BlockDeps, 'documents' | 'store'>,
): Promise<LedgerEvent> {
  const event = await store.events.get(documents, tenantId, eventIdOf(blockSource(blockId)));
  if (!event || !isStandingBlock(event)) throw new NotFound(`no block "${blockId}"`);
  return event;
}

/**
 * Closes time on a resource, on its calendars too. A block that was made before under the same id stays as it is.
 * @throws NotFound when the resource does not exist, and what the document store and the queue throw.
 */
export async function keepBlock(
  input: { readonly tenantId: string; readonly draft: BlockDraft },
  deps: BlockDeps,
): Promise<LedgerEvent> {
  const { tenantId, draft } = input;
  const { id: blockId, ...block } = draft;
  const source = blockSource(blockId);
  const state = (tenant: Tenant | null): EventState => ({
    ...block,
    id: eventIdOf(source),
    source,
    status: 'active',
    priority: prioritiesOf(tenant?.priorities).manual,
    lastSeenAt: instantOf(deps.clock.now()),
  });
  return decide({ tenantId, source, flow: 'keep-block' }, (known, tenant) => (known ? null : state(tenant)), deps);
}

/** Opens the time of a block again. @throws NotFound when there is none, and what the document store and the queue throw. */
export async function removeBlock(
  input: { readonly tenantId: string; readonly blockId: string },
  deps: BlockDeps,
): Promise<void> {
  const { tenantId, blockId } = input;
  const cancel = (known: LedgerEvent | undefined): EventState => {
    if (!known || !isStandingBlock(known)) throw new NotFound(`no block "${blockId}"`);
    return { ...known, status: 'cancelled' };
  };
  await decide({ tenantId, source: blockSource(blockId), flow: 'remove-block' }, cancel, deps);
}

/** Commits what staff decided about a block, and has its calendars driven. `change` answers null to leave it as it is. */
async function decide(
  input: { readonly tenantId: string; readonly source: EventSource; readonly flow: 'keep-block' | 'remove-block' },
  change: (known: LedgerEvent | undefined, tenant: Tenant | null) => EventState | null,
  deps: BlockDeps,
): Promise<LedgerEvent> {
  const { tenantId, source, flow } = input;
  const eventId = eventIdOf(source);
  const run = { id: deps.newId(), tenantId, flow, eventId, startedAt: deps.clock.now() };
  const result = await commitChanges(
    {
      tenantId,
      eventIds: [eventId],
      readsTenant: flow === 'keep-block',
      decide: (current, { tenant }) => {
        const state = change(current.get(eventId), tenant);
        return state && { events: [state], writes: (followed) => runWrites(run, followed, deps) };
      },
    },
    deps,
  );
  const block = result.changes.find(({ after }) => after.id === eventId)?.after;
  if (!block) return (await deps.store.events.get(deps.documents, tenantId, eventId)) as LedgerEvent;
  for (const reason of result.warnings) deps.log.warn('ledger.clipped', { tenantId, eventId, reason });
  await enqueueReconciles(tenantId, result.marked, deps);
  deps.log.info('block.decided', { tenantId, eventId, resourceId: block.resourceId, reason: flow });
  return block;
}

/** What was decided, and how to take it back, kept in the commit that does it. */
function runWrites(
  run: {
    readonly id: string;
    readonly tenantId: string;
    readonly flow: string;
    readonly eventId: string;
    readonly startedAt: number;
  },
  { changes, conflicts }: Followed,
  deps: BlockDeps,
): Write[] {
  const { id, tenantId, flow, eventId, startedAt } = run;
  const block = changes.find(({ after }) => after.id === eventId);
  if (!block) return [];
  const report: RunReport = {
    ...{ tenantId, flow, trigger: 'staff', startedAt },
    status: 'success',
    resourceId: block.after.resourceId,
    counts: {
      added: changes.filter(({ before, after }) => !before && holdsTime(after)).length,
      released: changes.filter(({ before, after }) => before && holdsTime(before) && !holdsTime(after)).length,
      conflicts,
    },
    changes: changes.map(({ after }) => ({ action: flow, eventId: after.id, resourceId: after.resourceId })),
  };
  return revertibleRunWrites(id, report, [undoEvent(block, flow)], deps);
}
