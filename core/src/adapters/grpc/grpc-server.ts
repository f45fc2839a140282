import type { ChannelCredentials } from '@grpc/grpc-js';
import { GoogleAuth, PassThroughClient } from 'google-auth-library';

/** Another server than Google's that a client of a Google API is to speak to. */
export interface GrpcServer {
  readonly apiEndpoint?: string;
  readonly port?: number;
  /** Channel credentials to use instead of Google's; no Google account is looked for then. */
  readonly sslCreds?: ChannelCredentials;
}

/** What a client's constructor is told of its server. */
export function serverOptions({ apiEndpoint, port, sslCreds }: GrpcServer) {
  return {
    ...(apiEndpoint === undefined ? {} : { apiEndpoint }),
    ...(port === undefined ? {} : { port }),
    // Without an auth client of its own the library would ask the metadata server who we are.
    ...(sslCreds === undefined ? {} : { sslCreds, auth: new GoogleAuth({ authClient: new PassThroughClient() }) }),
  };
}
