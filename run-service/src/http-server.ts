import { randomUUID } from 'node:crypto';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { Problem } from './middleware/problem.ts';

/**
 * A server of `app`, not yet listening. What is no HTTP never reaches the app; it is refused with a problem document
 * all the same, instead of by Node with a bare status. A missing Host and an odd Expect are let pass: nothing here
 * depends on either (RFC 9110, 10.1.1 lets them be ignored).
 */
export function createHttpServer(app: RequestListener): Server {
  return createServer({ requireHostHeader: false }, app).on('checkExpectation', app).on('clientError', refuse);
}

function refuse(error: NodeJS.ErrnoException, socket: Socket): void {
  // Whoever has hung up is told nothing, nor is one whose answer has begun.
  if (error.code === 'ECONNRESET' || !socket.writable || socket.bytesWritten > 0) {
    socket.destroy();
    return;
  }
  const problem = problemOf(error.code);
  const body = JSON.stringify(problem.document(`urn:dovetail:request:${randomUUID()}`));
  const head = [
    `HTTP/1.1 ${problem.status} ${problem.kind}`,
    'Connection: close',
    'Cache-Control: no-store',
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

/** By the codes of Node's parser and of its time limits (Node.js, "Event: 'clientError'"). */
function problemOf(code: string | undefined): Problem {
  if (code === 'HPE_HEADER_OVERFLOW') {
    return new Problem('headers-too-large', 'Send at most 16 kB of address and headers.');
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return new Problem('request-timeout', 'The request did not arrive in time. Send it again.');
  }
  return new Problem('invalid-request', 'This is not HTTP/1.1. Check the address, the headers and their ends.');
}
