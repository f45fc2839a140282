import type { NewId } from '@dovetail/core/ports/new-id.ts';
import type { RequestHandler, Response } from 'express';

const HEADER = 'X-Request-Id';
const USABLE = /^[\w.-]{1,64}$/;

/** Gives every request an id, its caller's when it brought a plain one, and answers with it. */
export function requestId(newId: NewId): RequestHandler {
  return (request, response, next) => {
    const given = request.get(HEADER);
    response.set(HEADER, given !== undefined && USABLE.test(given) ? given : newId());
    next();
  };
}

/** The id of the request that `response` answers. */
export function requestIdOf(response: Response): string {
  return String(response.get(HEADER));
}
