import type { SyncDeps } from '@dovetail/core/sync/deps.ts';
import { wireFromEnvironment } from '@dovetail/core/wiring.ts';

/** Deps built on first use and kept: discovery of the functions at deployment must need no credentials. */
export function wireOnce(environment: NodeJS.ProcessEnv): () => Promise<SyncDeps> {
  let wired: Promise<SyncDeps> | undefined;
  return () => {
    wired ??= wireFromEnvironment(environment, 'functions');
    return wired;
  };
}
