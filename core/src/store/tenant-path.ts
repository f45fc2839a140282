import { InvalidInput } from '../domain/errors.ts';

/**
 * Where something of a tenant lies. Ids may come from callers: with a slash in it, one tenant's could name another
 * tenant's document.
 * @throws InvalidInput when a segment has a slash.
 */
export function tenantPath(tenantId: string, ...segments: readonly string[]): string {
  const path = ['tenants', tenantId, ...segments];
  if (path.some((segment) => segment.includes('/'))) throw new InvalidInput('an id has no slash');
  return path.join('/');
}
