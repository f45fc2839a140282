import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';

const LIFETIME_S = 3_600;
/** A token is used again until this much of its life is left, for signing costs a millisecond. */
const FRESH_S = 1_800;

/** Makes the identity tokens that Cloud Tasks sends along: Google's shape, signed by a key of our own. */
export interface OidcIssuer {
  /** The public key, for whoever verifies. */
  readonly jwks: { readonly keys: readonly JWK[] };
  token(serviceAccountEmail: string, audience: string): Promise<string>;
}

/** @returns an issuer with a fresh RSA key. Its tokens live in real time, whatever the studio's clock says. */
export async function createOidcIssuer(): Promise<OidcIssuer> {
  const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
  const kid = 'cloud-tasks-simulator';
  const jwk: JWK = { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' };
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
