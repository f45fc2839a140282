import express, { type Request, type RequestHandler } from 'express';
import { Problem } from './problem.ts';

const LIMIT_BYTES = 256 * 1024;

/**
 * Reads the body as the bytes that were sent, whatever they are: signatures are made over them. Compressed bodies are
 * refused, so that what is counted is what is read. @see rawBodyOf
 */
export const readBody: RequestHandler[] = [
  express.raw({ type: () => true, limit: LIMIT_BYTES, inflate: false }),
  (request, _response, next) => {
    if (rawBodyOf(request).length > 0 && !request.is(['json', '+json'])) {
      throw new Problem('unsupported-media-type', 'Send JSON, with Content-Type: application/json.');
    }
    next();
  },
];

/** The bytes that `readBody` read; none when there was no body. */
export function rawBodyOf(request: Request): Buffer {
  return Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
}

/**
 * The JSON that `readBody` read; undefined when there was no body.
 * @throws Problem for what is not JSON in UTF-8. Nothing of the body is in it.
 */
export function jsonBodyOf(request: Request): unknown {
  const bytes = rawBodyOf(request);
  if (bytes.length === 0) return undefined;
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new Problem('invalid-request', 'The body is not JSON. Check its syntax and that it is UTF-8.');
  }
}
