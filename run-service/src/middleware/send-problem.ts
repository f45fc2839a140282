import type { Log } from '@dovetail/core/ports/log.ts';
import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import { Problem } from './problem.ts';
import { problemOf } from './problem-of.ts';
import { requestIdOf } from './request-id.ts';

/** Answers every error as a problem document. A fault of ours leaves one log line, with its cause. */
export function answerErrors(log: Log): ErrorRequestHandler {
  return (error, _request, response, next) => {
    if (response.headersSent) return next(error);
    const problem = problemOf(error);
    const fields = { requestId: requestIdOf(response), status: problem.status, error: problem.cause };
    if (problem.kind === 'internal') log.error('request.failed', fields);
    else if (problem.status >= 500) log.warn('request.put-off', fields);
    sendProblem(response, problem);
  };
}

/** Refuses whatever no route answers. */
export const refuseUnknownPath: RequestHandler = (request) => {
  throw new Problem('not-found', `Nothing answers ${request.method} at this address. GET /docs lists what there is.`);
};

function sendProblem(response: Response, problem: Problem): void {
  const body = JSON.stringify(problem.document(`urn:dovetail:request:${requestIdOf(response)}`));
  response
    .status(problem.status)
    .set({ 'Cache-Control': 'no-store', ...problem.headers, 'Content-Type': 'application/problem+json' })
    .send(Buffer.from(body));
}
