import type { SyncDeps } from '@dovetail/core/sync/deps.ts';
import { wireFromEnvironment } from '@dovetail/core/wire-from-environment.ts';

/**
 * Deps built at the first call and kept: discovery of the functions at deployment must need no credentials. A failed
 * attempt is not kept; the next call tries again.
 */
export function wireOnce(environment: NodeJS.ProcessEnv): () => Promise<SyncDeps> {
  let wired: Promise<SyncDeps> | undefined;
  return () => {
    wired ??= wireFromEnvironment(environment, 'functions').then(
      ({ deps }) => deps,
      (error: unknown) => {
        wired = undefined;
        throw error;
      },
    );
    return wired;
  };
}
