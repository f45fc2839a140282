import type { RequestHandler } from 'express';
import { Problem } from './problem.ts';

/** Refuses whatever gets this far at an address that takes only `allowed`. */
export function refuseMethods(...allowed: readonly string[]): RequestHandler {
  const allow = allowed.join(', ');
  return () => {
    throw new Problem('method-not-allowed', `Use ${allow} here.`, { headers: { Allow: allow } });
  };
}
