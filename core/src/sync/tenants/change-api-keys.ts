import { NotFound, Rejected } from '../../domain/errors.ts';
import { sha256Hex } from '../../domain/identity.ts';
import { instantOf } from '../../domain/interval.ts';
import { newSecretToken } from '../../domain/secret-token.ts';
import type { ApiKey, Role } from '../../domain/tenant.ts';
import { apiKeyIdOf } from '../../store/tenants.ts';
import type { SyncDeps } from '../deps.ts';

type KeyDeps = Pick<SyncDeps, 'documents' | 'store' | 'clock'>;

/** A person or a program each; a tenant with more has lost sight of them. */
const MOST_KEYS = 100;

/**
 * Makes a key of a tenant. Its secret is answered this once; only its hash is kept.
 * @throws NotFound when the tenant does not exist; Rejected (`too_many_keys`); what the document store throws.
 */
export async function createApiKey(
  { tenantId, role, label }: { readonly tenantId: string; readonly role: Role; readonly label: string },
  { documents, store, clock }: KeyDeps,
): Promise<ApiKey & { readonly secret: string }> {
  const secret = newSecretToken();
  const entry = { tenantId, role, label, createdAt: instantOf(clock.now()) };
  await documents.transact(async (transaction) => {
    if (!(await store.tenants.get(transaction, tenantId))) throw new NotFound(`no tenant "${tenantId}"`);
    const known = await store.tenants.apiKeysOf(transaction, tenantId);
    if (known.length >= MOST_KEYS) {
      throw new Rejected(`there are ${MOST_KEYS} keys already: revoke those nobody uses`, { reason: 'too_many_keys' });
    }
    transaction.write(store.tenants.setApiKey(secret, entry));
  });
  return { ...entry, id: apiKeyIdOf(sha256Hex(secret)), secret };
}

/** Ends a key at once. @throws NotFound; what the document store throws. */
export async function revokeApiKey(
  { tenantId, keyId }: { readonly tenantId: string; readonly keyId: string },
  { documents, store }: Pick<KeyDeps, 'documents' | 'store'>,
): Promise<void> {
  const known = await store.tenants.apiKeysOf(documents, tenantId);
  const key = known.find(({ id }) => id === keyId);
  if (!key) throw new NotFound(`no key "${keyId}"`);
  await documents.commit([store.tenants.deleteApiKey(key.hash)]);
}
