import { sha256Hex } from '@dovetail/core/domain/identity.ts';
import { instantOf, msOf } from '@dovetail/core/domain/interval.ts';
import type { StoredAnswer } from '@dovetail/core/store/stored-answer.ts';
import type { AppDeps } from '../app-deps.ts';
import { Problem } from './problem.ts';

/** An answer to a v1 request; no body with 204. */
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
}

type OnceDeps = Pick<AppDeps, 'documents' | 'store' | 'clock' | 'log'>;

const DAY_MS = 86_400_000;
/** Cloud Run cuts a request off after this long (its default timeout), so whoever began it is no longer at work. */
const ABANDONED_AFTER_MS = 5 * 60_000;

/**
 * Carries out a write once for its `Idempotency-Key`: the same request under the same key gets the answer of the first
 * time, for a day. Only what was done is kept; a refusal did nothing, so the key may try again.
 * @throws Problem when the key belongs to another request, or that request is still being worked on; what `carryOut`
 * throws.
 */
export async function answerOnce(
  request: { readonly tenantId: string; readonly key: string; readonly fingerprint: string },
  carryOut: () => Promise<Answer>,
  deps: OnceDeps,
): Promise<{ readonly answer: Answer; readonly repeated: boolean }> {
  const { tenantId } = request;
  const claim: StoredAnswer = {
    id: sha256Hex(request.key),
    requestHash: sha256Hex(request.fingerprint),
    startedAt: instantOf(deps.clock.now()),
  };
  const known = await takeClaim(tenantId, claim, deps);
  if (known) return { answer: known, repeated: true };
  let answer: Answer;
  try {
    answer = await carryOut();
  } catch (error) {
    await deps.documents.commit([deps.store.answers.delete(tenantId, claim.id)]).catch(logLoss(tenantId, deps));
    throw error;
  }
  await deps.documents
    .commit([deps.store.answers.set(tenantId, { ...claim, ...answer }, deps.clock.now())])
    .catch(logLoss(tenantId, deps));
  return { answer, repeated: false };
}

/** Null when the request is ours to carry out, otherwise the answer it got before. */
function takeClaim(tenantId: string, claim: StoredAnswer, deps: OnceDeps): Promise<Answer | null> {
  return deps.documents.transact(async (transaction) => {
    const known = await deps.store.answers.get(transaction, tenantId, claim.id);
    if (!known || isOver(known, deps.clock.now())) {
      transaction.write(deps.store.answers.set(tenantId, claim, deps.clock.now()));
      return null;
    }
    if (known.requestHash !== claim.requestHash) {
      throw new Problem('idempotency-key-reused', 'Use a new Idempotency-Key for each request that is not a repeat.');
    }
    if (known.status === undefined) {
      const detail = 'The first request with this Idempotency-Key is still being worked on. Repeat it in a moment.';
      throw new Problem('request-in-progress', detail, { headers: { 'Retry-After': '1' } });
    }
    return { status: known.status, ...(known.body !== undefined && { body: known.body }) };
  });
}

/** The store removes what has expired up to a day late, so it is judged here. */
function isOver(known: StoredAnswer, now: number): boolean {
  const age = now - msOf(known.startedAt);
  return age > (known.status === undefined ? ABANDONED_AFTER_MS : DAY_MS);
}

/** The caller is told the truth about its request all the same; a repeat of it is told to wait until it is abandoned. */
function logLoss(tenantId: string, deps: OnceDeps): (error: unknown) => void {
  return (error) => deps.log.error('api.answer-not-kept', { tenantId, error });
}
