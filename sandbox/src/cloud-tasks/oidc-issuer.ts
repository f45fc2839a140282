import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { type JWK, SignJWT } from 'jose';

const LIFETIME_S = 3_600;
/** A token is used again until this much of its life is left, for signing costs a millisecond. */
const FRESH_S = 1_800;

/** Makes the identity tokens that Cloud Tasks sends along: Google's shape, signed by a key of our own. */
export interface OidcIssuer {
  /** The public key, for whoever verifies. */
  readonly jwks: { readonly keys: readonly JWK[] };
  token(serviceAccountEmail: string, audience: string): Promise<string>;
}

/**
 * An issuer whose tokens live in real time, whatever the studio's clock says.
 * @param signingKey an RSA key, PKCS #8 as PEM; a fresh one when absent, which takes a moment.
 */
export function createOidcIssuer(signingKey?: string): OidcIssuer {
  const privateKey = signingKey === undefined ? freshKey() : createPrivateKey(signingKey);
  const kid = 'cloud-tasks-simulator';
  const jwk: JWK = { ...createPublicKey(privateKey).export({ format: 'jwk' }), kid, alg: 'RS256', use: 'sig' } as JWK;
  const tokens = new Map<string, { expiresAtS: number; token: Promise<string> }>();

  return {
    jwks: { keys: [jwk] },
    token(serviceAccountEmail, audience) {
      const nowS = Math.floor(Date.now() / 1_000);
      const key = JSON.stringify([serviceAccountEmail, audience]);
      const known = tokens.get(key);
      if (known && known.expiresAtS - nowS > FRESH_S) return known.token;
      const token = new SignJWT({ email: serviceAccountEmail, email_verified: true, azp: serviceAccountEmail })
        .setProtectedHeader({ alg: 'RS256', kid, typ: 'JWT' })
        .setIssuer('https://accounts.google.com')
        .setSubject(serviceAccountEmail)
        .setAudience(audience)
        .setIssuedAt(nowS)
        .setExpirationTime(nowS + LIFETIME_S)
        .sign(privateKey);
      tokens.set(key, { expiresAtS: nowS + LIFETIME_S, token });
      return token;
    },
  };
}

function freshKey(): KeyObject {
  return generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
}
