import { instantOf } from '@dovetail/core/domain/interval.ts';
import { Finding } from '../finding.ts';
import { OPERATIONS } from './begin-business.ts';
import { parsed } from './check-answer.ts';
import type { FuzzedService } from './fuzzed-service.ts';
import { NOW } from './fuzzed-service.ts';
import type { FuzzedTenant } from './fuzzed-tenant.ts';
import { SECRET } from './secrets.ts';

export const LISTS = [
  'listBookings',
  'listBookingSystems',
  'listBlocks',
  'listBindings',
  'listConflicts',
  'listFeeds',
  'listPublications',
  'listProposals',
  'listRuns',
  'listDeadLetters',
  'listWebhooks',
  'listKeys',
  'getTenant',
  'listResources',
] as const;

/** What is looked at afterwards. */
export interface Look {
  readonly lists: readonly (typeof LISTS)[number][];
  /** Whose time. */
  readonly resourceId: string;
}
const WINDOW = 'from=2027-05-01&to=2028-05-01';
const DAYS = 'from=2027-05-05&to=2027-05-20';
const EXPLAINED = 3;

/**
 * Looks at what a business has, whatever was done to it: it is still shown, in the form that is promised.
 * @throws Finding
 */
export async function lookAround(
  { lists, resourceId }: Look,
  tenant: FuzzedTenant,
  service: FuzzedService,
): Promise<void> {
  const key = `${SECRET}-${tenant.id}-who-looks`;
  const { documents, store } = service.deps;
  await documents.commit([
    store.tenants.setApiKey(key, { tenantId: tenant.id, role: 'admin', label: 'looks', createdAt: instantOf(NOW) }),
  ]);
  const look = (id: string, path?: string) => lookThrough(id, path ?? OPERATIONS.get(id)?.path ?? '', key, service);
  for (const id of lists) await look(id);
  const resource = await store.resources.get(documents, tenant.id, resourceId);
  if (resource) await lookAtTime(resourceId, look);
  service.checkLog();
}

/** What is shown at an address. */
export async function lookAt(path: string, tenant: FuzzedTenant, { client }: FuzzedService): Promise<unknown> {
  const headers = [['Authorization', `Bearer ${tenant.key('admin')}`]] as const;
  return parsed((await client.send({ method: 'GET', target: path, headers }))?.body ?? Buffer.alloc(0));
}

async function lookAtTime(id: string, look: (operation: string, path: string) => Promise<unknown>): Promise<void> {
  await look('getAvailability', `/v1/resources/${id}/availability?${DAYS}`);
  const { items = [] } = (await look('listResourceEvents', `/v1/resources/${id}/events?${WINDOW}`)) as {
    readonly items?: readonly { readonly id: string }[];
  };
  for (const event of items.slice(0, EXPLAINED)) await look('explainEvent', `/v1/events/${event.id}/why`);
}

async function lookThrough(id: string, target: string, key: string, service: FuzzedService): Promise<unknown> {
  const answer = await service.client.send({ method: 'GET', target, headers: [['Authorization', `Bearer ${key}`]] });
  const text = answer?.body.toString('utf8').slice(0, 2_000) ?? '';
  if (answer?.status !== 200) {
    service.checkLog();
    throw new Finding(`afterwards ${id} answers ${answer?.status}`, `${target}\n${text}`);
  }
  const body = parsed(answer.body);
  const result = OPERATIONS.get(id)?.response?.safeParse(body);
  if (result?.success === false)
    throw new Finding(`afterwards ${id} answers otherwise than it says`, `${result.error.message}\n${text}`);
  return body;
}
