import type { BookingSystemConfig } from '@dovetail/core/domain/booking-system-config.ts';
import { NotFound, TemporarilyUnavailable } from '@dovetail/core/domain/errors.ts';
import { ID_PATTERN } from '@dovetail/core/domain/resource.ts';
import type { Request } from 'express';
import type { AppDeps } from '../app-deps.ts';
import { Problem } from '../middleware/problem.ts';
import { DECOY_SECRET, verifySignature } from '../middleware/verify-signature.ts';

type SystemDeps = Pick<AppDeps, 'documents' | 'store' | 'secrets'>;

/** A webhook whose sender is known. */
export interface SignedDelivery {
  readonly tenantId: string;
  readonly config: BookingSystemConfig;
  readonly webhookId: string;
}

/** A tenant's booking system by its id, whatever its type. */
export async function systemById(
  tenantId: string,
  systemId: string,
  deps: SystemDeps,
): Promise<BookingSystemConfig | null> {
  if (!ID_PATTERN.test(tenantId) || !ID_PATTERN.test(systemId)) return null;
  return deps.store.bookingSystems.get(deps.documents, tenantId, systemId);
}

/** The booking system of a tenant that speaks USchedule's contract; usually called `uschedule`. */
export async function uscheduleOf(tenantId: string, deps: SystemDeps): Promise<BookingSystemConfig | null> {
  if (!ID_PATTERN.test(tenantId)) return null;
  const usual = await systemById(tenantId, 'uschedule', deps);
  if (usual?.type === 'uschedule') return usual;
  const where = [{ field: 'type', op: '==', value: 'uschedule' }] as const;
  const [other] = await deps.store.bookingSystems.query(deps.documents, tenantId, { where, limit: 1 });
  return other ?? null;
}

/**
 * The delivery, if `config` signed it. For nobody's address, or that of a system that sends none, the signature is
 * checked too, and then refused.
 * @throws Problem; TemporarilyUnavailable while the signing key cannot be read.
 */
export async function verifyDelivery(
  request: Request,
  tenantId: string,
  config: BookingSystemConfig | null,
  deps: SystemDeps,
): Promise<SignedDelivery> {
  if (config?.webhookSecret !== undefined) {
    return { tenantId, config, webhookId: verifySignature(request, await secretOf(config.webhookSecret, deps)) };
  }
  try {
    verifySignature(request, DECOY_SECRET);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
  }
  throw new Problem('not-found', 'No booking system sends to this address. Check the tenant in it.');
}

/** A key that is missing is ours to set up: the sender is to try again, and nothing is lost. */
async function secretOf(name: string, deps: SystemDeps): Promise<string> {
  try {
    return await deps.secrets.get(name);
  } catch (error) {
    if (!(error instanceof NotFound)) throw error;
    throw new TemporarilyUnavailable('the signing key of this webhook is not set up', { cause: error });
  }
}
