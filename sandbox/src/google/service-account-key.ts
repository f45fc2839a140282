import { generateKeyPairSync } from 'node:crypto';

/** A service account's key, in the members of the file Google hands out that matter here. */
export interface ServiceAccountKey {
  readonly client_email: string;
  /** PKCS #8, PEM. */
  readonly private_key: string;
}

/** A fresh key for a service account of the studio. Takes about a tenth of a second. */
export function createServiceAccountKey(email: string): ServiceAccountKey {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  return { client_email: email, private_key: privateKey };
}
