import { type Server, ServerCredentials } from '@grpc/grpc-js';

/** Binds a gRPC server to a port of the loopback interface, 0 to any free one, and answers with the port. */
export function listenGrpc(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error, bound) => {
      if (error) reject(error);
      else resolve(bound);
    });
  });
}
