import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { z } from 'zod';
import { cutAnswer } from './cut-answer.ts';
import type { StudioClock } from './studio-clock.ts';

const fieldsSchema = z.strictObject({
  target: z.enum(['google', 'uschedule', 'feeds', 'motopress']),
  /** Path prefix below the simulator, after an optional method: `/calendar/v3/` or `POST /calendar/v3/`. */
  match: z.string().optional(),
  status: z.int().min(400).max(599).optional(),
  reason: z.string().optional(),
  /** `Retry-After` of an answer with a status. */
  retryAfterSeconds: z.int().nonnegative().optional(),
  /** How many requests it lets pass before the first it meets. */
  skip: z.int().nonnegative().optional(),
  /** How many requests it meets; absent means until cleared. */
  times: z.int().positive().optional(),
  latencyMs: z.int().nonnegative().optional(),
  /** The request is carried out, then the connection is cut before a byte of the answer. */
  dropResponse: z.boolean().optional(),
  /** The answer is cut in the middle of its body. */
  truncate: z.boolean().optional(),
});

/** What `POST /faults` takes: whom it meets, and at least one thing that happens. */
export const faultSchema = fieldsSchema.refine((fault) => endsAnswer(fault) || fault.latencyMs !== undefined, {
  error: 'A fault needs a status, latencyMs, dropResponse or truncate.',
});

export type Fault = z.infer<typeof fieldsSchema>;

/** The faults that are to happen, shared by the simulators. */
export class Faults {
  #faults: { fault: Fault; toSkip: number; left: number }[] = [];
  #met = 0;

  /** How many requests have met a fault since the start. */
  get met(): number {
    return this.#met;
  }

  add(fault: Fault): void {
    this.#faults.push({ fault, toSkip: fault.skip ?? 0, left: fault.times ?? Number.POSITIVE_INFINITY });
  }

  clear(): void {
    this.#faults = [];
  }

  /** The faults that this request meets, each used up by one. Of those that answer or cut, only the first happens. */
  take(target: Fault['target'], method: string, path: string): Fault[] {
    const met: Fault[] = [];
    let ended = false;
    for (const entry of this.#faults) {
      const { fault } = entry;
      const ends = endsAnswer(fault);
      if (fault.target !== target || !matches(fault.match, method, path) || (ends && ended)) continue;
      if (entry.toSkip > 0) {
        entry.toSkip--;
        continue;
      }
      entry.left--;
      ended ||= ends;
      met.push(fault);
    }
    this.#faults = this.#faults.filter((entry) => entry.left > 0);
    if (met.length > 0) this.#met++;
    return met;
  }
}

/**
 * Makes a simulator meet its faults. Latencies add up and come first, in the studio's time. `fail` writes an error
 * answer in the simulated service's own shape; it is called before the request has any effect. Mount it at the
 * simulator's root, before its routes.
 */
export function meetFaults(
  faults: Faults,
  target: Fault['target'],
  clock: StudioClock,
  fail: (response: Response, status: number, reason: string | undefined) => void,
): RequestHandler {
  return async (request: Request, response: Response, next: NextFunction) => {
    const met = faults.take(target, request.method, request.path);
    const latencyMs = met.reduce((sum, fault) => sum + (fault.latencyMs ?? 0), 0);
    if (latencyMs > 0) await clock.sleep(latencyMs);
    const end = met.find(endsAnswer);
    if (end?.retryAfterSeconds !== undefined) response.set('Retry-After', String(end.retryAfterSeconds));
    if (end?.status !== undefined) return fail(response, end.status, end.reason);
    if (end) cutAnswer(response, end.dropResponse ? 0 : 0.5);
    next();
  };
}

function endsAnswer(fault: Fault): boolean {
  return fault.status !== undefined || fault.dropResponse === true || fault.truncate === true;
}

function matches(match: string | undefined, method: string, path: string): boolean {
  if (match === undefined) return true;
  const [first = '', second] = match.split(' ');
  return second === undefined ? path.startsWith(first) : method === first && path.startsWith(second);
}
