import { AlreadyExists } from '../../domain/errors.ts';
import { instantOf } from '../../domain/interval.ts';
import { newSecretToken } from '../../domain/secret-token.ts';
import type { SyncDeps } from '../deps.ts';

/**
 * Makes a tenant, with a first key that may do everything in it. The key is answered this once; only its hash is kept.
 * @throws AlreadyExists; what the document store throws.
 */
export async function openTenant(
  input: { readonly id: string; readonly name: string; readonly timeZone: string },
  { documents, store, clock }: Pick<SyncDeps, 'documents' | 'store' | 'clock'>,
): Promise<string> {
  const createdAt = instantOf(clock.now());
  const key = newSecretToken();
  try {
    await documents.commit([
      store.tenants.create({ ...input, paused: false, allowPrivateFeeds: false, createdAt }),
      store.tenants.setApiKey(key, { tenantId: input.id, role: 'admin', label: 'first key', createdAt }),
    ]);
  } catch (cause) {
    if (!(cause instanceof AlreadyExists)) throw cause;
    throw new AlreadyExists(`there is a tenant "${input.id}"`, { cause });
  }
  return key;
}
