import { credentials } from '@grpc/grpc-js';
import { z } from 'zod';

/**
 * `DOVETAIL_ENDPOINTS`: where simulators of Google's services listen, as JSON, for trying out what is deployed on a
 * machine without a Google account. All of them or none, and on this machine alone: no setting can send a deployed
 * service's secrets, tasks or credentials anywhere but to Google.
 */
export const localEndpoints = z
  .string()
  .transform(parseJson)
  .pipe(
    z.strictObject({
      /** `127.0.0.1:PORT`, gRPC without TLS. */
      secretManager: grpcServer(),
      /** `127.0.0.1:PORT`, gRPC without TLS. */
      cloudTasks: grpcServer(),
      /** `http://127.0.0.1:PORT/PATH`: the API at `…/calendar/v3`, tokens at `…/token`. */
      googleCalendar: z
        .string()
        .regex(/^http:\/\/127\.0\.0\.1:\d{1,5}(\/[\w-]+)*$/)
        .transform((url) => ({ rootUrl: `${url}/`, tokenUrl: `${url}/token` })),
    }),
  );

function parseJson(text: string, context: z.RefinementCtx<string>): unknown {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue({ code: 'custom', message: 'not JSON' });
    return z.NEVER;
  }
}

function grpcServer() {
  return z
    .string()
    .regex(/^127\.0\.0\.1:\d{1,5}$/)
    .transform((address) => ({
      apiEndpoint: '127.0.0.1',
      port: Number(address.split(':')[1]),
      sslCreds: credentials.createInsecure(),
    }));
}
