import { SecretManagerServiceClient } from '@google-cloud/secret-manager';
import { InvalidInput, NotFound, PreconditionFailed } from '../../domain/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Secrets } from '../../ports/secrets.ts';
import { type GrpcServer, serverOptions } from '../grpc/grpc-server.ts';
import { translateGrpcError } from '../grpc/translate-grpc-error.ts';

/** What we need of Secret Manager's client. */
export interface SecretReader {
  accessSecretVersion(request: {
    readonly name: string;
  }): Promise<readonly [{ readonly payload?: { readonly data?: Uint8Array | string | null } | null }, ...unknown[]]>;
}

export interface SecretManagerOptions extends GrpcServer {
  readonly projectId: string;
  readonly clock: Clock;
  /** Absent: Google's client with the credentials of the environment. */
  readonly client?: SecretReader;
}

/** How long a value is used before it is read again; so long a rotated secret may still be used after its rotation. */
const CACHE_MS = 5 * 60_000;

/**
 * Secrets of a Google Cloud project: the latest version of each, kept for five minutes. Those who ask for one at the
 * same time share one request; a failure is not kept.
 */
export function createSecretManagerSecrets(options: SecretManagerOptions): Secrets {
  const { projectId, clock } = options;
  const client = options.client ?? new SecretManagerServiceClient({ projectId, ...serverOptions(options) });
  const cache = new Map<string, { readonly value: Promise<string>; readonly until: number }>();
  return {
    async get(name) {
      const cached = cache.get(name);
      if (cached && clock.now() < cached.until) return await cached.value;
      const entry = { value: readLatest(client, projectId, name), until: clock.now() + CACHE_MS };
      cache.set(name, entry);
      try {
        return await entry.value;
      } catch (error) {
        if (cache.get(name) === entry) cache.delete(name);
        throw error;
      }
    },
  };
}

async function readLatest(client: SecretReader, projectId: string, name: string): Promise<string> {
  // https://cloud.google.com/secret-manager/docs/creating-and-accessing-secrets: the letters a secret's name has.
  if (!/^[\w-]{1,255}$/.test(name)) throw new InvalidInput('A secret has no such name.');
  const path = `projects/${projectId}/secrets/${name}/versions/latest`;
  try {
    const [version] = await client.accessSecretVersion({ name: path });
    const data = version.payload?.data;
    if (data === undefined || data === null) throw new NotFound(`The secret ${name} has no value.`);
    return typeof data === 'string' ? data : Buffer.from(data).toString('utf8');
  } catch (error) {
    const translated = translateGrpcError(error);
    // FAILED_PRECONDITION: the version is disabled or destroyed. Nothing can be read again and planned again here.
    if (translated instanceof PreconditionFailed)
      throw new NotFound(`The secret ${name} is disabled.`, { cause: error });
    throw translated;
  }
}
