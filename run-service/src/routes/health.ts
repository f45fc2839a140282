import { setTimeout as sleep } from 'node:timers/promises';
import { type Response, Router } from 'express';
import type { AppDeps } from '../app-deps.ts';
import { Problem } from '../middleware/problem.ts';

const PATIENCE_MS = 2_000;

/** `GET /health`: 200 while the store answers within two seconds, otherwise 503. */
export function healthRoutes(deps: Pick<AppDeps, 'documents' | 'version'>, patienceMs = PATIENCE_MS): Router {
  const router = Router();
  router.get('/health', async (_request, response: Response) => {
    await storeAnswers(deps, patienceMs);
    response.set('Cache-Control', 'no-store').json({ status: 'ok', version: deps.version });
  });
  return router;
}

/** @throws Problem when the store fails, or takes longer than `patienceMs`. */
async function storeAnswers({ documents }: Pick<AppDeps, 'documents'>, patienceMs: number): Promise<void> {
  const patience = new AbortController();
  try {
    const answered = await Promise.race([
      // No such tenant can exist; that the store says so is what we want to know.
      documents.get('tenants/-').then(() => true),
      sleep(patienceMs, false, { signal: patience.signal }),
    ]);
    if (!answered) throw new Problem('temporarily-unavailable', 'The store did not answer in time.');
  } catch (cause) {
    if (cause instanceof Problem) throw cause;
    throw new Problem('temporarily-unavailable', 'The store does not answer.', { cause });
  } finally {
    patience.abort();
  }
}
