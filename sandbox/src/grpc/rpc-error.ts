import type { status } from '@grpc/grpc-js';

/** A call that the simulated service refuses, with a canonical gRPC code. */
export class RpcError extends Error {
  override readonly name = 'RpcError';
  readonly code: status;

  constructor(code: status, message: string) {
    super(message);
    this.code = code;
  }
}
