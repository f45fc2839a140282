import type { ErrorRequestHandler, RequestHandler } from 'express';
import { Problem } from './problem.ts';
import { problemOf } from './problem-of.ts';
import { requestIdOf } from './request-id.ts';

/** Answers every error as a problem document. */
export const answerErrors: ErrorRequestHandler = (error, _request, response, next) => {
  if (response.headersSent) return next(error);
  const problem = problemOf(error);
  const body = JSON.stringify(problem.document(`urn:dovetail:request:${requestIdOf(response)}`));
  response
    .status(problem.status)
    .set({ 'Cache-Control': 'no-store', ...problem.headers, 'Content-Type': 'application/problem+json' })
    .send(Buffer.from(body));
};

/** Refuses whatever no route answers. */
export const refuseUnknownPath: RequestHandler = (request) => {
  throw new Problem('not-found', `Nothing answers ${request.method} at this address. GET /docs lists what there is.`);
};
