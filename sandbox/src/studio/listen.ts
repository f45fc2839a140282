import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server on this machine alone. */
export interface Listening {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** Ends every connection. */
  close(): Promise<void>;
}

/**
 * Serves `app` on a port of the loopback interface; 0 takes a free one. `serverOf` makes its server.
 * @throws Error with code EADDRINUSE.
 */
export async function listen(
  app: RequestListener,
  port: number,
  serverOf: (app: RequestListener) => Server = createServer,
): Promise<Listening> {
  const server = serverOf(app);
  // Node closes idle connections after 5 s, at moments when a client may just be reusing one.
  server.keepAliveTimeout = 65_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
