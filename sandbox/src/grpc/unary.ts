import { status as Code, type handleUnaryCall } from '@grpc/grpc-js';
import { RpcError } from './rpc-error.ts';

/** Answers with what `handle` returns, or with the code of the RpcError it throws. Anything else is a bug: INTERNAL. */
export function unary<Req, Res>(handle: (request: Req) => Res): handleUnaryCall<Req, Res> {
  return (call, callback) => {
    try {
      callback(null, handle(call.request));
    } catch (error) {
      if (error instanceof RpcError) callback({ code: error.code, details: error.message });
      else callback({ code: Code.INTERNAL, details: String(error) });
    }
  };
}
