import express, { type Response, Router } from 'express';
import { Temporal } from 'temporal-polyfill';
import { z } from 'zod';
import type { StudioClock } from './studio-clock.ts';

/** Tasks due this soon count as going on. */
const QUIET_MS = 5_000;

const advanceSchema = z.strictObject({ advance: z.string().transform(toMilliseconds) });
const quiesceSchema = z.object({ timeoutMs: z.coerce.number().int().min(0).max(600_000).default(10_000) });

/**
 * The studio's clock over HTTP: `GET /clock` answers `{ "now" }` (RFC 3339), `POST /clock` with `{ "advance": "PT6H" }`
 * moves it forward and answers when everything that fell due on the way is done, `GET /quiesce?timeoutMs=10000` answers
 * 200 once no task or push is running or due within five seconds, 408 when that takes too long. Errors are RFC 9457
 * problems.
 */
export function clockRouter(clock: StudioClock): Router {
  const router = Router();
  const tell = (response: Response) => response.json({ now: new Date(clock.now()).toISOString() });

  router.get('/clock', (_request, response) => {
    tell(response);
  });

  router.post('/clock', express.json(), async (request, response) => {
    const body = advanceSchema.safeParse(request.body);
    if (!body.success) return sendProblem(response, 400, 'Not a move forward', z.prettifyError(body.error));
    await clock.advance(body.data.advance);
    tell(response);
  });

  router.get('/quiesce', async (request, response) => {
    const query = quiesceSchema.safeParse(request.query);
    if (!query.success) return sendProblem(response, 400, 'Not a time to wait', z.prettifyError(query.error));
    const settled = await clock.settled(QUIET_MS, query.data.timeoutMs);
    if (!settled) {
      return sendProblem(response, 408, 'Not settled', 'Something was still running or due within five seconds.');
    }
    response.json({ settled: true });
  });

  return router;
}

/** An ISO 8601 duration of days and less, a day being 24 hours. */
function toMilliseconds(text: string, context: z.RefinementCtx): number {
  try {
    const duration = Temporal.Duration.from(text);
    // Without a date to count from, years, months and weeks have no length and throw.
    const milliseconds = duration.total('milliseconds');
    if (milliseconds >= 0) return milliseconds;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  context.addIssue({ code: 'custom', message: 'Use an ISO 8601 duration of days or less, such as PT6H or P30D.' });
  return z.NEVER;
}

function sendProblem(response: Response, status: number, title: string, detail: string): void {
  response
    .status(status)
    .type('application/problem+json')
    .send(JSON.stringify({ type: 'about:blank', title, status, detail }));
}
