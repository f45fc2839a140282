import { NotFound, RulesBroken, TimeTaken } from '../../domain/errors.ts';
import { holdsTime, type LedgerEvent } from '../../domain/event.ts';
import { type Interval, instantOf } from '../../domain/interval.ts';
import type { Resource } from '../../domain/resource.ts';
import { searchedTime } from '../../ledger/availability.ts';
import { brokenRules, inTheWay } from '../../ledger/booking-rules.ts';
import { type CommitResult, commitChanges, type EventState, type Seen } from '../../ledger/commit-changes.ts';
import { derivedIdsOf } from '../../ledger/derive-events.ts';
import type { MarkedMapping } from '../../ledger/outbox-marks.ts';
import { coveredTime, ledgerWindow } from '../../ledger/page-changes.ts';
import type { Write } from '../../ports/document-store.ts';
import type { SyncDeps } from '../deps.ts';
import { enqueueReconciles } from '../enqueue-reconciles.ts';
import { runWrite } from '../record-run.ts';
import { retryContended } from '../retry-contended.ts';

export type DirectDeps = Pick<SyncDeps, 'documents' | 'store' | 'clock' | 'newId' | 'log' | 'tasks'>;

/** Time that a booking wants. */
export interface Claim extends Interval {
  readonly resourceId: string;
  /** Staff may book outside opening hours, lengths, notice and buffers. What is taken stays taken. */
  readonly ignoreRules?: boolean;
}

interface DirectInput {
  readonly tenantId: string;
  readonly eventId: string;
  readonly flow: 'book' | 'confirm-hold' | 'change-booking' | 'cancel-booking';
  readonly trigger: 'api' | 'calendar';
  /** What is told of it, for a person. */
  readonly reason?: string;
  /** `decide` asks for the tenant's settings. */
  readonly readsTenant?: boolean;
  /** Where `decide` may ask whether time is free. */
  readonly claims: readonly Claim[];
  /** Null leaves the booking as it is. Pure, and may be called again. */
  readonly decide: (known: LedgerEvent | undefined, seen: Seen) => EventState | null;
  /** Written in the same transaction. */
  readonly writes?: readonly Write[];
  /** The binding whose calendar told of it, and needs no task of its own. */
  readonly bindingId?: string;
}

/**
 * Commits what `decide` says about a booking that is made with us, in one transaction with the look at what is free and
 * with the run that tells of it; then has the calendars driven. Answers with the booking as it now is.
 * @throws what `decide` throws; NotFound when there is no such booking, or its resource is gone; Contended when too many
 * ask at once; what the document store and the queue throw.
 */
export async function commitDirect(input: DirectInput, deps: DirectDeps): Promise<LedgerEvent> {
  const { tenantId, eventId, flow } = input;
  const startedAt = deps.clock.now();
  const result = await retryContended(() => commitOnce(input, startedAt, deps));
  const change = result.changes.find(({ after }) => after.id === eventId);
  if (!change) return readAsItIs(tenantId, eventId, deps);
  for (const reason of result.warnings) deps.log.warn('ledger.clipped', { tenantId, eventId, reason });
  await enqueueReconciles(tenantId, othersOf(result.marked, input.bindingId), deps);
  const { resourceId } = change.after;
  deps.log.info('booking.decided', { tenantId, eventId, resourceId, reason: flow, count: result.marked.length });
  return change.after;
}

function commitOnce(input: DirectInput, startedAt: number, deps: DirectDeps): Promise<CommitResult> {
  const { tenantId, eventId, flow, trigger, reason, claims } = input;
  const runId = deps.newId();
  return commitChanges(
    {
      tenantId,
      eventIds: [eventId],
      ...(input.readsTenant && { readsTenant: true }),
      sees: {
        resourceIds: claims.map(({ resourceId }) => resourceId),
        spans: (resources) =>
          claims.flatMap(({ resourceId, ...interval }) => {
            const resource = resources.get(resourceId);
            return resource ? [{ resourceId, ...searchedTime(resource, interval) }] : [];
          }),
      },
      decide: (current, seen) => {
        const before = current.get(eventId);
        const state = input.decide(before, seen);
        if (!state) return null;
        const { resourceId, start, end } = state;
        const counts = countsOf(before, state);
        const changes = [{ action: flow, eventId, resourceId, start, end, ...(reason !== undefined && { reason }) }];
        const run = { tenantId, flow, trigger, status: 'success', resourceId, startedAt, changes } as const;
        return {
          events: [{ ...state, runId }],
          writes: ({ conflicts }) => [
            runWrite(runId, { ...run, counts: { ...counts, conflicts } }, deps),
            ...(input.writes ?? []),
          ],
        };
      },
    },
    deps,
  );
}

/**
 * Holds a claim against the ledger and the resource's rules, within a transaction. The event `ownId` is not in its own way,
 * nor is what relatives inherit of it. Pure.
 * @throws NotFound when the resource does not exist; RulesBroken; TimeTaken.
 */
export function checkClaim(claim: Claim, ownId: string, seen: Seen, now: number): void {
  const { resourceId, ignoreRules = false, start, end } = claim;
  const resource = seen.resource(resourceId);
  if (!resource) throw new NotFound(`no resource "${resourceId}"`);
  const interval = { start, end };
  checkCovered(interval, resource, now);
  const broken = ignoreRules ? [] : brokenRules(resource, interval, instantOf(now));
  if (broken.length > 0) throw new RulesBroken(broken);
  checkFree({ resource, interval, ownId, buffers: !ignoreRules }, seen);
}

/** @throws TimeTaken. */
export function checkFree(
  wanted: {
    readonly resource: Resource;
    readonly interval: Interval;
    readonly ownId: string;
    readonly buffers: boolean;
  },
  seen: Pick<Seen, 'lines'>,
): void {
  const { resource, interval, ownId, buffers } = wanted;
  const own = new Set([ownId, ...derivedIdsOf(ownId, resource.id)]);
  const lines = seen.lines({ resourceId: resource.id, ...searchedTime(resource, interval) });
  // A platform that shows it again is no other taker.
  const others = lines.filter(({ id, echoOf }) => !own.has(id) && !(echoOf !== undefined && own.has(echoOf)));
  const met = inTheWay(resource, others, interval, buffers);
  if (met.length > 0) throw new TimeTaken(met.map(({ id, kind, start, end }) => ({ id, kind, start, end })));
}

/** What lies outside the ledger's pages would be booked blindly. */
function checkCovered({ start, end }: Interval, { kind }: Resource, now: number): void {
  const covered = coveredTime(ledgerWindow(now), kind);
  if (start < covered.start) throw new RulesBroken([{ path: 'start', detail: `lies before ${covered.start}` }]);
  if (end > covered.end) throw new RulesBroken([{ path: 'end', detail: `lies beyond ${covered.end}` }]);
}

function countsOf(before: LedgerEvent | undefined, after: EventState) {
  if (!holdsTime(after)) return { released: before && holdsTime(before) ? 1 : 0 };
  return before && holdsTime(before) ? { changed: 1 } : { added: 1 };
}

function othersOf(marked: readonly MarkedMapping[], bindingId: string | undefined): MarkedMapping[] {
  return marked.filter((mapping) => mapping.bindingId !== bindingId);
}

async function readAsItIs(tenantId: string, eventId: string, deps: DirectDeps): Promise<LedgerEvent> {
  const event = await deps.store.events.get(deps.documents, tenantId, eventId);
  if (!event) throw new NotFound('no booking by that id');
  return event;
}
