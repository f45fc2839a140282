import { LRUCache } from 'lru-cache';
import type { BodyCache } from '../../ports/body-cache.ts';

type Make = () => Promise<Uint8Array>;

/**
 * Keeps bodies in this process's memory, `mostBytes` of them together; the one asked for longest ago goes first. A body
 * that alone would take a quarter of that is not kept.
 */
export function createMemoryBodyCache({ mostBytes }: { readonly mostBytes: number }): BodyCache {
  const bodies = new LRUCache<string, Uint8Array, Make>({
    maxSize: mostBytes,
    maxEntrySize: mostBytes >> 2,
    sizeCalculation: ({ byteLength }) => Math.max(1, byteLength),
    // What gives way while it is being made is made all the same: somebody waits for it.
    ignoreFetchAbort: true,
    fetchMethod: (_key, _stale, { context: make }) => make(),
  });
  return { get: (key, make) => bodies.forceFetch(key, { context: make }) };
}
