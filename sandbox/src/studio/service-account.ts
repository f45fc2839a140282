import { generateKeyPairSync } from 'node:crypto';
import type { ServiceAccountCredentials } from '@dovetail/core/adapters/google-calendar/google-client.ts';

/** A service account that exists on this machine only, made anew for each studio. */
export function createServiceAccount(): ServiceAccountCredentials {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return { client_email: 'dovetail@sandbox.iam.gserviceaccount.com', private_key: privateKey };
}
