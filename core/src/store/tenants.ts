import { sha256Hex } from '../domain/identity.ts';
import type { ApiKey, Tenant } from '../domain/tenant.ts';
import type { DocumentData, StoredDocument, Write } from '../ports/document-store.ts';
import { type PartOf, type Reader, toChanges } from './collection.ts';
import { tenantPath } from './tenant-path.ts';

const TENANTS = 'tenants';
const API_KEYS = 'apiKeys';
/** Enough to tell the keys of a tenant apart, and of no use to whoever lacks the key. */
const KEY_ID_LENGTH = 20;
const DELIVERY_DAYS = 7;
const DAY_MS = 86_400_000;

/** The documents that stand above or beside tenants: tenants themselves, API keys, deliveries. */
export class TenantDirectory {
  async get(reader: Reader, tenantId: string): Promise<Tenant | null> {
    const document = await reader.get(tenantPath(tenantId));
    return document && decode(document);
  }

  /** Tenants whose settings were to be applied by `until`, the longest waiting first. */
  async dueForSettings(reader: Reader, until: string, limit: number): Promise<Tenant[]> {
    const documents = await reader.query({
      from: TENANTS,
      where: [{ field: 'applySettingsAt', op: '<=', value: until }],
      orderBy: { field: 'applySettingsAt' },
      limit,
    });
    return documents.map(decode);
  }

  /** Every tenant, by id. */
  async all(reader: Reader): Promise<Tenant[]> {
    const documents = await reader.query({ from: TENANTS });
    return documents.map(decode);
  }

  set({ id, ...fields }: Tenant): Write {
    return { type: 'set', path: tenantPath(id), data: fields as unknown as DocumentData };
  }

  /** Its commit fails with AlreadyExists when there is one by that id. */
  create({ id, ...fields }: Tenant): Write {
    return { type: 'create', path: tenantPath(id), data: fields as unknown as DocumentData };
  }

  update(tenantId: string, part: PartOf<Omit<Tenant, 'id'>>): Write {
    return { type: 'update', path: tenantPath(tenantId), data: toChanges(part) };
  }

  /** Whose key this is, or null. Only its hash is stored, so a lookup reveals nothing by its time. */
  async byApiKey(reader: Reader, key: string): Promise<ApiKey | null> {
    const document = await reader.get(`${API_KEYS}/${sha256Hex(key)}`);
    return document && decodeKey(document);
  }

  /** The keys of a tenant, by id. */
  async apiKeysOf(reader: Reader, tenantId: string): Promise<(ApiKey & { readonly hash: string })[]> {
    const where = [{ field: 'tenantId', op: '==', value: tenantId }] as const;
    const documents = await reader.query({ from: API_KEYS, where });
    return documents.map((document) => ({ ...decodeKey(document), hash: document.id }));
  }

  setApiKey(key: string, entry: Omit<ApiKey, 'id'>): Write {
    return { type: 'set', path: `${API_KEYS}/${sha256Hex(key)}`, data: { ...entry } };
  }

  deleteApiKey(hash: string): Write {
    return { type: 'delete', path: `${API_KEYS}/${hash}` };
  }

  /** Remembers a webhook delivery; the commit it caused fails with AlreadyExists when it was remembered before. */
  createDelivery(deliveryId: string, now: number): Write {
    return {
      type: 'create',
      path: `deliveries/${deliveryId}`,
      data: { expireAt: new Date(now + DELIVERY_DAYS * DAY_MS) },
    };
  }
}

function decode({ id, data }: StoredDocument): Tenant {
  return { ...data, id } as unknown as Tenant;
}

/** What a key is called, by the hash of its secret. */
export function apiKeyIdOf(hash: string): string {
  return hash.slice(0, KEY_ID_LENGTH);
}

function decodeKey({ id: hash, data }: StoredDocument): ApiKey {
  return { ...data, id: apiKeyIdOf(hash) } as unknown as ApiKey;
}
