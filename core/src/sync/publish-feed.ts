import { createHash } from 'node:crypto';
import { holdsTime } from '../domain/event.ts';
import { instantOf } from '../domain/interval.ts';
import { writeCalendar } from '../ical/write-calendar.ts';
import { ledgerWindow } from '../ledger/page-changes.ts';
import type { SyncDeps } from './deps.ts';

/** Grows when the text written for the same ledger changes. */
const BUILDER_VERSION = 1;

/**
 * The publication served under a token as iCalendar text with its strong ETag, or null for a token nobody was given.
 * Busy times only, without a guest's name; what came from the publication's own platform is left out.
 */
export async function publishFeed(
  input: { readonly token: string },
  deps: Pick<SyncDeps, 'documents' | 'store' | 'clock'>,
): Promise<{ readonly body: string; readonly etag: string } | null> {
  const { documents, store } = deps;
  const publication = await store.tenants.byPublicationToken(documents, input.token);
  if (!publication) return null;
  const { tenantId, platform } = publication;
  const resources = await store.resources.getMany(documents, tenantId, publication.resourceIds);
  const standing = resources.filter((resource) => resource !== null);
  const from = `${ledgerWindow(deps.clock.now()).first}-01`;
  const events = [];
  for (const resource of standing) {
    const where = [
      { field: 'resourceId', op: '==', value: resource.id },
      { field: 'end', op: '>', value: from },
    ] as const;
    for await (const page of store.events.each(documents, tenantId, { where, orderBy: { field: 'end' } })) {
      for (const event of page) {
        if (!holdsTime(event) || (platform !== 'generic' && event.platform === platform)) continue;
        events.push({
          uid: `${event.id}@dovetail`,
          start: event.start,
          end: event.end,
          title: event.kind === 'reservation' ? 'Reserved' : 'Blocked',
        });
      }
    }
  }
  const body = writeCalendar({
    name: standing.map((resource) => resource.name).join(', '),
    timeZone: standing[0]?.timeZone ?? 'UTC',
    stampAt: publication.createdAt,
    events,
  });
  const shown = standing.map(({ id, name, timeZone, ledgerRevision }) => [id, name, timeZone, ledgerRevision]);
  const today = instantOf(deps.clock.now()).slice(0, 10);
  const basis = JSON.stringify([BUILDER_VERSION, publication.id, shown, today]);
  return { body, etag: `"${createHash('sha256').update(basis).digest('base64url').slice(0, 22)}"` };
}
