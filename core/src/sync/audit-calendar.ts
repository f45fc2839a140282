import type { Binding } from '../domain/binding.ts';
import { AccessRevoked, NotFound } from '../domain/errors.ts';
import type { LedgerEvent } from '../domain/event.ts';
import { mappingIdOf, remoteEventIdOf } from '../domain/identity.ts';
import { instantOf } from '../domain/interval.ts';
import type { Mapping } from '../domain/mapping.ts';
import { dirtyPart, inboundPart, type MarkedMapping, statedPart, subjectPart } from '../ledger/outbox-marks.ts';
import type { LiveCalendarEvent } from '../ports/calendar-provider.ts';
import type { Write } from '../ports/document-store.ts';
import { auditBlocks } from './busy-in/audit-blocks.ts';
import { calendarOf, type SyncDeps } from './deps.ts';
import { desiredContent } from './desired-content.ts';
import { enqueueReconciles } from './enqueue-reconciles.ts';
import { parkBinding } from './park-binding.ts';
import { type AuditFinding, auditMapping } from './plan-audit.ts';
import { pullCalendar } from './pull-calendar.ts';
import { recordRun } from './record-run.ts';

export interface AuditResult {
  /** The run that holds the findings; none when there were none. */
  readonly runId?: string;
  readonly findings: readonly AuditFinding[];
  readonly healed: number;
}

/**
 * Compares a whole calendar with the ledger, from today on, whatever the marks and tokens say. What can be put right is
 * marked and driven by reconcile-event; what a person must judge is reported. A dry run only reports. Otherwise the
 * calendar is pulled first: what was edited or deleted there is an edit or a deletion, and many deletions wait for staff.
 * Where its own events block the resource it is pulled whole, which puts these blocks right.
 * @throws NotFound for an unknown binding; RateLimited, TemporarilyUnavailable.
 */
export async function auditCalendar(
  input: { readonly tenantId: string; readonly bindingId: string; readonly dryRun: boolean; readonly trigger?: string },
  deps: SyncDeps,
): Promise<AuditResult> {
  const { tenantId, bindingId } = input;
  const startedAt = deps.clock.now();
  if (!input.dryRun) {
    const { busyIn = false } = (await deps.store.bindings.get(deps.documents, tenantId, bindingId)) ?? {};
    await pullCalendar({ tenantId, bindingId, trigger: 'safety', whole: busyIn }, deps);
  }
  const binding = await deps.store.bindings.get(deps.documents, tenantId, bindingId);
  if (!binding) throw new NotFound(`no binding "${bindingId}"`);
  if (binding.state !== 'active') return { findings: [], healed: 0 };
  const listed = await listWhole(tenantId, binding, deps);
  if (!listed) return { findings: [], healed: 0 };
  const { findings, events } = await compare(tenantId, binding, listed, startedAt, deps);
  if (input.dryRun) findings.push(...(await auditBlocks(tenantId, binding, deps)));
  const healed = input.dryRun ? 0 : await heal(tenantId, binding, findings, events, deps);
  await deps.documents.commit([deps.store.bindings.update(tenantId, bindingId, { lastAuditAt: instantOf(startedAt) })]);
  if (findings.length === 0) return { findings, healed };
  deps.log.warn('audit.found', { tenantId, bindingId, calendarId: binding.calendarId, count: findings.length });
  const runId = await recordRun(
    {
      tenantId,
      flow: 'audit-calendar',
      trigger: input.trigger ?? 'schedule',
      status: healed === findings.length ? 'success' : 'partial',
      resourceId: binding.resourceId,
      bindingId,
      startedAt,
      counts: { seen: listed.size, changed: healed },
      changes: findings.map(({ type, healable: _, ...rest }) => ({ action: `audit.${type}`, ...rest })),
      warnings: input.dryRun ? ['dry run: nothing was changed'] : [],
    },
    deps,
  );
  return { runId, findings, healed };
}

async function listWhole(
  tenantId: string,
  binding: Binding,
  deps: SyncDeps,
): Promise<Map<string, LiveCalendarEvent> | null> {
  const listed = new Map<string, LiveCalendarEvent>();
  let pageToken: string | undefined;
  try {
    do {
      const page = await deps.calendars[binding.provider].list(
        calendarOf(binding),
        pageToken === undefined ? {} : { pageToken },
      );
      if (!page.canWrite) throw new AccessRevoked('the calendar is no longer shared with us for writing');
      for (const item of page.items) if (item.state === 'live') listed.set(item.remoteId, item);
      pageToken = page.nextPageToken;
    } while (pageToken !== undefined);
    return listed;
  } catch (error) {
    if (!(error instanceof AccessRevoked)) throw error;
    await parkBinding(tenantId, binding, error, deps);
    return null;
  }
}

async function compare(
  tenantId: string,
  binding: Binding,
  listed: ReadonlyMap<string, LiveCalendarEvent>,
  now: number,
  deps: SyncDeps,
): Promise<{ readonly findings: AuditFinding[]; readonly events: ReadonlyMap<string, LedgerEvent> }> {
  const today = { field: 'end', op: '>', value: instantOf(now) } as const;
  const findings: AuditFinding[] = [];
  const mappings = await collect<Mapping>(
    deps.store.mappings.each(deps.documents, tenantId, {
      where: [{ field: 'bindingId', op: '==', value: binding.id }, today],
      orderBy: { field: 'end' },
    }),
  );
  const resourceEvents = await collect<LedgerEvent>(
    deps.store.events.each(deps.documents, tenantId, {
      where: [{ field: 'resourceId', op: '==', value: binding.resourceId }, today],
      orderBy: { field: 'end' },
    }),
  );
  const events = new Map(resourceEvents.map((event) => [event.id, event]));
  for (const mapping of mappings) {
    const wanted = desiredContent(events.get(mapping.eventId) ?? null, binding);
    const finding = auditMapping(
      mapping,
      wanted,
      mapping.remoteId === undefined ? undefined : listed.get(mapping.remoteId),
    );
    if (finding) findings.push(finding);
  }
  const mapped = new Set(mappings.map((mapping) => mapping.eventId));
  for (const event of resourceEvents) {
    const wanted = desiredContent(event, binding);
    if (wanted && wanted.status !== 'cancelled' && !mapped.has(event.id)) {
      findings.push({ type: 'unmapped', eventId: event.id, healable: true });
    }
  }
  findings.push(...(await findStrangers(tenantId, binding, listed, mappings, deps)));
  return { findings, events };
}

/** The events that are not over and carry our mark, though no mapping of the binding owns them. */
async function findStrangers(
  tenantId: string,
  binding: Binding,
  listed: ReadonlyMap<string, LiveCalendarEvent>,
  mappings: readonly Mapping[],
  deps: SyncDeps,
): Promise<AuditFinding[]> {
  const known = new Set(mappings.map(({ remoteId }) => remoteId));
  const now = instantOf(deps.clock.now());
  const unknown = [...listed.values()].filter(
    ({ remoteId, ownership, content }) => ownership && content.end > now && !known.has(remoteId),
  );
  const ids = unknown.map(({ remoteId }) => remoteId);
  const past = await deps.store.mappings.byRemoteIds(deps.documents, tenantId, binding.id, ids);
  const owned = new Set(past.map(({ remoteId }) => remoteId));
  const byEvent = new Map(mappings.map((mapping) => [mapping.eventId, mapping]));
  return unknown
    .filter(({ remoteId }) => !owned.has(remoteId))
    .map(({ remoteId, ownership }) => {
      const mapping = byEvent.get(ownership?.eventId ?? '');
      return mapping && isLeftover(tenantId, remoteId, mapping)
        ? { type: 'stranger', eventId: mapping.eventId, remoteId, healable: true }
        : { type: 'stranger', remoteId, healable: false };
    });
}

/** Whether it was put there for this mapping, under an id of its own: nobody's copy has one of these. */
function isLeftover(tenantId: string, remoteId: string, { eventId, bindingId, generation, state }: Mapping): boolean {
  const stated = Array.from({ length: generation + 1 }, (_, nth) => remoteEventIdOf(tenantId, eventId, bindingId, nth));
  return state !== 'detached' && stated.includes(remoteId);
}

/** Marks what can be put right. The calendar's side is read again before anything is written. */
async function heal(
  tenantId: string,
  binding: Binding,
  findings: readonly AuditFinding[],
  events: ReadonlyMap<string, LedgerEvent>,
  deps: SyncDeps,
): Promise<number> {
  const mark = deps.newId();
  const now = deps.clock.now();
  const writes: Write[] = [];
  const marked: MarkedMapping[] = [];
  for (const { type, eventId, remoteId, healable } of findings) {
    if (!healable || eventId === undefined) continue;
    const event = events.get(eventId);
    const id = mappingIdOf(eventId, binding.id);
    const part = {
      ...(event && subjectPart(event, binding, now)),
      // Whatever stands there is read first, also by a mapping that says that nothing does.
      ...(type === 'unmapped' ? dirtyPart(mark, now) : inboundPart(mark, now)),
      ...(type === 'stranger' && { leftover: remoteId }),
    };
    writes.push(
      type === 'unmapped'
        ? deps.store.mappings.merge(tenantId, id, { ...part, ...statedPart(tenantId, eventId, binding.id, 0) })
        : deps.store.mappings.update(tenantId, id, part),
    );
    marked.push({ eventId, bindingId: binding.id, mark });
  }
  for (let from = 0; from < writes.length; from += 200) await deps.documents.commit(writes.slice(from, from + 200));
  await enqueueReconciles(tenantId, marked, deps);
  return marked.length;
}

async function collect<T>(pages: AsyncIterable<readonly T[]>): Promise<T[]> {
  const all: T[] = [];
  for await (const page of pages) all.push(...page);
  return all;
}
